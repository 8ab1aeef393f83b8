import {
  CancellationTokenSource,
  type Disposable,
  EventEmitter,
  type Webview,
  type WebviewPanel,
  workspace,
} from "vscode";
import type { Method, Params, Result, WireError } from "../protocol/methods.ts";
import {
  type FromPanel,
  type LinkedChange,
  type PairSide,
  type PanelCommand,
  SIDES_METHODS,
  type SidesState,
  type ToPanel,
} from "../protocol/panel.ts";
import { toPanelWire } from "../protocol/panel-wire.ts";
import { DisposableList } from "./dispose.ts";
import { RequestFailed, type RequestOptions, type Server } from "./server.ts";
import { bundle } from "./strings.ts";

/** What a panel shows while it is open: the model, and the id that its requests are about. */
export interface OpenedContent {
  readonly model: unknown;
  /** Added to every request of the webview, over whatever it says itself. */
  readonly scope: Readonly<Record<string, string>>;
  close(): void;
}

/** The difference between a viewer and a diff, as far as a panel needs it. */
export interface PanelContent {
  readonly name: string;
  /** All that the webview may ask. */
  readonly methods: readonly Method[];
  open(options: RequestOptions): Promise<OpenedContent>;
  command(command: PanelCommand, text: string | undefined): unknown;
}

export type PanelPhase = "loading" | "shown" | "failed";

/**
 * One webview and what it shows. Relays requests to the server and answers every one of them; keeps what was said last, so
 * that a webview which VS Code threw away while it was hidden is told again when it comes back.
 */
export class Panel implements Disposable {
  readonly webviewPanel: WebviewPanel;
  private readonly server: Server;
  private readonly disposables = new DisposableList();
  private readonly changeEmitter = new EventEmitter<void>();
  private readonly pending = new Map<number, CancellationTokenSource>();
  private content: PanelContent;
  private opened: OpenedContent | undefined;
  private loading: CancellationTokenSource | undefined;
  private said: ToPanel;
  private isReady = false;
  private isDisposed = false;
  private wantsReload = false;
  private scopeOfSides: Params<"sides/first"> | undefined;

  /** The other side, of one that VS Code's own diff shows. */
  pair: PairSide | undefined;
  /** How far the comparison with it is. */
  sides: SidesState | undefined;
  /** The address that is selected in the webview. */
  selected: string | undefined;
  /** Who does the same: the other side of VS Code's own diff. */
  onLinked: ((change: LinkedChange) => void) | undefined;
  /** How often something was opened here: what is told of an earlier one is out of date. */
  openings = 0;
  error: WireError | undefined;
  phase: PanelPhase = "loading";
  readonly onDidChange = this.changeEmitter.event;

  constructor(webviewPanel: WebviewPanel, content: PanelContent, server: Server) {
    this.webviewPanel = webviewPanel;
    this.content = content;
    this.server = server;
    this.said = { type: "loading", name: content.name, strings: bundle() };
    this.disposables.add(webviewPanel.webview.onDidReceiveMessage((message: unknown) => this.receive(message)));
    this.disposables.add(webviewPanel.onDidDispose(() => this.dispose()));
    this.disposables.add(webviewPanel.onDidChangeViewState(() => this.changeEmitter.fire()));
    this.disposables.add(this.changeEmitter);
    this.disposables.add(workspace.onDidGrantWorkspaceTrust(() => this.sayAgain()));
    this.disposables.add(
      server.onDidChangeState((state) => {
        // What was being read when the server fell is not tried again unasked: it may be why it fell.
        if (state === "stopped" && this.phase === "shown") this.wantsReload = true;
        else if (state === "running" && this.wantsReload) void this.load();
      }),
    );
  }

  get webview(): Webview {
    return this.webviewPanel.webview;
  }

  get model(): unknown {
    return this.said.type === "model" ? this.said.model : undefined;
  }

  add<T extends Disposable>(item: T): T {
    return this.disposables.add(item);
  }

  /** Shows something else in the same place. */
  async show(content: PanelContent): Promise<void> {
    this.content = content;
    this.isReady = false;
    await this.load();
  }

  /** Opens the content, or opens it again because it changed; the newest call wins. */
  async load(): Promise<void> {
    if (this.isDisposed) return;
    this.loading?.cancel();
    const loading = new CancellationTokenSource();
    this.loading = loading;
    this.wantsReload = false;
    const { content } = this;
    const isCurrent = (): boolean => this.loading === loading;
    this.enter("loading", { type: "loading", name: content.name, strings: bundle() });
    try {
      const opened = await content.open({
        token: loading.token,
        onProgress: (progress) => {
          if (isCurrent()) this.say({ type: "loading", name: content.name, strings: bundle(), ...progress });
        },
      });
      if (!isCurrent()) {
        opened.close();
        return;
      }
      const before = this.opened;
      this.opened = opened;
      this.openings += 1;
      this.enter("shown", this.modelMessage(opened.model));
      before?.close();
    } catch (error) {
      if (!isCurrent()) return;
      this.closeOpened();
      const wire = wireErrorOf(error);
      this.error = wire;
      this.enter("failed", { type: "failed", name: content.name, error: wire, strings: bundle() });
    } finally {
      if (isCurrent()) this.loading = undefined;
      loading.dispose();
    }
  }

  /** Tells the webview, and tells it again when it comes back. */
  showPair(pair: PairSide | undefined): void {
    if (pair?.side === this.pair?.side && pair?.other === this.pair?.other) return;
    this.pair = pair;
    this.post({ type: "pair", ...(pair && { pair }) });
    this.changeEmitter.fire();
  }

