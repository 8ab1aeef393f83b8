import { type Disposable, EventEmitter, Uri, window, workspace } from "vscode";
import { TEXT_SCHEME } from "../protocol/ids.ts";
import type { Server } from "./server.ts";
import { watchFile } from "./watch.ts";

/** The text of a model as a read-only document: `model-loupe:/name.model-summary?<the model's URI>`. */
export function textUri(model: Uri): Uri {
  const name = model.path.slice(model.path.lastIndexOf("/") + 1);
  return Uri.from({ scheme: TEXT_SCHEME, path: `/${name}.model-summary`, query: model.toString() });
}

export function registerTextDocuments(server: Server): Disposable[] {
  const emitter = new EventEmitter<Uri>();
  const watched = new Map<string, Disposable>();
  const provider = workspace.registerTextDocumentContentProvider(TEXT_SCHEME, {
    onDidChange: emitter.event,
    async provideTextDocumentContent(uri, token) {
      const model = Uri.parse(uri.query, true);
      const key = uri.toString();
      if (!watched.has(key))
        watched.set(
          key,
          watchFile(model, () => emitter.fire(uri)),
        );
      try {
        return (await server.request("artifact/text", { uri: model.toString() }, { token })).text;
      } catch (error) {
        return error instanceof Error ? error.message : String(error);
      }
    },
  });
  const closed = workspace.onDidCloseTextDocument(({ uri }) => {
    const key = uri.toString();
    watched.get(key)?.dispose();
    watched.delete(key);
  });
  return [
    provider,
    closed,
    emitter,
    {
      dispose: () => {
        for (const each of watched.values()) each.dispose();
      },
    },
  ];
}

/** "Show Model as Text". */
export async function showText(model: Uri): Promise<void> {
  const document = await workspace.openTextDocument(textUri(model));
  await window.showTextDocument(document, { preview: true });
}
