import { SCAN_BYTES } from "../bytes/digest.ts";
import type { Work } from "../work.ts";
import { clearPadding } from "./decode.ts";
import type { DType } from "./dtype.ts";
import type { TensorRef } from "./tensor.ts";
import { chunks } from "./window.ts";

/**
 * The values of a tensor as bytes that do not depend on how it is stored: C order, dense, little-endian, the padding
 * of 80-bit floats zero. Equal values in two containers have equal canonical bytes (docs/fingerprint.md).
 */
export async function* canonicalPieces(tensor: TensorRef, work: Work): AsyncGenerator<Uint8Array> {
  for await (const piece of chunks(tensor, SCAN_BYTES, work)) yield canonicalBytes(tensor.dtype, piece);
}

/** Dense C-order elements in canonical form; `bytes` itself where they are in it already. Never written to. */
export function canonicalBytes(dtype: DType, bytes: Uint8Array): Uint8Array {
  if (dtype.fields !== undefined || dtype.subarray !== undefined) return canonicalRecords(dtype, bytes);
  const clean = clearPadding(dtype, bytes);
  return dtype.bigEndian ? swapped(clean, unitBytes(dtype)) : clean;
}

/** Bytes that a byte order is about: a half of a complex element, a character of text. */
function unitBytes({ kind, itemSize }: DType): number {
  if (kind === "c") return itemSize / 2;
  return kind === "U" ? 4 : itemSize;
}

function swapped(bytes: Uint8Array, unit: number): Uint8Array {
  const out = new Uint8Array(bytes.length);
  for (let start = 0; start + unit <= bytes.length; start += unit)
    for (let at = 0; at < unit; at++) out[start + at] = bytes[start + unit - 1 - at] ?? 0;
  return out;
}

/** Fields where they are, what lies between them zero: numpy does not keep that either. */
function canonicalRecords(dtype: DType, bytes: Uint8Array): Uint8Array {
  const gaps = gapsOf(dtype);
  if (gaps?.length === 0) return bytes;
  if (gaps !== undefined) return cleared(bytes, dtype.itemSize, gaps);
  const out = new Uint8Array(bytes.length);
  putRecords(dtype, bytes, out);
  return out;
}

const NO_BYTES = new Uint8Array(0);

/** Bytes of a record that are in no field, as [start, end); undefined when a field itself has another canonical form. */
function gapsOf(dtype: DType): (readonly [number, number])[] | undefined {
  const isHeld = new Uint8Array(dtype.itemSize);
  for (const { at, part, count } of runsOf(dtype, 0)) {
    if (part.fields !== undefined || part.subarray !== undefined) return undefined;
    if (canonicalBytes(part, NO_BYTES) !== NO_BYTES) return undefined;
    isHeld.fill(1, at, at + count * part.itemSize);
  }
  const gaps: (readonly [number, number])[] = [];
  for (let at = isHeld.indexOf(0); at !== -1; ) {
    const end = isHeld.indexOf(1, at);
    gaps.push([at, end === -1 ? dtype.itemSize : end]);
    at = end === -1 ? -1 : isHeld.indexOf(0, end);
  }
  return gaps;
}

function cleared(bytes: Uint8Array, itemSize: number, gaps: readonly (readonly [number, number])[]): Uint8Array {
  const out = bytes.slice();
  for (const [from, to] of gaps)
    for (let start = 0; start < out.length; start += itemSize) for (let at = from; at < to; at++) out[start + at] = 0;
  return out;
}

/** Puts fields only: those of another record may lie in the gaps of this one. Nesting is bounded where dtypes are made. */
function putRecords(dtype: DType, bytes: Uint8Array, out: Uint8Array): void {
  if (dtype.itemSize === 0) return;
  const runs = runsOf(dtype, 0);
  for (let start = 0; start < bytes.length; start += dtype.itemSize)
    for (const { at, part, count } of runs) {
      const [from, to] = [start + at, start + at + count * part.itemSize];
      const run = bytes.subarray(from, to);
      if (part.fields !== undefined || part.subarray !== undefined) putRecords(part, run, out.subarray(from, to));
      else out.set(canonicalBytes(part, run), from);
    }
}

/** `count` elements of one dtype, one after another, `at` bytes into a record. */
interface Run {
  readonly at: number;
  readonly part: DType;
  readonly count: number;
}

/** Of a sub-array one run, however many elements it has: their number comes from the file. */
function runsOf(dtype: DType, at: number): Run[] {
  if (dtype.fields !== undefined) return dtype.fields.flatMap((field) => runsOf(field.dtype, at + field.offset));
  if (dtype.subarray === undefined) return [{ at, part: dtype, count: 1 }];
  const { base } = dtype.subarray;
  return [{ at, part: base, count: base.itemSize === 0 ? 0 : dtype.itemSize / base.itemSize }];
}

/** Names what elements are, up to byte order and to padding: `>f8` and `float64` are one type. */
export function valueType(dtype: DType): string {
  if (dtype.scalar !== undefined) return dtype.scalar;
  if (dtype.fields !== undefined)
    return `{${dtype.fields.map(({ name, dtype: part }) => `${JSON.stringify(name)}: ${valueType(part)}`).join(", ")}}`;
  if (dtype.subarray !== undefined) return `(${valueType(dtype.subarray.base)}, [${dtype.subarray.shape.join(", ")}])`;
  return `${dtype.kind}${dtype.itemSize}${dtype.unit === undefined ? "" : `[${dtype.unit}]`}`;
}
