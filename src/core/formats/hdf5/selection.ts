import { corrupt, unsupported } from "../../errors.ts";
import type { H5Cursor } from "./file.ts";

/** Coordinates that are selected along one axis: `count` blocks, each of `block`, `stride` from one to the next. */
export interface SelectedAxis {
  readonly start: number;
  readonly stride: number;
  readonly count: number;
  readonly block: number;
}

/** Elements of a dataspace, in C order of their coordinates; all of them, where there are no axes. */
export type Selection = { readonly kind: "all" } | { readonly kind: "grid"; readonly axes: readonly SelectedAxis[] };

const KIND = { none: 0, points: 1, blocks: 2, all: 3 } as const;
const REGULAR = 1;

/** Reads a selection as files store it (IV.A.2.b of the specification refers to it as "Dataspace selection"). */
export function readSelection(cursor: H5Cursor): Selection {
  const at = cursor.offset;
  const kind = cursor.u32();
  const version = cursor.u32();
  if (kind === KIND.all) {
    cursor.skip(8);
    return { kind: "all" };
  }
  if (kind !== KIND.blocks) throw unsupported(`a selection of kind ${kind} at byte ${at}`, at);
  if (version === 1) {
    cursor.skip(8);
    return fromBlocks(cursor, cursor.u32(), 4, at);
  }
  if (version !== 2 && version !== 3) throw unsupported(`a selection of version ${version} at byte ${at}`, at);
  const isRegular = (cursor.u8() & REGULAR) !== 0;
  const width = version === 2 ? 8 : cursor.u8();
  if (version === 2) cursor.skip(4);
  if (width !== 2 && width !== 4 && width !== 8) throw corrupt(`a selection in numbers of ${width} bytes`, at);
  const rank = cursor.u32();
  if (!isRegular) return fromBlocks(cursor, rank, width, at);
  const axes: SelectedAxis[] = [];
  for (let k = 0; k < rank; k++) {
    const start = bounded(cursor, width, at);
    const stride = bounded(cursor, width, at);
    const count = bounded(cursor, width, at);
    const block = bounded(cursor, width, at);
    if (block === 0 || (count > 1 && stride < block)) throw corrupt(`a selection of blocks in each other`, at);
    // Of one block the stride means nothing.
    axes.push({ start, stride: Math.max(stride, block), count, block });
  }
  return { kind: "grid", axes };
}

function bounded(cursor: H5Cursor, width: number, at: number): number {
  if (cursor.remaining >= width && cursor.peek(width).every((byte) => byte === 0xff))
    throw unsupported("a selection that grows with what it is made of", at);
  return cursor.uint(width, "selection");
}

/** A list of blocks, each by its first and last corner, that has to be a grid: of others the order is another one. */
function fromBlocks(cursor: H5Cursor, rank: number, width: number, at: number): Selection {
  const count = cursor.uint(width, "blocks");
  if (count * rank * 2 * width > cursor.remaining) throw corrupt(`a selection of ${count} blocks is cut`, at);
  const starts: number[][] = [];
  const ends: number[][] = [];
  for (let i = 0; i < count; i++)
    for (const corner of [starts, ends]) corner.push(Array.from({ length: rank }, () => cursor.uint(width, "corner")));
  const axes = Array.from({ length: rank }, (_, k) => axisOf(starts, ends, k));
  const blocks = axes.reduce((product, axis) => product * (axis?.count ?? Number.NaN), 1);
  const places = new Set(starts.map((corner) => corner.join()));
  if (blocks !== count || places.size !== count) throw unsupported("a selection of blocks that are no grid", at);
  return { kind: "grid", axes: axes.filter((axis) => axis !== undefined) };
}

/** The blocks along one axis; undefined where they are not of one length, or not evenly apart. */
function axisOf(
  starts: readonly (readonly number[])[],
  ends: readonly (readonly number[])[],
  k: number,
): SelectedAxis | undefined {
  const all = [...new Set(starts.map((corner) => corner[k] ?? 0))].sort((a, b) => a - b);
  const start = all[0] ?? 0;
  const block = (ends[0]?.[k] ?? 0) - (starts[0]?.[k] ?? 0) + 1;
  const stride = all.length < 2 ? block : (all[1] ?? 0) - start;
  const isEven =
    all.every((place, i) => place === start + i * stride) &&
    starts.every((corner, i) => (ends[i]?.[k] ?? 0) - (corner[k] ?? 0) + 1 === block);
  return isEven && block > 0 && stride >= block ? { start, stride, count: all.length, block } : undefined;
}

/** The axes of a selection over a dataspace. Throws `corrupt` where it goes over its edge. */
export function axesOver(selection: Selection, shape: readonly number[], what: string): readonly SelectedAxis[] {
  if (selection.kind === "all") return shape.map((size) => ({ start: 0, stride: size, count: 1, block: size }));
  const { axes } = selection;
  const isInside =
    axes.length === shape.length && axes.every((axis, k) => axis.count === 0 || endOf(axis) <= (shape[k] ?? 0));
  if (!isInside) throw corrupt(`${what}: a selection leads out of [${shape.join(", ")}]`);
  return axes;
}

function endOf({ start, stride, count, block }: SelectedAxis): number {
  return start + (count - 1) * stride + block;
}

/** How many elements are selected along each axis. */
export function selectedShape(axes: readonly SelectedAxis[]): readonly number[] {
  return axes.map(({ count, block }) => count * block);
}

/** A coordinate of the n-th one that is selected, and how many follow it side by side, itself included. */
export function placeOf(
  { start, stride, block }: SelectedAxis,
  n: number,
): { readonly at: number; readonly run: number } {
  const within = n % block;
  return { at: start + Math.floor(n / block) * stride + within, run: block - within };
}

/** Which one a coordinate is, counted over the selected ones; how many are selected from it on. Or where the next one is. */
export function findPlace(
  { start, stride, count, block }: SelectedAxis,
  at: number,
): { readonly n: number; readonly run: number } | { readonly next: number } {
  if (at < start) return { next: count === 0 ? Number.POSITIVE_INFINITY : start };
  const index = Math.floor((at - start) / stride);
  const within = at - start - index * stride;
  if (index < count && within < block) return { n: index * block + within, run: block - within };
  return { next: index + 1 < count ? start + (index + 1) * stride : Number.POSITIVE_INFINITY };
}
