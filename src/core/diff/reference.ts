import type { DType } from "../model/dtype.ts";
import { orderedInteger } from "../model/decode.ts";
import type { Lanes } from "./lanes.ts";
import { addTo, SUM, type Tally } from "./tally.ts";

/** A block to tally: both sides decoded, 1 in `marks` for what changed, the C-order index of its first element. */
export interface LaneBlock {
  readonly old: Lanes;
  readonly next: Lanes;
  readonly marks: Uint8Array;
  readonly start: number;
  readonly count: number;
}

/**
 * The scalar tally: one element after another, any pair of types. What the WebAssembly kernels are tested against, and
 * what does the work for the pairs they do not know. Returns the largest error among them, infinite where
 * a changed pair is not finite on both sides: the key by which changes are ranked.
 */
export function tallyLanes(tally: Tally, block: LaneBlock): number {
  return block.old.width === 2 ? tallyComplex(tally, block) : tallyReal(tally, block);
}

/** Pairs that are summed plainly before the compensated addition: few enough for the error not to show. */
const RUN = 64;

function tallyReal(tally: Tally, block: LaneBlock): number {
  const { marks, start, count } = block;
  let largest = 0;
  for (let from = 0; from < count; from += RUN)
    largest = Math.max(largest, tallyRun(tally, block, from, Math.min(from + RUN, count), start));
  for (let i = 0; i < count; i++) {
    if (marks[i] !== 1) continue;
    const a = block.old.high[i] ?? 0;
    const b = block.next.high[i] ?? 0;
    tally.changed++;
    if ((a < 0 && b > 0) || (a > 0 && b < 0)) tally.signFlips++;
    if (b === 0 && a !== 0 && Number.isFinite(a)) tally.underflow++;
  }
  return largest;
}

/** Errors and sums of the pairs [from, to) of a block. */
function tallyRun(tally: Tally, { old, next }: LaneBlock, from: number, to: number, start: number): number {
  const { sums, scale } = tally;
  const [byOld, byNext, byDelta] = [2 ** scale.old, 2 ** scale.next, 2 ** scale.delta];
  const isWide = old.hasLow || next.hasLow;
  let [largest, absolute, squares, olds, news, products] = [0, 0, 0, 0, 0, 0];
  for (let i = from; i < to; i++) {
    const a = old.high[i] ?? 0;
    const b = next.high[i] ?? 0;
    const d = isWide ? differenceAt(old, next, i) : b - a;
    // A difference that is not finite: a side is not, or it is too large for a float64.
    if (d - d !== 0 && !(Number.isFinite(a) && Number.isFinite(b))) {
      if (tallySpecial(tally, a, b)) largest = Number.POSITIVE_INFINITY;
      continue;
    }
    const size = Math.abs(d);
    const [sizeOld, sizeNew] = [Math.abs(a), Math.abs(b)];
    tally.finite++;
    if (size > largest) largest = size;
    if (a === 0) {
      if (b !== 0) tally.fromZero++;
    } else if (size > 0 && size >= tally.maxRel * sizeOld * (1 - 1e-15)) {
      // Most pairs are spared the division; `>=`, because products of the smallest numbers are rounded up.
      raiseRelative(tally, size / sizeOld, start + i);
    }
    if (sizeOld > tally.maxOld) tally.maxOld = sizeOld;
    if (sizeNew > tally.maxNew) tally.maxNew = sizeNew;
    const x = a * byOld;
    const y = b * byNext;
    const scaled = size < Number.POSITIVE_INFINITY ? d * byDelta : b * byDelta - a * byDelta;
    absolute += Math.abs(scaled);
    squares += scaled * scaled;
    olds += x * x;
    news += y * y;
    products += x * y;
    if (size > tally.maxAbs) tally.maxAbs = size;
  }
  addTo(sums, SUM.abs, absolute);
  addTo(sums, SUM.squares, squares);
  addTo(sums, SUM.old, olds);
  addTo(sums, SUM.next, news);
  addTo(sums, SUM.product, products);
  return largest;
}

function raiseRelative(tally: Tally, relative: number, index: number): void {
  if (relative <= tally.maxRel) return;
  tally.maxRel = relative;
  tally.maxRelAt = index;
}

/** A pair with a NaN or an infinity. Returns true when it is another value on the new side. */
function tallySpecial(tally: Tally, a: number, b: number): boolean {
  const isNaNOld = Number.isNaN(a);
  const isNaNNew = Number.isNaN(b);
  if (isNaNOld !== isNaNNew) tally.nanChanged++;
  if (a !== b && (isInfinite(a) || isInfinite(b))) tally.infChanged++;
  if (isInfinite(b) && Number.isFinite(a)) tally.overflow++;
  return a !== b && !(isNaNOld && isNaNNew);
}

function isInfinite(value: number): boolean {
  return value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY;
}

/** new - old, rounded once to float64; lanes of wide types are taken with their low parts. */
export function differenceAt(old: Lanes, next: Lanes, at: number): number {
  const a = old.high[at] ?? 0;
  const b = next.high[at] ?? 0;
  const rough = b - a;
  if ((!old.hasLow && !next.hasLow) || !Number.isFinite(rough)) return rough;
  // What the subtraction of the high parts lost (Knuth's two-sum), and what the low parts add.
  const part = rough - b;
  const lost = b - (rough - part) + (-a - part);
  return rough + (lost + ((next.hasLow ? (next.low[at] ?? 0) : 0) - (old.hasLow ? (old.low[at] ?? 0) : 0)));
}

