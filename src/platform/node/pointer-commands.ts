import path from "node:path";
import { type GitFolder, gitRemote } from "./git-folder.ts";

/** What of a pointer's place a command needs. */
export interface CommandPlace {
  /** The file in the working tree, where it is known. */
  readonly path?: string;
  /** The git revision that the pointer was read from; absent for the working tree and the index. */
  readonly revision?: string;
  /** Where a person would type the command; the root of the repository when absent. */
  readonly from?: string;
}

/** Fetches the object of a Git LFS pointer, and no more than needed. Its patterns start at the root, wherever it is run. */
export async function lfsCommand(git: GitFolder, { path: file, revision }: CommandPlace): Promise<string> {
  const relative = file === undefined ? undefined : inside(git.root, file);
  if (relative === undefined && revision === undefined) return "git lfs fetch --all";
  // A comma separates patterns, and a pattern's own signs would match something else.
  const include = relative === undefined || /[,*?[\]\\]/.test(relative) ? [] : ["--include", quoted(relative)];
  if (revision === undefined) return ["git lfs pull", ...include].join(" ");
  return ["git lfs fetch", quoted(await gitRemote(git)), quoted(revision), ...include].join(" ");
}

/** The same for DVC; `file` is the `.dvc` file. */
export function dvcCommand(root: string, { path: file, revision, from }: CommandPlace): string {
  const isKnown = file !== undefined && inside(root, file) !== undefined;
  const target = isKnown
    ? [
        quoted(
          path
            .relative(from ?? root, file)
            .split(path.sep)
            .join("/"),
        ),
      ]
    : [];
  const verb = revision === undefined && isKnown ? "dvc pull" : "dvc fetch --all-commits";
  return [verb, ...target].join(" ");
}

/** Path below a folder, with slashes; undefined when the file is elsewhere. */
function inside(folder: string, file: string): string | undefined {
  const relative = path.relative(folder, file);
  if (relative === "" || relative.startsWith("..") || path.isAbsolute(relative)) return undefined;
  return relative.split(path.sep).join("/");
}

/** As one word of a command line: what is copied from a message must not mean anything else. */
function quoted(word: string): string {
  return /^[\w@%+=:,./][\w@%+=:,./-]*$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
