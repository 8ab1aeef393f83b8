import { l10n, type QuickPickItem, QuickPickItemKind, TabInputCustom, Uri, window, workspace } from "vscode";
import { previousSibling } from "../core/naming/sibling.ts";
import { MODEL_EXTENSIONS, VIEW_TYPES } from "../protocol/ids.ts";
import { uriName } from "../protocol/uri-name.ts";

/** More are not listed in a quick pick; the person can browse. */
const LISTED = 1_000;

export const MODEL_GLOB = `**/*.{${MODEL_EXTENSIONS.join(",")}}`;

export function isModelUri(uri: Uri): boolean {
  return MODEL_EXTENSIONS.some((extension) => uri.path.toLowerCase().endsWith(`.${extension}`));
}

/** The model of the active editor, when it is one of ours. */
export function activeModel(): Uri | undefined {
  const input = window.tabGroups.activeTabGroup.activeTab?.input;
  if (!(input instanceof TabInputCustom)) return undefined;
  return input.viewType === VIEW_TYPES.viewer || input.viewType === VIEW_TYPES.optional ? input.uri : undefined;
}

interface ModelItem extends QuickPickItem {
  readonly uri?: Uri;
  readonly isBrowse?: boolean;
}

export interface PickOptions {
  readonly title: string;
  readonly placeHolder: string;
  /** Listed first. */
  readonly near?: Uri | undefined;
  /** Not listed. */
  readonly except?: Uri | undefined;
}

/** Asks for a model: one of the workspace's, or any file. Undefined when the person thinks better of it. */
export async function pickModel({ title, placeHolder, near, except }: PickOptions): Promise<Uri | undefined> {
  const browse: ModelItem = { label: l10n.t("Browse..."), alwaysShow: true, isBrowse: true };
  const items = workspace.findFiles(MODEL_GLOB, undefined, LISTED).then((found): ModelItem[] => [
    ...ordered(found, near)
      .filter((uri) => uri.toString() !== except?.toString())
      .map((uri) => ({ label: uriName(uri.toString()), description: folderOf(uri), uri })),
    { label: "", kind: QuickPickItemKind.Separator },
    browse,
  ]);
  const picked = await window.showQuickPick(items, { title, placeHolder, matchOnDescription: true });
  if (picked?.isBrowse !== true) return picked?.uri;
  const [chosen] =
    (await window.showOpenDialog({ title, ...(near && { defaultUri: Uri.joinPath(near, "..") }) })) ?? [];
  return chosen;
}

/** The version before `near`, then files of the same folder, then by path; numbers in names in their order. */
function ordered(uris: readonly Uri[], near: Uri | undefined): readonly Uri[] {
  const folder = near === undefined ? undefined : Uri.joinPath(near, "..").path;
  const beside = uris.filter((uri) => Uri.joinPath(uri, "..").path === folder).map(nameOf);
  const before = near === undefined ? undefined : previousSibling(nameOf(near), beside);
  const rank = (uri: Uri): number => {
    if (Uri.joinPath(uri, "..").path !== folder) return 2;
    return nameOf(uri) === before ? 0 : 1;
  };
  return uris
    .map((uri) => ({ uri, rank: rank(uri) }))
    .sort((a, b) => a.rank - b.rank || a.uri.path.localeCompare(b.uri.path, undefined, { numeric: true }))
    .map(({ uri }) => uri);
}

function nameOf(uri: Uri): string {
  return uri.path.slice(uri.path.lastIndexOf("/") + 1);
}

/** Nothing for files right in the only folder of the workspace. */
function folderOf(uri: Uri): string {
  const folder = Uri.joinPath(uri, "..");
  const isRoot = workspace.getWorkspaceFolder(uri)?.uri.path === folder.path;
  if (isRoot && workspace.workspaceFolders?.length === 1) return "";
  return isRoot ? (workspace.getWorkspaceFolder(uri)?.name ?? "") : workspace.asRelativePath(folder);
}
