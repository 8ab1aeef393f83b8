import { type ByteSource, checkRange } from "../bytes/source.ts";
import { corrupt } from "../errors.ts";
import { LIMITS } from "../limits.ts";
import { toBigInt } from "../model/decode.ts";
import { isNumeric } from "../model/dtype.ts";
import { elementCount, type TensorRef } from "../model/tensor.ts";
import { type DictNode, dictGet, isNode, type ObjectNode, type Value } from "../model/value.ts";
import { readElements } from "../model/window.ts";
import { attributeOf, classOf } from "./anatomy.ts";
import { ifReadable, labelOf } from "./texts.ts";

/**
 * scipy's sparse matrices and arrays as what they stand for: one matrix, whose elements that are not stored are zero.
 *
 *     csr  data, indices, indptr   row r holds data[indptr[r] .. indptr[r + 1]] in the columns indices[...]
 *     csc  the same by column
 *     coo  data, row, col          (coords since scipy 1.13)
 *
 * The facts are in scipy/sparse/_compressed.py, _coo.py and _matrix_io.py. A matrix that stores an element twice is not
 * one of these: scipy adds such values up, and a sum is not in the file.
 */
export interface SparseParts {
  readonly format: "csr" | "csc" | "coo";
  readonly shape: readonly [number, number];
  readonly data: TensorRef;
  /** Of csr and csc: indices and indptr; of coo: rows and columns. */
  readonly index: readonly [TensorRef, TensorRef];
}

/** Where the stored elements lie in the matrix, in C order, and which stored element each is. */
interface Layout {
  readonly positions: Float64Array;
  readonly sources: Uint32Array;
}

const known = new WeakMap<object, TensorRef | null>();

/** The matrix that an object of scipy is; undefined for anything else, and where its parts do not fit each other. */
export async function sparseMatrix(node: ObjectNode): Promise<TensorRef | undefined> {
  const { module, name } = classOf(node);
  if (!module.startsWith("scipy.sparse") || !/^(?:csr|csc|coo)_(?:matrix|array)$/.test(name)) return undefined;
  return remembered(node, (part) => attributeOf(node, part), name.slice(0, 3));
}

/** The matrix that the members of an `.npz` of `scipy.sparse.save_npz` are. */
export async function sparseArchive(dict: DictNode): Promise<TensorRef | undefined> {
  const format = dictGet(dict, "format");
  if (format === undefined || dictGet(dict, "data") === undefined || dict.keys.length > 8) return undefined;
  const text = isNode(format) && format.kind === "tensor" ? await elementText(format.tensor) : undefined;
  return text === undefined ? undefined : remembered(dict, (part) => dictGet(dict, part), text);
}

async function remembered(
  node: object,
  part: (name: string) => Value | undefined,
  format: string,
): Promise<TensorRef | undefined> {
  const before = known.get(node);
  if (before !== undefined) return before ?? undefined;
  const parts = await partsOf(part, format);
  const made = parts === undefined ? undefined : await ifReadable(() => sparseTensor(parts));
  known.set(node, made ?? null);
  return made;
}

async function partsOf(part: (name: string) => Value | undefined, format: string): Promise<SparseParts | undefined> {
  if (format !== "csr" && format !== "csc" && format !== "coo") return undefined;
  const shape = await sizes(part("_shape") ?? part("shape"));
  const data = vector(part("data"));
  const coords = part("coords");
  const [row, column] = isNode(coords) && coords.kind === "list" ? coords.items : [part("row"), part("col")];
  const index = format === "coo" ? [vector(row), vector(column)] : [vector(part("indices")), vector(part("indptr"))];
  const [first, second] = index;
  if (shape === undefined || data === undefined || first === undefined || second === undefined) return undefined;
  const stored = data.shape[0] ?? 0;
  const others = format === "coo" ? stored : shape[format === "csr" ? 0 : 1] + 1;
  const isFitting = isNumeric(data.dtype) && data.dtype.itemSize > 0 && first.shape[0] === stored;
  if (!isFitting || second.shape[0] !== others || !isIndex(first) || !isIndex(second)) return undefined;
  const bytes = shape[0] * shape[1] * data.dtype.itemSize;
  if (!(bytes <= LIMITS.sparseBytes && stored <= LIMITS.sparseStored)) return undefined;
  return { format, shape, data, index: [first, second] };
}

const isIndex = ({ dtype }: TensorRef): boolean => dtype.kind === "i" || dtype.kind === "u";

function vector(value: Value | undefined): TensorRef | undefined {
  const isArray = isNode(value) && value.kind === "tensor" && value.objects === undefined;
  return isArray && value.tensor.shape.length === 1 ? value.tensor : undefined;
}

