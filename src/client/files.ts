import { FileSystemError, FileType, Uri, workspace } from "vscode";
import { ResponseError } from "vscode-languageclient/node";
import { LIMITS } from "../core/limits.ts";
import type { ClientRequests, WireError } from "../protocol/methods.ts";
import { gitBlob } from "./git-blob.ts";

type Answer<M extends keyof ClientRequests> = Promise<ClientRequests[M][1]>;

/** LSP's "the request failed, but not for a reason of the protocol". */
const REQUEST_FAILED = -32803;

/** The server's questions about files that only VS Code can reach: git revisions, remote and virtual file systems. */
export const files = {
  stat: ({ uri }: ClientRequests["files/stat"][0]): Answer<"files/stat"> =>
    answered(uri, async (target) => {
      const { type, size, mtime } = await workspace.fs.stat(target);
      if ((type & FileType.Directory) !== 0) throw refusal("not-recognised", `${target.path} is a folder`);
      return { size, modified: mtime };
    }),

  read: ({ uri }: ClientRequests["files/read"][0]): Answer<"files/read"> =>
    answered(uri, async (target) => {
      const bytes = (await gitBlob(target, LIMITS.fetchedBytes)) ?? (await workspace.fs.readFile(target));
      if (bytes.length > LIMITS.fetchedBytes)
        throw refusal("limit", `${target.path} has ${bytes.length} bytes; ${LIMITS.fetchedBytes} can be fetched`);
      return bytes;
    }),
} as const;

async function answered<T>(uri: string, ask: (target: Uri) => Promise<T>): Promise<T> {
  const target = Uri.parse(uri, true);
  try {
    return await ask(target);
  } catch (error) {
    if (error instanceof ResponseError) throw error;
    const code = error instanceof FileSystemError ? error.code : undefined;
    const why = error instanceof Error ? error.message : String(error);
    // The git extension says "not found" by an error of its own that has no code.
    throw code === "FileNotFound" || /file not found|does not exist/i.test(why)
      ? refusal("not-found", `${target.path} is not there`)
      : refusal("refused", `${target.path} could not be read: ${why}`);
  }
}

function refusal(code: WireError["code"], message: string): ResponseError<WireError> {
  return new ResponseError(REQUEST_FAILED, message, { code, message });
}
