import path from "node:path";

/** Both sides of a comparison, as files and as they are called. */
export interface Sides {
  readonly oldFile: string;
  readonly newFile: string;
  /** As git writes them, where it gave other files to read. */
  readonly oldName?: string;
  readonly newName?: string;
  /** The file in the repository: its folder's rules count. */
  readonly place: string;
}

const HASH = /^(?:[0-9a-f]{40}|[0-9a-f]{64}|\.)$/;
const MODE = /^(?:[0-7]{6}|\.)$/;

/**
 * The words that git gives an external diff driver (git(1), GIT_EXTERNAL_DIFF): path, old file, old hash, old mode, new
 * file, new hash, new mode; after a rename the new path and what was renamed. Undefined for any other words.
 */
export function driverSides(words: readonly string[]): Sides | undefined {
  const [file, oldFile, oldHash = "", oldMode = "", newFile, newHash = "", newMode = "", renamed] = words;
  if (words.length !== 7 && words.length !== 9) return undefined;
  if (file === undefined || oldFile === undefined || newFile === undefined) return undefined;
  if (![oldHash, newHash].every((hash) => HASH.test(hash)) || ![oldMode, newMode].every((mode) => MODE.test(mode)))
    return undefined;
  const place = renamed ?? file;
  return { oldFile, newFile, oldName: `a/${file}`, newName: `b/${place}`, place };
}

/** A side that does not exist: what git gives for a file that was added or removed. */
export function isMissingSide(file: string): boolean {
  return file === "/dev/null" || (process.platform === "win32" && /^(?:\\\\\.\\)?nul$/i.test(file));
}

/**
 * Whose rules count for two files: the new one's, or that of the side that is there. A revision that git wrote to a
 * temporary folder belongs to where git was started.
 */
export function placeOf(oldFile: string, newFile: string): string {
  const file = isMissingSide(newFile) ? oldFile : newFile;
  return path.basename(path.dirname(file)).startsWith("git-blob-") ? path.basename(file) : file;
}
