import type { ByteSink } from "../../bytes/sink.ts";
import type { Host } from "../../host.ts";
import { densePieces } from "../../model/dense.ts";
import type { Work } from "../../work.ts";
import { fromHex } from "./hex.ts";
import { CHUNK_BYTES, COMPRESSED_CHUNK_BYTES, paddingBefore } from "./layout.ts";
import { bin32Header, NIL } from "./msgpack-write.ts";
import type { StoredRow, TensorTable } from "./tensor-table.ts";

/** What is known of a row's content once it was read: its digest, and the chunks it is written in. */
export interface StoredContent {
  readonly sha256: Uint8Array;
  readonly compression?: "deflate";
  readonly chunks: readonly Chunk[];
}

export interface Chunk {
  /** Of the tensor's content. */
  readonly bytes: number;
  /** In the file. */
  readonly storedBytes: number;
}

export interface ContentOptions {
  readonly compression?: "none" | "deflate";
  readonly chunkBytes?: number;
}

const LEVEL = 6;
/** Deflated content is kept when it is at most this part of the content: below, it only costs time. */
const WORTHWHILE = 0.9;

/** Reads every content for its digest, and to learn how small it gets when that is asked for. */
export async function measureContents(
  table: TensorTable,
  host: Host,
  work: Work,
  options: ContentOptions,
): Promise<(StoredContent | undefined)[]> {
  const total = contentBytes(table);
  const contents: (StoredContent | undefined)[] = [];
  let done = 0;
  for (const row of table.rows) {
    if (row.kind !== "stored" || row.inline !== undefined) {
      contents.push(undefined);
      continue;
    }
    contents.push(await measure(row, host, work, options));
    done += row.length;
    work.report({ stage: "hashing", done, total, unit: "bytes" });
  }
  return contents;
}

async function measure(row: StoredRow, host: Host, work: Work, options: ContentOptions): Promise<StoredContent> {
  const hasher = host.sha256();
  const deflated: Chunk[] = [];
  const isCompressed = options.compression === "deflate";
  const blocks = isCompressed ? gathered(pieces(row, work), chunkBytesOf(options)) : pieces(row, work);
  for await (const block of blocks) {
    hasher.update(block);
    if (isCompressed)
      deflated.push({ bytes: block.length, storedBytes: (await host.deflate("zlib", block, LEVEL)).length });
  }
  const sha256 = fromHex(hasher.hex());
  const storedBytes = deflated.reduce((sum, chunk) => sum + chunk.storedBytes, 0);
  if (isCompressed && row.length > 0 && storedBytes <= row.length * WORTHWHILE)
    return { sha256, compression: "deflate", chunks: deflated };
  const most = options.chunkBytes ?? CHUNK_BYTES;
  const chunks: Chunk[] = [];
  for (let at = 0; at < row.length; at += most) {
    const bytes = Math.min(most, row.length - at);
    chunks.push({ bytes, storedBytes: bytes });
  }
  return { sha256, chunks };
}

/** Writes the chunks in the order and of the lengths that were measured. */
export async function writeContents(
  table: TensorTable,
  contents: readonly (StoredContent | undefined)[],
  sink: ByteSink,
  host: Host,
  work: Work,
): Promise<void> {
  const total = contentBytes(table);
  let done = 0;
  for (const [index, row] of table.rows.entries()) {
    const content = contents[index];
    if (row.kind !== "stored" || content === undefined) continue;
    if (content.compression === undefined) await writePlain(row, content, sink, work);
    else await writeDeflated(row, content, sink, host, work);
    done += row.length;
    work.report({ stage: "writing", done, total, unit: "bytes" });
  }
}

async function writePlain(row: StoredRow, { chunks }: StoredContent, sink: ByteSink, work: Work): Promise<void> {
  let next = 0;
  let left = 0;
  for await (const piece of pieces(row, work)) {
    for (let at = 0; at < piece.length; ) {
      if (left === 0) {
        left = chunks[next++]?.storedBytes ?? 0;
        await startChunk(sink, left);
      }
      const part = piece.subarray(at, at + left);
      await sink.write(part);
      at += part.length;
      left -= part.length;
    }
  }
}

async function writeDeflated(
  row: StoredRow,
  { chunks }: StoredContent,
  sink: ByteSink,
  host: Host,
  work: Work,
): Promise<void> {
  let next = 0;
  for await (const block of gathered(pieces(row, work), chunks[0]?.bytes ?? COMPRESSED_CHUNK_BYTES)) {
    const stored = await host.deflate("zlib", block, LEVEL);
    const expected = chunks[next++]?.storedBytes;
    if (stored.length !== expected)
      throw new Error(`deflating the same ${block.length} bytes gave ${expected}, then ${stored.length} bytes`);
    await startChunk(sink, stored.length);
    await sink.write(stored);
  }
}

/** Nil bytes up to where the content is aligned, and the head of its `bin 32`. */
async function startChunk(sink: ByteSink, storedBytes: number): Promise<void> {
  await sink.write(new Uint8Array(paddingBefore(sink.position)).fill(NIL));
  await sink.write(bin32Header(storedBytes));
}

function pieces(row: StoredRow, work: Work): AsyncIterable<Uint8Array> {
  return row.length === 0 ? nothing() : densePieces(row.tensor, work);
}

// biome-ignore lint/correctness/useYield: an iterable of nothing
async function* nothing(): AsyncGenerator<Uint8Array> {}

/** The same bytes in blocks of `size`, the last one shorter. */
async function* gathered(source: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Uint8Array> {
  let block = new Uint8Array(size);
  let filled = 0;
  for await (const piece of source) {
    for (let at = 0; at < piece.length; ) {
      const part = piece.subarray(at, at + size - filled);
      block.set(part, filled);
      filled += part.length;
      at += part.length;
      if (filled < size) continue;
      yield block;
      block = new Uint8Array(size);
      filled = 0;
    }
  }
  if (filled > 0) yield block.subarray(0, filled);
}

function chunkBytesOf({ chunkBytes }: ContentOptions): number {
  return Math.min(chunkBytes ?? COMPRESSED_CHUNK_BYTES, COMPRESSED_CHUNK_BYTES);
}

function contentBytes(table: TensorTable): number {
  return table.rows.reduce((sum, row) => sum + (row.kind === "stored" ? row.length : 0), 0);
}
