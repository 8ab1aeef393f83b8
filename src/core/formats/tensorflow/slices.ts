import { joined } from "../../bytes/joined.ts";
import { slice } from "../../bytes/source.ts";
import { Cursor } from "../../bytes/cursor.ts";
import { corrupt, unsupported } from "../../errors.ts";
import { denseByteLength } from "../../model/tensor.ts";
import type { TensorNode, Value } from "../../model/value.ts";

//   Partitioned variables are kept in pieces. In an index each is an entry of its own, in front of all names:
//   +---+--------------------------------+---------+-----------------------------------------+
//   | 0 | name, 0 as 0 ff, ff as ff 0    | 0 1     | number of dimensions: length, then bytes |
//   +---+--------------------------------+---------+-----------------------------------------+
//   | per dimension: start and length, signed; a dimension that is there as a whole has length -1                  |
//   https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/util/saved_tensor_slice_util.cc,
//   https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/lib/strings/ordered_code.cc

/** Where a piece lies in one dimension; undefined for all of it. */
export type Extent = { readonly start: number; readonly length: number } | undefined;

export interface SliceKey {
  readonly name: string;
  readonly extents: readonly Extent[];
}

export interface Piece {
  readonly extents: readonly Extent[];
  readonly value: Value;
}

export function addPiece(pieces: Map<string, Piece[]>, name: string, piece: Piece): void {
  const known = pieces.get(name);
  if (known === undefined) pieces.set(name, [piece]);
  else known.push(piece);
}

/** The name and place of a piece by its key; undefined for keys of other entries. Throws `corrupt` or `truncated`. */
export function sliceKey(key: Uint8Array, file: string): SliceKey | undefined {
  if (key[0] !== 0 || key.length < 2) return undefined;
  const cursor = new Cursor(key, `${file}: key of a slice`);
  cursor.skip(1);
  const name: number[] = [];
  for (;;) {
    const byte = cursor.u8();
    if (byte !== 0 && byte !== 0xff) {
      name.push(byte);
      continue;
    }
    const next = cursor.u8();
    if (byte === 0 && next === 1) break;
    if (next !== (byte === 0 ? 0xff : 0)) throw corrupt(`${file}: ${byte}, ${next} in the key of a slice`);
    name.push(byte);
  }
  let dimensions = 0;
  for (let left = cursor.u8(); left > 0; left--) dimensions = dimensions * 256 + cursor.u8();
  if (dimensions > cursor.remaining) throw corrupt(`${file}: a slice of ${dimensions} dimensions`);
  const extents: Extent[] = [];
  for (let d = 0; d < dimensions; d++) {
    const start = orderedInteger(cursor);
    const length = orderedInteger(cursor);
    extents.push(length < 0 ? undefined : { start, length });
  }
  return { name: new TextDecoder().decode(Uint8Array.from(name)), extents };
}

/** A signed integer whose bytes sort as it does: the number of leading ones is that of its bytes, turned for negatives. */
function orderedInteger(cursor: Cursor): number {
  const first = cursor.u8();
  const turn = (first & 0x80) === 0 ? 0xff : 0;
  const head = first ^ turn;
  let length = 1;
  while (length < 8 && (head & (0x80 >> length)) !== 0) length += 1;
  if (length > 6) throw unsupported(`a slice at more than 2^41`);
  let bits = BigInt(head & (0xff >> length));
  for (let i = 1; i < length; i++) bits = (bits << 8n) | BigInt(cursor.u8() ^ turn);
  return Number(turn === 0 ? bits : -bits - 1n);
}

/**
 * A variable out of its pieces: one tensor where they follow one another along the first dimension, as they do by
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
