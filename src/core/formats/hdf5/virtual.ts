import type { ByteSource } from "../../bytes/source.ts";
import { corrupt, unsupported } from "../../errors.ts";
import type { H5Dataset } from "./dataset.ts";
import type { H5Type } from "./datatype.ts";
import type { H5Cursor, H5File } from "./file.ts";
import type { GlobalHeaps } from "./global-heap.ts";
import { axesOver, readSelection, type Selection, selectedShape } from "./selection.ts";
import { type Part, type VirtualGrid, virtualSource } from "./virtual-source.ts";

/** A dataset by its file ("." for the same one) and its path; undefined where the file or the dataset is not there. */
export type FindSource = (file: string, path: string) => Promise<H5Dataset | undefined>;

/** Some elements of a virtual dataset, and what they are elements of. */
interface Mapping {
  readonly file: string;
  readonly path: string;
  readonly source: Selection;
  readonly target: Selection;
}

interface Virtual {
  readonly type: H5Type;
  readonly grid: VirtualGrid;
  readonly find: FindSource;
}

/** A dataset whose elements are those of others (III.E of the specification: global heap block of a virtual dataset). */
export async function virtualData(
  file: H5File,
  { heap, object }: { readonly heap: number | undefined; readonly object: number },
  heaps: GlobalHeaps,
  { type, grid, find }: Virtual,
): Promise<{ readonly data: ByteSource; readonly missing: () => Promise<readonly string[]> }> {
  const bytes = await heaps.object(heap, object);
  const mappings = bytes.length === 0 ? [] : readMappings(file, bytes, heap ?? 0);
  let looked: Promise<{ readonly parts: readonly Part[]; readonly missing: readonly string[] }> | undefined;
  const look = (): NonNullable<typeof looked> => {
    looked ??= partsOf(mappings, type, grid, find, file).catch((error: unknown) => {
      looked = undefined;
      throw error;
    });
    return looked;
  };
  const data = virtualSource(grid, async () => (await look()).parts, file.name);
  return { data, missing: async () => (await look()).missing };
}

function readMappings(file: H5File, bytes: Uint8Array, heap: number): readonly Mapping[] {
  const what = "mappings of a virtual dataset";
  const cursor = file.cursor(bytes, what, heap);
  const version = cursor.u8();
  if (version > 1) throw unsupported(`${file.name}: ${what} of version ${version}`);
  const count = cursor.length();
  file.verify(bytes, what, heap);
  const mappings: Mapping[] = [];
  for (let i = 0; i < count; i++) {
    const flags = version === 0 ? 0 : cursor.u8();
    const name = (flags & NAMED.own) === 0 ? nameOf(cursor, (flags & NAMED.fileBefore) !== 0, "file", mappings) : ".";
    const path = nameOf(cursor, (flags & NAMED.pathBefore) !== 0, "path", mappings);
    mappings.push({ file: name, path, source: readSelection(cursor), target: readSelection(cursor) });
  }
  return mappings;
}

/** Of version 1: the names of an earlier mapping are told by its number, and that of the same file not at all. */
const NAMED = { fileBefore: 1, pathBefore: 2, own: 4 } as const;

function nameOf(cursor: H5Cursor, isBefore: boolean, which: "file" | "path", mappings: readonly Mapping[]): string {
  if (!isBefore) return textOf(cursor);
  const at = cursor.offset;
  const before = mappings[cursor.length()];
  if (before === undefined) throw corrupt(`a name at byte ${at} is that of a mapping which is not there`, at);
  return before[which];
}

/** A name up to its zero byte; of two percent signs the first one stands for nothing. */
function textOf(cursor: H5Cursor): string {
  const length = cursor.peek(cursor.remaining).indexOf(0);
  if (length < 0) throw corrupt(`a name at byte ${cursor.offset} does not end`, cursor.offset);
  const text = new TextDecoder().decode(cursor.take(length));
  cursor.skip(1);
  return text.replaceAll("%%", "%");
}

async function partsOf(
  mappings: readonly Mapping[],
  type: H5Type,
  { shape }: VirtualGrid,
  find: FindSource,
  file: H5File,
): Promise<{ readonly parts: readonly Part[]; readonly missing: readonly string[] }> {
  const parts: Part[] = [];
  const missing = new Set<string>();
  for (const { file: name, path, source, target } of mappings) {
    if (file.work.isDue()) await file.work.checkpoint();
    const what = `${JSON.stringify(path)} of ${JSON.stringify(name)}`;
    const found = await find(name, path);
    if (found === undefined) {
      missing.add(what);
      continue;
    }
    if (found.missing !== undefined) throw unsupported(`it is made of ${what}, which is a virtual dataset itself`);
    if (typeof found.data === "string") throw unsupported(`it is made of ${what}: ${found.data}`);
    // The library turns numbers into those of the virtual dataset; here they are what is stored.
    if (type.kind !== "plain" || found.type.kind !== "plain" || found.type.dtype.name !== type.dtype.name)
      throw unsupported(`it is made of ${what}, whose elements are of another type or no plain numbers`);
    const part: Part = {
      target: axesOver(target, shape, "the virtual dataset"),
      source: axesOver(source, found.space.shape, what),
      shape: found.space.shape,
      data: found.data,
    };
    const [to, from] = [part.target, part.source].map((axes) =>
      selectedShape(axes).reduce((all, size) => all * size, 1),
    );
    if (to !== from) throw corrupt(`${from} elements of ${what} are ${to} of the virtual dataset`);
    parts.push(part);
  }
  return { parts, missing: [...missing] };
}
