import { randomBytes } from "node:crypto";
import { env, Uri, type Webview } from "vscode";
import type { PanelSession } from "../protocol/panel.ts";

/** Where a webview may load files from: its own bundle, nothing else of the extension or the machine. */
export function panelRoot(extensionUri: Uri): Uri {
  return Uri.joinPath(extensionUri, "dist", "webview");
}

export interface PageOptions {
  /** Shown until the model is there. */
  readonly name: string;
  readonly session: PanelSession;
}

/**
 * The page of a panel. Its policy allows one script by nonce, style sheets and the icon font from the bundle's folder,
 * and nothing else: no inline style or script, no connection.
 */
export function panelHtml(webview: Webview, extensionUri: Uri, { name, session }: PageOptions): string {
  const { kind } = session;
  const file = (path: string): string => webview.asWebviewUri(Uri.joinPath(panelRoot(extensionUri), path)).toString();
  const nonce = randomBytes(24).toString("base64");
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource}`,
    `font-src ${webview.cspSource}`,
  ].join("; ");
  return `<!DOCTYPE html>
<html lang="${escaped(env.language)}">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" id="vscode-codicon-stylesheet" href="${escaped(file("codicon.css"))}">
<link rel="stylesheet" href="${escaped(file(`${kind}.css`))}">
<title>${escaped(name)}</title>
</head>
<body>
<div id="app" data-name="${escaped(name)}" data-session="${escaped(JSON.stringify(session))}"></div>
<script nonce="${nonce}" src="${escaped(file(`${kind}.js`))}"></script>
</body>
</html>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}
