import type { Cursor } from "../../bytes/cursor.ts";
import { corrupt, limitExceeded } from "../../errors.ts";

/** A CBOR value (RFC 8949), as far as Burn's metadata need it: integers, texts, bytes, lists, maps, floats, simple ones. */
export type Cbor = null | boolean | number | bigint | string | Uint8Array | Cbor[] | CborMap;
/** In the order of the file. */
export type CborMap = ReadonlyMap<string, Cbor>;

const DEPTH = 32;
const UTF8 = new TextDecoder();

/** Integers are bigint, floats number. Throws `corrupt`, `truncated` or `limit`. */
export function readCbor(cursor: Cursor, depth = 0): Cbor {
  if (depth > DEPTH) throw limitExceeded("CBOR: nesting", depth, DEPTH, cursor.offset);
  const at = cursor.offset;
  const first = cursor.u8();
  const [major, info] = [first >> 5, first & 31];
  if (major === 7) return simple(cursor, info, at);
  const argument = argumentOf(cursor, info, at);
  if (major === 0) return argument;
  if (major === 1) return -1n - argument;
  // Every item takes a byte at least, so that a count over what is left is cut and not merely large.
  if (argument > BigInt(cursor.remaining)) throw corrupt(`CBOR: ${argument} items or bytes at byte ${at}`, at);
  const count = Number(argument);
  if (major === 2) return cursor.take(count).slice();
  if (major === 3) return UTF8.decode(cursor.take(count));
  if (major === 4) {
    const items: Cbor[] = [];
    while (items.length < count) items.push(readCbor(cursor, depth + 1));
    return items;
  }
  if (major === 5) return mapOf(cursor, count, depth);
  // A tag says what the next item stands for; the item is what is kept.
  return readCbor(cursor, depth + 1);
}

function mapOf(cursor: Cursor, count: number, depth: number): CborMap {
  const map = new Map<string, Cbor>();
  for (let index = 0; index < count; index++) {
    const at = cursor.offset;
    const key = readCbor(cursor, depth + 1);
    if (typeof key !== "string" && typeof key !== "bigint") throw corrupt(`CBOR: a key at byte ${at} is no text`, at);
    map.set(String(key), readCbor(cursor, depth + 1));
  }
  return map;
}

function argumentOf(cursor: Cursor, info: number, at: number): bigint {
  if (info < 24) return BigInt(info);
  const width = { 24: 1, 25: 2, 26: 4, 27: 8 }[info];
  if (width === undefined) throw corrupt(`CBOR: an item of unknown length at byte ${at}`, at);
  let value = 0n;
  for (const byte of cursor.take(width)) value = (value << 8n) | BigInt(byte);
  return value;
}

function simple(cursor: Cursor, info: number, at: number): Cbor {
  if (info === 20 || info === 21) return info === 21;
  if (info === 22 || info === 23) return null;
  const width = { 26: 4, 27: 8 }[info];
  if (width === undefined) throw corrupt(`CBOR: a simple value ${info} at byte ${at}`, at);
  const bytes = cursor.take(width);
  const view = new DataView(bytes.buffer, bytes.byteOffset, width);
  return width === 4 ? view.getFloat32(0) : view.getFloat64(0);
}
