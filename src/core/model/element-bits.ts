import { ArtifactError } from "../errors.ts";
import { type DType, scalarRow } from "./dtype.ts";
import type { FloatName } from "./float-format.ts";

/**
 * Bits of single elements. `at` is a byte position, except for packed dtypes (itemSize 0), where it counts bits from
 * the start of the view: `elementPosition` gives the right one for both.
 */

/** Where element `index` of a dense run begins, as the decoders want it. */
export function elementPosition(dtype: DType, index: number): number {
  return index * (dtype.itemSize === 0 ? dtype.bits : dtype.itemSize);
}

/** Bits of a float's pattern; x87's 80 without its padding bytes, whose content means nothing. */
export function floatBits(name: FloatName, dtype: DType, view: DataView, at: number): bigint {
  return readBits(dtype, view, at, name === "float96" || name === "float128" ? 80 : scalarRow(name).bits);
}

/** An unsigned integer of `bits` at an element's place, in the dtype's byte order. */
export function readBits(dtype: DType, view: DataView, at: number, bits: number): bigint {
  const little = !dtype.bigEndian;
  switch (bits) {
    case 8:
      return BigInt(view.getUint8(at));
    case 16:
      return BigInt(view.getUint16(at, little));
    case 32:
      return BigInt(view.getUint32(at, little));
    case 64:
      return view.getBigUint64(at, little);
    case 80:
      return readX87(dtype, view, at);
    default:
      return BigInt(readPacked(view, at, bits));
  }
}

/** x87 in its padded slot: the value's ten bytes come first in little-endian order, last in big-endian order. */
function readX87(dtype: DType, view: DataView, at: number): bigint {
  if (!dtype.bigEndian) return (BigInt(view.getUint16(at + 8, true)) << 64n) | view.getBigUint64(at, true);
  const start = at + x87Size(dtype) - 10;
  return (BigInt(view.getUint16(start)) << 64n) | view.getBigUint64(start + 2);
}

/** Bytes of one x87 slot: a complex element has two. */
function x87Size(dtype: DType): number {
  return dtype.kind === "c" ? dtype.itemSize / 2 : dtype.itemSize;
}

/** A value of fewer than 8 bits, the first one in the lowest bits (as safetensors and PyTorch pack 4-bit floats). */
export function readPacked(view: DataView, bitAt: number, bits: number): number {
  const byte = bitAt >> 3;
  const shift = bitAt & 7;
  const high = shift + bits > 8 ? view.getUint8(byte + 1) << 8 : 0;
  return ((view.getUint8(byte) | high) >> shift) & ((1 << bits) - 1);
}

export function writeBits(dtype: DType, view: DataView, at: number, bits: number, value: bigint): void {
  const little = !dtype.bigEndian;
  switch (bits) {
    case 8:
      return view.setUint8(at, Number(value));
    case 16:
      return view.setUint16(at, Number(value), little);
    case 32:
      return view.setUint32(at, Number(value), little);
    case 64:
      return view.setBigUint64(at, value, little);
    case 80:
      return writeX87(dtype, view, at, value);
    default:
      return view.setUint8(at >> 3, Number(value) << (at & 7));
  }
}

function writeX87(dtype: DType, view: DataView, at: number, value: bigint): void {
  const start = dtype.bigEndian ? at + x87Size(dtype) - 10 : at;
  view.setUint16(dtype.bigEndian ? start : start + 8, Number(value >> 64n), !dtype.bigEndian);
  view.setBigUint64(dtype.bigEndian ? start + 2 : start, BigInt.asUintN(64, value), !dtype.bigEndian);
}

const COMPLEX_PARTS: ReadonlyMap<string, FloatName> = new Map([
  ["complex64", "float32"],
  ["complex128", "float64"],
  ["complex192", "float96"],
  ["complex256", "float128"],
]);

/** The float that each half of a complex element is. */
export function complexPart(dtype: DType): FloatName {
  const part = COMPLEX_PARTS.get(dtype.scalar ?? "");
  if (part === undefined) throw new ArtifactError("unsupported", `${dtype.name} is not a complex type`);
  return part;
}

/**
 * The same bytes with the padding of x87 floats zeroed, so that equal values have equal bytes. Returns `bytes` itself
 * where the dtype has no padding.
 */
export function clearPadding(dtype: DType, bytes: Uint8Array): Uint8Array {
  if (!/^(float|complex)(96|128|192|256)$/.test(dtype.scalar ?? "") || dtype.scalar === "complex128") return bytes;
  const size = x87Size(dtype);
  const out = bytes.slice();
  for (let start = 0; start + size <= out.length; start += size)
    out.fill(0, dtype.bigEndian ? start : start + 10, dtype.bigEndian ? start + size - 10 : start + size);
  return out;
}
