import type { DType } from "./dtype.ts";
import { elementPosition } from "./element-bits.ts";
import { numberReader } from "./element-number.ts";

/** Host typed arrays have the machine's byte order; every machine that runs this is little-endian, but ask. */
const isLittleHost = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

const VIEWS: Readonly<
  Record<string, (buffer: ArrayBufferLike, at: number, count: number) => ArrayLike<number> | undefined>
> = {
  int8: (buffer, at, count) => new Int8Array(buffer, at, count),
  uint8: (buffer, at, count) => new Uint8Array(buffer, at, count),
  int16: (buffer, at, count) => new Int16Array(buffer, at, count),
  uint16: (buffer, at, count) => new Uint16Array(buffer, at, count),
  int32: (buffer, at, count) => new Int32Array(buffer, at, count),
  uint32: (buffer, at, count) => new Uint32Array(buffer, at, count),
  float32: (buffer, at, count) => new Float32Array(buffer, at, count),
  float64: (buffer, at, count) => new Float64Array(buffer, at, count),
};

/**
 * The nearest float64 of each of `count` dense elements, into `out`: one loop over host numbers where the bytes allow
 * it. For statistics; values that are shown are printed from their bits.
 */
export function decodeBlock(dtype: DType, bytes: Uint8Array, count: number, out: Float64Array): void {
  const isNative = !dtype.bigEndian && isLittleHost && bytes.byteOffset % Math.max(1, dtype.itemSize) === 0;
  const make = isNative && dtype.scalar !== undefined ? VIEWS[dtype.scalar] : undefined;
  const host = make?.(bytes.buffer, bytes.byteOffset, count);
  if (host !== undefined) {
    out.set(host);
    return;
  }
  const read = numberReader(dtype);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const step = elementPosition(dtype, 1);
  for (let index = 0, at = 0; index < count; index += 1, at += step) out[index] = read(view, at);
}
