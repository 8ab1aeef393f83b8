import { corrupt, limitExceeded } from "../../../errors.ts";
import { LIMITS } from "../../../limits.ts";
import { BitReader, putInteger } from "./bit-reader.ts";

/** Kinds of elements in the filter's values (H5Znbit.c). */
const ATOMIC = 1;
const ARRAY = 2;
const COMPOUND = 3;
const WHOLE = 4;

/**
 * The n-bit filter: of each number only the bits that count are stored. Its values describe the element: kind, size,
 * byte order, precision and offset of a number; a base and a size for an array; members for a compound.
 */
export function unpackNbit(bytes: Uint8Array, values: readonly number[], size: number, what: string): Uint8Array {
  // All bits count: nothing was packed.
  if (values[1] !== 0) return bytes;
  const count = values[2] ?? 0;
  const itemSize = values[4] ?? 0;
  if (count * itemSize !== size)
    throw corrupt(`${what}: the n-bit filter is set to ${count} elements of ${itemSize} bytes`);
  const bits = new BitReader(bytes);
  const out = new Uint8Array(size);
  for (let i = 0; i < count; i++) unpackElement(bits, { values, at: 3 }, out, i * itemSize, what, 0);
  if (bits.isOver) throw corrupt(`${what} ends before its last element`);
  return out;
}

interface Description {
  readonly values: readonly number[];
  at: number;
}

function unpackElement(
  bits: BitReader,
  from: Description,
  out: Uint8Array,
  start: number,
  what: string,
  depth: number,
): void {
  if (depth > LIMITS.dtypeDepth) throw limitExceeded(`${what}: nesting of the n-bit filter`, depth, LIMITS.dtypeDepth);
  const next = (): number => {
    const value = from.values[from.at++];
    if (value === undefined) throw corrupt(`${what}: the settings of the n-bit filter are cut`);
    return value;
  };
  const kind = next();
  const size = next();
  if (start + size > out.length) throw corrupt(`${what}: the n-bit filter describes a longer element`);
  if (kind === ATOMIC) {
    const isBig = next() === 1;
    const precision = next();
    const offset = next();
    if (precision + offset > size * 8 || size > 64) throw corrupt(`${what}: ${precision} bits in ${size} bytes`);
    putInteger(out, start, size, bits.take(precision) << BigInt(offset), isBig);
  } else if (kind === WHOLE) {
    for (let i = 0; i < size; i++) out[start + i] = bits.byte();
  } else if (kind === ARRAY) {
    const base = from.at;
    const itemSize = from.values[base + 1] ?? 0;
    if (itemSize === 0) throw corrupt(`${what}: an array of elements without bytes`);
    for (let at = 0; at + itemSize <= size; at += itemSize) {
      from.at = base;
      unpackElement(bits, from, out, start + at, what, depth + 1);
    }
  } else if (kind === COMPOUND) {
    const members = next();
    for (let i = 0; i < members; i++) unpackElement(bits, from, out, start + next(), what, depth + 1);
  } else throw corrupt(`${what}: the n-bit filter describes an element of kind ${kind}`);
}
