import { Cursor } from "../../bytes/cursor.ts";
import { corrupt, unsupported } from "../../errors.ts";
import type { Extent } from "../pieces.ts";

//   Partitioned variables are kept in pieces. In an index each is an entry of its own, in front of all names:
//   +---+--------------------------------+---------+-----------------------------------------+
//   | 0 | name, 0 as 0 ff, ff as ff 0    | 0 1     | number of dimensions: length, then bytes |
//   +---+--------------------------------+---------+-----------------------------------------+
//   | per dimension: start and length, signed; a dimension that is there as a whole has length -1                  |
//   https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/util/saved_tensor_slice_util.cc,
//   https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/lib/strings/ordered_code.cc

export interface SliceKey {
  readonly name: string;
  readonly extents: readonly Extent[];
}

/** The name and place of a piece by its key; undefined for keys of other entries. Throws `corrupt` or `truncated`. */
export function sliceKey(key: Uint8Array, file: string): SliceKey | undefined {
  if (key[0] !== 0 || key.length < 2) return undefined;
  const cursor = new Cursor(key, `${file}: key of a slice`);
  cursor.skip(1);
  const name: number[] = [];
  for (;;) {
    const byte = cursor.u8();
    if (byte !== 0 && byte !== 0xff) {
      name.push(byte);
      continue;
    }
    const next = cursor.u8();
    if (byte === 0 && next === 1) break;
    if (next !== (byte === 0 ? 0xff : 0)) throw corrupt(`${file}: ${byte}, ${next} in the key of a slice`);
    name.push(byte);
  }
  let dimensions = 0;
  for (let left = cursor.u8(); left > 0; left--) dimensions = dimensions * 256 + cursor.u8();
  if (dimensions > cursor.remaining) throw corrupt(`${file}: a slice of ${dimensions} dimensions`);
  const extents: Extent[] = [];
  for (let d = 0; d < dimensions; d++) {
    const start = orderedInteger(cursor);
    const length = orderedInteger(cursor);
    extents.push(length < 0 ? undefined : { start, length });
  }
  return { name: new TextDecoder().decode(Uint8Array.from(name)), extents };
}

/** A signed integer whose bytes sort as it does: the number of leading ones is that of its bytes, turned for negatives. */
function orderedInteger(cursor: Cursor): number {
  const first = cursor.u8();
  const turn = (first & 0x80) === 0 ? 0xff : 0;
  const head = first ^ turn;
  let length = 1;
  while (length < 8 && (head & (0x80 >> length)) !== 0) length += 1;
  if (length > 6) throw unsupported(`a slice at more than 2^41`);
  let bits = BigInt(head & (0xff >> length));
  for (let i = 1; i < length; i++) bits = (bits << 8n) | BigInt(cursor.u8() ^ turn);
  return Number(turn === 0 ? bits : -bits - 1n);
}
