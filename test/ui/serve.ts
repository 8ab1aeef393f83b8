import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { panelHtml } from "../../src/client/html.ts";
import type { PanelSession } from "../../src/protocol/panel.ts";
import { env, Uri } from "./vscode-uris.ts";

const root = path.resolve(import.meta.dirname, "../..");
const TYPES: Readonly<Record<string, string>> = {
  ".js": "text/javascript",
  ".css": "text/css",
  ".ttf": "font/ttf",
  ".map": "application/json",
};

export interface PageServer {
  readonly origin: string;
  close(): Promise<void>;
}

type Webview = Parameters<typeof panelHtml>[0];
type ExtensionUri = Parameters<typeof panelHtml>[1];

/** Serves the built bundles and the very page the extension makes, with its policy, from the loopback address. */
export async function servePages(): Promise<PageServer> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    const answer = url.pathname === "/panel" ? page(url, origin()) : asset(url.pathname);
    answer.then(
      ({ type, body }) => response.writeHead(200, { "content-type": type }).end(body),
      () => response.writeHead(404).end(),
    );
  });
  const origin = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { origin: origin(), close: () => closed(server) };
}

interface Answer {
  readonly type: string;
  readonly body: string | Buffer;
}

async function page(url: URL, origin: string): Promise<Answer> {
  const kind = url.searchParams.get("kind") === "diff" ? "diff" : "viewer";
  const session: PanelSession =
    kind === "viewer" ? { kind, uri: "file:///model" } : { kind, oldUri: "file:///old", newUri: "file:///new" };
  env.language = url.searchParams.get("language") ?? "en";
  const webview = { cspSource: origin, asWebviewUri: (uri: Uri) => Uri.file(`${origin}${uri.path}`) };
  const name = url.searchParams.get("name") ?? "";
  const body = panelHtml(webview as unknown as Webview, Uri.file("/") as unknown as ExtensionUri, { name, session });
  return { type: "text/html; charset=utf-8", body };
}

async function asset(pathname: string): Promise<Answer> {
  const file = path.join(root, path.posix.normalize(pathname));
  if (!file.startsWith(path.join(root, "dist", "webview") + path.sep)) throw new Error(`not served: ${pathname}`);
  return { type: TYPES[path.extname(file)] ?? "application/octet-stream", body: await readFile(file) };
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
