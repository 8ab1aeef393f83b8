import type { DType } from "./dtype.ts";
import { elementPosition } from "./element-bits.ts";
import { numberReader } from "./element-number.ts";
import { decodeTable } from "./float.ts";

/** Host typed arrays have the machine's byte order; every machine that runs this is little-endian, but ask. */
const isLittleHost = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

type Numbers =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array;

type Decoder = (bytes: Uint8Array, count: number, out: Float64Array) => void;

/** Loops over a host array of the same layout. Function calls per element would cost ten times as much. */
const DECODERS: Readonly<Record<string, Decoder>> = {
  int8: copying((buffer, at, count) => new Int8Array(buffer, at, count)),
  uint8: copying((buffer, at, count) => new Uint8Array(buffer, at, count)),
  int16: copying((buffer, at, count) => new Int16Array(buffer, at, count)),
  uint16: copying((buffer, at, count) => new Uint16Array(buffer, at, count)),
  int32: copying((buffer, at, count) => new Int32Array(buffer, at, count)),
  uint32: copying((buffer, at, count) => new Uint32Array(buffer, at, count)),
  float32: copying((buffer, at, count) => new Float32Array(buffer, at, count)),
  float64: copying((buffer, at, count) => new Float64Array(buffer, at, count)),
  int64: (bytes, count, out) => {
    const low = new Uint32Array(bytes.buffer, bytes.byteOffset, count * 2);
    const high = new Int32Array(bytes.buffer, bytes.byteOffset, count * 2);
    joinHalves(low, high, count, out);
  },
  uint64: (bytes, count, out) => {
    const halves = new Uint32Array(bytes.buffer, bytes.byteOffset, count * 2);
    joinHalves(halves, halves, count, out);
  },
  float16: (bytes, count, out) => {
    lookUp(decodeTable("float16"), new Uint16Array(bytes.buffer, bytes.byteOffset, count), out);
  },
  bfloat16: (bytes, count, out) => {
    lookUp(decodeTable("bfloat16"), new Uint16Array(bytes.buffer, bytes.byteOffset, count), out);
  },
};

function copying(view: (buffer: ArrayBufferLike, at: number, count: number) => Numbers): Decoder {
  return (bytes, count, out) => out.set(view(bytes.buffer, bytes.byteOffset, count));
}

/** The upper half times 2^32 is exact, so the sum is rounded once, to the nearest. */
function joinHalves(low: Uint32Array, high: Int32Array | Uint32Array, count: number, out: Float64Array): void {
  for (let index = 0; index < count; index += 1)
    out[index] = (high[index * 2 + 1] ?? 0) * 4294967296 + (low[index * 2] ?? 0);
}

function lookUp(table: Float64Array, patterns: Uint16Array, out: Float64Array): void {
  for (let index = 0; index < patterns.length; index += 1) out[index] = table[patterns[index] ?? 0] ?? 0;
}

/**
 * The nearest float64 of each of `count` dense elements, into `out`. For statistics; values that are shown are
 * printed from their bits.
 */
export function decodeBlock(dtype: DType, bytes: Uint8Array, count: number, out: Float64Array): void {
  const decode = dtype.scalar === undefined ? undefined : DECODERS[dtype.scalar];
  if (decode !== undefined && isLittleHost) {
    decode(asHostBytes(dtype, bytes), count, out);
    return;
  }
  const read = numberReader(dtype);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const step = elementPosition(dtype, 1);
  for (let index = 0, at = 0; index < count; index += 1, at += step) out[index] = read(view, at);
}

/** The same elements in little-endian order, at an address that a typed array can be laid over. */
function asHostBytes(dtype: DType, bytes: Uint8Array): Uint8Array {
  const { itemSize, bigEndian } = dtype;
  if (!bigEndian) return bytes.byteOffset % itemSize === 0 ? bytes : bytes.slice();
  const swapped = new Uint8Array(bytes.length);
  for (let start = 0; start < bytes.length; start += itemSize)
    for (let k = 0; k < itemSize; k += 1) swapped[start + k] = bytes[start + itemSize - 1 - k] ?? 0;
  return swapped;
}
