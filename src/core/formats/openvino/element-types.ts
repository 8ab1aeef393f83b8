import { type ByteSource, checkRange } from "../../bytes/source.ts";
import { type DType, type ScalarName, scalarDType } from "../../model/dtype.ts";

/** Element types with bytes, or parts of them, that are read as they lie. */
const DIRECT: Readonly<Record<string, ScalarName>> = {
  f64: "float64",
  f32: "float32",
  f16: "float16",
  bf16: "bfloat16",
  f8e4m3: "float8_e4m3fn",
  f8e5m2: "float8_e5m2",
  f8e8m0: "float8_e8m0fnu",
  f4e2m1: "float4_e2m1fn",
  i64: "int64",
  i32: "int32",
  i16: "int16",
  i8: "int8",
  i4: "int4",
  u64: "uint64",
  u32: "uint32",
  u16: "uint16",
  u8: "uint8",
  u4: "uint4",
  u2: "uint2",
  boolean: "bool",
};

/** Precisions as ports and the first versions of the format spell them. */
const PRECISIONS: Readonly<Record<string, string>> = {
  FP64: "f64",
  FP32: "f32",
  FP16: "f16",
  BF16: "bf16",
  I64: "i64",
  I32: "i32",
  I16: "i16",
  I8: "i8",
  U64: "u64",
  U32: "u32",
  U16: "u16",
  U8: "u8",
  BOOL: "boolean",
  BIN: "u1",
};

export function elementTypeOf(precision: string): string {
  return Object.hasOwn(PRECISIONS, precision) ? (PRECISIONS[precision] ?? precision) : precision.toLowerCase();
}

/** How elements of a type lie, and as what they are shown. */
export interface ElementType {
  readonly dtype: DType;
  /** Bits of one element in the file. */
  readonly bits: number;
  /** Of types that lie in groups: the last one is whole too, however few of its elements there are. */
  readonly group?: Group;
  /** Of types whose elements are shown as another: `count` of them out of their bytes. */
  readonly expand?: (data: ByteSource, count: number) => ByteSource;
}

/** Bytes that a tensor of `count` elements takes. */
export function bytesOf({ bits, group }: ElementType, count: number): number {
  return group === undefined ? Math.ceil((count * bits) / 8) : Math.ceil(count / group.elements) * GROUP_BYTES;
}

/** Undefined for `string`, and for types that have no elements in a file: `dynamic`. */
export function elementType(name: string): ElementType | undefined {
  if (name === "u1") return { dtype: scalarDType("bool"), bits: 1, expand: bitsAsBooleans };
  if (name === "nf4") return { dtype: scalarDType("float32"), bits: 4, expand: nf4AsFloats };
  const group = name === "u3" ? U3 : name === "u6" ? U6 : undefined;
  if (group !== undefined) {
    const expand = (data: ByteSource, count: number): ByteSource => ungrouped(data, count, group);
    return { dtype: scalarDType("uint8"), bits: (GROUP_BYTES * 8) / group.elements, group, expand };
  }
  const scalar = Object.hasOwn(DIRECT, name) ? DIRECT[name] : undefined;
  if (scalar === undefined) return undefined;
  const dtype = scalarDType(scalar);
  return { dtype, bits: dtype.bits };
}

/** Some elements in three bytes: their low bits in two of them, the rest in the third; the first element's highest. */
interface Group {
  readonly elements: number;
  /** Low bits of an element. */
  readonly low: number;
}

const GROUP_BYTES = 3;
const U3: Group = { elements: 8, low: 2 };
const U6: Group = { elements: 4, low: 4 };

/** As a byte each. */
function ungrouped(data: ByteSource, count: number, { elements, low }: Group): ByteSource {
  const inByte = 8 / low;
  const high = 8 / elements;
  const source: ByteSource = {
    size: count,
    name: data.name,
    async read(start, end) {
      checkRange(source, start, end);
      const first = Math.floor(start / elements);
      const bytes = await data.read(first * GROUP_BYTES, Math.ceil(end / elements) * GROUP_BYTES);
      const out = new Uint8Array(end - start);
      for (let i = start; i < end; i++) {
        const at = (Math.floor(i / elements) - first) * GROUP_BYTES;
        const k = i % elements;
        const part = ((bytes[at + Math.floor(k / inByte)] ?? 0) >> (8 - low - (k % inByte) * low)) & ((1 << low) - 1);
        const rest = ((bytes[at + 2] ?? 0) >> (8 - high - k * high)) & ((1 << high) - 1);
        out[i - start] = (rest << low) | part;
      }
      return out;
    },
  };
  return source;
}

/** One bit an element, the highest of a byte first. */
function bitsAsBooleans(data: ByteSource, count: number): ByteSource {
  return expanded(data, count, 1, (byte, at) => [(byte >> (7 - at)) & 1]);
}

/** NormalFloat of four bits: quantiles of a normal distribution (QLoRA, appendix E), the lower half of a byte first. */
const NF4 = Float32Array.of(
  -1,
  -0.6961928009986877,
  -0.5250730514526367,
  -0.39491748809814453,
  -0.28444138169288635,
  -0.18477343022823334,
  -0.09105003625154495,
  0,
  0.07958029955625534,
  0.16093020141124725,
  0.24611230194568634,
  0.33791524171829224,
  0.44070982933044434,
  0.5626170039176941,
  0.7229568362236023,
  1,
);
const NF4_BYTES: readonly (readonly number[])[] = Array.from(NF4, (value) => {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, value, true);
  return [...new Uint8Array(view.buffer)];
});

function nf4AsFloats(data: ByteSource, count: number): ByteSource {
  return expanded(data, count, 4, (byte, at) => NF4_BYTES[(byte >> (at * 4)) & 15] ?? []);
}

/** Elements of less than a byte, each as some bytes of its own. */
function expanded(
  data: ByteSource,
  count: number,
  bits: 1 | 4,
  element: (byte: number, at: number) => readonly number[],
): ByteSource {
  const width = element(0, 0).length;
  const perByte = 8 / bits;
  const source: ByteSource = {
    size: count * width,
    name: data.name,
    async read(start: number, end: number): Promise<Uint8Array> {
      checkRange(source, start, end);
      const first = Math.floor(start / width);
      const last = Math.ceil(end / width);
      const from = Math.floor(first / perByte);
      const bytes = await data.read(from, Math.ceil(last / perByte));
      const out = new Uint8Array((last - first) * width);
      for (let i = first; i < last; i++)
        out.set(element(bytes[Math.floor(i / perByte) - from] ?? 0, i % perByte), (i - first) * width);
      return out.subarray(start - first * width, end - first * width);
    },
  };
  return source;
}
