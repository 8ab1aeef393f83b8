import { fromBytes } from "../bytes/source.ts";
import type { AxisLabels } from "../model/artifact.ts";
import { elementCount, type TensorRef } from "../model/tensor.ts";
import { denseStrides } from "../model/window-layout.ts";
import { positionOf } from "../view/position.ts";
import type { Work } from "../work.ts";
import type { ParameterPair } from "./element-change.ts";
import { measure } from "./measure.ts";
import type { DiffStats } from "./report.ts";
import type { Scratch } from "./scratch.ts";
import { fitsWhole, littleEndian, readWhole } from "./whole.ts";

/** Where the elements with common names are, along one axis. */
interface AxisMatch {
  readonly old: readonly number[];
  readonly next: readonly number[];
  /** False when every index is matched with itself. */
  readonly isMoved: boolean;
}

/** What comparing by name says of the elements that both sides have names for. */
export interface ByName {
  readonly stats: DiffStats;
  /** Of the old values that are not zero. */
  readonly maxRel: number;
  /** Names of the element with `maxRel`, numbers where an axis has none: "good, income". */
  readonly place: string;
}

/**
 * A pair compared by the names of its rows and columns instead of by position. Undefined where names do not tell
 * anything that positions do not, or the tensors are too large.
 */
export async function compareByName(pair: ParameterPair, scratch: Scratch, work: Work): Promise<ByName | undefined> {
  const [old, next] = [pair.old.tensor, pair.next.tensor];
  if (old.shape.length !== next.shape.length || !fitsWhole(old, next)) return undefined;
  // Nothing to compare, in any number of rows.
  if (old.shape.includes(0) || next.shape.includes(0)) return undefined;
  const isNamed = old.shape.some((_, axis) => pair.old.axes[axis] !== undefined && pair.next.axes[axis] !== undefined);
  if (!isNamed) return undefined;
  const matches: AxisMatch[] = [];
  for (let axis = 0; axis < old.shape.length; axis++) {
    const match = matchAxis(pair.old.axes[axis], pair.next.axes[axis], old.shape[axis] ?? 0, next.shape[axis] ?? 0);
    if (match === undefined) return undefined;
    matches.push(match);
  }
  if (!matches.some(({ isMoved }) => isMoved) || matches.some((match) => match.old.length === 0)) return undefined;
  const oldIndices = matches.map((match) => match.old);
  const nextIndices = matches.map((match) => match.next);
  const picked = { old: await pick(old, oldIndices, work), next: await pick(next, nextIndices, work) };
  const { stats, tally } = await measure(picked, scratch, work, { top: 0 });
  const position = positionOf(Math.max(0, tally.maxRelAt), picked.old.shape);
  const names = position.map((at, axis) => {
    const index = oldIndices[axis]?.[at] ?? at;
    return pair.old.axes[axis]?.labels[index] ?? String(index);
  });
  return { stats, maxRel: tally.maxRel, place: names.join(", ") };
}

function matchAxis(
  old: AxisLabels | undefined,
  next: AxisLabels | undefined,
  oldSize: number,
  nextSize: number,
): AxisMatch | undefined {
  const places = old === undefined || next === undefined ? undefined : uniquePlaces(next.labels);
  if (old === undefined || places === undefined || uniquePlaces(old.labels) === undefined) {
    if (oldSize !== nextSize) return undefined;
    const all = Array.from({ length: oldSize }, (_, at) => at);
    return { old: all, next: all, isMoved: false };
  }
  const common = old.labels.flatMap((label, at) => {
    const place = places.get(label);
    return place === undefined || at >= oldSize || place >= nextSize ? [] : [[at, place] as const];
  });
  const isMoved = oldSize !== nextSize || common.length !== oldSize || common.some(([from, to]) => from !== to);
  return { old: common.map(([from]) => from), next: common.map(([, to]) => to), isMoved };
}

/** Where each label is; undefined when one comes twice, and so names nothing. */
function uniquePlaces(labels: readonly string[]): ReadonlyMap<string, number> | undefined {
  const places = new Map(labels.map((label, at) => [label, at]));
  return places.size === labels.length ? places : undefined;
}

/** The elements at the given indices along each axis, as a tensor in memory. */
async function pick(tensor: TensorRef, indices: readonly (readonly number[])[], work: Work): Promise<TensorRef> {
  const bytes = await readWhole(tensor, work);
  const { itemSize } = tensor.dtype;
  const strides = denseStrides(tensor.shape, itemSize);
  const shape = indices.map(({ length }) => length);
  const count = elementCount(shape);
  const out = new Uint8Array(count * itemSize);
  const at = shape.map(() => 0);
  for (let to = 0; to < count; to++) {
    let from = 0;
    for (let axis = 0; axis < shape.length; axis++)
      from += (indices[axis]?.[at[axis] ?? 0] ?? 0) * (strides[axis] ?? 0);
    for (let byte = 0; byte < itemSize; byte++) out[to * itemSize + byte] = bytes[from + byte] ?? 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      at[axis] = (at[axis] ?? 0) + 1;
      if ((at[axis] ?? 0) < (shape[axis] ?? 0)) break;
      at[axis] = 0;
    }
    if (work.isDue()) await work.checkpoint();
  }
  return { dtype: littleEndian(tensor.dtype), shape, order: "C", offset: 0, data: fromBytes(out) };
}
