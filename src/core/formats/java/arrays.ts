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

/** Where the elements of an array begin in the file. Of arrays of arrays: the first row's first. */
export type Starts = WeakMap<TensorNode, number>;

/** The array of `length` elements at `start`, its elements where they are. */
export function arrayAt(
  source: ByteSource,
  letter: string,
  start: number,
  length: number,
  at: number,
  starts: Starts,
): TensorNode {
  const dtype = scalarDType(ELEMENTS[letter] ?? "int8", true);
  const data = slice(source, start, start + length * dtype.itemSize);
  const node: TensorNode = {
    kind: "tensor",
    tensor: { dtype, shape: [length], order: "C", offset: 0, data },
    className: `${sourceType(letter)}[]`,
    offset: at,
  };
  starts.set(node, start);
  return node;
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
export function arrayOfRows(
  source: ByteSource,
  items: readonly Value[],
  at: number,
  starts: Starts,
): TensorNode | undefined {
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
  const start = starts.get(first);
  const gap = (starts.get(rows[1] ?? first) ?? 0) - (start ?? 0);
  const isEven =
    start !== undefined &&
    rows.every((row, i) => {
      const strides = row.tensor.strides ?? [dtype.itemSize];
      return starts.get(row) === start + i * gap && isSame(strides, rowStrides);
    });
  const all = { dtype, shape: [rows.length, ...shape], order: "C" as const, offset: 0 };
  const className = `${first.className}[]`;
  if (!isEven) {
    // A row that begins with the description of its class lies further away.
    if (shape.length > 1) return undefined;
    const data = joined(
      rows.map(({ tensor }) => tensor.data),
      source.name,
    );
    return { kind: "tensor", tensor: { ...all, data }, className, offset: at };
  }
  const lastRow = rows.at(-1) ?? first;
  const end = (starts.get(lastRow) ?? start) + lastRow.tensor.data.size;
  const node: TensorNode = {
    kind: "tensor",
    tensor: { ...all, strides: [gap, ...rowStrides], data: slice(source, start, end) },
    className,
    offset: at,
  };
  starts.set(node, start);
  return node;
}

function isArray(value: Value | undefined): value is TensorNode {
  return isNode(value) && value.kind === "tensor" && value.objects === undefined;
}

function isSame(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, i) => size === b[i]);
}
