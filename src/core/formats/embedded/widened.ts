import { type ByteSource, checkRange } from "../../bytes/source.ts";
import { corrupt } from "../../errors.ts";
import { canonicalBytes } from "../../model/canonical.ts";
import { denseSource } from "../../model/dense.ts";
import { elementPosition, toNumber } from "../../model/decode.ts";
import { type DType, scalarDType, type ScalarName } from "../../model/dtype.ts";
import { readPacked } from "../../model/element-bits.ts";
import { packBits } from "../../model/packed.ts";
import { denseByteLength, elementCount, type TensorRef } from "../../model/tensor.ts";
import { readElements } from "../../model/window.ts";

/**
 * Float types that numpy lacks, kept as float32. Each has fewer than 17 bits and lies in float32 exactly, so nothing is
 * rounded, and the pattern each float32 stands for can be found again. A NaN's own pattern becomes its payload.
 */
const WIDENED: ReadonlySet<ScalarName> = new Set([
  "bfloat16",
  "float8_e4m3fn",
  "float8_e5m2",
  "float8_e4m3fnuz",
  "float8_e5m2fnuz",
  "float8_e8m0fnu",
  "float6_e2m3fn",
  "float6_e3m2fn",
  "float4_e2m1fn",
]);

export const FLOAT32 = scalarDType("float32");

export function isWidened(dtype: DType): boolean {
  return dtype.scalar !== undefined && WIDENED.has(dtype.scalar);
}

/** The float32 bits of every pattern of a type, by the pattern. */
const tables = new Map<ScalarName, Uint32Array>();

function tableOf({ scalar = "bfloat16", bits }: DType): Uint32Array {
  const known = tables.get(scalar);
  if (known !== undefined) return known;
  const dtype = scalarDType(scalar);
  const table = new Uint32Array(2 ** bits);
  const element = new DataView(new ArrayBuffer(2));
  const wide = new DataView(new ArrayBuffer(4));
  for (let pattern = 0; pattern < table.length; pattern++) {
    element.setUint16(0, pattern, true);
    const value = toNumber(dtype, element, 0);
    wide.setFloat32(0, value);
    table[pattern] = Number.isNaN(value) ? nanBits(pattern, bits) : wide.getUint32(0);
  }
  tables.set(scalar, table);
  return table;
}

/** A quiet NaN with the pattern as payload; bfloat16's NaNs are float32's own. */
function nanBits(pattern: number, bits: number): number {
  return bits === 16 ? (pattern << 16) >>> 0 : 0x7fc00000 | pattern;
}

/** The tensor as little-endian float32 in C order, widened when it is read. */
export function widened(tensor: TensorRef): TensorRef {
  const { dtype, shape } = tensor;
  const table = tableOf(dtype);
  const count = elementCount(shape);
  const source: ByteSource = {
    size: count * 4,
    name: tensor.data.name,
    async read(start, end) {
      checkRange(source, start, end);
      if (start === end) return new Uint8Array(0);
      const first = Math.floor(start / 4);
      const last = Math.ceil(end / 4);
      const bytes = canonicalBytes(dtype, await readElements(tensor, first, last - first));
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const out = new Uint8Array((last - first) * 4);
      const wide = new DataView(out.buffer);
      for (let index = 0; index < last - first; index++)
        wide.setUint32(index * 4, table[patternAt(dtype, view, index)] ?? 0, true);
      return out.subarray(start - first * 4, end - first * 4);
    },
  };
  return { dtype: FLOAT32, shape, order: "C", offset: 0, data: source };
}

function patternAt(dtype: DType, view: DataView, index: number): number {
  const at = elementPosition(dtype, index);
  if (dtype.bits === 16) return view.getUint16(at, true);
  return dtype.bits === 8 ? view.getUint8(at) : readPacked(view, at, dtype.bits);
}

/** The other way round: `wide` holds float32 in C order; gives a tensor of `dtype` over it, narrowed when it is read. */
export function narrowed(wide: TensorRef, dtype: DType): TensorRef {
  const little = scalarDType(dtype.scalar ?? "bfloat16");
  const length = denseByteLength({ dtype: little, shape: wide.shape });
  const patterns = new Map<number, number>();
  for (const [pattern, bits] of tableOf(little).entries()) patterns.set(bits, pattern);
  const count = elementCount(wide.shape);
  const dense = denseSource(wide);
  const source: ByteSource = {
    size: length,
    name: wide.data.name,
    async read(start, end) {
      checkRange(source, start, end);
      const first = Math.floor((start * 8) / little.bits);
      const last = Math.min(count, Math.ceil((end * 8) / little.bits));
      const bytes = await dense.read(first * 4, last * 4);
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      // One more byte, as a 16-bit number is written for narrower patterns too.
      const out = new Uint8Array(Math.ceil(((last - first) * little.bits) / 8) + 1);
      for (let index = 0; index < last - first; index++) {
        const bits = view.getUint32(index * 4, !wide.dtype.bigEndian);
        const pattern = patterns.get(bits);
        if (pattern === undefined)
          throw corrupt(`${source.name}: element ${first + index} is no ${little.name} (0x${bits.toString(16)})`);
        packBits(Uint8Array.of(pattern & 0xff, pattern >> 8), 0, little.bits, out, index * little.bits);
      }
      return shifted(out, start * 8 - first * little.bits, end - start);
    },
  };
  return { dtype: little, shape: wide.shape, order: "C", offset: 0, data: source };
}

/** `length` bytes from bit `from` on. */
function shifted(bytes: Uint8Array, from: number, length: number): Uint8Array {
  if (from % 8 === 0) return bytes.subarray(from / 8, from / 8 + length);
  const out = new Uint8Array(length);
  packBits(bytes, from, length * 8, out, 0);
  return out;
}
