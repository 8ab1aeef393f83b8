import { corrupt, unsupported } from "../../../errors.ts";
import type { Work } from "../../../work.ts";
import { BitReader, putInteger, putNumber } from "./bit-reader.ts";

const FLOAT_D_SCALE = 0;
const FLOAT_E_SCALE = 1;
/** Number of bits, size of the minimum, the minimum in 8 bytes, and padding, before the packed numbers. */
const HEAD_BYTES = 21;
/** Numbers that are unpacked between two looks at the clock. */
const STEP = 4096;

/**
 * The scale-offset filter (H5Zscaleoffset.c): numbers as differences from the smallest, in as few bits as the largest
 * needs; floats after multiplying by a power of ten. Arithmetic is done in the element's own precision, as there.
 */
export async function unpackScaleOffset(
  bytes: Uint8Array,
  values: readonly number[],
  size: number,
  what: string,
  work: Work,
): Promise<Uint8Array> {
  const [scaleType = 0, , count = 0, kind = 0, itemSize = 0] = values;
  if (scaleType === FLOAT_E_SCALE && kind === 1) throw unsupported(`${what}: scale-offset with a binary exponent`);
  if (count * itemSize !== size || ![1, 2, 4, 8].includes(itemSize) || (kind === 1 && itemSize < 4))
    throw corrupt(`${what}: the scale-offset filter is set to ${count} elements of ${itemSize} bytes`);
  if (bytes.length < HEAD_BYTES) throw corrupt(`${what} is too short for the scale-offset filter`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const width = view.getUint32(0, true);
  const minimum = view.getBigUint64(5, true);
  const bitCount = itemSize * 8;
  if (width > bitCount) throw corrupt(`${what}: ${width} bits for elements of ${bitCount}`);
  if (width === bitCount) return bytes.subarray(HEAD_BYTES, HEAD_BYTES + size);
  if (count * width > 8 * (bytes.length - HEAD_BYTES)) throw corrupt(`${what} ends before its last element`);
  const put = elementWriter(values, minimum, width, new BitReader(bytes.subarray(HEAD_BYTES)));
  const out = new Uint8Array(size);
  if (width === 0) {
    // All are the smallest.
    put(out, 0);
    for (let done = itemSize; done < size; done *= 2) out.copyWithin(done, 0, Math.min(done, size - done));
    return out;
  }
  for (let i = 0; i < count; i++) {
    put(out, i * itemSize);
    if (i % STEP === 0 && work.isDue()) await work.checkpoint();
  }
  return out;
}

/** Takes the next number's bits and puts the number at a place. */
function elementWriter(
  [
    scaleType = 0,
    factor = 0,
    ,
    kind = 0,
    itemSize = 0,
    sign = 0,
    order = 0,
    hasFill = 0,
    low = 0,
    high = 0,
  ]: readonly number[],
  minimum: bigint,
  width: number,
  bits: BitReader,
): (out: Uint8Array, at: number) => void {
  const isBig = order === 1;
  const isFloat = kind === 1 && scaleType === FLOAT_D_SCALE;
  const hasReserved = hasFill !== 0 && width > 0;
  if (itemSize === 8) {
    const valueOf = isFloat ? doubleDecoder(factor, minimum) : integerDecoder(minimum, sign === 1);
    // The fill value's bits: 32 of them in each of two settings.
    const fill = BigInt(low) | (BigInt(high) << 32n);
    const reserved = (1n << BigInt(width)) - 1n;
    return (out, at) => {
      const code = bits.take(width);
      putInteger(out, at, 8, hasReserved && code === reserved ? fill : valueOf(code), isBig);
    };
  }
  const start = Number(BigInt.asUintN(32, minimum));
  const valueOf = isFloat ? singleDecoder(factor, start) : (code: number) => start + code;
  const reserved = 2 ** width - 1;
  return (out, at) => {
    const code = bits.number(width);
    putNumber(out, at, itemSize, hasReserved && code === reserved ? low : valueOf(code), isBig);
  };
}

function integerDecoder(minimum: bigint, isSigned: boolean): (code: bigint) => bigint {
  const start = isSigned ? BigInt.asIntN(64, minimum) : minimum;
  return (code) => start + code;
}

/** A power of ten, correctly rounded as a C library has it; JavaScript's own is not from 10^-4 on. */
function powerOfTen(digits: number): number {
  return Number(`1e${digits | 0}`);
}

function singleDecoder(digits: number, minimum: number): (code: number) => number {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, minimum);
  const start = view.getFloat32(0);
  const scale = Math.fround(powerOfTen(digits));
  return (code) => {
    view.setFloat32(0, Math.fround(Math.fround(code | 0) / scale) + start);
    return view.getUint32(0);
  };
}

function doubleDecoder(digits: number, minimum: bigint): (code: bigint) => bigint {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, minimum);
  const start = view.getFloat64(0);
  const scale = powerOfTen(digits);
  return (code) => {
    view.setFloat64(0, Number(BigInt.asIntN(64, code)) / scale + start);
    return view.getBigUint64(0);
  };
}
