import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { Uri, workspace } from "vscode";
import { gitRevision } from "../protocol/git-uri.ts";
import { gitApi } from "./git.ts";

const run = promisify(execFile);
const HASH = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/**
 * The bytes of a `git:` URI as they were committed. The git extension reads such files by `git show --textconv`: where a
 * person had git show models as text (docs/git.md), it would give that text instead of the model. Undefined for any
 * other URI, where no program may be run, and where git cannot tell; the git extension is asked then.
 */
export async function gitBlob(uri: Uri, maxBytes: number): Promise<Uint8Array | undefined> {
  const revision = gitRevision(uri.toString());
  if (revision === undefined || !workspace.isTrusted) return undefined;
  try {
    const api = await gitApi();
    const repository = api?.getRepository(Uri.file(revision.path));
    if (api === undefined || repository === null || repository === undefined) return undefined;
    const { object } = await repository.getObjectDetails(treeish(revision.ref), revision.path);
    if (!HASH.test(object)) return undefined;
    const { stdout } = await run(api.git.path, ["cat-file", "blob", object], {
      cwd: repository.rootUri.fsPath,
      encoding: "buffer",
      maxBuffer: maxBytes,
    });
    return stdout;
  } catch {
    return undefined;
  }
}

/** `~` is the index, `~1` to `~3` the stages of a conflict, as the git extension writes them. */
function treeish(ref: string): string {
  const stage = /^~([123])$/.exec(ref)?.[1];
  if (stage !== undefined) return `:${stage}`;
  return ref === "~" ? "" : ref;
}
