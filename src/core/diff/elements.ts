import { ArtifactError } from "../errors.ts";
import { LIMITS } from "../limits.ts";
import type { Parameter } from "../model/artifact.ts";
import { elementCount } from "../model/tensor.ts";
import type { ElementPage, ElementSort } from "../view/diff-model.ts";
import type { Work } from "../work.ts";
import { changesAt, type ParameterPair } from "./element-change.ts";
import { BLOCK } from "./lanes.ts";
import { createLargest, type Ranked } from "./largest.ts";
import { changeKey, markBlock, measure } from "./measure.ts";
import { chunkElements, pairChunks, type TensorPair } from "./pairs.ts";
import type { DiffEntry, DiffReport } from "./report.ts";
import { createScratch } from "./scratch.ts";
import { isSameShape, isSqueezedAlike } from "./shape.ts";

/** A comparison whose elements are asked for: its report, and both sides' parameters by address. */
export interface OpenComparison {
  readonly report: DiffReport;
  readonly old: { parameter(path: string): Parameter };
  readonly next: { parameter(path: string): Parameter };
}

/** What was found out about one parameter of a comparison: places of elements, no values. */
interface Places {
  total: number;
  changedByChunk?: readonly number[];
  readonly ranked: Map<"change" | "relative", readonly Ranked[]>;
}

/** Kept as long as the report is; artifacts may come and go meanwhile. */
const known = new WeakMap<DiffReport, Map<string, Places>>();

/**
 * A page of the elements that differ: by size of change (absolute or relative, the first LIMITS.topChanges), or by
 * position, all of them. Bounded memory; the first page by size costs one pass over the values, the others nothing.
 */
export async function elementChanges(
  comparison: OpenComparison,
  path: string,
  sort: ElementSort,
  start: number,
  count: number,
  work: Work,
): Promise<ElementPage> {
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(count) || start < 0 || count < 0)
    throw new ArtifactError("refused", `rows ${start}..${start + count} are no page`);
  const { report } = comparison;
  const entry = report.entries.find((each) => each.path === path);
  if (entry === undefined) throw new ArtifactError("not-found", `the comparison has no parameter ${path}`);
  const pair = pairOf(comparison, entry);
  if (pair === undefined || entry.stats?.changed === 0) return { rows: [], total: 0, available: 0 };
  const places = placesOf(report, path);
  const wanted = Math.min(count, LIMITS.viewRows);
  if (sort === "position") {
    const indices = await byPosition(pair, places, start, wanted, work);
    return { rows: await changesAt(pair, indices, work), total: places.total, available: places.total };
  }
  const ranked = await bySize(pair, places, sort, work);
  const indices = ranked.slice(start, start + wanted).map(({ index }) => index);
  return { rows: await changesAt(pair, indices, work), total: places.total, available: ranked.length };
}

/** The sides of an entry, where their elements belong together one by one. */
function pairOf({ old, next }: OpenComparison, entry: DiffEntry): ParameterPair | undefined {
  if (entry.old === undefined || entry.new === undefined || entry.verdict === "unread") return undefined;
  // Held in different ways: an element beside the one it is the reciprocal of would say nothing.
  if ((entry.detail?.["derivation"] ?? "same") !== "same") return undefined;
  if (!isSameShape(entry.old.shape, entry.new.shape) && !isSqueezedAlike(entry.old.shape, entry.new.shape))
    return undefined;
  const pair = { old: old.parameter(entry.oldPath ?? entry.path), next: next.parameter(entry.path) };
  return pair.old.tensor.dtype.scalar === undefined || pair.next.tensor.dtype.scalar === undefined ? undefined : pair;
}

function placesOf(report: DiffReport, path: string): Places {
  const byPath = known.get(report) ?? new Map<string, Places>();
  known.set(report, byPath);
  const places = byPath.get(path) ?? { total: 0, ranked: new Map() };
  byPath.set(path, places);
  return places;
}

