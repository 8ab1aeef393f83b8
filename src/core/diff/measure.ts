import type { DType } from "../model/dtype.ts";
import { elementCount } from "../model/tensor.ts";
import type { Work } from "../work.ts";
import { BLOCK, decodeLanes, type Lanes } from "./lanes.ts";
import { createLargest, type Largest, type Ranked } from "./largest.ts";
import { type PairChunk, pairChunks, type TensorPair } from "./pairs.ts";
import { differenceAt, tallyLanes, tallyUlps } from "./reference.ts";
import type { DiffStats } from "./report.ts";
import { hasSignedZero, markBits, markValues } from "./same-bits.ts";
import type { Scratch } from "./scratch.ts";
import { finish, hasSafeSums, newTally, scaleFor, SUM, type SumScale, sumOf, type Tally, UNSCALED } from "./tally.ts";

/**
 * Elements from which on a second thread is worth its start and its share of the memory's speed. A kernel takes about a
 * nanosecond for one, a start some 30 ms of a processor, and on less than this the reads keep a second processor busy.
 */
const MUCH = 192 * 1024 * 1024;

/** What one pass over a pair brings. */
export interface Measured {
  readonly stats: DiffStats;
  readonly tally: Tally;
  /** The largest changes, largest first. */
  readonly top: readonly Ranked[];
  /** Changed elements in each chunk of `chunkElements(pair)`, for paging by position. */
  readonly changedByChunk: readonly number[];
}

export interface MeasureOptions {
  /** Largest changes kept. */
  readonly top: number;
  /** False takes the reference for every pair, as tests do. */
  readonly useKernel?: boolean;
}

/**
 * Statistics, largest changes and counts in one streaming pass, by the WebAssembly kernel for the two types
 * where there is one, else by the reference. A second pass follows only when the values are so large or
 * so small that sums of squares left float64's range.
 */
export async function measure(
  pair: TensorPair,
  scratch: Scratch,
  work: Work,
  options: MeasureOptions,
): Promise<Measured> {
  const elements = elementCount(pair.old.shape);
  const { kernel } = scratch;
  const [oldType, newType] = [pair.old.dtype, pair.next.dtype];
  const name = kernel?.find(oldType.scalar, newType.scalar);
  const largest = createLargest(options.top);
  const changedByChunk: number[] = [];
  let tally: Tally;
  if (options.useKernel !== false && kernel !== undefined && name !== undefined) {
    kernel.reset();
    if (elements >= MUCH) kernel.expectMuch();
    let maxRel = 0;
    let maxRelAt = -1;
    for await (const chunk of pairChunks(pair, scratch, work)) {
      let changed = 0;
      const old = { at: chunk.old.at, itemSize: oldType.itemSize };
      const next = { at: chunk.next.at, itemSize: newType.itemSize };
      for (const [at, block] of kernel.run(name, old, next, chunk.count).entries()) {
        changed += block.changed;
        if (block.changed === 0 || (block.largest <= largest.bar && block.maxRel <= maxRel)) continue;
        const start = at * BLOCK;
        const count = Math.min(BLOCK, chunk.count - start);
        decodeBlock(pair, chunk, start, count, scratch);
        if (block.largest > largest.bar) {
          if (largest.bar < 0) {
            markBlock(pair, chunk, start, count, scratch);
            offerBlock(largest, scratch, chunk.start + start, count);
          } else offerLarger(largest, scratch, chunk.start + start, count);
        }
        if (block.maxRel > maxRel) {
          maxRel = block.maxRel;
          maxRelAt = chunk.start + start + relativeAt(scratch, count, maxRel);
        }
      }
      changedByChunk.push(changed);
    }
    tally = newTally();
    kernel.drain(tally);
    tally.maxRelAt = maxRelAt;
  } else {
    tally = await tallyPass(pair, scratch, work, UNSCALED, (chunk, start, count, changed, most) => {
      if (start === 0) changedByChunk.push(0);
      changedByChunk[changedByChunk.length - 1] = (changedByChunk.at(-1) ?? 0) + changed;
      if (changed > 0 && most > largest.bar) offerBlock(largest, scratch, chunk.start + start, count);
    });
  }
  const sound = tally.changed === 0 ? tally : await soundSums(tally, pair, scratch, work);
  return {
    stats: finish(sound, elements, hasOrder(pair)),
    tally: sound,
    top: largest.sorted(),
    changedByChunk,
  };
}

/** The scalar type that both sides are of, whatever their byte order. */
export function sameScalar({ old, next }: TensorPair): DType["scalar"] {
  return old.dtype.scalar === next.dtype.scalar ? old.dtype.scalar : undefined;
}

/** True when distances can be counted in steps of a common type. */
function hasOrder(pair: TensorPair): boolean {
  return sameScalar(pair) !== undefined && ["f", "i", "u", "x"].includes(pair.old.dtype.kind);
}

/**
 * Where the kernel's way to its sums cancels, the reference's does not. The kernel has the new side's square sum from the
 * old one's and the differences: a new side that is so much shorter has lost as many bits of it.
 */
const CANCELLED = 2 ** -4;

async function soundSums(tally: Tally, pair: TensorPair, scratch: Scratch, work: Work): Promise<Tally> {
  // The kernels do not look for the largest values: sums near zero are then taken for lost, and looked at again.
  const byKernel = tally.maxOld === 0 && tally.maxNew === 0;
  const isSmall = [SUM.old, SUM.next, SUM.squares].some((slot) => sumOf(tally, slot) < 2 ** -900);
  const isSuspect =
    byKernel && tally.finite > 0 && (isSmall || sumOf(tally, SUM.next) < CANCELLED * sumOf(tally, SUM.old));
  if (!isSuspect && hasSafeSums(tally)) return tally;
  const again = byKernel ? await tallyPass(pair, scratch, work, UNSCALED) : tally;
  return hasSafeSums(again) ? again : tallyPass(pair, scratch, work, scaleFor(again));
}

