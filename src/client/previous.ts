import { FileType, Uri, workspace } from "vscode";
import { previousSibling } from "../core/naming/sibling.ts";
import { revisionsOf } from "./git.ts";

/**
 * The version of a model before this one: what git's HEAD has, when the file is tracked and changed since; else the file
 * beside it with the nearest lower version or date in its name; else what git had before the last commit that changed
 * the file.
 */
export async function previousVersion(uri: Uri): Promise<Uri | undefined> {
  const revisions = await revisionsOf(uri);
  return revisions?.head ?? (await siblingBefore(uri)) ?? (await revisions?.committed());
}

async function siblingBefore(uri: Uri): Promise<Uri | undefined> {
  const folder = Uri.joinPath(uri, "..");
  const names = (await workspace.fs.readDirectory(folder))
    .filter(([, type]) => (type & FileType.File) !== 0)
    .map(([name]) => name);
  const name = uri.path.slice(uri.path.lastIndexOf("/") + 1);
  const before = previousSibling(name, names);
  return before === undefined ? undefined : Uri.joinPath(folder, before);
}
