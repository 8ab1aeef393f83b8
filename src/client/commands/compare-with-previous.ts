import { l10n, Uri, window } from "vscode";
import { uriName } from "../../protocol/uri-name.ts";
import type { Context } from "../context.ts";
import { openDiff } from "../diff-panel.ts";
import { activeModel } from "../models.ts";
import { previousVersion } from "../previous.ts";

/** "Compare Model with Previous Version". */
export function compareWithPreviousCommand(context: Context): (uri?: unknown) => Promise<void> {
  return async (given) => {
    const uri = given instanceof Uri ? given : activeModel();
    if (uri === undefined) return;
    // The left side of a Source Control diff is a revision: what it precedes is the file itself.
    if (uri.scheme === "git") return openDiff(uri, Uri.file(uri.path), context);
    const before = await previousVersion(uri);
    if (before !== undefined) return openDiff(before, uri, context);
    await window.showInformationMessage(
      l10n.t(
        "{name} has no previous version: git has none that differs, and no file beside it has a lower version or date in its name.",
        { name: uriName(uri.toString()) },
      ),
    );
    return undefined;
  };
}
