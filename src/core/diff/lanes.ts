import { complexPart, readPacked } from "../model/element-bits.ts";
import type { DType, ScalarName } from "../model/dtype.ts";
import { decodeTable, type NarrowFloatName } from "../model/float.ts";
import { numberReader } from "../model/element-number.ts";

/** Elements that are taken together: their decoded lanes fit a processor's cache. */
export const BLOCK = 8192;

/**
 * A block of elements decoded: `high` is the float64 nearest to each value; `low` what is missing from it, for types
 * with more bits than a float64 (64-bit integers, x87), so that high + low is exact. Complex elements are two lanes
 * each, real and imaginary.
 */
export interface Lanes {
  readonly high: Float64Array;
  readonly low: Float64Array;
  /** True when `low` may hold anything but zeros. */
  hasLow: boolean;
  /** Lanes of one element: 2 for complex types. */
  width: 1 | 2;
}

/** Room for so many elements, complex ones too. */
export function newLanes(elements = BLOCK): Lanes {
  return { high: new Float64Array(2 * elements), low: new Float64Array(2 * elements), hasLow: false, width: 1 };
}

/**
 * Decodes `count` elements that begin at element `start` of `bytes`, which are little-endian (see `toLittleEndian`) and
 * begin at a multiple of 8 of their buffer.
 */
export function decodeLanes(dtype: DType, bytes: Uint8Array, start: number, count: number, lanes: Lanes): void {
  lanes.width = dtype.kind === "c" ? 2 : 1;
  lanes.hasLow = false;
  const scalar = dtype.scalar;
  if (scalar === undefined) {
    lanes.high.fill(Number.NaN, 0, count);
    return;
  }
  DECODERS[scalar](dtype, bytes, start, count, lanes);
}

type Decoder = (dtype: DType, bytes: Uint8Array, start: number, count: number, lanes: Lanes) => void;

type NumberArray = new (buffer: ArrayBufferLike, offset: number, length: number) => ArrayLike<number>;

/** Types of which every value is a float64: one typed array copied into another. */
function direct(View: NumberArray, size: number, perElement = 1): Decoder {
  return (_, bytes, start, count, { high }) => {
    high.set(new View(bytes.buffer, bytes.byteOffset + start * size * perElement, count * perElement));
  };
}

function table(View: NumberArray, size: number): Decoder {
  return (dtype, bytes, start, count, { high }) => {
    const values = decodeTable(dtype.scalar as NarrowFloatName);
    const patterns = new View(bytes.buffer, bytes.byteOffset + start * size, count);
    for (let i = 0; i < count; i++) high[i] = values[patterns[i] ?? 0] ?? Number.NaN;
  };
}

const packed: Decoder = (dtype, bytes, start, count, { high }) => {
  const values = decodeTable(dtype.scalar as NarrowFloatName);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let i = 0; i < count; i++)
    high[i] = values[readPacked(view, (start + i) * dtype.bits, dtype.bits)] ?? Number.NaN;
};

const packedInteger: Decoder = (dtype, bytes, start, count, { high }) => {
  const read = numberReader(dtype);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let i = 0; i < count; i++) high[i] = read(view, (start + i) * dtype.bits);
};

const bool: Decoder = (_, bytes, start, count, { high }) => {
  for (let i = 0; i < count; i++) high[i] = bytes[start + i] === 0 ? 0 : 1;
};

function wide(isSigned: boolean): Decoder {
  return (_, bytes, start, count, lanes) => {
    lanes.hasLow = true;
    const words = new Uint32Array(bytes.buffer, bytes.byteOffset + start * 8, count * 2);
    for (let i = 0; i < count; i++) {
      const lower = words[2 * i] ?? 0;
      const word = words[2 * i + 1] ?? 0;
      const upper = (isSigned ? word | 0 : word) * 4294967296;
      const nearest = upper + lower;
      lanes.high[i] = nearest;
      lanes.low[i] = upper - nearest + lower;
    }
  };
}

