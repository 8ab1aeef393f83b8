import { type ByteSource, checkRange } from "../../bytes/source.ts";
import type { ScalarName } from "../../model/dtype.ts";

/** How numbers are stored (MAT-file format, table 1-1), by their number. */
export const STORED: Readonly<Partial<Record<number, ScalarName>>> = {
  1: "int8",
  2: "uint8",
  3: "int16",
  4: "uint16",
  5: "int32",
  6: "uint32",
  7: "float32",
  9: "float64",
  12: "int64",
  13: "uint64",
};

/** MATLAB's classes of numbers (table 1-3), by their number. */
export const CLASSES: Readonly<Partial<Record<number, { readonly name: string; readonly scalar: ScalarName }>>> = {
  6: { name: "double", scalar: "float64" },
  7: { name: "single", scalar: "float32" },
  8: { name: "int8", scalar: "int8" },
  9: { name: "uint8", scalar: "uint8" },
  10: { name: "int16", scalar: "int16" },
  11: { name: "uint16", scalar: "uint16" },
  12: { name: "int32", scalar: "int32" },
  13: { name: "uint32", scalar: "uint32" },
  14: { name: "int64", scalar: "int64" },
  15: { name: "uint64", scalar: "uint64" },
};

export const WIDTHS: Readonly<Partial<Record<ScalarName, number>>> = {
  bool: 1,
  int8: 1,
  uint8: 1,
  int16: 2,
  uint16: 2,
  int32: 4,
  uint32: 4,
  float32: 4,
  int64: 8,
  uint64: 8,
  float64: 8,
};

export function widthOf(scalar: ScalarName): number {
  return WIDTHS[scalar] ?? 1;
}

/**
 * Numbers that MATLAB stored in a narrower type (a double array of small whole numbers as bytes) as those of their class, in
 * the file's byte order. Every value fits: MATLAB chose the type so.
 */
export function widened(data: ByteSource, from: ScalarName, to: ScalarName, isBig: boolean): ByteSource {
  if (from === to) return data;
  const [narrow, wide] = [widthOf(from), widthOf(to)];
  const source: ByteSource = {
    size: Math.floor(data.size / narrow) * wide,
    name: data.name,
    async read(start, end) {
      checkRange(source, start, end);
      const first = Math.floor(start / wide);
      const last = Math.ceil(end / wide);
      const bytes = await data.read(first * narrow, last * narrow);
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      const out = new Uint8Array((last - first) * wide);
      const target = new DataView(out.buffer);
      for (let i = 0; i < last - first; i++) put(target, i * wide, to, get(view, i * narrow, from, isBig), isBig);
      return out.subarray(start - first * wide, end - first * wide);
    },
  };
  return source;
}

const GETTERS: Readonly<
  Partial<Record<ScalarName, (view: DataView, at: number, isLittle: boolean) => number | bigint>>
> = {
  int8: (view, at) => view.getInt8(at),
  int16: (view, at, isLittle) => view.getInt16(at, isLittle),
  uint16: (view, at, isLittle) => view.getUint16(at, isLittle),
  int32: (view, at, isLittle) => view.getInt32(at, isLittle),
  uint32: (view, at, isLittle) => view.getUint32(at, isLittle),
  float32: (view, at, isLittle) => view.getFloat32(at, isLittle),
  float64: (view, at, isLittle) => view.getFloat64(at, isLittle),
  int64: (view, at, isLittle) => view.getBigInt64(at, isLittle),
  uint64: (view, at, isLittle) => view.getBigUint64(at, isLittle),
};

/** One number; a byte where it is of no type that MATLAB has. */
export function get(view: DataView, at: number, scalar: ScalarName, isBig: boolean): number | bigint {
  return GETTERS[scalar]?.(view, at, !isBig) ?? view.getUint8(at);
}

function put(view: DataView, at: number, scalar: ScalarName, value: number | bigint, isBig: boolean): void {
  if (scalar === "float64") view.setFloat64(at, Number(value), !isBig);
  else if (scalar === "float32") view.setFloat32(at, Number(value), !isBig);
  else {
    const width = widthOf(scalar);
    const integer = BigInt.asUintN(width * 8, typeof value === "bigint" ? value : BigInt(Math.trunc(value) || 0));
    for (let i = 0; i < width; i++)
      view.setUint8(isBig ? at + width - 1 - i : at + i, Number((integer >> BigInt(8 * i)) & 0xffn));
  }
}
