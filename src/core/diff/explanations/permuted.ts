import type { AxisLabels } from "../../model/artifact.ts";
import type { DType } from "../../model/dtype.ts";
import { say } from "../../model/sentence.ts";
import type { Work } from "../../work.ts";
import type { ParameterPair } from "../element-change.ts";
import { decodeLanes, newLanes } from "../lanes.ts";
import { sameScalar } from "../measure.ts";
import { SUM, sumOf, type Tally } from "../tally.ts";
import { fitsWhole, littleEndian, readWhole, sameSlice, sliceDigests, type Slices, slicesOf } from "../whole.ts";
import type { Explanation } from "./explanation.ts";

/** Moves that are listed; beyond that their number is told. */
const LISTED = 8;
/** Bits of agreement that moved slices have to show: two float weights that changed places have far more. */
const ENOUGH_BITS = 20;
/** Reordering does not change the sum of squares: cheap, and rules out nearly everything. */
const SAME_SUM = 1e-9;

/** Slices with the digest that is looked for, of which so many are compared. */
const TRIED = 16;
/** Slices that are compared before others get a turn. */
const PAUSE_SLICES = 256;
/** A vector of more elements is data, not something that was reordered by hand. */
const MOST_SLICES = 4_000_000;

const lanes = newLanes(1);

/**
 * New is old with the slices along one axis in another order (rows, columns, elements of a vector). Says whether the
 * names along that axis moved the same way.
 */
export async function permuted(pair: ParameterPair, tally: Tally, work: Work): Promise<Explanation | undefined> {
  const [old, next] = [pair.old.tensor, pair.next.tensor];
  if (sameScalar({ old, next }) === undefined || !fitsWhole(old, next)) return undefined;
  const [before, after] = [sumOf(tally, SUM.old), sumOf(tally, SUM.next)];
  if (Math.abs(before - after) > SAME_SUM * before) return undefined;
  const [a, b] = [await readWhole(old, work), await readWhole(next, work)];
  for (let axis = 0; axis < old.shape.length; axis++) {
    await work.checkpoint();
    const by = slicesOf(old, axis);
    if (by.count < 2 || by.count > MOST_SLICES) continue;
    const order = await findOrder(a, b, by, work);
    if (order === undefined) continue;
    const moved: number[] = [];
    for (const [to, from] of order.entries()) if (from !== to) moved.push(to);
    if (informationOf(littleEndian(next.dtype), b, by, moved) < ENOUGH_BITS) return undefined;
    return explain(pair, axis, order, moved);
  }
  return undefined;
}

/** For every slice of new the slice of old that it is; undefined when new is no reordering. */
async function findOrder(old: Uint8Array, next: Uint8Array, by: Slices, work: Work): Promise<Int32Array | undefined> {
  const digests = await sliceDigests(old, by, work);
  const nextDigests = await sliceDigests(next, by, work);
  const free = new Map<number, number[]>();
  const order = new Int32Array(by.count).fill(-1);
  // Slices that stayed where they were keep their place, so that equal slices do not look moved.
  for (let slice = 0; slice < by.count; slice++) {
    if (slice % PAUSE_SLICES === 0) await work.checkpoint();
    const digest = digests[slice] ?? 0;
    if (digest === nextDigests[slice] && sameSlice(old, slice, by, next, slice, by)) order[slice] = slice;
    else if (free.has(digest)) free.get(digest)?.push(slice);
    else free.set(digest, [slice]);
  }
  for (let slice = 0; slice < by.count; slice++) {
    if (slice % PAUSE_SLICES === 0) await work.checkpoint();
    if (order[slice] !== -1) continue;
    const candidates = free.get(nextDigests[slice] ?? 0) ?? [];
    // Equal digests of different slices are rare unless they were made: a few are tried, then it is no reordering.
    let at = candidates.length - 1;
    const last = Math.max(0, candidates.length - TRIED);
    while (at >= last && !sameSlice(old, candidates[at] ?? 0, by, next, slice, by)) at--;
    if (at < last) return undefined;
    order[slice] = candidates[at] ?? 0;
    candidates.splice(at, 1);
  }
  return order;
}

