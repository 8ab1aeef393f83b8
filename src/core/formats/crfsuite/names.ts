import type { ByteSource } from "../../bytes/source.ts";
import { corrupt } from "../../errors.ts";
import type { Work } from "../../work.ts";
import { Words } from "../word2vec/words.ts";
import { chunkAt } from "./header.ts";

/** What a writer of the same byte order as the reader has there. */
const BYTE_ORDER = 0x62445371;
/** Its first 24 bytes and 256 tables. */
const FIRST_RECORD = 24 + 256 * 8;

/** The names of a constant database, by id: `count` of them. */
export async function readNames(source: ByteSource, at: number, count: number, work: Work): Promise<Words> {
  const what = `${source.name}: names`;
  const cursor = await chunkAt(source, at, "CQDB");
  const end = at + 8 + cursor.remaining;
  cursor.skip(4);
  const order = cursor.u32();
  if (order !== BYTE_ORDER) throw corrupt(`${what} at byte ${at}: byte order 0x${order.toString(16)}`, at + 12);
  const entries = cursor.u32();
  const offsets = cursor.u32();
  if (entries !== count) throw corrupt(`${what} at byte ${at}: ${entries} names instead of ${count}`, at + 16);
  if (offsets + 4 * entries > end - at)
    throw corrupt(`${what} at byte ${at}: ${entries} offsets do not fit behind byte ${at + offsets}`, at + 20);
  const names = new Words();
  for (let id = 0; id < count; id += 1) {
    if (work.isDue()) await work.checkpoint();
    cursor.seek(at + offsets + 4 * id);
    const record = cursor.u32();
    if (record < FIRST_RECORD) throw corrupt(`${what} at byte ${at}: name ${id} at ${record}`, at + offsets + 4 * id);
    cursor.seek(at + record);
    const own = cursor.u32();
    if (own !== id) throw corrupt(`${what}: name ${own} at byte ${at + record}, where ${id} should be`, at + record);
    const bytes = cursor.take(cursor.u32());
    // C ends a text at its first zero byte.
    const zero = bytes.indexOf(0);
    names.push(zero < 0 ? bytes : bytes.subarray(0, zero), at + record + 8);
  }
  return names;
}
