import { corrupt, limitExceeded } from "../../../errors.ts";
import { LIMITS } from "../../../limits.ts";
import type { Work } from "../../../work.ts";
import { BitReader, putInteger, putNumber } from "./bit-reader.ts";

/** Kinds of elements in the filter's values (H5Znbit.c). */
const ATOMIC = 1;
const ARRAY = 2;
const COMPOUND = 3;
const WHOLE = 4;

/** Numbers in one element: a type of more is none that a table or a weight has, and their list would be longer than a chunk. */
const MOST_NUMBERS = 65_536;
/** Numbers that are unpacked between two looks at the clock. */
const STEP = 4096;

/** A number of an element: where it lies, and which of its bits are stored. */
interface Part {
  readonly start: number;
  readonly size: number;
  readonly precision: number;
  readonly offset: number;
  readonly isBig: boolean;
}

/**
 * The n-bit filter: of each number only the bits that count are stored. Its values describe the element: kind, size,
 * byte order, precision and offset of a number; a base and a size for an array; members for a compound.
 */
export async function unpackNbit(
  bytes: Uint8Array,
  values: readonly number[],
  size: number,
  what: string,
  work: Work,
): Promise<Uint8Array> {
  // All bits count: nothing was packed.
  if (values[1] !== 0) return bytes;
  const count = values[2] ?? 0;
  const itemSize = values[4] ?? 0;
  if (count * itemSize !== size)
    throw corrupt(`${what}: the n-bit filter is set to ${count} elements of ${itemSize} bytes`);
  const parts: Part[] = [];
  addParts({ values, at: 3 }, parts, 0, itemSize, what, 0);
  const bits = new BitReader(bytes);
  const out = new Uint8Array(size);
  let left = STEP;
  for (let i = 0; i < count; i++) {
    for (const part of parts) unpackPart(bits, part, out, i * itemSize);
    if (bits.isOver) throw corrupt(`${what} ends before its last element`);
    left -= parts.length;
    if (left > 0) continue;
    left = STEP;
    if (work.isDue()) await work.checkpoint();
  }
  return out;
}

function unpackPart(bits: BitReader, part: Part, out: Uint8Array, element: number): void {
  const { start, size, precision, offset, isBig } = part;
  if (precision + offset <= 32) putNumber(out, element + start, size, bits.number(precision) * 2 ** offset, isBig);
  else putInteger(out, element + start, size, bits.take(precision) << BigInt(offset), isBig);
}

interface Description {
  readonly values: readonly number[];
  at: number;
}

/** Adds the numbers of what is described next, which begins at `start` and ends at `end` at the latest. Returns its size. */
function addParts(from: Description, parts: Part[], start: number, end: number, what: string, depth: number): number {
  if (depth > LIMITS.dtypeDepth) throw limitExceeded(`${what}: nesting of the n-bit filter`, depth, LIMITS.dtypeDepth);
  const next = (): number => {
    const value = from.values[from.at++];
    if (value === undefined) throw corrupt(`${what}: the settings of the n-bit filter are cut`);
    return value;
  };
  const kind = next();
  const size = next();
  if (size < 1 || start + size > end) throw corrupt(`${what}: the n-bit filter describes a longer element`);
  if (kind === ATOMIC) {
    const isBig = next() === 1;
    const precision = next();
    const offset = next();
    if (precision < 1 || precision + offset > size * 8) throw corrupt(`${what}: ${precision} bits in ${size} bytes`);
    addPart(parts, { start, size, precision, offset, isBig }, what);
  } else if (kind === WHOLE) {
    for (let at = 0; at < size; at++)
      addPart(parts, { start: start + at, size: 1, precision: 8, offset: 0, isBig: false }, what);
  } else if (kind === ARRAY) {
    const base = from.at;
    for (let at = 0; at < size; ) {
      from.at = base;
      at += addParts(from, parts, start + at, start + size, what, depth + 1);
    }
  } else if (kind === COMPOUND) {
    const members = next();
    let room = size;
    for (let i = 0; i < members; i++) {
      room -= addParts(from, parts, start + next(), start + size, what, depth + 1);
      if (room < 0) throw corrupt(`${what}: members of the n-bit filter lie over each other`);
    }
  } else throw corrupt(`${what}: the n-bit filter describes an element of kind ${kind}`);
  return size;
}

function addPart(parts: Part[], part: Part, what: string): void {
  if (parts.length >= MOST_NUMBERS)
    throw limitExceeded(`${what}: numbers of an element of the n-bit filter`, parts.length + 1, MOST_NUMBERS);
  parts.push(part);
}
