import { joined } from "../../bytes/joined.ts";
import { type ByteSource, slice } from "../../bytes/source.ts";
import { LIMITS } from "../../limits.ts";
import { type ScalarName, scalarDType } from "../../model/dtype.ts";
import { isNode, type TensorNode, type Value } from "../../model/value.ts";

/** Element types of arrays whose elements lie in the file one after another. */
export const ELEMENTS: Readonly<Record<string, ScalarName>> = {
  B: "int8",
  D: "float64",
  F: "float32",
  I: "int32",
  J: "int64",
  S: "int16",
  Z: "bool",
};

/** The array of `length` elements at `start`, its elements where they are. */
export function arrayAt(source: ByteSource, letter: string, start: number, length: number, at: number): TensorNode {
  const dtype = scalarDType(ELEMENTS[letter] ?? "int8", true);
  return {
    kind: "tensor",
    tensor: { dtype, shape: [length], order: "C", offset: start, data: source },
    className: `${sourceType(letter)}[]`,
    offset: at,
  };
}

function sourceType(letter: string): string {
  const names: Readonly<Record<string, string>> = {
    B: "byte",
    D: "double",
    F: "float",
    I: "int",
    J: "long",
    S: "short",
    Z: "boolean",
  };
  return names[letter] ?? letter;
}

/**
 * Rows of one length as one array of a dimension more; undefined where they are not, or one row stands twice. Rows that lie
 * at equal distances, as they are written, stay one range of the file.
 */
export function arrayOfRows(source: ByteSource, items: readonly Value[], at: number): TensorNode | undefined {
  const [first] = items;
  if (!isArray(first)) return undefined;
  const { dtype, shape } = first.tensor;
  if (shape.includes(0) || shape.length >= LIMITS.dimensions) return undefined;
  const rows: TensorNode[] = [];
  for (const item of items) {
    if (!isArray(item) || item.tensor.dtype !== dtype || !isSame(item.tensor.shape, shape)) return undefined;
    rows.push(item);
  }
  if (new Set(rows).size !== rows.length) return undefined;
  const rowStrides = first.tensor.strides ?? [dtype.itemSize];
  const start = first.tensor.offset;
  const gap = (rows[1] ?? first).tensor.offset - start;
  const isEven = rows.every(({ tensor }, i) => {
    const strides = tensor.strides ?? [dtype.itemSize];
    return tensor.data === source && tensor.offset === start + i * gap && isSame(strides, rowStrides);
  });
  const all = { dtype, shape: [rows.length, ...shape], order: "C" as const };
  const className = `${first.className}[]`;
  if (isEven) {
    const tensor = { ...all, offset: start, strides: [gap, ...rowStrides], data: source };
    return { kind: "tensor", tensor, className, offset: at };
  }
  // A row that begins with the description of its class lies further away.
  if (shape.length > 1) return undefined;
  const bytes = (shape[0] ?? 0) * dtype.itemSize;
  const data = joined(
    rows.map(({ tensor }) => slice(source, tensor.offset, tensor.offset + bytes)),
    source.name,
  );
  return { kind: "tensor", tensor: { ...all, offset: 0, data }, className, offset: at };
}

function isArray(value: Value | undefined): value is TensorNode {
  return isNode(value) && value.kind === "tensor" && value.objects === undefined;
}

function isSame(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, i) => size === b[i]);
}
