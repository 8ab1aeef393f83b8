import { joined } from "../bytes/joined.ts";
import { slice } from "../bytes/source.ts";
import { corrupt } from "../errors.ts";
import { denseByteLength } from "../model/tensor.ts";
import type { TensorNode, Value } from "../model/value.ts";

// Tensors that a checkpoint keeps in pieces, one for each process or partition.

/** Where a piece lies in one dimension; undefined for all of it. */
export type Extent = { readonly start: number; readonly length: number } | undefined;

export interface Piece {
  readonly extents: readonly Extent[];
  readonly value: Value;
}

export function addPiece(pieces: Map<string, Piece[]>, name: string, piece: Piece): void {
  const known = pieces.get(name);
  if (known === undefined) pieces.set(name, [piece]);
  else known.push(piece);
}

/**
 * A tensor out of its pieces: one tensor where they follow one another along the first dimension, as they do by
 * default, else the list of them. Throws `corrupt` where pieces are missing.
 */
export function assembled(shape: readonly number[], pieces: readonly Piece[]): Value {
  const sorted = [...pieces].sort((a, b) => compare(a.extents, b.extents));
  if (sorted.length === 1 && sorted[0]?.extents.every((extent) => extent === undefined) === true)
    return sorted[0].value;
  const whole = shape.reduce((product, size) => product * size, 1);
  const held = sorted.reduce((sum, piece) => sum + elementsOf(piece, shape), 0);
  if (held !== whole) throw corrupt(`slices of ${held} of its ${whole} elements`);
  return inRows(shape, sorted) ?? { kind: "list", type: "list", items: sorted.map(({ value }) => value) };
}

function inRows(shape: readonly number[], pieces: readonly Piece[]): TensorNode | undefined {
  const nodes: TensorNode[] = [];
  let row = 0;
  for (const { extents, value } of pieces) {
    const [first, ...rest] = extents;
    if (value === null || typeof value !== "object" || value.kind !== "tensor") return undefined;
    const isAll = (extent: Extent, d: number): boolean =>
      extent === undefined || (extent.start === 0 && extent.length === shape[d + 1]);
    if (first === undefined || first.start !== row || !rest.every(isAll)) return undefined;
    if (value.objects !== undefined || value.tensor.strides !== undefined) return undefined;
    if (value.tensor.dtype.name !== nodes[0]?.tensor.dtype.name && nodes.length > 0) return undefined;
    row += first.length;
    nodes.push(value);
  }
  const [one] = nodes;
  if (one === undefined || row !== shape[0]) return undefined;
  const parts = nodes.map(({ tensor }) => slice(tensor.data, tensor.offset, tensor.offset + denseByteLength(tensor)));
  const data = joined(parts, one.tensor.data.name);
  return { ...one, tensor: { dtype: one.tensor.dtype, shape, order: "C", offset: 0, data } };
}

function compare(a: readonly Extent[], b: readonly Extent[]): number {
  for (const [d, extent] of a.entries()) {
    const difference = (extent?.start ?? 0) - (b[d]?.start ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function elementsOf({ extents }: Piece, shape: readonly number[]): number {
  return shape.reduce((product, size, d) => product * (extents[d]?.length ?? size), 1);
}
