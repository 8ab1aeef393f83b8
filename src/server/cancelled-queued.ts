import { type ConnectionOptions, LSPErrorCodes, Message, type ResponseMessage } from "vscode-languageserver";
import type { WireError } from "../protocol/methods.ts";

const data: WireError = { code: "cancelled", message: "cancelled" };

/** A request that is cancelled while it is still in the queue is answered without being run. */
export const CONNECTION_OPTIONS: ConnectionOptions = {
  connectionStrategy: {
    cancelUndispatched(message): ResponseMessage | undefined {
      if (!Message.isRequest(message)) return undefined;
      const error = { code: LSPErrorCodes.RequestCancelled, message: data.message, data };
      return { jsonrpc: "2.0", id: message.id, error };
    },
  },
};
