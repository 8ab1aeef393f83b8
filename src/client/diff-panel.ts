import { type Disposable, Uri, ViewColumn, type WebviewPanel, window } from "vscode";
import { VIEW_TYPES } from "../protocol/ids.ts";
import { DIFF_METHODS, type PanelCommand } from "../protocol/panel.ts";
import { uriName } from "../protocol/uri-name.ts";
import type { Context } from "./context.ts";
import { DisposableList } from "./dispose.ts";
import { panelHtml, panelRoot } from "./html.ts";
import { Panel, type PanelContent } from "./panel.ts";
import { openInViewer, runPanelCommand } from "./panel-commands.ts";
import type { OpenPanel } from "./panels.ts";
import { watchFile } from "./watch.ts";

/** Two models compared in one panel. */
class DiffSession {
  private readonly context: Context;
  private readonly panel: Panel;
  private original: Uri;
  private modified: Uri;
  private watchers = new DisposableList();

  constructor(original: Uri, modified: Uri, webviewPanel: WebviewPanel, context: Context) {
    this.original = original;
    this.modified = modified;
    this.context = context;
    webviewPanel.webview.options = { enableScripts: true, localResourceRoots: [panelRoot(context.extensionUri)] };
    this.panel = new Panel(webviewPanel, this.content(), context.server);
    this.panel.add({ dispose: () => this.watchers.dispose() });
    const entry: OpenPanel = { kind: "diff", panel: this.panel, uris: () => [this.original, this.modified] };
    context.panels.add(entry);
  }

  /** Resolves when the diff, or the reason why there is none, is shown. */
  async show(): Promise<void> {
    const { webviewPanel, webview } = this.panel;
    const name = diffName(this.original, this.modified);
    webviewPanel.title = name;
    const session = { kind: "diff", oldUri: this.original.toString(), newUri: this.modified.toString() } as const;
    webview.html = panelHtml(webview, this.context.extensionUri, { name, session });
    this.watchers.dispose();
    this.watchers = new DisposableList();
    const watches = [this.original, this.modified].map((uri) => watchFile(uri, () => void this.panel.load()));
    for (const watch of watches) this.watchers.add(watch);
    await Promise.all(watches.map(({ ready }) => ready));
    await this.panel.show(this.content());
  }

  private content(): PanelContent {
    const { original, modified } = this;
    const { server } = this.context;
    return {
      name: diffName(original, modified),
      methods: DIFF_METHODS,
      async open(options) {
        const asked = { oldUri: original.toString(), newUri: modified.toString() };
        const { diff, model } = await server.request("diff/open", asked, options);
        return {
          model,
          scope: { diff },
          close: () => void server.request("diff/close", { diff }).catch(() => undefined),
        };
      },
      command: (command, text) => this.run(command, text),
    };
  }

  private async run(command: PanelCommand, text: string | undefined): Promise<void> {
    if (command === "openOld") return openInViewer(this.original);
    if (command === "openNew") return openInViewer(this.modified);
    if (command !== "swapSides") return runPanelCommand(command, text, this.modified, this.context.extensionUri);
    [this.original, this.modified] = [this.modified, this.original];
    return this.show();
  }
}

/** "model.joblib (HEAD) ↔ model.joblib": what a tab has room for. */
function diffName(original: Uri, modified: Uri): string {
  return `${uriName(original.toString())} ↔ ${uriName(modified.toString())}`;
}

/** Opens the comparison beside nothing: in the active group, where a person looks. Shows the one that is open already. */
export async function openDiff(original: Uri, modified: Uri, context: Context): Promise<void> {
  const wanted = `${original.toString()}\n${modified.toString()}`;
  const isWanted = (uris: readonly Uri[]): boolean => uris.map(String).join("\n") === wanted;
  const open = context.panels.all().find(({ kind, uris }) => kind === "diff" && isWanted(uris()));
  if (open !== undefined) {
    open.panel.webviewPanel.reveal();
    return;
  }
  const title = diffName(original, modified);
  const webviewPanel = window.createWebviewPanel(VIEW_TYPES.diff, title, ViewColumn.Active);
  await new DiffSession(original, modified, webviewPanel, context).show();
}

/** The comparison in a panel that VS Code made for it. */
export function showDiffIn(panel: WebviewPanel, original: Uri, modified: Uri, context: Context): Promise<void> {
  return new DiffSession(original, modified, panel, context).show();
}

/** Brings diffs back after a reload of the window. */
export function registerDiffSerializer(context: Context): Disposable {
  return window.registerWebviewPanelSerializer(VIEW_TYPES.diff, {
    async deserializeWebviewPanel(webviewPanel: WebviewPanel, state: unknown) {
      const session = sessionOf(state);
      if (session === undefined) {
        webviewPanel.dispose();
        return;
      }
      // Not awaited: VS Code waits for this before it shows the panel.
      void new DiffSession(session.original, session.modified, webviewPanel, context).show();
    },
  });
}

function sessionOf(state: unknown): { readonly original: Uri; readonly modified: Uri } | undefined {
  if (typeof state !== "object" || state === null || !("session" in state)) return undefined;
  const { session } = state;
  if (typeof session !== "object" || session === null || !("oldUri" in session) || !("newUri" in session))
    return undefined;
  const { oldUri, newUri } = session;
  if (typeof oldUri !== "string" || typeof newUri !== "string") return undefined;
  return { original: Uri.parse(oldUri), modified: Uri.parse(newUri) };
}
