import { Cursor } from "../../bytes/cursor.ts";
import type { ByteSource } from "../../bytes/source.ts";
import { unpackSnappy } from "../../codecs/snappy/block.ts";
import { corrupt, limitExceeded, truncated, unsupported } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import type { Work } from "../../work.ts";

//   +-------------+-----+-----------------+-------------+--------------------------------------------+
//   | data block  | ... | metaindex block | index block | footer, 48 bytes: places of both, padding, |
//   |             |     |                 |             | 57 fb 80 8b 24 75 47 db                    |
//   +-------------+-----+-----------------+-------------+--------------------------------------------+
//   A block has entries, then the places of every 16th and their number; behind it a byte of compression (0, or 1 for
//   Snappy) and a checksum. An entry says how many bytes of its key are those of the key before it.
//   https://github.com/google/leveldb/blob/main/doc/table_format.md

export const TABLE_MAGIC = [0x57, 0xfb, 0x80, 0x8b, 0x24, 0x75, 0x47, 0xdb] as const;
const FOOTER_BYTES = 48;
const TRAILER_BYTES = 5;

export interface Entry {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  /** Where the value lies in the file; undefined where its block is compressed. */
  readonly at?: number;
}

interface Handle {
  readonly offset: number;
  readonly size: number;
}

/** Every entry of a sorted table, in order. Throws `corrupt`, `truncated`, or `limit` for more than a tensor each. */
export async function* tableEntries(source: ByteSource, work: Work): AsyncGenerator<Entry> {
  if (source.size < FOOTER_BYTES) throw truncated(source.name, 0, FOOTER_BYTES, source.size);
  const end = source.size - FOOTER_BYTES;
  const footer = new Cursor(await source.read(end, source.size), `${source.name}: footer`, end);
  readHandle(footer);
  const index = readHandle(footer);
  footer.seek(source.size - TABLE_MAGIC.length);
  footer.expect(TABLE_MAGIC, "signature");
  let count = 0;
  let read = 0;
  for (const { value } of entriesIn(await blockAt(source, index), source.name)) {
    const handle = readHandle(new Cursor(value, `${source.name}: index`));
    // Blocks lie one after another: an index that names one again and again is no index.
    read += handle.size;
    if (read > source.size) throw corrupt(`${source.name}: blocks of ${read} bytes in a file of ${source.size}`);
    const block = await blockAt(source, handle);
    for (const entry of entriesIn(block, source.name, block.length === handle.size ? handle.offset : undefined)) {
      if (work.isDue()) await work.checkpoint();
      count += 1;
      if (count > LIMITS.tensors) throw limitExceeded(`${source.name}: entries`, count, LIMITS.tensors);
      yield entry;
    }
  }
}

async function blockAt(source: ByteSource, { offset, size }: Handle): Promise<Uint8Array> {
  if (size > LIMITS.protobufTextBytes)
    throw limitExceeded(`${source.name}: block`, size, LIMITS.protobufTextBytes, offset);
  const bytes = await source.read(offset, offset + size + TRAILER_BYTES);
  const kind = bytes[size];
  const block = bytes.subarray(0, size);
  if (kind === 0) return block;
  if (kind === 1) return unpackSnappy(block, `${source.name}: block at byte ${offset}`);
  throw unsupported(`${source.name}: compression ${kind} of the block at byte ${offset}`, offset);
}

/** `offset`: of the block in the file, where its bytes are the file's own. */
function* entriesIn(block: Uint8Array, name: string, offset?: number): Generator<Entry> {
  const tail = new DataView(block.buffer, block.byteOffset, block.byteLength);
  const restarts = block.length < 4 ? -1 : tail.getUint32(block.length - 4, true);
  const end = block.length - 4 - 4 * restarts;
  if (restarts < 0 || end < 0) throw corrupt(`${name}: a block of ${block.length} bytes has no entries`);
  const cursor = new Cursor(block.subarray(0, end), `${name}: block`);
  let key = new Uint8Array(0);
  while (cursor.remaining > 0) {
    const shared = varint(cursor);
    const rest = varint(cursor);
    const length = varint(cursor);
    if (shared > key.length) throw corrupt(`${name}: a key has ${shared} bytes of one with ${key.length}`);
    // Names are short; what they share must not make them long.
    if (shared + rest > LIMITS.pathLength) throw limitExceeded(`${name}: key`, shared + rest, LIMITS.pathLength);
    const next = new Uint8Array(shared + rest);
    next.set(key.subarray(0, shared));
    next.set(cursor.take(rest), shared);
    key = next;
    const at = offset === undefined ? {} : { at: offset + cursor.offset };
    yield { key, value: cursor.take(length), ...at };
  }
}

function readHandle(cursor: Cursor): Handle {
  return { offset: varint(cursor), size: varint(cursor) };
}

export function varint(cursor: Cursor): number {
  let value = 0;
  for (let shift = 0; shift < 64; shift += 7) {
    const byte = cursor.u8();
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) {
      if (!Number.isSafeInteger(value)) break;
      return value;
    }
  }
  throw corrupt(`a number at byte ${cursor.offset} is too large`, cursor.offset);
}
