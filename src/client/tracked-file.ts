import type { Uri } from "vscode";
import type { GitApi, GitRepository } from "./git.ts";

/** What git has of a model. */
export interface TrackedFile {
  readonly repository: GitRepository;
  /** The model itself, or the DVC file that git has instead of it. */
  readonly uri: Uri;
}

/** Undefined when the file is in no repository, or git has neither it nor its DVC file. */
export async function trackedFile(uri: Uri, api: GitApi): Promise<TrackedFile | undefined> {
  if (uri.scheme !== "file") return undefined;
  const repository = api.getRepository(uri);
  if (repository === null) return undefined;
  for (const each of [uri, uri.with({ path: `${uri.path}.dvc` })])
    if (await isKnown(repository, each)) return { repository, uri: each };
  return undefined;
}

/** In the index, in HEAD, or in an earlier commit: a file that was removed can still be compared. */
async function isKnown(repository: GitRepository, { fsPath }: Uri): Promise<boolean> {
  for (const ref of ["", "HEAD"])
    if (
      await repository.getObjectDetails(ref, fsPath).then(
        () => true,
        () => false,
      )
    )
      return true;
  return (await repository.log({ maxEntries: 1, path: fsPath }).catch(() => [])).length > 0;
}
