import { eachBlock, flatten, isRealNumber, isWholeNumber } from "../model/each-block.ts";
import { binCount, Histogram } from "../model/histogram.ts";
import { elementCount, type TensorRef } from "../model/tensor.ts";
import type { Work } from "../work.ts";
import { BLOCK, type Lanes } from "./lanes.ts";
import { type LogBins, LogCounts } from "./log-bins.ts";
import { changeKey, markBlock, sameScalar } from "./measure.ts";
import { type PairChunk, pairChunks, type TensorPair } from "./pairs.ts";
import { createScratch, type Scratch } from "./scratch.ts";
import { isSameShape, isSqueezedAlike } from "./shape.ts";
import { type UlpBits, ulpBits } from "./ulp-bits.ts";

/** How the values of both sides lie, and how large the changes are. */
export interface ChangeDistribution {
  /** Equal bins over the range of the finite values of both. Absent where there are none, or where they have no order. */
  readonly values?: SharedBins;
  readonly old: SideCounts;
  readonly new: SideCounts;
  /** Absent where the elements of the sides do not belong together. */
  readonly changes?: ChangeSpread;
}

export interface SharedBins {
  readonly low: number;
  readonly high: number;
  readonly old: readonly number[];
  readonly new: readonly number[];
}

/** `nan` and `infinite` are not in the bins; complex numbers are counted in `elements` only. */
export interface SideCounts {
  readonly elements: number;
  readonly nan: number;
  readonly infinite: number;
}

/** Every element is in one of the four counts or in `relative`. */
export interface ChangeSpread {
  readonly unchanged: number;
  /** Changed from zero: there is no relative change. */
  readonly fromZero: number;
  /** Changed with a NaN or an infinity on either side. */
  readonly notFinite: number;
  /** Changed in bits, not in value: the sign of a zero. */
  readonly sameValue: number;
  /** |new - old| / |old| of the others, by quarters of a decade or wider. */
  readonly relative?: LogBins;
  /** Distances in ulps by powers of two, where both sides are of one ordered type and finite. */
  readonly ulps?: LogBins;
}

/**
 * Histograms of both sides over one range, and of the changes. Two streaming passes in bounded memory, whatever the
 * size. Throws what reading throws, and when it is cancelled.
 */
export async function changeDistribution(old: TensorRef, next: TensorRef, work: Work): Promise<ChangeDistribution> {
  const [ofOld, ofNew] = [newRange(), newRange()];
  const isReal = isRealNumber(old.dtype) && isRealNumber(next.dtype);
  const changes = isPaired(old, next) ? await spreadPass({ old, next }, isReal ? [ofOld, ofNew] : [], work) : undefined;
  if (changes === undefined && isReal) {
    await eachBlock(flatten(old), work, (values) => widen(ofOld, values, values.length));
    await eachBlock(flatten(next), work, (values) => widen(ofNew, values, values.length));
  }
  const values = isReal ? await sharedBins(old, next, ofOld, ofNew, work) : undefined;
  return {
    ...(values && { values }),
    old: countsOf(old, ofOld),
    new: countsOf(next, ofNew),
    ...(changes && { changes }),
  };
}

function isPaired(old: TensorRef, next: TensorRef): boolean {
  if (old.dtype.scalar === undefined || next.dtype.scalar === undefined) return false;
  return isSameShape(old.shape, next.shape) || isSqueezedAlike(old.shape, next.shape);
}

interface Range {
  low: number;
  high: number;
  finite: number;
  nan: number;
  infinite: number;
}

function newRange(): Range {
  return { low: Number.POSITIVE_INFINITY, high: Number.NEGATIVE_INFINITY, finite: 0, nan: 0, infinite: 0 };
}

function widen(range: Range, values: Float64Array, count: number): void {
  let { low, high, finite, nan, infinite } = range;
  for (let i = 0; i < count; i++) {
    const value = values[i] ?? 0;
    if (value - value === 0) {
      finite++;
      if (value < low) low = value;
      if (value > high) high = value;
    } else if (Number.isNaN(value)) nan++;
    else infinite++;
  }
  Object.assign(range, { low, high, finite, nan, infinite });
}

function countsOf({ shape }: TensorRef, { nan, infinite }: Range): SideCounts {
  return { elements: elementCount(shape), nan, infinite };
}

/** Decimal exponents of every quotient of two float64. */
const DECADES = [-633, 633] as const;
const BINS_PER_DECADE = 4;
/** Bits of the longest distance: an x87 number has 79 of them beside its sign. */
const DISTANCE_BITS = 80;

