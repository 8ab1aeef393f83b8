import { PassThrough } from "node:stream";
import {
  type CancellationToken,
  createConnection,
  createProtocolConnection,
  type Diagnostic,
  ProposedFeatures,
  type ProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-languageserver/node";
import { nodeHost } from "../../src/platform/node/host.ts";
import { msgpackCodec } from "../../src/protocol/codec.ts";
import type { Method, Params, Result, ServerNotifications, ServerOptions } from "../../src/protocol/methods.ts";
import { CONNECTION_OPTIONS } from "../../src/server/cancelled-queued.ts";
import { serve } from "../../src/server/connection.ts";
import type { ServerContext } from "../../src/server/context.ts";

/** A file system that only the client can reach. */
export interface ClientFolder {
  readonly stat: (uri: string) => Promise<{ size: number; modified: number }> | { size: number; modified: number };
  readonly read: (uri: string) => Promise<Uint8Array> | Uint8Array;
}

/** A client and a server in one process, over streams and the real codec. */
export class Session {
  readonly client: ProtocolConnection;
  readonly context: ServerContext;
  readonly problems = new Map<string, Diagnostic[]>();
  readonly progress: ServerNotifications["work/progress"][] = [];
  readonly asked: string[] = [];
  private waiting: (() => void)[] = [];

  private constructor(client: ProtocolConnection, context: ServerContext) {
    this.client = client;
    this.context = context;
  }

  static async start(options: Partial<ServerOptions> = {}, folder?: ClientFolder): Promise<Session> {
    const [up, down] = [new PassThrough(), new PassThrough()];
    const reader = (stream: PassThrough) => new StreamMessageReader(stream, { contentTypeDecoder: msgpackCodec });
    const writer = (stream: PassThrough) => new StreamMessageWriter(stream, { contentTypeEncoder: msgpackCodec });
    const server = createConnection(ProposedFeatures.all, reader(up), writer(down), CONNECTION_OPTIONS);
    const { context } = serve(server, nodeHost());
    server.listen();
    const client = createProtocolConnection(reader(down), writer(up));
    const session = new Session(client, context);
    client.onNotification("textDocument/publishDiagnostics", (params: { uri: string; diagnostics: Diagnostic[] }) => {
      session.problems.set(params.uri, params.diagnostics);
      for (const each of session.waiting.splice(0)) each();
    });
    client.onNotification("work/progress", (progress: ServerNotifications["work/progress"]) => {
      session.progress.push(progress);
    });
    client.onRequest("files/stat", async ({ uri }: { uri: string }): Promise<unknown> => {
      session.asked.push(`stat ${uri}`);
      return folder?.stat(uri);
    });
    client.onRequest("files/read", async ({ uri }: { uri: string }): Promise<unknown> => {
      session.asked.push(`read ${uri}`);
      return folder?.read(uri);
    });
    client.listen();
    const settings = { rules: {}, files: [], problems: "openFiles" } as const;
    const initializationOptions: ServerOptions = { settings, rulePages: "file:///rules", strings: {}, ...options };
    await client.sendRequest("initialize", { processId: null, rootUri: null, capabilities: {}, initializationOptions });
    await client.sendNotification("initialized", {});
    return session;
  }

  ask<M extends Method>(
    method: M,
    params: Params<M> & { token?: string },
    token?: CancellationToken,
  ): Promise<Result<M>> {
    return token === undefined
      ? this.client.sendRequest<Result<M>>(method, params)
      : this.client.sendRequest<Result<M>>(method, params, token);
  }

  /** Rules of the problems of a file, when they are as wanted. */
  async untilProblems(uri: string, isWanted: (rules: readonly unknown[]) => boolean): Promise<readonly Diagnostic[]> {
    for (;;) {
      const now = this.problems.get(uri);
      if (now !== undefined && isWanted(now.map(({ code }) => code))) return now;
      await new Promise<void>((resolve) => {
        this.waiting.push(resolve);
      });
    }
  }

  end(): void {
    this.client.dispose();
  }
}