/** x87: 64 bits of significand do not fit; `low` is rounded only where the value leaves float64's range. */
const extended: Decoder = (dtype, bytes, start, count, lanes) => {
  lanes.hasLow = true;
  const half = dtype.kind === "c" ? dtype.itemSize / 2 : dtype.itemSize;
  const scalar = dtype.kind === "c" ? complexPart(dtype) : dtype.scalar;
  const part: DType = { ...dtype, kind: "f", scalar: scalar as ScalarName, itemSize: half, bigEndian: false };
  const read = numberReader(part);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let i = 0; i < count * lanes.width; i++) {
    const at = start * dtype.itemSize + i * half;
    const nearest = read(view, at);
    lanes.high[i] = nearest;
    lanes.low[i] = Number.isNaN(nearest) ? 0 : x87Rest(view, at, nearest);
  }
};

/** What is missing from the nearest float64. Not zero, and not exact, where the value is beyond float64's range. */
function x87Rest(view: DataView, at: number, nearest: number): number {
  const top = view.getUint16(at + 8, true);
  const exponent = (top & 0x7fff) - 16383;
  const upper = view.getUint32(at + 4, true);
  const lower = view.getUint32(at, true);
  if (exponent === 16384 || (upper === 0 && lower === 0)) return 0;
  const sign = (top & 0x8000) === 0 ? 1 : -1;
  if (!Number.isFinite(nearest)) return sign;
  if (exponent < -1011) return belowRange(sign, upper, lower, exponent, nearest);
  return sign * 2 ** (exponent - 31) * upper - nearest + sign * 2 ** (exponent - 63) * lower;
}

/** Where the last bits lie below the smallest float64: any difference from `nearest` is told as that number. */
function belowRange(sign: number, upper: number, lower: number, exponent: number, nearest: number): number {
  const significand = (BigInt(upper) << 32n) | BigInt(lower);
  const shift = BigInt(-1074 - (exponent - 63));
  const units = BigInt(Math.round(Math.abs(nearest) / Number.MIN_VALUE));
  return units << shift === significand ? 0 : sign * Number.MIN_VALUE;
}

const DECODERS = {
  bool,
  int8: direct(Int8Array, 1),
  int16: direct(Int16Array, 2),
  int32: direct(Int32Array, 4),
  int64: wide(true),
  uint8: direct(Uint8Array, 1),
  uint16: direct(Uint16Array, 2),
  uint32: direct(Uint32Array, 4),
  uint64: wide(false),
  float16: table(Uint16Array, 2),
  float32: direct(Float32Array, 4),
  float64: direct(Float64Array, 8),
  float96: extended,
  float128: extended,
  bfloat16: table(Uint16Array, 2),
  float8_e4m3fn: table(Uint8Array, 1),
  float8_e5m2: table(Uint8Array, 1),
  float8_e4m3fnuz: table(Uint8Array, 1),
  float8_e5m2fnuz: table(Uint8Array, 1),
  float8_e8m0fnu: table(Uint8Array, 1),
  float6_e2m3fn: packed,
  float6_e3m2fn: packed,
  float4_e2m1fn: packed,
  int2: packedInteger,
  int4: packedInteger,
  uint2: packedInteger,
  uint4: packedInteger,
  complex64: direct(Float32Array, 4, 2),
  complex128: direct(Float64Array, 8, 2),
  complex192: extended,
  complex256: extended,
} as const satisfies Record<ScalarName, Decoder>;

/** Turns big-endian elements around where they lie; x87 slots too, whose padding then comes last. */
export function toLittleEndian(dtype: DType, bytes: Uint8Array): void {
  if (!dtype.bigEndian) return;
  const unit = dtype.kind === "c" ? dtype.itemSize / 2 : dtype.itemSize;
  for (let start = 0; start + unit <= bytes.length; start += unit)
    for (let low = start, high = start + unit - 1; low < high; low++, high--) {
      const byte = bytes[low] ?? 0;
      bytes[low] = bytes[high] ?? 0;
      bytes[high] = byte;
    }
}
