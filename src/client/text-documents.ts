import { type CancellationToken, type Disposable, EventEmitter, Uri, window, workspace } from "vscode";
import { TEXT_SCHEME } from "../protocol/ids.ts";
import type { Server } from "./server.ts";
import { watchFile } from "./watch.ts";

/** What is written of a model: what it is, or its pickles as opcodes, or as what loading them would do. */
export type TextForm = "summary" | "disassembly" | "decompiled";

/** By the extension VS Code knows the language. */
const EXTENSIONS: Readonly<Record<TextForm, string>> = {
  summary: ".model-summary",
  disassembly: ".pickle-disassembly",
  decompiled: ".pickle-decompiled",
};

/** The text of a model as a read-only document: `model-loupe:/name.model-summary?<the model's URI>`. */
export function textUri(model: Uri, form: TextForm = "summary"): Uri {
  const name = model.path.slice(model.path.lastIndexOf("/") + 1);
  return Uri.from({ scheme: TEXT_SCHEME, path: `/${name}${EXTENSIONS[form]}`, query: model.toString() });
}

function formOf({ path }: Uri): TextForm {
  const forms = Object.keys(EXTENSIONS) as TextForm[];
  return forms.find((form) => path.endsWith(EXTENSIONS[form])) ?? "summary";
}

async function textOf(document: Uri, model: Uri, server: Server, token: CancellationToken): Promise<string> {
  const form = formOf(document);
  const uri = model.toString();
  const answer =
    form === "summary"
      ? await server.request("artifact/text", { uri }, { token })
      : await server.request("artifact/listing", { uri, form }, { token });
  return answer.text;
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
        return await textOf(uri, model, server, token);
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

/** Opens the document of a form. */
export async function showText(model: Uri, form: TextForm): Promise<void> {
  const document = await workspace.openTextDocument(textUri(model, form));
  await window.showTextDocument(document, { preview: true });
}