async function bySize(
  pair: ParameterPair,
  places: Places,
  sort: "change" | "relative",
  work: Work,
): Promise<readonly Ranked[]> {
  const before = places.ranked.get(sort);
  if (before !== undefined) return before;
  const tensors = { old: pair.old.tensor, next: pair.next.tensor };
  const ranked = sort === "change" ? await byChange(tensors, places, work) : await byRelative(tensors, places, work);
  places.ranked.set(sort, ranked);
  return ranked;
}

async function byChange(tensors: TensorPair, places: Places, work: Work): Promise<readonly Ranked[]> {
  const { stats, top, changedByChunk } = await measure(tensors, createScratch(), work, { top: LIMITS.topChanges });
  places.total = stats.changed;
  places.changedByChunk = changedByChunk;
  return top;
}

async function byRelative(tensors: TensorPair, places: Places, work: Work): Promise<readonly Ranked[]> {
  const scratch = createScratch();
  const largest = createLargest(LIMITS.topChanges);
  const { oldLanes, nextLanes, marks } = scratch;
  let total = 0;
  for await (const chunk of pairChunks(tensors, scratch, work))
    for (let start = 0; start < chunk.count; start += BLOCK) {
      const count = Math.min(BLOCK, chunk.count - start);
      total += markBlock(tensors, chunk, start, count, scratch);
      for (let i = 0; i < count; i++) {
        if (marks[i] !== 1) continue;
        const key = changeKey(oldLanes, nextLanes, i);
        const size = magnitudeAt(oldLanes.high, oldLanes.width, i);
        const relative = key === 0 ? 0 : key / size;
        if (relative > largest.bar) largest.offer(chunk.start + start + i, relative);
      }
      if (work.isDue()) await work.checkpoint();
    }
  places.total = total;
  return largest.sorted();
}

/** Not a number and infinite values have a magnitude of 1 here: their change is infinite already. */
function magnitudeAt(high: Float64Array, width: 1 | 2, at: number): number {
  const size = width === 1 ? Math.abs(high[at] ?? 0) : Math.hypot(high[2 * at] ?? 0, high[2 * at + 1] ?? 0);
  return Number.isFinite(size) ? size : 1;
}

/** C-order indices of changed elements [start, start + count) in order of position. */
async function byPosition(
  pair: ParameterPair,
  places: Places,
  start: number,
  count: number,
  work: Work,
): Promise<readonly number[]> {
  const tensors = { old: pair.old.tensor, next: pair.next.tensor };
  const counts = places.changedByChunk ?? (await measured(tensors, places, work));
  let chunkAt = 0;
  let passed = 0;
  while (chunkAt < counts.length && passed + (counts[chunkAt] ?? 0) <= start) passed += counts[chunkAt++] ?? 0;
  const found: number[] = [];
  if (count === 0 || chunkAt >= counts.length) return found;
  const scratch = createScratch();
  const from = chunkAt * chunkElements(tensors);
  if (from >= elementCount(tensors.old.shape)) return found;
  pages: for await (const chunk of pairChunks(tensors, scratch, work, from))
    for (let block = 0; block < chunk.count; block += BLOCK) {
      const size = Math.min(BLOCK, chunk.count - block);
      markBlock(tensors, chunk, block, size, scratch);
      for (let i = 0; i < size; i++) {
        if (scratch.marks[i] !== 1 || passed++ < start) continue;
        found.push(chunk.start + block + i);
        if (found.length === count) break pages;
      }
      if (work.isDue()) await work.checkpoint();
    }
  return found;
}

/** Counts by chunk, where the ranking was there before them. */
async function measured(tensors: TensorPair, places: Places, work: Work): Promise<readonly number[]> {
  const { stats, changedByChunk } = await measure(tensors, createScratch(), work, { top: 0 });
  places.total = stats.changed;
  places.changedByChunk = changedByChunk;
  return changedByChunk;
}
