import { commands, l10n, Uri, window, workspace } from "vscode";
import { previousSibling } from "../../core/naming/sibling.ts";
import { CONTEXT_KEYS } from "../../protocol/ids.ts";
import { uriName } from "../../protocol/uri-name.ts";
import type { Context } from "../context.ts";
import { openDiff } from "../diff-panel.ts";
import { activeModel, pickModel } from "../models.ts";

/**
 * "Compare Models...": two given models (the second is the new one), two selected in the explorer, the active one with one
 * that is picked, or two that are picked.
 */
export function compareCommand(context: Context): (first?: unknown, second?: unknown) => Promise<void> {
  return async (first, second) => {
    if (first instanceof Uri && second instanceof Uri) return openDiff(first, second, context);
    if (Array.isArray(second)) {
      const [a, b] = second.filter((each): each is Uri => each instanceof Uri);
      if (a !== undefined && b !== undefined) {
        const [original, modified] = await inOrder(a, b);
        return openDiff(original, modified, context);
      }
    }
    const title = l10n.t("Compare Models");
    const given = first instanceof Uri ? first : activeModel();
    const original = await pickModel({
      title,
      placeHolder:
        given === undefined
          ? l10n.t("The old model")
          : l10n.t("The old model, to compare {name} with", { name: uriName(given.toString()) }),
      near: given,
      except: given,
    });
    if (original === undefined) return undefined;
    const modified =
      given ?? (await pickModel({ title, placeHolder: l10n.t("The new model"), near: original, except: original }));
    return modified === undefined ? undefined : openDiff(original, modified, context);
  };
}

/** Old and new of two files: by the version in their names, else by when they were written. */
async function inOrder(a: Uri, b: Uri): Promise<readonly [Uri, Uri]> {
  const [nameA, nameB] = [uriName(a.toString()), uriName(b.toString())];
  if (previousSibling(nameA, [nameB]) !== undefined) return [b, a];
  if (previousSibling(nameB, [nameA]) !== undefined) return [a, b];
  const [statA, statB] = await Promise.all([workspace.fs.stat(a), workspace.fs.stat(b)]);
  return statA.mtime <= statB.mtime ? [a, b] : [b, a];
}

/** "Select for Model Compare" and "Compare Model with Selected": the selection lasts until another is made. */
export function selectionCommands(context: Context): {
  readonly select: (uri?: unknown) => Promise<void>;
  readonly compareWithSelected: (uri?: unknown) => Promise<void>;
} {
  let selected: Uri | undefined;
  return {
    async select(given) {
      const uri = given instanceof Uri ? given : activeModel();
      if (uri === undefined) return;
      selected = uri;
      await commands.executeCommand("setContext", CONTEXT_KEYS.hasSelected, true);
    },
    async compareWithSelected(given) {
      const uri = given instanceof Uri ? given : activeModel();
      if (uri === undefined) return;
      if (selected === undefined) {
        await window.showInformationMessage(l10n.t("Select a model first: Select for Model Compare."));
        return;
      }
      await openDiff(selected, uri, context);
    },
  };
}
