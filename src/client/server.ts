import { type CancellationToken, type Disposable, EventEmitter, type LogOutputChannel } from "vscode";
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  type LanguageClientOptions,
  LSPErrorCodes,
  ResponseError,
  RevealOutputChannelOn,
  State,
} from "vscode-languageclient/node";
import type { Method, Params, Result, ServerNotifications, ServerOptions, WireError } from "../protocol/methods.ts";
import { files } from "./files.ts";
import { said } from "./strings.ts";
import type { ServerProcess } from "./server-process.ts";

export type ServerProgress = Omit<ServerNotifications["work/progress"], "token">;

export interface RequestOptions {
  readonly token?: CancellationToken;
  readonly onProgress?: (progress: ServerProgress) => void;
}

/** A request that was answered with an error, or could not be answered any more. */
export class RequestFailed extends Error {
  readonly wire: WireError;

  constructor(wire: WireError, cause?: unknown) {
    const message = wire.sentence === undefined ? wire.message : said(wire.sentence);
    super(message, cause === undefined ? undefined : { cause });
    this.name = "RequestFailed";
    this.wire = { ...wire, message };
  }
}

export interface ServerEnvironment {
  readonly log: LogOutputChannel;
  readonly launch: () => Promise<ServerProcess>;
  readonly options: () => ServerOptions;
  readonly client: Pick<LanguageClientOptions, "documentSelector" | "synchronize" | "middleware">;
}

export type ServerState = "idle" | "starting" | "running" | "stopped";

/** A server that fell this often in this time is not started again until somebody asks for something. */
const FALLS = 4;
const FALLS_MS = 3 * 60_000;

/** Not one of VS Code's settings sections: tracing bodies would turn bytes and big integers into text. */
const CLIENT_ID = "modelLoupe.languageServer";

/**
 * The language server as a thing to ask. It is started by the first request, and again after it fell; what was under way
 * then is answered with `stopped`.
 */
export class Server implements Disposable {
  private readonly environment: ServerEnvironment;
  private readonly progress = new Map<string, (progress: ServerProgress) => void>();
  private readonly stateEmitter = new EventEmitter<ServerState>();
  private readonly sidesEmitter = new EventEmitter<ServerNotifications["sides/told"]>();
  private client: LanguageClient | undefined;
  private process: ServerProcess | undefined;
  private falls: number[] = [];
  private lastToken = 0;
  private lastWords: string | undefined;
  private isDisposed = false;
  private current: ServerState = "idle";

  readonly onDidChangeState = this.stateEmitter.event;
  /** What is known of a comparison of two sides that is under way. */
  readonly onDidTellSides = this.sidesEmitter.event;

  constructor(environment: ServerEnvironment) {
    this.environment = environment;
  }

  get state(): ServerState {
    return this.current;
  }

  /** Of the server's process, while there is one. */
  get processId(): number | undefined {
    return this.current === "running" ? this.process?.pid : undefined;
  }

  /** Resolves when the server can answer. */
  async ready(): Promise<void> {
    await this.running();
  }

  async request<M extends Method>(
    method: M,
    params: Params<M>,
    { token, onProgress }: RequestOptions = {},
  ): Promise<Result<M>> {
    const progressToken = onProgress === undefined ? undefined : String(++this.lastToken);
    if (progressToken !== undefined && onProgress !== undefined) this.progress.set(progressToken, onProgress);
    try {
      const client = await this.running();
      if (token?.isCancellationRequested === true) throw new RequestFailed({ code: "cancelled", message: "cancelled" });
      const sent = progressToken === undefined ? params : { ...params, token: progressToken };
      // An undefined token would be sent as a second parameter.
      return await (token === undefined
        ? client.sendRequest<Result<M>>(method, sent)
        : client.sendRequest<Result<M>>(method, sent, token));
    } catch (error) {
      throw this.failure(error, token);
    } finally {
      if (progressToken !== undefined) this.progress.delete(progressToken);
    }
  }

  /** Tells a running server; one that is not running reads the settings when it starts. */
  async settingsChanged(): Promise<void> {
    const { client } = this;
    if (client?.state !== State.Running) return;
    await client.sendNotification("workspace/didChangeConfiguration", {
      settings: this.environment.options().settings,
    });
  }

  async restart(): Promise<void> {
    this.falls = [];
    await this.stop();
    await this.running();
  }