type BlockVisit = (chunk: PairChunk, start: number, count: number, changed: number, largest: number) => void;

/** The reference over a whole pair. */
async function tallyPass(
  pair: TensorPair,
  scratch: Scratch,
  work: Work,
  scale: SumScale,
  visit?: BlockVisit,
): Promise<Tally> {
  const tally = newTally(scale);
  const { oldLanes, nextLanes, marks } = scratch;
  const isOrdered = hasOrder(pair);
  for await (const chunk of pairChunks(pair, scratch, work))
    for (let start = 0; start < chunk.count; start += BLOCK) {
      const count = Math.min(BLOCK, chunk.count - start);
      const changed = markBlock(pair, chunk, start, count, scratch);
      const block = { old: oldLanes, next: nextLanes, marks, start: chunk.start + start, count };
      const most = tallyLanes(tally, block);
      if (isOrdered && changed > 0)
        tallyUlps(tally, pair.old.dtype, chunk.old.bytes, chunk.next.bytes, start, count, [oldLanes, nextLanes], marks);
      visit?.(chunk, start, count, changed, most);
      if (work.isDue()) await work.checkpoint();
    }
  return tally;
}

/** Decodes a block of both sides into the scratch lanes and marks what changed. Returns how many did. */
export function markBlock(pair: TensorPair, chunk: PairChunk, start: number, count: number, scratch: Scratch): number {
  const { oldLanes, nextLanes, marks } = scratch;
  const [a, b] = [pair.old.dtype, pair.next.dtype];
  decodeBlock(pair, chunk, start, count, scratch);
  if (sameScalar(pair) !== undefined) return markBits(a, chunk.old.bytes, chunk.next.bytes, start, count, marks);
  if (oldLanes.width > nextLanes.width) widen(nextLanes, count);
  if (nextLanes.width > oldLanes.width) widen(oldLanes, count);
  return markValues(oldLanes, nextLanes, count, hasSignedZero(a) && hasSignedZero(b), marks);
}

function decodeBlock(pair: TensorPair, chunk: PairChunk, start: number, count: number, scratch: Scratch): void {
  decodeLanes(pair.old.dtype, chunk.old.bytes, start, count, scratch.oldLanes);
  decodeLanes(pair.next.dtype, chunk.next.bytes, start, count, scratch.nextLanes);
}

/** Real values as complex ones with an imaginary part of zero. */
function widen(lanes: Lanes, count: number): void {
  for (let i = count - 1; i >= 0; i--) {
    lanes.high[2 * i] = lanes.high[i] ?? 0;
    lanes.high[2 * i + 1] = 0;
    lanes.low[2 * i] = lanes.hasLow ? (lanes.low[i] ?? 0) : 0;
    lanes.low[2 * i + 1] = 0;
  }
  lanes.width = 2;
}

/** The first element of a decoded block whose relative error is the given one. */
function relativeAt({ oldLanes, nextLanes }: Scratch, count: number, relative: number): number {
  for (let i = 0; i < count; i++) {
    const [a, b] = [oldLanes.high[i] ?? 0, nextLanes.high[i] ?? 0];
    // Over finite pairs, as the figure is: a subnormal's quotient may overflow to the one that an infinity has.
    if (a !== 0 && Number.isFinite(b) && Math.abs(b - a) / Math.abs(a) === relative) return i;
  }
  return 0;
}

function offerBlock(largest: Largest, scratch: Scratch, base: number, count: number): void {
  const { oldLanes, nextLanes, marks } = scratch;
  for (let i = 0; i < count; i++)
    if (marks[i] === 1) {
      const key = changeKey(oldLanes, nextLanes, i);
      if (key > largest.bar) largest.offer(base + i, key);
    }
}

/** The same once there is no room: what is larger than something has changed, and few of a decoded block's real elements are. */
function offerLarger(largest: Largest, scratch: Scratch, base: number, count: number): void {
  const { oldLanes, nextLanes } = scratch;
  const [old, next] = [oldLanes.high, nextLanes.high];
  let { bar } = largest;
  for (let i = 0; i < count; i++) {
    // Not "greater": the difference of what is not finite may be NaN.
    if (Math.abs((next[i] ?? 0) - (old[i] ?? 0)) <= bar) continue;
    const key = changeKey(oldLanes, nextLanes, i);
    if (key <= bar) continue;
    largest.offer(base + i, key);
    ({ bar } = largest);
  }
}

/**
 * How large a change is, for ranking: |new - old|; infinite where a value came from or went to what is not finite; 0
 * where only the sign of zero or a NaN's payload changed.
 */
export function changeKey(old: Lanes, next: Lanes, at: number): number {
  if (old.width === 1) return partKey(old, next, at);
  return Math.hypot(partKey(old, next, 2 * at), partKey(old, next, 2 * at + 1));
}

function partKey(old: Lanes, next: Lanes, at: number): number {
  const difference = Math.abs(differenceAt(old, next, at));
  if (!Number.isNaN(difference)) return difference;
  const [a, b] = [old.high[at], next.high[at]];
  return a === b || (Number.isNaN(a) && Number.isNaN(b)) ? 0 : Number.POSITIVE_INFINITY;
}