function tallyComplex(tally: Tally, { old, next, marks, start, count }: LaneBlock): number {
  const { sums, scale } = tally;
  const [byOld, byNext, byDelta] = [2 ** scale.old, 2 ** scale.next, 2 ** scale.delta];
  let largest = 0;
  for (let i = 0; i < count; i++) {
    const [re, im] = [2 * i, 2 * i + 1];
    const [ar, ai, br, bi] = [old.high[re] ?? 0, old.high[im] ?? 0, next.high[re] ?? 0, next.high[im] ?? 0];
    const a = Math.hypot(ar, ai);
    const b = Math.hypot(br, bi);
    const isFiniteOld = Number.isFinite(ar) && Number.isFinite(ai);
    const isFiniteNew = Number.isFinite(br) && Number.isFinite(bi);
    if (marks[i] === 1) {
      tally.changed++;
      if (isFiniteOld && a !== 0 && br === 0 && bi === 0) tally.underflow++;
    }
    if (!isFiniteOld || !isFiniteNew) {
      // A complex number with an infinite part is infinite, whatever the other part is.
      if (Number.isNaN(a) !== Number.isNaN(b)) tally.nanChanged++;
      if (marks[i] === 1 && (isInfinite(a) !== isInfinite(b) || (isInfinite(a) && !sameParts(ar, ai, br, bi))))
        tally.infChanged++;
      if (isFiniteOld && isInfinite(b)) tally.overflow++;
      if (marks[i] === 1 && !sameParts(ar, ai, br, bi)) largest = Number.POSITIVE_INFINITY;
      continue;
    }
    const dr = differenceAt(old, next, re);
    const di = differenceAt(old, next, im);
    const size = Math.hypot(dr, di);
    tally.finite++;
    if (size > tally.maxAbs) tally.maxAbs = size;
    if (size > largest) largest = size;
    if (a !== 0) raiseRelative(tally, size / a, start + i);
    else if (b !== 0) tally.fromZero++;
    if (a > tally.maxOld) tally.maxOld = a;
    if (b > tally.maxNew) tally.maxNew = b;
    addTo(sums, SUM.abs, Number.isFinite(size) ? size * byDelta : Math.hypot(dr * byDelta, di * byDelta));
    for (const [x, y, d] of [
      [ar, br, dr],
      [ai, bi, di],
    ] as const) {
      addTo(sums, SUM.squares, d * byDelta * (d * byDelta));
      addTo(sums, SUM.old, x * byOld * (x * byOld));
      addTo(sums, SUM.next, y * byNext * (y * byNext));
      addTo(sums, SUM.product, x * byOld * (y * byNext));
    }
  }
  return largest;
}

function sameParts(ar: number, ai: number, br: number, bi: number): boolean {
  return (ar === br || (Number.isNaN(ar) && Number.isNaN(br))) && (ai === bi || (Number.isNaN(ai) && Number.isNaN(bi)));
}

/** Raises `tally.maxUlp` by the marked pairs that are finite on both sides. Both sides are of one type, little-endian. */
export function tallyUlps(
  tally: Tally,
  dtype: DType,
  old: Uint8Array,
  next: Uint8Array,
  start: number,
  count: number,
  lanes: readonly [Lanes, Lanes],
  marks: Uint8Array,
): void {
  const little: DType = dtype.bigEndian ? { ...dtype, bigEndian: false } : dtype;
  const a = new DataView(old.buffer, old.byteOffset, old.byteLength);
  const b = new DataView(next.buffer, next.byteOffset, next.byteLength);
  const unit = dtype.itemSize === 0 ? dtype.bits : dtype.itemSize;
  // Small types and exact differences need no big integers: the largest is kept as a number, and turned at the end.
  const isDirect = dtype.kind !== "f" && dtype.bits <= 32;
  let direct = 0;
  for (let i = 0; i < count; i++) {
    if (marks[i] !== 1) continue;
    if (isDirect) {
      direct = Math.max(direct, Math.abs((lanes[1].high[i] ?? 0) - (lanes[0].high[i] ?? 0)));
      continue;
    }
    if (!Number.isFinite(lanes[0].high[i]) || !Number.isFinite(lanes[1].high[i])) continue;
    const at = (start + i) * unit;
    if (dtype.kind === "f" && dtype.bits <= 32 && dtype.itemSize > 0) {
      direct = Math.max(direct, Math.abs(orderedBits(b, at, dtype) - orderedBits(a, at, dtype)));
      continue;
    }
    const x = orderedInteger(little, a, at);
    const y = orderedInteger(little, b, at);
    if (x === undefined || y === undefined) continue;
    const distance = x > y ? x - y : y - x;
    if (distance > tally.maxUlp) tally.maxUlp = distance;
  }
  if (BigInt(direct) > tally.maxUlp) tally.maxUlp = BigInt(direct);
}

/** The place of a finite float of at most 32 bits among all values of its type: neighbours differ by 1. */
function orderedBits(view: DataView, at: number, dtype: DType): number {
  const bits =
    dtype.itemSize === 4
      ? view.getUint32(at, true)
      : dtype.itemSize === 2
        ? view.getUint16(at, true)
        : view.getUint8(at);
  if (dtype.scalar === "float8_e8m0fnu") return bits;
  const half = 2 ** (dtype.bits - 1);
  return bits >= half ? half - bits : bits;
}
