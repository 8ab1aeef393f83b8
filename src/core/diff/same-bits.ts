import type { DType } from "../model/dtype.ts";
import { readPacked } from "../model/element-bits.ts";
import { FLOAT_FORMATS, isFloatName } from "../model/float-format.ts";
import type { Lanes } from "./lanes.ts";

/**
 * Marks with 1 the elements of a block that differ in bits. Both sides are of one type, little-endian; padding of x87
 * slots is not looked at, because nothing of the value is in it. Returns how many differ.
 */
export function markBits(
  dtype: DType,
  old: Uint8Array,
  next: Uint8Array,
  start: number,
  count: number,
  marks: Uint8Array,
): number {
  if (dtype.itemSize === 0) return markPacked(dtype, old, next, start, count, marks);
  if (dtype.scalar?.match(/^(float|complex)(96|192|256)$|^float128$/))
    return markPadded(dtype, old, next, start, count, marks);
  const { itemSize } = dtype;
  if (itemSize % 4 === 0) return markWords(old, next, start, count, itemSize / 4, marks);
  if (itemSize === 2) {
    const a = new Uint16Array(old.buffer, old.byteOffset + start * 2, count);
    const b = new Uint16Array(next.buffer, next.byteOffset + start * 2, count);
    return markUnits(a, b, count, 1, marks);
  }
  const end = (start + count) * itemSize;
  return markUnits(old.subarray(start * itemSize, end), next.subarray(start * itemSize, end), count, itemSize, marks);
}

function markWords(
  old: Uint8Array,
  next: Uint8Array,
  start: number,
  count: number,
  words: number,
  marks: Uint8Array,
): number {
  const a = new Uint32Array(old.buffer, old.byteOffset + start * words * 4, count * words);
  const b = new Uint32Array(next.buffer, next.byteOffset + start * words * 4, count * words);
  return markUnits(a, b, count, words, marks);
}

function markUnits(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  count: number,
  perElement: number,
  marks: Uint8Array,
): number {
  let marked = 0;
  for (let i = 0, unit = 0; i < count; i++) {
    let mark = 0;
    for (const end = unit + perElement; unit < end; unit++) if (a[unit] !== b[unit]) mark = 1;
    marks[i] = mark;
    marked += mark;
  }
  return marked;
}

function markPacked(
  dtype: DType,
  old: Uint8Array,
  next: Uint8Array,
  start: number,
  count: number,
  marks: Uint8Array,
): number {
  const a = new DataView(old.buffer, old.byteOffset, old.byteLength);
  const b = new DataView(next.buffer, next.byteOffset, next.byteLength);
  let marked = 0;
  for (let i = 0; i < count; i++) {
    const at = (start + i) * dtype.bits;
    const mark = readPacked(a, at, dtype.bits) === readPacked(b, at, dtype.bits) ? 0 : 1;
    marks[i] = mark;
    marked += mark;
  }
  return marked;
}

function markPadded(
  dtype: DType,
  old: Uint8Array,
  next: Uint8Array,
  start: number,
  count: number,
  marks: Uint8Array,
): number {
  const slot = dtype.kind === "c" ? dtype.itemSize / 2 : dtype.itemSize;
  let marked = 0;
  for (let i = 0; i < count; i++) {
    const from = (start + i) * dtype.itemSize;
    let mark = 0;
    for (let part = from; part < from + dtype.itemSize; part += slot)
      for (let at = part; at < part + 10; at++) if (old[at] !== next[at]) mark = 1;
    marks[i] = mark;
    marked += mark;
  }
  return marked;
}

/** False for integers, and for floats whose format has no negative zero. */
export function hasSignedZero(dtype: DType): boolean {
  if (dtype.kind === "c") return true;
  if (!isFloatName(dtype.scalar)) return false;
  const { special } = FLOAT_FORMATS[dtype.scalar];
  return special !== "fnuz" && special !== "scale";
}

/**
 * Marks with 1 the elements of a block whose exact values differ, for sides of different types. NaN equals NaN; zeros
 * of different sign are equal unless `zeroHasSign`.
 */
export function markValues(old: Lanes, next: Lanes, count: number, zeroHasSign: boolean, marks: Uint8Array): number {
  const { width } = old;
  if (width === 1 && !old.hasLow && !next.hasLow) return markPlain(old.high, next.high, count, zeroHasSign, marks);
  let marked = 0;
  for (let i = 0; i < count; i++) {
    let mark = 0;
    for (let at = i * width; at < (i + 1) * width; at++) if (!sameValue(old, next, at, zeroHasSign)) mark = 1;
    marks[i] = mark;
    marked += mark;
  }
  return marked;
}

/** Values that one float64 holds each: nearly all of what is compared. */
function markPlain(
  old: Float64Array,
  next: Float64Array,
  count: number,
  zeroHasSign: boolean,
  marks: Uint8Array,
): number {
  let marked = 0;
  for (let i = 0; i < count; i++) {
    const a = old[i] ?? 0;
    const b = next[i] ?? 0;
    const isSame = a === b ? a !== 0 || !zeroHasSign || Object.is(a, b) : Number.isNaN(a) && Number.isNaN(b);
    marks[i] = isSame ? 0 : 1;
    if (!isSame) marked++;
  }
  return marked;
}

function sameValue(old: Lanes, next: Lanes, at: number, zeroHasSign: boolean): boolean {
  const a = old.high[at] ?? 0;
  const b = next.high[at] ?? 0;
  if (Number.isNaN(a)) return Number.isNaN(b);
  if (a !== b || (old.hasLow ? old.low[at] : 0) !== (next.hasLow ? next.low[at] : 0)) return false;
  return a !== 0 || !zeroHasSign || Object.is(a, b);
}
