import { ArtifactError } from "../errors.ts";
import type { DType, ScalarName } from "./dtype.ts";
import { NOT_A_TIME } from "./datetime.ts";
import { complexPart, floatBits, readBits, readPacked } from "./element-bits.ts";
import { decodeTable, type NarrowFloatName, x87ToNumber } from "./float.ts";

/**
 * Elements as host numbers (nearest) and big integers (exact). Positions are those of `element-bits.ts`.
 */

export type NumberReader = (view: DataView, at: number) => number;

const readers = new WeakMap<DType, NumberReader>();

/** The decoder of a dtype, for loops: one look-up instead of one per element. See `toNumber`. */
export function numberReader(dtype: DType): NumberReader {
  const known = readers.get(dtype);
  if (known !== undefined) return known;
  const reader = makeReader(dtype);
  readers.set(dtype, reader);
  return reader;
}

/**
 * The float64 nearest to an element: for charts, colours and statistics, never for what is shown as its value. False
 * and true are 0 and 1; a complex number gives its magnitude; NaT and what is no number give NaN.
 */
export function toNumber(dtype: DType, view: DataView, at: number): number {
  return numberReader(dtype)(view, at);
}

function makeReader(dtype: DType): NumberReader {
  if (dtype.scalar !== undefined) return MAKERS[dtype.scalar](dtype, !dtype.bigEndian);
  return dtype.kind === "M" || dtype.kind === "m" ? timeReader(!dtype.bigEndian) : () => Number.NaN;
}

type Maker = (dtype: DType, little: boolean) => NumberReader;

const narrow: Maker = (dtype, little) => {
  const table = decodeTable(dtype.scalar as NarrowFloatName);
  const { bits } = dtype;
  if (bits === 16) return (view, at) => table[view.getUint16(at, little)] ?? Number.NaN;
  if (bits === 8) return (view, at) => table[view.getUint8(at)] ?? Number.NaN;
  return (view, at) => table[readPacked(view, at, bits)] ?? Number.NaN;
};

const packedUnsigned: Maker = (dtype) => (view, at) => readPacked(view, at, dtype.bits);

const packedSigned: Maker = (dtype) => {
  const shift = 32 - dtype.bits;
  return (view, at) => (readPacked(view, at, dtype.bits) << shift) >> shift;
};

const extended: Maker = (dtype) => (view, at) => x87ToNumber(readBits(dtype, view, at, 80));

const magnitude: Maker = (dtype) => {
  const [real, imaginary] = complexReaders(dtype);
  return (view, at) => Math.hypot(real(view, at), imaginary(view, at));
};

const MAKERS = {
  bool: () => (view, at) => (view.getUint8(at) === 0 ? 0 : 1),
  int8: () => (view, at) => view.getInt8(at),
  int16: (_, little) => (view, at) => view.getInt16(at, little),
  int32: (_, little) => (view, at) => view.getInt32(at, little),
  int64: (_, little) => (view, at) => Number(view.getBigInt64(at, little)),
  uint8: () => (view, at) => view.getUint8(at),
  uint16: (_, little) => (view, at) => view.getUint16(at, little),
  uint32: (_, little) => (view, at) => view.getUint32(at, little),
  uint64: (_, little) => (view, at) => Number(view.getBigUint64(at, little)),
  float16: narrow,
  float32: (_, little) => (view, at) => view.getFloat32(at, little),
  float64: (_, little) => (view, at) => view.getFloat64(at, little),
  float96: extended,
  float128: extended,
  bfloat16: narrow,
  float8_e4m3fn: narrow,
  float8_e5m2: narrow,
  float8_e4m3fnuz: narrow,
  float8_e5m2fnuz: narrow,
  float8_e8m0fnu: narrow,
  float6_e2m3fn: narrow,
  float6_e3m2fn: narrow,
  float4_e2m1fn: narrow,
  int2: packedSigned,
  int4: packedSigned,
  uint2: packedUnsigned,
  uint4: packedUnsigned,
  complex64: magnitude,
  complex128: magnitude,
  complex192: magnitude,
  complex256: magnitude,
} as const satisfies Record<ScalarName, Maker>;

function timeReader(little: boolean): NumberReader {
  return (view, at) => {
    const ticks = view.getBigInt64(at, little);
    return ticks === NOT_A_TIME ? Number.NaN : Number(ticks);
  };
}

/** Decoders of the real and the imaginary part of a complex element. */
export function complexReaders(dtype: DType): readonly [NumberReader, NumberReader] {
  const name = complexPart(dtype);
  const half = dtype.itemSize / 2;
  const little = !dtype.bigEndian;
  if (name === "float32") return [(v, at) => v.getFloat32(at, little), (v, at) => v.getFloat32(at + half, little)];
  if (name === "float64") return [(v, at) => v.getFloat64(at, little), (v, at) => v.getFloat64(at + half, little)];
  const read = (view: DataView, at: number): number => x87ToNumber(floatBits(name, dtype, view, at));
  return [read, (view, at) => read(view, at + half)];
}

/** An integer, bool, or count of time units, exactly. Throws `unsupported` for other kinds. */
export function toBigInt(dtype: DType, view: DataView, at: number): bigint {
  const { kind, bits } = dtype;
  if (kind === "b") return view.getUint8(at) === 0 ? 0n : 1n;
  if (kind === "u") return readBits(dtype, view, at, bits);
  if (kind === "i" || kind === "M" || kind === "m") return BigInt.asIntN(bits, readBits(dtype, view, at, bits));
  throw new ArtifactError("unsupported", `${dtype.name} is not an integer type`);
}