async function sizes(value: Value | undefined): Promise<readonly [number, number] | undefined> {
  if (!isNode(value)) return undefined;
  const items =
    value.kind === "list"
      ? value.items.map((item) => (typeof item === "bigint" ? Number(item) : -1))
      : value.kind === "tensor" && isIndex(value.tensor) && value.tensor.shape[0] === 2
        ? [...(await integers(value.tensor))]
        : [];
  const [rows, columns] = items;
  const isSize = (size: number | undefined): size is number => Number.isSafeInteger(size) && (size ?? -1) >= 0;
  return items.length === 2 && isSize(rows) && isSize(columns) ? [rows, columns] : undefined;
}

async function elementText(tensor: TensorRef): Promise<string | undefined> {
  if (elementCount(tensor.shape) !== 1 || tensor.dtype.itemSize > 64) return undefined;
  const text = await labelOf({ kind: "scalar", tensor: { ...tensor, shape: [] } });
  return text === undefined ? undefined : /[a-z]{3}/.exec(text)?.[0];
}

/** The dense matrix; its bytes are made where they are read. Throws `corrupt` for parts that do not fit each other. */
export async function sparseTensor(parts: SparseParts): Promise<TensorRef> {
  const { format, shape, data } = parts;
  const layout = await layoutOf(parts);
  const count = shape[0] * shape[1];
  return {
    dtype: data.dtype,
    shape,
    order: "C",
    offset: 0,
    data: denseSource(layout, data, count),
    sparse: { format, stored: data.shape[0] ?? 0 },
  };
}

async function layoutOf({ format, shape, data, index }: SparseParts): Promise<Layout> {
  const stored = data.shape[0] ?? 0;
  const [first, second] = await Promise.all(index.map(integers));
  const positions = new Float64Array(stored);
  const [rows, columns] = shape;
  const place = (k: number, row: number, column: number): void => {
    if (!(row >= 0 && row < rows && column >= 0 && column < columns))
      throw corrupt(`sparse matrix: element ${k} is at [${row}, ${column}] of [${rows}, ${columns}]`);
    positions[k] = row * columns + column;
  };
  if (format === "coo") for (let k = 0; k < stored; k++) place(k, first?.[k] ?? -1, second?.[k] ?? -1);
  else {
    let k = 0;
    const lines = format === "csr" ? rows : columns;
    for (let line = 0; line < lines; line++) {
      const end = second?.[line + 1] ?? -1;
      if (second?.[line] !== k || end < k || end > stored)
        throw corrupt("sparse matrix: its index pointers do not fit");
      for (; k < end; k++) {
        const other = first?.[k] ?? -1;
        if (format === "csr") place(k, line, other);
        else place(k, other, line);
      }
    }
    if (k !== stored) throw corrupt(`sparse matrix: ${stored} elements are stored, its index pointers end at ${k}`);
  }
  return sorted(positions);
}

function sorted(positions: Float64Array): Layout {
  const sources = Uint32Array.from(positions, (_, k) => k);
  if (positions.some((position, k) => k > 0 && position < (positions[k - 1] ?? 0)))
    sources.sort((a, b) => (positions[a] ?? 0) - (positions[b] ?? 0));
  const ordered = Float64Array.from(sources, (k) => positions[k] ?? 0);
  if (ordered.some((position, k) => k > 0 && position === ordered[k - 1]))
    throw corrupt("sparse matrix: an element is stored twice");
  return { positions: ordered, sources };
}

async function integers(tensor: TensorRef): Promise<Float64Array> {
  const count = elementCount(tensor.shape);
  const bytes = await readElements(tensor, 0, count);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { itemSize } = tensor.dtype;
  return Float64Array.from({ length: count }, (_, k) => Number(toBigInt(tensor.dtype, view, k * itemSize)));
}

function denseSource({ positions, sources }: Layout, data: TensorRef, count: number): ByteSource {
  const { itemSize } = data.dtype;
  let stored: Promise<Uint8Array> | undefined;
  const source: ByteSource = {
    size: count * itemSize,
    name: "sparse matrix",
    async read(start, end) {
      checkRange(source, start, end);
      const first = Math.floor(start / itemSize);
      const last = Math.ceil(end / itemSize);
      const out = new Uint8Array((last - first) * itemSize);
      let k = lowerBound(positions, first);
      if (k < positions.length && (positions[k] ?? last) < last) {
        stored ??= readElements(data, 0, positions.length);
        const bytes = await stored;
        for (; k < positions.length && (positions[k] ?? last) < last; k++) {
          const from = (sources[k] ?? 0) * itemSize;
          out.set(bytes.subarray(from, from + itemSize), ((positions[k] ?? 0) - first) * itemSize);
        }
      }
      return out.subarray(start - first * itemSize, end - first * itemSize);
    },
  };
  return source;
}

/** The first stored element at or after a position. */
function lowerBound(positions: Float64Array, wanted: number): number {
  let low = 0;
  let high = positions.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((positions[middle] ?? 0) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