/** Counts the changes, and widens the ranges of the sides (none, or old and new). */
async function spreadPass(pair: TensorPair, ranges: readonly Range[], work: Work): Promise<ChangeSpread> {
  const scratch = createScratch();
  const spread = new Spread(pair);
  const total = elementCount(pair.old.shape);
  for await (const chunk of pairChunks(pair, scratch, work)) {
    work.report({ stage: "counting", done: chunk.start, total: 2 * total, unit: "items" });
    for (let start = 0; start < chunk.count; start += BLOCK) {
      const count = Math.min(BLOCK, chunk.count - start);
      const changed = markBlock(pair, chunk, start, count, scratch);
      const [ofOld, ofNew] = ranges;
      if (ofOld !== undefined) widen(ofOld, scratch.oldLanes.high, count);
      if (ofNew !== undefined) widen(ofNew, scratch.nextLanes.high, count);
      spread.add(chunk, start, count, changed, scratch);
      if (work.isDue()) await work.checkpoint();
    }
  }
  return spread.result();
}

class Spread {
  private unchanged = 0;
  private fromZero = 0;
  private notFinite = 0;
  private sameValue = 0;
  private readonly relative = new LogCounts(10, BINS_PER_DECADE, ...DECADES);
  private readonly ulps = new LogCounts(2, 1, 0, DISTANCE_BITS);
  private readonly bits: UlpBits | undefined;

  constructor(pair: TensorPair) {
    this.bits = sameScalar(pair) === undefined ? undefined : ulpBits(pair.old.dtype);
  }

  /** `scratch` holds the block decoded and marked. */
  add(chunk: PairChunk, start: number, count: number, changed: number, scratch: Scratch): void {
    this.unchanged += count - changed;
    if (changed === 0) return;
    const { oldLanes, nextLanes, marks } = scratch;
    const { bits, relative, ulps } = this;
    const old = viewOf(chunk.old.bytes);
    const next = viewOf(chunk.next.bytes);
    for (let i = 0; i < count; i++) {
      if (marks[i] !== 1) continue;
      const size = sizeAt(oldLanes, i);
      if (!Number.isFinite(size) || !Number.isFinite(sizeAt(nextLanes, i))) {
        this.notFinite++;
        continue;
      }
      const change = changeKey(oldLanes, nextLanes, i);
      if (change === 0) this.sameValue++;
      else if (size === 0) this.fromZero++;
      else relative.add(exponentOfQuotient(change, size, oldLanes, nextLanes, i));
      const distance = bits === undefined ? -1 : bits(old, next, start + i);
      if (distance >= 0) ulps.add(distance);
    }
  }

  result(): ChangeSpread {
    const { unchanged, fromZero, notFinite, sameValue } = this;
    const [relative, ulps] = [this.relative.result(), this.ulps.result()];
    return { unchanged, fromZero, notFinite, sameValue, ...(relative && { relative }), ...(ulps && { ulps }) };
  }
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

/** Finite exactly when every part is. */
function sizeAt({ high, width }: Lanes, at: number): number {
  if (width === 1) return Math.abs(high[at] ?? 0);
  const [re, im] = [high[2 * at] ?? 0, high[2 * at + 1] ?? 0];
  // The magnitude of two large finite parts is not always a float64.
  return Number.isFinite(re) && Number.isFinite(im) ? Math.min(Math.hypot(re, im), Number.MAX_VALUE) : Number.NaN;
}

/** log10(change / size), also where change, or the quotient, is none of float64's. */
function exponentOfQuotient(change: number, size: number, old: Lanes, next: Lanes, at: number): number {
  const quotient = change / size;
  if (quotient > 1e-300 && quotient < Number.POSITIVE_INFINITY) return Math.log10(quotient);
  if (change < Number.POSITIVE_INFINITY) return Math.log10(change) - Math.log10(size);
  let halves = 0;
  for (let part = at * old.width; part < (at + 1) * old.width; part++)
    halves = Math.hypot(halves, (next.high[part] ?? 0) / 2 - (old.high[part] ?? 0) / 2);
  return Math.log10(Math.min(halves, Number.MAX_VALUE)) + Math.log10(2) - Math.log10(size);
}

/** The second pass: both sides in the same bins. */
async function sharedBins(
  old: TensorRef,
  next: TensorRef,
  ofOld: Range,
  ofNew: Range,
  work: Work,
): Promise<SharedBins | undefined> {
  const low = Math.min(ofOld.low, ofNew.low);
  const high = Math.max(ofOld.high, ofNew.high);
  if (low > high) return undefined;
  const isWhole = isWholeNumber(old.dtype) && isWholeNumber(next.dtype);
  const bins = binCount(isWhole, low, high, Math.max(ofOld.finite, ofNew.finite));
  const total = elementCount(old.shape) + elementCount(next.shape);
  let done = 0;
  const fill = async (tensor: TensorRef): Promise<readonly number[]> => {
    const histogram = new Histogram(low, high, bins);
    await eachBlock(flatten(tensor), work, (values) => {
      histogram.add(values);
      done += values.length;
      work.report({ stage: "counting", done: total + done, total: 2 * total, unit: "items" });
    });
    return histogram.counts;
  };
  return { low, high, old: await fill(old), new: await fill(next) };
}
