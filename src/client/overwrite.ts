import { l10n, type Uri, window, workspace } from "vscode";
import { uriName } from "../protocol/uri-name.ts";

/** Undefined: the person does not want it overwritten. Not every system's save dialog asks. */
export async function confirmOverwrite(output: Uri): Promise<boolean | undefined> {
  const exists = await workspace.fs.stat(output).then(
    () => true,
    () => false,
  );
  if (!exists) return false;
  const go = l10n.t("Overwrite");
  const answer = await window.showWarningMessage(
    l10n.t("{name} exists. Overwrite it?", { name: uriName(output.toString()) }),
    { modal: true },
    go,
  );
  return answer === go ? true : undefined;
}