  dispose(): void {
    this.isDisposed = true;
    this.sidesEmitter.dispose();
    void this.stop().finally(() => this.stateEmitter.dispose());
  }

  /** Ends the server; resolves when it is gone or was given up. */
  async stop(): Promise<void> {
    const { client, process } = this;
    this.client = undefined;
    this.process = undefined;
    // A client that is starting or has fallen refuses to be disposed; the process is ended all the same.
    await client?.dispose().catch(() => undefined);
    process?.end();
    this.enter("stopped");
  }

  private async running(): Promise<LanguageClient> {
    if (this.isDisposed) throw new RequestFailed({ code: "stopped", message: "the window is closing" });
    // A client whose start failed cannot be started again.
    if (this.client?.state === State.StartFailed) this.client = undefined;
    this.client ??= this.create();
    const { client } = this;
    try {
      await client.start();
    } catch (error) {
      const message = `The server could not be started: ${this.reason(error)}`;
      throw new RequestFailed({ code: "stopped", message }, error);
    }
    return client;
  }

  private create(): LanguageClient {
    const { log, launch, options, client: clientOptions } = this.environment;
    const start = async (): Promise<ServerProcess["transports"]> => {
      this.process = await launch();
      return this.process.transports;
    };
    const client = new LanguageClient(CLIENT_ID, "Model Loupe", start, {
      ...clientOptions,
      outputChannel: log,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      diagnosticCollectionName: "Model Loupe",
      initializationOptions: options,
      // Nothing pops up: panels say it where it matters, and the status bar item stays until it is well again.
      initializationFailedHandler: () => false,
      errorHandler: {
        // A pipe that broke, or bytes that are no message: nothing more can be asked of this process. Its end is told as
        // closed, and only that decides on another one: of a server that fell, a failed write may be what is seen first.
        error: () => {
          this.process?.end();
          return { action: ErrorAction.Continue, handled: true };
        },
        closed: () => ({ action: this.mayRestart() ? CloseAction.Restart : CloseAction.DoNotRestart, handled: true }),
      },
    });
    client.onDidChangeState(({ newState }) => {
      if (client !== this.client) return;
      if (newState === State.Starting) this.enter("starting");
      else if (newState === State.Running) this.enter("running");
      else this.enter("stopped");
    });
    client.onNotification("work/progress", ({ token, ...progress }: ServerNotifications["work/progress"]) =>
      this.progress.get(token)?.(progress),
    );
    client.onNotification("sides/told", (told: ServerNotifications["sides/told"]) => this.sidesEmitter.fire(told));
    client.onNotification("server/dying", ({ reason }: ServerNotifications["server/dying"]) => {
      this.lastWords = reason;
      log.error(`the server is ending: ${reason}`);
    });
    client.onRequest("files/stat", files.stat);
    client.onRequest("files/read", files.read);
    return client;
  }

  private mayRestart(): boolean {
    const now = Date.now();
    this.falls = [...this.falls.filter((at) => now - at < FALLS_MS), now];
    return !this.isDisposed && this.falls.length <= FALLS;
  }

  private enter(state: ServerState): void {
    if (state === this.current) return;
    if (state === "starting") this.lastWords = undefined;
    this.current = state;
    this.stateEmitter.fire(state);
  }

  private failure(error: unknown, token: CancellationToken | undefined): RequestFailed {
    if (error instanceof RequestFailed) return error;
    if (error instanceof ResponseError) {
      const { code, data, message } = error as ResponseError<unknown>;
      if (isWireError(data)) return new RequestFailed(data, error);
      if (code === LSPErrorCodes.RequestCancelled)
        return new RequestFailed({ code: "cancelled", message: "cancelled" }, error);
      if (this.client?.state === State.Running) return new RequestFailed({ code: "internal", message }, error);
    }
    if (token?.isCancellationRequested === true) return new RequestFailed({ code: "cancelled", message: "cancelled" });
    const message = `The server stopped before it could answer: ${this.reason(error)}`;
    return new RequestFailed({ code: "stopped", message }, error);
  }

  /** Why the server is not there: what it said itself, else what was seen of it. */
  private reason(error: unknown): string {
    return this.lastWords ?? this.process?.complaint() ?? (error instanceof Error ? error.message : String(error));
  }
}

function isWireError(data: unknown): data is WireError {
  return (
    typeof data === "object" &&
    data !== null &&
    "code" in data &&
    typeof data.code === "string" &&
    "message" in data &&
    typeof data.message === "string"
  );
}
