import { joined } from "../../bytes/joined.ts";
import { isPathBelow, type Siblings } from "../../bytes/siblings.ts";
import { type ByteSource, slice } from "../../bytes/source.ts";
import { corrupt, limitExceeded, truncated, unsupported } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import type { H5Cursor, H5File } from "./file.ts";
import { LocalHeap } from "./local-heap.ts";

/** Files that datasets lie in or are made of: in the folder of the opened one or below it, and nowhere else. */
export class OutsideFiles {
  private readonly siblings: Siblings | undefined;
  private readonly opened = new Map<string, Promise<ByteSource | undefined>>();

  constructor(siblings: Siblings | undefined) {
    this.siblings = siblings;
  }

  /** The file; undefined where there is none. Throws where it must not be looked for. */
  open(name: string): Promise<ByteSource | undefined> {
    let file = this.opened.get(name);
    if (file === undefined) {
      file = this.look(name);
      this.opened.set(name, file);
      file.catch(() => this.opened.delete(name));
    }
    return file;
  }

  private async look(name: string): Promise<ByteSource | undefined> {
    const below = name.replace(/^\.\//, "");
    const shown = JSON.stringify(name);
    const { siblings } = this;
    if (siblings === undefined) throw unsupported(`the file ${shown} cannot be looked for here`);
    if (!isPathBelow(below)) throw unsupported(`${shown} is no file of the folder, and is not opened`);
    // Each stays open until the model is closed.
    if (this.opened.size > LIMITS.hdf5Files) throw limitExceeded("other files", this.opened.size, LIMITS.hdf5Files);
    return below.includes("/") ? siblings.openBelow?.(below) : siblings.open(below);
  }
}

/** A list of external files: the parts of them that are one dataset, one after another. Gives its first `size` bytes. */
export async function externalData(
  file: H5File,
  cursor: H5Cursor,
  files: OutsideFiles,
  size: number,
): Promise<ByteSource> {
  cursor.skip(6);
  const used = cursor.u16();
  const address = cursor.address();
  if (address === undefined) throw corrupt(`${file.name}: a list of external files without names`);
  const heap = await LocalHeap.open(file, address);
  const parts: ByteSource[] = [];
  let left = size;
  for (let i = 0; i < used && left > 0; i++) {
    const name = heap.text(cursor.length());
    const start = cursor.length();
    const length = Math.min(left, cursor.lengthOrUnlimited() ?? left);
    const source = await files.open(name);
    if (source === undefined) throw unsupported(`the file ${JSON.stringify(name)}, where it lies, is not there`);
    if (start + length > source.size) throw truncated(source.name, start, length, Math.max(0, source.size - start));
    parts.push(slice(source, start, start + length));
    left -= length;
  }
  if (left > 0) throw corrupt(`${file.name}: external files of ${size - left} bytes for a dataset of ${size}`);
  return joined(parts, file.name);
}
