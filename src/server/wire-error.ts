import { LSPErrorCodes, ResponseError } from "vscode-languageserver";
import type { ByteSource } from "../core/bytes/source.ts";
import { ArtifactError } from "../core/errors.ts";
import type { WireError } from "../protocol/methods.ts";

/** Any thrown thing as it goes over the wire. What is not an ArtifactError is a fault of ours, and says so by its code. */
export function wireErrorOf(error: unknown): WireError {
  if (error instanceof WireFailure) return error.wire;
  if (error instanceof ArtifactError) {
    const { code, message, sentence, place } = error;
    return { code, message, ...(sentence !== undefined && { sentence }), ...place };
  }
  if (error instanceof ResponseError && isWireError(error.data)) return error.data;
  return { code: "internal", message: error instanceof Error ? error.message : String(error) };
}

/** A failure with what the file begins and ends with. */
export class WireFailure extends Error {
  readonly wire: WireError;

  constructor(wire: WireError) {
    super(wire.message);
    this.name = "WireFailure";
    this.wire = wire;
  }
}

/** The answer to a request that failed. Refusals of the protocol itself (wrong parameters) stay as they are. */
export function responseError(error: unknown): ResponseError<unknown> {
  if (error instanceof ResponseError && !isWireError(error.data)) return error;
  const wire = wireErrorOf(error);
  const code = wire.code === "cancelled" ? LSPErrorCodes.RequestCancelled : LSPErrorCodes.RequestFailed;
  return new ResponseError(code, wire.message, wire);
}

const SHOWN_BYTES = 16;

/** The error with the file's first and last bytes in hex: half of a bug report. */
export async function withBytes(error: unknown, source: ByteSource): Promise<WireFailure> {
  const wire = wireErrorOf(error);
  const { size } = source;
  const hex = async (start: number, end: number): Promise<string> =>
    [...(await source.read(start, end))].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
  try {
    const head = await hex(0, Math.min(SHOWN_BYTES, size));
    const tail = await hex(Math.max(0, size - SHOWN_BYTES), size);
    return new WireFailure({ ...wire, head, tail });
  } catch {
    // The bytes cannot be read, which is likely why it failed.
    return new WireFailure(wire);
  }
}

function isWireError(data: unknown): data is WireError {
  return typeof data === "object" && data !== null && "code" in data && "message" in data;
}
