import { env, l10n, type QuickPickItem, QuickPickItemKind, ThemeIcon, Uri, window } from "vscode";
import { gitRevision } from "../../protocol/git-uri.ts";
import { uriName } from "../../protocol/uri-name.ts";
import type { Context } from "../context.ts";
import { openDiff } from "../diff-panel.ts";
import { type GitRef, gitApi } from "../git.ts";
import { activeModel, pickModel } from "../models.ts";
import { type TrackedFile, trackedFile } from "../tracked-file.ts";

/** Commits that are listed; older ones have a branch, a tag, or a hash that git's own views give. */
const COMMITS = 100;

interface RevisionItem extends QuickPickItem {
  readonly ref?: string;
}

/**
 * "Compare Model with Git Revision...": the file as it is now against HEAD, what is staged, a commit that changed it, a
 * branch or a tag. A program may name the revision itself.
 */
export function compareWithRevisionCommand(context: Context): (uri?: unknown, ref?: unknown) => Promise<void> {
  return async (given, named) => {
    const asked =
      given instanceof Uri
        ? given
        : (activeModel() ??
          (await pickModel({
            title: l10n.t("Compare with Git Revision"),
            placeHolder: l10n.t("The model to compare with what git has of it"),
          })));
    if (asked === undefined) return;
    // A revision of a file is as good as the file: what it is compared with is picked.
    const revision = gitRevision(asked.toString());
    const uri = revision === undefined ? asked : Uri.file(revision.path);
    const name = uriName(uri.toString());
    const api = await gitApi().catch(() => undefined);
    const file = api === undefined ? undefined : await trackedFile(uri, api);
    if (api === undefined || file === undefined) {
      void window.showInformationMessage(l10n.t("{name} is not tracked by git.", { name }));
      return;
    }
    const ref = typeof named === "string" ? named : await pickRevision(name, file);
    if (ref === undefined) return;
    const isThere = await file.repository.getObjectDetails(ref, file.uri.fsPath).then(
      () => true,
      () => false,
    );
    if (isThere) await openDiff(api.toGitUri(file.uri, ref), uri, context);
    else void window.showInformationMessage(l10n.t("There is no {name} in {revision}.", { name, revision: ref }));
  };
}

async function pickRevision(name: string, file: TrackedFile): Promise<string | undefined> {
  const picked = await window.showQuickPick(revisionItems(file), {
    title: l10n.t("Compare {name} with Git Revision", { name }),
    placeHolder: l10n.t("The old version of it"),
    matchOnDescription: true,
  });
  return picked?.ref;
}

/** The nearest first: HEAD and the index, the commits that changed the file, then branches and tags by date. */
async function revisionItems({ repository, uri }: TrackedFile): Promise<readonly RevisionItem[]> {
  const path = uri.fsPath;
  const objectOf = (ref: string): Promise<string | undefined> =>
    repository.getObjectDetails(ref, path).then(
      ({ object }) => object,
      () => undefined,
    );
  const [head, staged, commits, refs] = await Promise.all([
    objectOf("HEAD"),
    objectOf(""),
    repository.log({ maxEntries: COMMITS, path }).catch(() => []),
    repository.getRefs({ sort: "committerdate" }).catch(() => []),
  ]);
  const items: RevisionItem[] = [];
  if (head !== undefined)
    items.push({ label: "HEAD", description: l10n.t("last commit"), iconPath: new ThemeIcon("target"), ref: "HEAD" });
  if (staged !== undefined && staged !== head)
    items.push({ label: l10n.t("Index"), description: l10n.t("staged"), iconPath: new ThemeIcon("inbox"), ref: "" });
  if (commits.length > 0) items.push(separator(l10n.t("Commits that changed it")));
  for (const { hash, message, authorName, commitDate } of commits)
    items.push({
      label: message.split("\n", 1)[0] ?? "",
      description: [hash.slice(0, 8), authorName, commitDate?.toLocaleDateString(env.language)]
        .filter((each) => each !== undefined)
        .join(" · "),
      iconPath: new ThemeIcon("git-commit"),
      ref: hash,
    });
  return [
    ...items,
    ...refItems(refs, 0, l10n.t("Branches"), "git-branch"),
    ...refItems(refs, 2, l10n.t("Tags"), "tag"),
  ];
}

function refItems(refs: readonly GitRef[], type: GitRef["type"], title: string, icon: string): RevisionItem[] {
  const items = refs.flatMap(({ type: own, name, commit }): RevisionItem[] =>
    own === type && name !== undefined
      ? [{ label: name, description: commit?.slice(0, 8) ?? "", iconPath: new ThemeIcon(icon), ref: name }]
      : [],
  );
  return items.length === 0 ? [] : [separator(title), ...items];
}

function separator(label: string): RevisionItem {
  return { label, kind: QuickPickItemKind.Separator };
}
