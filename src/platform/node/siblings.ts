import { lstat, opendir, realpath } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { isPathBelow, isPlainName, type Siblings } from "../../core/bytes/siblings.ts";
import { ArtifactError, limitExceeded } from "../../core/errors.ts";
import { LIMITS } from "../../core/limits.ts";
import { quietWork } from "../../core/work.ts";
import type { FileSource } from "./file.ts";
import { readError } from "./io-error.ts";
import { openModelFile } from "./model-file.ts";

/** The files beside one file on disk, opened when they are asked for. */
export interface FolderSiblings extends Siblings {
  openBelow(path: string): Promise<FileSource | undefined>;
  list(path: string): Promise<readonly string[] | undefined>;
  /** Lets go of all that were opened. */
  close(): Promise<void>;
}

/** Each name is opened once, however often a file mentions it. */
export function siblingsOf(path: string): FolderSiblings {
  const opened = new Map<string, Promise<FileSource | undefined>>();
  const open = (name: string): Promise<FileSource | undefined> => {
    const known = opened.get(name) ?? openBeside(path, name);
    opened.set(name, known);
    return known;
  };
  return {
    own: basename(path),
    open: (name) => (isPlainName(name) ? open(name) : Promise.resolve(undefined)),
    openBelow: (below) => (isPathBelow(below) ? open(below) : Promise.resolve(undefined)),
    list: (folder) => (folder === "" || isPathBelow(folder) ? listBelow(path, folder) : Promise.resolve(undefined)),
    async close() {
      for (const source of opened.values()) await (await source.catch(() => undefined))?.close();
      opened.clear();
    },
  };
}

async function openBeside(path: string, name: string): Promise<FileSource | undefined> {
  const beside = join(dirname(path), name);
  try {
    if (!(await isInFolder(path, name))) return undefined;
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

async function listBelow(path: string, below: string): Promise<readonly string[] | undefined> {
  const folder = join(dirname(path), below);
  try {
    if (below !== "" && !(await isInFolder(path, `${below}/.`))) return undefined;
    const names: string[] = [];
    for await (const entry of await opendir(folder)) {
      if (names.length >= LIMITS.listedNames)
        throw limitExceeded(`${folder}: names in it`, names.length + 1, LIMITS.listedNames);
      if (!isPlainName(entry.name)) continue;
      if (entry.isDirectory()) names.push(`${entry.name}/`);
      else if (entry.isFile() || entry.isSymbolicLink()) names.push(entry.name);
    }
    return names.sort();
  } catch (error) {
    const reason = error instanceof ArtifactError ? error : readError(folder, error);
    if (reason.code === "not-found") return undefined;
    throw reason;
  }
}

/**
 * A link that leads out of the folder is not beside the file, and a folder that is a link is no folder below it. Unless
 * the file is such a link itself: then a tool that keeps data elsewhere (DVC, git-annex) put all of them there.
 */
async function isInFolder(path: string, name: string): Promise<boolean> {
  const folders = name.split("/").slice(0, -1);
  let folder = dirname(path);
  for (const each of folders) {
    folder = join(folder, each);
    if ((await lstat(folder)).isSymbolicLink()) return false;
  }
  const beside = join(dirname(path), name);
  if (!(await lstat(beside)).isSymbolicLink()) return true;
  if ((await lstat(path)).isSymbolicLink()) return true;
  return dirname(await realpath(beside)) === (await realpath(folder));
}
