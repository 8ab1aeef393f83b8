import { readAll } from "../../bytes/read-all.ts";
import type { ByteSource } from "../../bytes/source.ts";
import type { Artifact } from "../../model/artifact.ts";
import { scalarDType } from "../../model/dtype.ts";
import { byteExtent, isDense, isWhole } from "../../model/dense.ts";
import type { Graph } from "../../model/graph-records.ts";
import { holdsObjects } from "../../model/numpy-dtype.ts";
import { denseByteLength, type TensorRef } from "../../model/tensor.ts";
import type { BytesNode } from "../../model/value.ts";
import { joinTexts } from "../document/texts.ts";
import { INLINE_BYTES, INLINE_NODE_BYTES } from "./layout.ts";

/** A row of the index: a tensor with bytes of its own, or one whose bytes are a part of another's. */
export type TensorRow = StoredRow | ViewRow;

export interface StoredRow {
  readonly kind: "stored";
  readonly path?: string;
  readonly tensor: TensorRef;
  /** Bytes of the content: none for arrays of objects, whose elements are in the graph. */
  readonly length: number;
  /** The content itself, where it is short enough to lie in the index. */
  readonly inline?: Uint8Array;
  readonly texts?: string;
}

export interface ViewRow {
  readonly kind: "view";
  readonly path: string;
  readonly tensor: TensorRef;
  /** Number of the row whose bytes these are, and where the first element lies in them. */
  readonly base: number;
  readonly offset: number;
  /** In the bytes of `base`; absent for elements that lie densely, in the tensor's order. */
  readonly strides?: readonly number[];
}

export interface TensorTable {
  readonly rows: readonly TensorRow[];
  tensorRow(tensor: TensorRef): number;
  /** The row of bytes that are too long for the graph; undefined for those that lie in it. */
  bytesRow(node: BytesNode): number | undefined;
}

/**
 * Every tensor of an artifact once: those of the graph in its order, with the first address each one has; then the
 * parameters that are no tensors in the graph (numbers, lists of numbers); then further addresses, and fields of
 * structured arrays, as views.
 */
export async function tensorTable(artifact: Artifact, graph: Graph): Promise<TensorTable> {
  const rows: TensorRow[] = [];
  const numbers = new Map<TensorRef, number>();
  const bytes = new Map<BytesNode, number>();
  const paths = new Paths(artifact);
  const store = async (tensor: TensorRef, path: string | undefined): Promise<number> => {
    const known = numbers.get(tensor);
    if (known !== undefined) return known;
    numbers.set(tensor, rows.length);
    rows.push(await storedRow(tensor, path));
    return rows.length - 1;
  };
  for (const node of graph.nodes) {
    if (node.kind === "tensor" || node.kind === "scalar") {
      if (isCarried(node.tensor)) await store(node.tensor, paths.first(node.tensor));
    } else if (node.kind === "bytes" && node.data.size > INLINE_NODE_BYTES) {
      bytes.set(node, rows.length);
      rows.push(await storedRow(bytesTensor(node.data), undefined));
    }
  }
  const spans = new StoredSpans(rows);
  for (const { path, tensor } of paths.all) {
    if (!isCarried(tensor) || holdsObjects(tensor.dtype)) continue;
    const known = numbers.get(tensor);
    if (known !== undefined && rows[known]?.path === path) continue;
    if (known !== undefined) rows.push({ kind: "view", path, tensor, base: known, offset: 0 });
    else {
      const span = spans.holding(tensor);
      const strides = tensor.strides && { strides: tensor.strides };
      if (span === undefined) await store(tensor, path);
      else rows.push({ kind: "view", path, tensor, ...span, ...strides });
    }
  }
  return {
    rows,
    tensorRow(tensor) {
      const row = numbers.get(tensor);
      if (row === undefined) throw new Error("a tensor is not of this table");
      return row;
    },
    bytesRow: (node) => bytes.get(node),
  };
}

/** Arrays of objects have their elements in the graph; other tensors need all their bytes. */
export function isCarried(tensor: TensorRef): boolean {
  return holdsObjects(tensor.dtype) || isWhole(tensor);
}

async function storedRow(tensor: TensorRef, path: string | undefined): Promise<StoredRow> {
  const length = holdsObjects(tensor.dtype) ? 0 : denseByteLength(tensor);
  const texts = joinTexts(tensor);
  const isShort = length <= INLINE_BYTES && length > 0 && isDense(tensor);
  return {
    kind: "stored",
    tensor,
    length,
    ...(path !== undefined && { path }),
    ...(isShort && { inline: await readAll(tensor.data, tensor.offset, tensor.offset + length) }),
    ...(texts !== undefined && { texts }),
  };
}

function bytesTensor(data: ByteSource): TensorRef {
  return { dtype: scalarDType("uint8"), shape: [data.size], order: "C", offset: 0, data };
}

/** Addresses of tensors: parameters first, then everything else that has one. */
class Paths {
  readonly all: readonly { readonly path: string; readonly tensor: TensorRef }[];
  readonly #first = new Map<TensorRef, string>();

  constructor(artifact: Artifact) {
    const values = artifact.values.flatMap(({ path, value }) =>
      typeof value === "object" && value !== null && (value.kind === "tensor" || value.kind === "scalar")
        ? [{ path, tensor: value.tensor }]
        : [],
    );
    this.all = [...artifact.parameters.map(({ path, tensor }) => ({ path, tensor })), ...values];
    for (const { path, tensor } of this.all) if (!this.#first.has(tensor)) this.#first.set(tensor, path);
  }

  first(tensor: TensorRef): string | undefined {
    return this.#first.get(tensor);
  }
}

interface Span {
  readonly start: number;
  readonly end: number;
  readonly base: number;
}

/** Which stored tensor's bytes a view lies in, by the source that both read from. */
class StoredSpans {
  readonly #bySource = new Map<ByteSource, Span[]>();

  constructor(rows: readonly TensorRow[]) {
    for (const [base, row] of rows.entries()) {
      if (row.kind !== "stored" || row.length === 0 || !isDense(row.tensor)) continue;
      const { start, end } = byteExtent(row.tensor);
      const spans = this.#bySource.get(row.tensor.data) ?? [];
      spans.push({ start, end, base });
      this.#bySource.set(row.tensor.data, spans);
    }
    for (const spans of this.#bySource.values()) spans.sort((a, b) => a.start - b.start || b.end - a.end);
  }

  /** The row whose bytes hold every element, and where the first one lies in them. */
  holding(tensor: TensorRef): { readonly base: number; readonly offset: number } | undefined {
    const spans = this.#bySource.get(tensor.data);
    if (spans === undefined) return undefined;
    const { start, end } = byteExtent(tensor);
    let [low, high] = [0, spans.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((spans[middle]?.start ?? 0) <= start) low = middle + 1;
      else high = middle;
    }
    const span = spans[low - 1];
    if (span === undefined || span.end < end) return undefined;
    return { base: span.base, offset: tensor.offset - span.start };
  }
}
