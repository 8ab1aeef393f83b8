import { say } from "../../model/sentence.ts";
import type { Explanation, Hypothesis, PairBlock, PairFacts } from "./explanation.ts";
import { gridOf } from "./float-grid.ts";
import { shortestWithin } from "./scaled.ts";

/** 8-bit quantisation has this many levels; more are not looked for. */
const LEVELS = 256;
/** Fewer levels, or hardly more elements than levels, fit any grid. */
const FEWEST_LEVELS = 4;
const ELEMENTS_PER_LEVEL = 2;
/** Quantisers divide in float32: half a step may be exceeded by its rounding. */
const SLACK = 1e-5;

/** Smallest and largest old value of every level. */
interface Ranges {
  readonly low: Map<number, number>;
  readonly high: Map<number, number>;
}

/**
 * New is old within half a step of a scale: integers of 8 bits, of which scale and zero point are found from the values
 * (one pair for the whole tensor, or one scale per row), or floats that were brought back from such integers.
 */
export function quantised(facts: PairFacts): Hypothesis | undefined {
  const [a, b] = [facts.pair.old.tensor.dtype, facts.pair.next.tensor.dtype];
  if (a.kind !== "f" || facts.stats.changed < FEWEST_LEVELS) return undefined;
  if ((b.kind === "i" || b.kind === "u") && b.bits === 8) return integers(facts);
  return b.kind === "f" && gridOf(b.scalar) !== undefined ? levels() : undefined;
}

function integers({ pair, stats }: PairFacts): Hypothesis {
  const { shape } = pair.next.tensor;
  const rows = shape.length < 2 ? 0 : (shape[0] ?? 0);
  const perRow = rows < 2 ? 0 : stats.elements / rows;
  const whole = newRanges();
  let row = newRanges();
  let filled = 0;
  let rowsFit = perRow > 0;
  /** Scales of the rows, while all rows so far have one. */
  let [leastScale, mostScale] = [Number.POSITIVE_INFINITY, 0];
  let isBroken = false;
  const closeRow = (): void => {
    const fit = fitSymmetric(row);
    if (fit === undefined) rowsFit = false;
    else {
      leastScale = Math.min(leastScale, fit[1]);
      mostScale = Math.max(mostScale, fit[0]);
    }
    row = newRanges();
    filled = 0;
  };
  return {
    accepts({ old, next, count }) {
      for (let i = 0; i < count; i++) {
        const x = old.high[i] ?? 0;
        const q = next.high[i] ?? 0;
        if (!Number.isFinite(x)) isBroken = true;
        note(whole, q, x);
        if (!rowsFit) continue;
        note(row, q, x);
        if (++filled === perRow) closeRow();
      }
      // Levels whose old values overlap belong to no one scale; rows may still have one each.
      return !isBroken && (rowsFit || isOrdered(whole));
    },
    conclude() {
      if (whole.low.size < FEWEST_LEVELS || stats.elements < ELEMENTS_PER_LEVEL * whole.low.size) return undefined;
      const fit = fitWithZeroPoint(whole);
      if (fit !== undefined) return explain(fit.scale, String(fit.zeroPoint), pair.next.tensor.dtype.name, undefined);
      if (!rowsFit || perRow < ELEMENTS_PER_LEVEL * FEWEST_LEVELS) return undefined;
      const scale = leastScale === mostScale ? String(leastScale) : `${shortest(leastScale)}..${shortest(mostScale)}`;
      return explain(scale, "0", pair.next.tensor.dtype.name, "0");
    },
  };
}

function shortest(value: number): string {
  return String(Number(value.toPrecision(6)));
}

function explain(scale: string, zeroPoint: string, stored: string, axis: string | undefined): Explanation {
  return {
    verdict: "quantised",
    because:
      axis === undefined
        ? say("every value is the old one within half a step of {scale}", { scale })
        : say("every value is the old one within half a step of its row's scale ({scale})", { scale }),
    detail: { scale, zeroPoint, stored, ...(axis === undefined ? {} : { axis }) },
  };
}

function newRanges(): Ranges {
  return { low: new Map(), high: new Map() };
}

function note({ low, high }: Ranges, level: number, value: number): void {
  const least = low.get(level);
  if (least === undefined || value < least) low.set(level, value);
  const most = high.get(level);
  if (most === undefined || value > most) high.set(level, value);
}

