import { corrupt } from "../../errors.ts";
import type { H5Cursor } from "./file.ts";

/** One step that chunks went through when they were written. */
export interface Filter {
  readonly id: number;
  readonly name: string;
  /** What the filter was set to. */
  readonly values: readonly number[];
}

/** Reads a filter pipeline message, in the order of writing. */
export function readFilters(cursor: H5Cursor): readonly Filter[] {
  const at = cursor.offset;
  const version = cursor.u8();
  const count = cursor.u8();
  if ((version !== 1 && version !== 2) || count > 32)
    throw corrupt(`filters of version ${version}, ${count} of them, at byte ${at}`, at);
  if (version === 1) cursor.skip(6);
  const filters: Filter[] = [];
  for (let i = 0; i < count; i++) {
    const id = cursor.u16();
    const nameLength = version === 1 || id >= 256 ? cursor.u16() : 0;
    cursor.skip(2);
    const valueCount = cursor.u16();
    const padded = version === 1 ? Math.ceil(nameLength / 8) * 8 : nameLength;
    const name = cursor.latin1(padded).replace(/\0.*$/s, "");
    const values: number[] = [];
    for (let k = 0; k < valueCount; k++) values.push(cursor.u32());
    if (version === 1 && valueCount % 2 === 1) cursor.skip(4);
    filters.push({ id, name, values });
  }
  return filters;
}
