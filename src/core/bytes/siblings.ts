import { type ByteSource, slice } from "./source.ts";

/** The files that lie beside the one being read. Whoever made this closes what it opened. */
export interface Siblings {
  /** The name of the file being read: what the files that belong to it are named after. */
  readonly own: string;
  /**
   * Opens a file of the same folder by its plain name. Undefined when there is none, or none that may be opened. Throws
   * ArtifactError when it is there and cannot be read.
   */
  open(name: string): Promise<ByteSource | undefined>;
  /**
   * As `open`, for a file of a folder below: plain names with `/` between them (`isPathBelow`), no link leads out of the
   * folder. Absent where only the folder itself can be looked into.
   */
  openBelow?(path: string): Promise<ByteSource | undefined>;
  /**
   * What lies in a folder below, "" for the folder itself: plain names, sorted, those of folders with `/` behind them, without
   * links to folders. Undefined when there is no such folder; throws ArtifactError `limit` for one of too many. Absent where
   * nothing can be listed.
   */
  list?(path: string): Promise<readonly string[] | undefined>;
}

/** The same files; what lies in one says in which. */
export function tellingFiles(siblings: Siblings): Siblings {
  const told = (source: ByteSource | undefined, file: string): ByteSource | undefined =>
    source && { ...slice(source, 0, source.size), file };
  return {
    own: siblings.own,
    open: async (name) => told(await siblings.open(name), name),
    ...(siblings.openBelow && {
      openBelow: async (path: string) => told(await siblings.openBelow?.(path), path),
    }),
    ...(siblings.list && { list: async (path: string) => siblings.list?.(path) }),
  };
}

/**
 * True for the name of a file and nothing more: no folder, drive or stream, nothing that a system reads as another
 * place. Names come out of files, so every opener asks this before it asks a file system.
 */
export function isPlainName(name: string): boolean {
  if (name === "" || name === "." || name === ".." || name.length > 255) return false;
  for (const character of name) if (character < " " || "/\\:\u007f".includes(character)) return false;
  return true;
}

/** True for plain names with `/` between them: a file of the folder, or of one below it. */
export function isPathBelow(path: string): boolean {
  const names = path.split("/");
  return names.length <= 16 && names.every(isPlainName);
}