/** True when a larger level never stands for a smaller value, up to rounding at the borders. */
function isOrdered({ low, high }: Ranges): boolean {
  const sorted = [...low.keys()].sort((a, b) => a - b);
  return sorted.every((level, at) => {
    const before = high.get(sorted[at - 1] ?? Number.NaN);
    const least = low.get(level) ?? 0;
    return before === undefined || before <= least + SLACK * Math.max(Math.abs(before), Math.abs(least));
  });
}

/**
 * Scales s for which |x - s * (q - zero)| <= s / 2 holds for all: an interval, because every level's extremes bound s
 * from both sides.
 */
function fitSymmetric(ranges: Ranges, zero = 0): readonly [number, number] | undefined {
  let low = 0;
  let high = Number.POSITIVE_INFINITY;
  for (const [level, most] of ranges.high) {
    const least = ranges.low.get(level) ?? most;
    const centre = level - zero;
    // most <= s * (centre + 1/2) and least >= s * (centre - 1/2)
    for (const [value, edge] of [
      [most, centre + 0.5 + SLACK],
      [-least, -centre + 0.5 + SLACK],
    ] as const) {
      if (edge > 0) low = Math.max(low, value / edge);
      else if (edge < 0) high = Math.min(high, value / edge);
      else if (value > 0) return undefined;
      if (low > high) return undefined;
    }
  }
  return high === Number.POSITIVE_INFINITY || high <= 0 ? undefined : [low, high];
}

function fitWithZeroPoint(ranges: Ranges): { readonly scale: string; readonly zeroPoint: number } | undefined {
  // Symmetric first; then every zero point that an 8-bit type can have.
  const zeros = [0, ...Array.from({ length: 2 * LEVELS - 1 }, (_, n) => n - LEVELS + 1).filter((zero) => zero !== 0)];
  for (const zeroPoint of zeros) {
    const fit = fitSymmetric(ranges, zeroPoint);
    if (fit !== undefined) return { scale: shortestWithin(...fit), zeroPoint };
  }
  return undefined;
}

/** Floats brought back from integers: few distinct values, equally spaced, each standing for what is around it. */
function levels(): Hypothesis {
  const ranges = newRanges();
  let elements = 0;
  return {
    accepts({ old, next, count, marks }: PairBlock) {
      for (let i = 0; i < count; i++) {
        const x = old.high[i] ?? 0;
        const y = next.high[i] ?? 0;
        if (!Number.isFinite(x) || !Number.isFinite(y)) return false;
        if (marks[i] === 1 || ranges.low.has(y) || ranges.low.size < LEVELS) note(ranges, y, x);
        if (ranges.low.size > LEVELS) return false;
      }
      elements += count;
      return true;
    },
    conclude() {
      const sorted = [...ranges.low.keys()].sort((a, b) => a - b);
      if (sorted.length < FEWEST_LEVELS || elements < ELEMENTS_PER_LEVEL * sorted.length) return undefined;
      const scale = commonStep(sorted);
      if (scale === undefined) return undefined;
      const half = (scale / 2) * (1 + 2 * SLACK);
      const isWithin = sorted.every((level) => {
        const [low, high] = [ranges.low.get(level) ?? level, ranges.high.get(level) ?? level];
        return Math.abs(low - level) <= half && Math.abs(high - level) <= half;
      });
      return isWithin ? explain(shortest(scale), "0", "", undefined) : undefined;
    },
  };
}

/** The step of which all values are whole multiples, up to rounding; undefined when there is none. */
function commonStep(sorted: readonly number[]): number | undefined {
  let step = Number.POSITIVE_INFINITY;
  for (let at = 1; at < sorted.length; at++) step = Math.min(step, (sorted[at] ?? 0) - (sorted[at - 1] ?? 0));
  const span = Math.max(Math.abs(sorted[0] ?? 0), Math.abs(sorted.at(-1) ?? 0));
  if (!(step > 0) || span / step > LEVELS) return undefined;
  // Neighbours' distances carry the rounding of both; the widest span gives the step best.
  const extreme = Math.abs(sorted[0] ?? 0) === span ? (sorted[0] ?? 0) : (sorted.at(-1) ?? 0);
  const best = Math.abs(extreme) / Math.round(Math.abs(extreme) / step);
  return sorted.every((value) => Math.abs(value / best - Math.round(value / best)) < 1e-3) ? best : undefined;
}
