import { type CustomDocument, type CustomReadonlyEditorProvider, type Uri, type WebviewPanel, workspace } from "vscode";
import { VIEWER_METHODS } from "../protocol/panel.ts";
import { uriName } from "../protocol/uri-name.ts";
import type { Context } from "./context.ts";
import { openDiff } from "./diff-panel.ts";
import { panelHtml, panelRoot } from "./html.ts";
import { Panel, type PanelContent } from "./panel.ts";
import { sidesOf } from "./paired.ts";
import { runPanelCommand } from "./panel-commands.ts";
import type { OpenPanel } from "./panels.ts";
import { watchFile } from "./watch.ts";

/** The server keeps what is read; a document here is only its URI. */
export interface ModelDocument extends CustomDocument {
  readonly uri: Uri;
}

/** The model editor: read-only, any number of them for one file. */
export class ViewerProvider implements CustomReadonlyEditorProvider<ModelDocument> {
  protected readonly context: Context;

  constructor(context: Context) {
    this.context = context;
  }

  openCustomDocument(uri: Uri): ModelDocument {
    return { uri, dispose: () => undefined };
  }

  resolveCustomEditor(document: ModelDocument, webviewPanel: WebviewPanel): void {
    this.context.panels.add(this.viewer(document, webviewPanel));
  }

  /** Not among the open panels yet: who adds it may say more of it before. */
  protected viewer({ uri }: ModelDocument, webviewPanel: WebviewPanel): OpenPanel {
    const { server, extensionUri } = this.context;
    const { webview } = webviewPanel;
    webview.options = { enableScripts: true, localResourceRoots: [panelRoot(extensionUri)] };
    const content = viewerContent(uri, this.context, () => openSides(entry, this.context));
    const panel = new Panel(webviewPanel, content, server);
    const entry: OpenPanel = { kind: "viewer", panel, uris: () => [uri] };
    const watch = panel.add(watchFile(uri, () => void panel.load()));
    webview.html = panelHtml(webview, extensionUri, {
      name: content.name,
      session: { kind: "viewer", uri: uri.toString() },
    });
    // Not awaited: VS Code shows its own spinner until this returns, and ours says more.
    void watch.ready.then(() => panel.load());
    return entry;
  }
}

function viewerContent(uri: Uri, { server, extensionUri }: Context, compareSides: () => unknown): PanelContent {
  return {
    name: uriName(uri.toString()),
    methods: VIEWER_METHODS,
    async open(options) {
      const asked = { uri: uri.toString(), trusted: workspace.isTrusted };
      const { artifact, model } = await server.request("artifact/open", asked, options);
      return {
        model,
        scope: { artifact },
        close: () => void server.request("artifact/close", { artifact }).catch(() => undefined),
      };
    },
    command: (command, text) =>
      command === "compareSides" ? compareSides() : runPanelCommand(command, text, uri, extensionUri),
  };
}

/** The comparison of the two sides of VS Code's own diff, one of which this is. */
async function openSides(entry: OpenPanel, context: Context): Promise<void> {
  const sides = sidesOf(entry, context.panels.all());
  if (sides !== undefined) await openDiff(...sides, context);
}
