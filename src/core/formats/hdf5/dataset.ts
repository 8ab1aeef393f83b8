import { type ByteSource, checkRange, fromBytes, slice } from "../../bytes/source.ts";
import { asArtifactError, corrupt, truncated } from "../../errors.ts";
import { elementCount } from "../../model/tensor.ts";
import type { RawAttribute } from "./attribute.ts";
import { type ChunkGrid, chunkCounts } from "./chunk-index.ts";
import { fillElements } from "../../model/grid-source.ts";
import { type ChunkCache, chunkedSource } from "./chunked-source.ts";
import { type Dataspace, readDataspace } from "./dataspace.ts";
import { type H5Type, readDatatype } from "./datatype.ts";
import type { H5Cursor, H5File } from "./file.ts";
import { readFill } from "./fill.ts";
import { type Filter, readFilters } from "./filter-message.ts";
import { unreadFilter } from "./filters/pipeline.ts";
import type { GlobalHeaps } from "./global-heap.ts";
import { type Layout, readLayout } from "./layout.ts";
import { MESSAGE, messagesOf, type ObjectHeader } from "./object-header.ts";
import { externalData, type OutsideFiles } from "./outside.ts";
import type { SharedMessages } from "./shared.ts";
import { type FindSource, virtualData } from "./virtual.ts";

/** An array of the file, its elements left where they are. */
export interface H5Dataset {
  readonly kind: "dataset";
  readonly path: string;
  readonly address: number;
  readonly attributes: readonly RawAttribute[];
  readonly type: H5Type;
  readonly space: Dataspace;
  /** Stored elements in C order; or, as a sentence, why they cannot be read. */
  readonly data: ByteSource | string;
  /** How many chunks it may have, and a check of their index. */
  readonly chunks?: number;
  readonly check?: () => Promise<void>;
  /** Of a virtual one: looks for what it is made of, and says what is not there. Its elements have the fill value. */
  readonly missing?: () => Promise<readonly string[]>;
}

/** What reading a dataset needs besides its own header. */
export interface DatasetContext {
  readonly cache: ChunkCache;
  readonly files: OutsideFiles;
  readonly heaps: GlobalHeaps;
  readonly find: FindSource;
}

/** Reads what describes a dataset. */
export async function readDataset(
  file: H5File,
  shared: SharedMessages,
  header: ObjectHeader,
  path: string,
  attributes: readonly RawAttribute[],
  { cache, files, heaps, find }: DatasetContext,
): Promise<H5Dataset> {
  const body = async (type: number, what: string): Promise<H5Cursor | undefined> => {
    const [message] = messagesOf(header, type);
    return message === undefined ? undefined : shared.body(message, what);
  };
  const need = async (type: number, what: string): Promise<H5Cursor> => {
    const cursor = await body(type, what);
    if (cursor === undefined) throw corrupt(`${file.name}: ${path} has no ${what}`, file.place(header.address));
    return cursor;
  };
  const space = readDataspace(await need(MESSAGE.dataspace, "dataspace"));
  const type = readDatatype(await need(MESSAGE.datatype, "datatype"));
  const [layoutMessage] = messagesOf(header, MESSAGE.layout);
  const layout = readLayout(await need(MESSAGE.layout, "data layout"), layoutMessage?.address ?? 0);
  const filterBody = await body(MESSAGE.filters, "filters");
  const filters = filterBody === undefined ? [] : readFilters(filterBody);
  const newFill = await body(MESSAGE.fill, "fill value");
  const oldFill = newFill === undefined ? await body(MESSAGE.oldFill, "fill value") : undefined;
  const fillCursor = newFill ?? oldFill;
  const stored = fillCursor === undefined ? undefined : readFill(fillCursor, newFill === undefined);
  const fill = stored?.length === type.size ? stored : undefined;
  const base = { kind: "dataset", path, address: header.address, attributes, type, space } as const;
  const count = space.kind === "null" ? 0 : elementCount(space.shape);
  const size = count * type.size;
  if (!Number.isSafeInteger(size)) throw corrupt(`${file.name}: ${path} has more bytes than can be counted`);
  if (size === 0) return { ...base, data: fromBytes(new Uint8Array(0), file.name) };

  const external = await body(MESSAGE.external, "list of external files");
  if (external !== undefined) {
    const data = await readOrReason(file, path, () => externalData(file, external, files, size));
    return { ...base, data };
  }
  if (layout.kind === "virtual") {
    const grid = { shape: space.shape, itemSize: type.size, fill };
    const made = await readOrReason(file, path, () => virtualData(file, layout, heaps, { type, grid, find }));
    return typeof made === "string" ? { ...base, data: made } : { ...base, ...made };
  }
  if (layout.kind === "chunked") return { ...base, ...chunkedData(file, layout, space, type, filters, fill, cache) };
  return { ...base, data: plainData(file, layout, size, fill) };
}

function plainData(
  file: H5File,
  layout: Extract<Layout, { kind: "compact" | "contiguous" }>,
  size: number,
  fill: Uint8Array | undefined,
): ByteSource {
  if (layout.kind === "compact") {
    if (layout.bytes.length < size)
      throw truncated(`${file.name}: compact dataset`, file.place(layout.address), size, layout.bytes.length);
    return fromBytes(
      layout.bytes.slice(0, size),
      file.name,
      file.data.origin === undefined ? undefined : file.place(layout.address),
    );
  }
  const { address } = layout;
  if (address === undefined) return filled(file.name, size, fill);
  checkRange(file.data, address, address + size);
  return slice(file.data, address, address + size);
}

/** A dataset that nothing was written to: one element over and over. */
function filled(name: string, size: number, fill: Uint8Array | undefined): ByteSource {
  const source: ByteSource = {
    size,
    name,
    read(start, end) {
      try {
        checkRange(source, start, end);
      } catch (error) {
        return Promise.reject(error);
      }
      const out = new Uint8Array(end - start);
      if (fill === undefined) return Promise.resolve(out);
      const skipped = start % fill.length;
      const whole = new Uint8Array(out.length + skipped);
      fillElements(whole, fill);
      return Promise.resolve(whole.subarray(skipped));
    },
  };
  return source;
}

function chunkedData(
  file: H5File,
  layout: Extract<Layout, { kind: "chunked" }>,
  space: Dataspace,
  type: H5Type,
  filters: readonly Filter[],
  fill: Uint8Array | undefined,
  cache: ChunkCache,
): Pick<H5Dataset, "data" | "chunks" | "check"> {
  const filter = unreadFilter(filters);
  if (filter !== undefined) return { data: `its values are packed with ${filter}, which is not read` };
  if (layout.chunk.length !== space.shape.length)
    throw corrupt(`${file.name}: chunks of ${layout.chunk.length} dimensions for data of ${space.shape.length}`);
  const chunkBytes = elementCount(layout.chunk, "chunk") * type.size;
  const grid: ChunkGrid = {
    layout,
    shape: space.shape,
    most: space.most,
    itemSize: type.size,
    chunkBytes,
    isFiltered: filters.length > 0,
  };
  const data = chunkedSource(file, { grid, filters, fill, cache }, file.name);
  const chunks = chunkCounts(grid).reduce((product, count) => product * count, 1);
  return { data, chunks, check: () => data.check() };
}

/** What lies elsewhere; as a sentence, why it is not read. */
async function readOrReason<T>(file: H5File, path: string, read: () => Promise<T>): Promise<T | string> {
  try {
    return await read();
  } catch (error) {
    const reason = asArtifactError(error, `reading ${path} of ${file.name}`);
    if (reason.code === "cancelled" || reason.code === "changed") throw reason;
    return reason.message;
  }
}