/** Rough bits of information in the distinct slices that moved: flags and small counts say little, weights much. */
function informationOf(
  dtype: DType,
  bytes: Uint8Array,
  { count, outer, run }: Slices,
  moved: readonly number[],
): number {
  const seen = new Set<string>();
  const perRun = run / dtype.itemSize;
  let bits = 0;
  for (const slice of moved) {
    const values: number[] = [];
    for (let block = 0; block < outer && values.length < 64; block++) {
      const start = ((block * count + slice) * run) / dtype.itemSize;
      for (let at = start; at < start + Math.min(perRun, 64); at++) values.push(valueAt(dtype, bytes, at));
    }
    const text = values.join();
    if (seen.has(text)) continue;
    seen.add(text);
    for (const value of values) bits += Number.isInteger(value) ? Math.log2(1 + Math.abs(value)) / 2 : 12;
    if (seen.size > 1 && bits > ENOUGH_BITS) break;
  }
  return seen.size < 2 ? 0 : bits;
}

function valueAt(dtype: DType, bytes: Uint8Array, index: number): number {
  const one = bytes.slice(index * dtype.itemSize, (index + 1) * dtype.itemSize);
  decodeLanes(dtype, one, 0, 1, lanes);
  return lanes.high[0] ?? 0;
}

function explain(pair: ParameterPair, axis: number, order: Int32Array, moved: readonly number[]): Explanation {
  const { shape } = pair.next.tensor;
  const follows = namesFollow(pair.old.axes[axis], pair.next.axes[axis], order);
  const sentences = SENTENCES[sliceWord(shape.length, axis)];
  const { template } = follows === undefined ? sentences.plain : follows ? sentences.alike : sentences.apart;
  return {
    verdict: "permuted",
    because: { template, args: { axis } },
    detail: {
      axis: String(axis),
      moved: String(moved.length),
      moves: movesText(order, moved, pair.old.axes[axis]),
      ...(follows === undefined ? {} : { names: follows ? "moved alike" : "did not move" }),
    },
  };
}

function sliceWord(dimensions: number, axis: number): keyof typeof SENTENCES {
  if (dimensions === 1) return "element";
  if (dimensions > 2) return "slice";
  return axis === 0 ? "row" : "column";
}

const SENTENCES = {
  element: {
    plain: say("the elements are the old ones in another order"),
    alike: say("the elements are the old ones in another order, and their names moved with them"),
    apart: say("the elements are the old ones in another order, but their names did not move with them"),
  },
  row: {
    plain: say("the rows are the old ones in another order"),
    alike: say("the rows are the old ones in another order, and their names moved with them"),
    apart: say("the rows are the old ones in another order, but their names did not move with them"),
  },
  column: {
    plain: say("the columns are the old ones in another order"),
    alike: say("the columns are the old ones in another order, and their names moved with them"),
    apart: say("the columns are the old ones in another order, but their names did not move with them"),
  },
  slice: {
    plain: say("the slices along axis {axis} are the old ones in another order"),
    alike: say("the slices along axis {axis} are the old ones in another order, and their names moved with them"),
    apart: say(
      "the slices along axis {axis} are the old ones in another order, but their names did not move with them",
    ),
  },
} as const;

/** True when every slice took its name with it; undefined when a side has no names there. */
function namesFollow(
  old: AxisLabels | undefined,
  next: AxisLabels | undefined,
  order: Int32Array,
): boolean | undefined {
  if (old === undefined || next === undefined) return undefined;
  return order.every((from, to) => old.labels[from] === next.labels[to]);
}

/** "age: 3 → 0, income: 0 → 3". */
function movesText(order: Int32Array, moved: readonly number[], labels: AxisLabels | undefined): string {
  const listed = moved.slice(0, LISTED).map((to) => {
    const from = order[to] ?? to;
    const name = labels?.labels[from];
    return name === undefined ? `${from} → ${to}` : `${name}: ${from} → ${to}`;
  });
  return moved.length > LISTED ? `${listed.join(", ")}, …` : listed.join(", ");
}
