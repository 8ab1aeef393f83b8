import { commands, l10n, Uri, window } from "vscode";
import { uriName } from "../../protocol/uri-name.ts";
import type { Context } from "../context.ts";
import { activeSides } from "../paired.ts";
import { textUri } from "../text-documents.ts";

/** "Show as Text Diff": the texts of two models in VS Code's own diff; those of the active comparison when none are given. */
export function showTextDiffCommand(context: Context): (original?: unknown, modified?: unknown) => Promise<void> {
  return async (original, modified) => {
    const sides =
      original instanceof Uri && modified instanceof Uri
        ? ([original, modified] as const)
        : activeSides(context.panels);
    if (sides === undefined) {
      void window.showInformationMessage(l10n.t("Compare two models first."));
      return;
    }
    const title = sides.map((uri) => uriName(uri.toString())).join(" ↔ ");
    await commands.executeCommand(
      "vscode.diff",
      ...sides.map((side) => textUri(side)),
      l10n.t("{title} (text)", { title }),
    );
  };
}