  /** What the webview may ask about the two sides that it is one of. */
  lookAtSides(scope: Params<"sides/first"> | undefined): void {
    this.scopeOfSides = scope;
    if (scope === undefined) this.showSides(undefined);
  }

  /** Tells the webview how far their comparison is, and tells it again when it comes back. */
  showSides(state: SidesState | undefined): void {
    this.sides = state;
    this.post({ type: "sides", ...(state && { state }) });
    this.changeEmitter.fire();
  }

  post(message: ToPanel): void {
    // VS Code's own postMessage, which has no target.
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    if (this.isReady) void this.webview.postMessage(toPanelWire(message));
  }

  dispose(): void {
    this.isDisposed = true;
    this.isReady = false;
    this.loading?.cancel();
    this.loading = undefined;
    for (const request of this.pending.values()) request.cancel();
    this.pending.clear();
    this.closeOpened();
    this.disposables.dispose();
  }

  private closeOpened(): void {
    this.opened?.close();
    this.opened = undefined;
  }

  private modelMessage(model: unknown): ToPanel {
    return { type: "model", model, strings: bundle(), restricted: !workspace.isTrusted };
  }

  private enter(phase: PanelPhase, message: ToPanel): void {
    this.phase = phase;
    if (phase !== "failed") this.error = undefined;
    this.say(message);
    this.changeEmitter.fire();
  }

  private say(message: ToPanel): void {
    this.said = message;
    this.post(message);
  }

  private sayAgain(): void {
    if (this.said.type === "model") this.said = this.modelMessage(this.said.model);
    this.post(this.said);
  }

  private receive(message: unknown): void {
    if (!isFromPanel(message)) return;
    switch (message.type) {
      case "ready":
        this.isReady = true;
        // Before the model, which is drawn otherwise then.
        if (this.pair !== undefined) this.post({ type: "pair", pair: this.pair });
        if (this.sides !== undefined) this.post({ type: "sides", state: this.sides });
        this.sayAgain();
        return;
      case "request":
        void this.relay(message);
        return;
      case "cancel":
        this.pending.get(message.id)?.cancel();
        return;
      case "command":
        this.run(message.command, message.text);
        return;
      case "selected":
        this.selected = message.path;
        this.changeEmitter.fire();
        return;
      case "linked":
        this.onLinked?.(message.change);
    }
  }

  private run(command: PanelCommand, text: string | undefined): void {
    if (command === "retry") void this.load();
    else if (command === "cancel") this.loading?.cancel();
    else this.content.command(command, text);
  }

  /** Asks the server about what the panel shows. */
  async ask<M extends Method>(method: M, params: object, options?: RequestOptions): Promise<Result<M>> {
    if (this.opened === undefined)
      throw new RequestFailed({ code: "cancelled", message: "nothing is open in this panel" });
    const scope = isAboutSides(method) ? this.scopeOfSides : this.opened.scope;
    if (scope === undefined)
      throw new RequestFailed({ code: "cancelled", message: "this panel is not one of two sides" });
    return this.server.request(method, { ...params, ...scope } as unknown as Params<M>, options);
  }

  /** Asks the server for the webview. Only what the panel's kind allows, and only about what the panel shows. */
  private async relay({ id, method, params }: Extract<FromPanel, { type: "request" }>): Promise<void> {
    const refuse = (code: WireError["code"], message: string): void =>
      this.post({ type: "error", id, error: { code, message } });
    const { content } = this;
    if (!content.methods.includes(method) && !isAboutSides(method))
      return refuse("refused", `a panel may not ask ${method}`);
    const request = new CancellationTokenSource();
    this.pending.set(id, request);
    try {
      const result = await this.ask(method, params, { token: request.token });
      this.post({ type: "result", id, result });
    } catch (error) {
      this.post({ type: "error", id, error: wireErrorOf(error) });
    } finally {
      this.pending.delete(id);
      request.dispose();
    }
  }
}

export function wireErrorOf(error: unknown): WireError {
  if (error instanceof RequestFailed) return error.wire;
  return { code: "internal", message: error instanceof Error ? error.message : String(error) };
}

/** Messages of a webview are checked as a stranger's are: its script is ours, but what it shows is not. */
function isFromPanel(message: unknown): message is FromPanel {
  if (typeof message !== "object" || message === null || !("type" in message)) return false;
  switch (message.type) {
    case "ready":
      return true;
    case "request":
      return (
        hasNumber(message, "id") &&
        "method" in message &&
        typeof message.method === "string" &&
        "params" in message &&
        typeof message.params === "object" &&
        message.params !== null &&
        !Array.isArray(message.params)
      );
    case "cancel":
      return hasNumber(message, "id");
    case "command":
      return "command" in message && typeof message.command === "string" && hasTextOrNothing(message, "text");
    case "selected":
      return hasTextOrNothing(message, "path");
    case "linked":
      return "change" in message && isLinkedChange(message.change);
    default:
      return false;
  }
}

/** Whether it means anything is for the other side to say. */
function isLinkedChange(change: unknown): boolean {
  if (typeof change !== "object" || change === null || !("kind" in change)) return false;
  return Object.values(change).every((value) => ["string", "number", "boolean"].includes(typeof value));
}

function isAboutSides(method: Method): boolean {
  return (SIDES_METHODS as readonly Method[]).includes(method);
}

function hasNumber(message: object, key: string): boolean {
  return typeof (message as Record<string, unknown>)[key] === "number";
}

function hasTextOrNothing(message: object, key: string): boolean {
  const value = (message as Record<string, unknown>)[key];
  return value === undefined || typeof value === "string";
}
