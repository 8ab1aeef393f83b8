import { lstat, realpath } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { isPlainName, type Siblings } from "../../core/bytes/siblings.ts";
import { ArtifactError } from "../../core/errors.ts";
import { quietWork } from "../../core/work.ts";
import type { FileSource } from "./file.ts";
import { readError } from "./io-error.ts";
import { openModelFile } from "./model-file.ts";

/** The files beside one file on disk, opened when they are asked for. */
export interface FolderSiblings extends Siblings {
  /** Lets go of all that were opened. */
  close(): Promise<void>;
}

/** Each name is opened once, however often a file mentions it. */
export function siblingsOf(path: string): FolderSiblings {
  const opened = new Map<string, Promise<FileSource | undefined>>();
  return {
    own: basename(path),
    open(name) {
      if (!isPlainName(name)) return Promise.resolve(undefined);
      const known = opened.get(name) ?? openBeside(path, name);
      opened.set(name, known);
      return known;
    },
    async close() {
      for (const source of opened.values()) await (await source.catch(() => undefined))?.close();
      opened.clear();
    },
  };
}

async function openBeside(path: string, name: string): Promise<FileSource | undefined> {
  const beside = join(dirname(path), name);
  try {
    if (!(await isInFolder(path, beside))) return undefined;
    const source = await openModelFile(beside, quietWork());
    if (source.missing === undefined) return source;
    await source.close();
    throw new ArtifactError("not-recognised", source.missing);
  } catch (error) {
    const reason = error instanceof ArtifactError ? error : readError(beside, error);
    if (reason.code === "not-found") return undefined;
    throw reason;
  }
}

/**
 * A link that leads out of the folder is not beside the file. Unless the file is such a link itself: then a tool that
 * keeps data elsewhere (DVC, git-annex) put all of them there.
 */
async function isInFolder(path: string, beside: string): Promise<boolean> {
  if (!(await lstat(beside)).isSymbolicLink()) return true;
  if ((await lstat(path)).isSymbolicLink()) return true;
  return dirname(await realpath(beside)) === (await realpath(dirname(path)));
}
