import { corrupt, unsupported } from "../../../errors.ts";
import { BitReader, putInteger } from "./bit-reader.ts";

const FLOAT_D_SCALE = 0;
const FLOAT_E_SCALE = 1;
/** Number of bits, size of the minimum, the minimum in 8 bytes, and padding, before the packed numbers. */
const HEAD_BYTES = 21;

/**
 * The scale-offset filter (H5Zscaleoffset.c): numbers as differences from the smallest, in as few bits as the largest
 * needs; floats after multiplying by a power of ten. Arithmetic is done in the element's own precision, as there.
 */
export function unpackScaleOffset(
  bytes: Uint8Array,
  values: readonly number[],
  size: number,
  what: string,
): Uint8Array {
  const [scaleType = 0, factor = 0, count = 0, kind = 0, itemSize = 0, sign = 0, order = 0, hasFill = 0] = values;
  if (scaleType === FLOAT_E_SCALE && kind === 1) throw unsupported(`${what}: scale-offset with a binary exponent`);
  if (count * itemSize !== size || ![1, 2, 4, 8].includes(itemSize))
    throw corrupt(`${what}: the scale-offset filter is set to ${count} elements of ${itemSize} bytes`);
  if (bytes.length < HEAD_BYTES) throw corrupt(`${what} is too short for the scale-offset filter`);
  const isBig = order === 1;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const width = view.getUint32(0, true);
  const minimum = view.getBigUint64(5, true);
  const bitCount = itemSize * 8;
  if (width > bitCount) throw corrupt(`${what}: ${width} bits for elements of ${bitCount}`);
  if (width === bitCount) return bytes.subarray(HEAD_BYTES, HEAD_BYTES + size);
  const bits = new BitReader(bytes.subarray(HEAD_BYTES));
  const out = new Uint8Array(size);
  const fill = hasFill === 0 || width === 0 ? undefined : fillOf(values, itemSize);
  const reserved = (1n << BigInt(width)) - 1n;
  const isFloat = kind === 1 && scaleType === FLOAT_D_SCALE;
  const valueOf = isFloat ? floatDecoder(itemSize, factor, minimum) : integerDecoder(itemSize, minimum, sign === 1);
  for (let i = 0; i < count; i++) {
    const code = bits.take(width);
    putInteger(out, i * itemSize, itemSize, fill !== undefined && code === reserved ? fill : valueOf(code), isBig);
  }
  if (bits.isOver) throw corrupt(`${what} ends before its last element`);
  return out;
}

/** The fill value's bits: 32 of them in each of the settings from the ninth on. */
function fillOf(values: readonly number[], itemSize: number): bigint {
  const low = BigInt(values[8] ?? 0);
  return BigInt.asUintN(itemSize * 8, low | (BigInt(values[9] ?? 0) << 32n));
}

function integerDecoder(itemSize: number, minimum: bigint, isSigned: boolean): (code: bigint) => bigint {
  const start = isSigned ? BigInt.asIntN(64, minimum) : minimum;
  return (code) => BigInt.asUintN(itemSize * 8, start + code);
}

function floatDecoder(itemSize: number, factor: number, minimum: bigint): (code: bigint) => bigint {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, minimum, true);
  const digits = factor | 0;
  if (itemSize === 4) {
    const start = view.getFloat32(0, true);
    const scale = Math.fround(10 ** digits);
    return (code) => {
      const difference = Math.fround(Math.fround(Number(BigInt.asIntN(32, code))) / scale);
      view.setFloat32(0, difference + start, true);
      return BigInt(view.getUint32(0, true));
    };
  }
  const start = view.getFloat64(0, true);
  const scale = 10 ** digits;
  return (code) => {
    view.setFloat64(0, Number(BigInt.asIntN(64, code)) / scale + start, true);
    return view.getBigUint64(0, true);
  };
}
