import { isPathBelow, type Siblings } from "../../bytes/siblings.ts";
import type { ByteSource } from "../../bytes/source.ts";
import { corrupt } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";

/** Where the chunks of arrays lie, by paths with `/` between names. */
export interface ZarrStore {
  /** Undefined where there is none: the array then has its fill value. */
  open(path: string): Promise<ByteSource | undefined>;
  /** Chunks of one array that may be opened, each of which is a file that stays open; absent where they are no files. */
  readonly mostFiles?: number;
}

/** The folder of a file. */
export function folderStore(siblings: Siblings | undefined, name: string): ZarrStore {
  return {
    mostFiles: LIMITS.zarrChunks,
    open(path) {
      if (siblings?.openBelow === undefined) throw corrupt(`${name}: the files of its chunks cannot be looked for`);
      if (!isPathBelow(path)) throw corrupt(`${path} is no file below the folder`);
      return path.includes("/") ? siblings.openBelow(path) : siblings.open(path);
    },
  };
}
