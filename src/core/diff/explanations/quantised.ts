import { say } from "../../model/sentence.ts";
import type { Explanation, Hypothesis, PairFacts } from "./explanation.ts";
import { gridOf } from "./float-grid.ts";
import {
  ELEMENTS_PER_LEVEL,
  FEWEST_LEVELS,
  floatRanges,
  integerRanges,
  type LevelRange,
  LEVELS,
  SLACK,
} from "./level-ranges.ts";
import { shortestWithin } from "./scaled.ts";

/**
 * New is old within half a step of a scale: integers of 8 bits, of which scale and zero point are found from the values
 * (one pair for the whole tensor, or one scale per row), or floats that were brought back from such integers.
 */
export function quantised(facts: PairFacts): Hypothesis | undefined {
  const [a, b] = [facts.pair.old.tensor.dtype, facts.pair.next.tensor.dtype];
  if (a.kind !== "f" || facts.stats.changed < FEWEST_LEVELS) return undefined;
  if ((b.kind === "i" || b.kind === "u") && b.bits === 8) return integers(facts);
  if (b.kind !== "f" || gridOf(b.scalar) === undefined) return undefined;
  // More levels than that say nothing: what was trained on is given up at the first of them.
  const most = Math.min(LEVELS, Math.floor(facts.stats.elements / ELEMENTS_PER_LEVEL));
  return most < FEWEST_LEVELS ? undefined : levels(b.name, most);
}

function integers({ pair, stats }: PairFacts): Hypothesis {
  const { shape, dtype } = pair.next.tensor;
  const rows = shape.length < 2 ? 0 : (shape[0] ?? 0);
  const perRow = rows < 2 ? 0 : stats.elements / rows;
  const whole = integerRanges();
  const row = integerRanges();
  let filled = 0;
  let rowsFit = perRow > 0;
  /** Scales of the rows, while all rows so far have one. */
  let [leastScale, mostScale] = [Number.POSITIVE_INFINITY, 0];
  const closeRow = (): void => {
    const fit = fitScale(row.sorted());
    if (fit === undefined) rowsFit = false;
    else {
      leastScale = Math.min(leastScale, fit[1]);
      mostScale = Math.max(mostScale, fit[0]);
    }
    row.clear();
    filled = 0;
  };
  return {
    accepts({ old, next, count }) {
      for (let i = 0; i < count; i++) {
        const x = old.high[i] ?? 0;
        const q = next.high[i] ?? 0;
        if (!Number.isFinite(x)) return false;
        whole.note(q, x);
        if (!rowsFit) continue;
        row.note(q, x);
        if (++filled === perRow) closeRow();
      }
      // Levels whose old values overlap belong to no one scale; rows may still have one each.
      return rowsFit || isOrdered(whole.sorted());
    },
    conclude() {
      const ranges = whole.sorted();
      if (ranges.length < FEWEST_LEVELS || stats.elements < ELEMENTS_PER_LEVEL * ranges.length) return undefined;
      const fit = fitWithZeroPoint(ranges);
      if (fit !== undefined) return explain(fit.scale, dtype.name, String(fit.zeroPoint));
      if (!rowsFit || perRow < ELEMENTS_PER_LEVEL * FEWEST_LEVELS) return undefined;
      return explain(`${shortest(leastScale)}..${shortest(mostScale)}`, dtype.name, "0", "0");
    },
  };
}

function shortest(value: number): string {
  return String(Number(value.toPrecision(6)));
}

function explain(scale: string, stored: string, zeroPoint: string, axis?: string): Explanation {
  return {
    verdict: "quantised",
    because:
      axis === undefined
        ? say("every value is the old one within half a step of {scale}", { scale })
        : say("every value is the old one within half a step of its row's scale ({scale})", { scale }),
    detail: { scale, zeroPoint, stored, ...(axis === undefined ? {} : { axis }) },
  };
}

/** True when a larger level never stands for a smaller value, up to rounding at the borders. */
function isOrdered(ranges: readonly LevelRange[]): boolean {
  return ranges.every(({ low }, at) => {
    const before = ranges[at - 1];
    return before === undefined || before.high <= low + SLACK * Math.max(Math.abs(before.high), Math.abs(low));
  });
}

/**
 * Scales s for which |x - s * (q - zero)| <= s / 2 holds for all: an interval, because every level's extremes bound s
 * from both sides.
 */
function fitScale(ranges: readonly LevelRange[], zero = 0): readonly [number, number] | undefined {
  let low = 0;
  let high = Number.POSITIVE_INFINITY;
  /** Narrows the interval by value <= s * edge. */
  const bound = (value: number, edge: number): boolean => {
    if (edge > 0) low = Math.max(low, value / edge);
    else if (edge < 0) high = Math.min(high, value / edge);
    else if (value > 0) return false;
    return low <= high;
  };
  for (const range of ranges) {
    const centre = range.level - zero;
    if (!bound(range.high, centre + 0.5 + SLACK) || !bound(-range.low, -centre + 0.5 + SLACK)) return undefined;
  }
  return high === Number.POSITIVE_INFINITY || high <= 0 ? undefined : [low, high];
}

function fitWithZeroPoint(
  ranges: readonly LevelRange[],
): { readonly scale: string; readonly zeroPoint: number } | undefined {
  // Symmetric first; then every zero point that an 8-bit type can have.
  for (let tried = 0; tried < 2 * LEVELS; tried++) {
    const zeroPoint = tried % 2 === 0 ? tried / 2 : -(tried + 1) / 2;
    const fit = fitScale(ranges, zeroPoint);
    if (fit !== undefined) return { scale: shortestWithin(...fit), zeroPoint };
  }
  return undefined;
}

/** Floats brought back from integers: few distinct values, equally spaced, each standing for what is around it. */
function levels(stored: string, most: number): Hypothesis {
  // More levels bring them closer together, never further apart.
  const ranges = floatRanges(most, (sorted) => leastStep(sorted).isTooSmall);
  return {
    accepts({ old, next, count }) {
      for (let i = 0; i < count && !ranges.isFull; i++) {
        const x = old.high[i] ?? 0;
        const y = next.high[i] ?? 0;
        if (!Number.isFinite(x) || !Number.isFinite(y)) return false;
        ranges.note(y, x);
      }
      return !ranges.isFull;
    },
    conclude() {
      const sorted = ranges.sorted();
      if (sorted.length < FEWEST_LEVELS) return undefined;
      const scale = commonStep(sorted.map(({ level }) => level));
      if (scale === undefined) return undefined;
      const half = (scale / 2) * (1 + 2 * SLACK);
      const isWithin = sorted.every(({ level, low, high }) => level - low <= half && high - level <= half);
      return isWithin ? explain(shortest(scale), stored, "0") : undefined;
    },
  };
}

/** The least distance of neighbours, and whether the largest number is more steps from zero than there are levels. */
function leastStep(sorted: ArrayLike<number>): {
  readonly step: number;
  readonly span: number;
  readonly isTooSmall: boolean;
} {
  let step = Number.POSITIVE_INFINITY;
  for (let at = 1; at < sorted.length; at++) step = Math.min(step, (sorted[at] ?? 0) - (sorted[at - 1] ?? 0));
  const span = Math.max(Math.abs(sorted[0] ?? 0), Math.abs(sorted[sorted.length - 1] ?? 0));
  return { step, span, isTooSmall: !(step > 0) || span / step > LEVELS };
}

/** The step of which all values are whole multiples, up to rounding; undefined when there is none. */
function commonStep(sorted: readonly number[]): number | undefined {
  const { step, span, isTooSmall } = leastStep(sorted);
  if (isTooSmall) return undefined;
  // Neighbours' distances carry the rounding of both; the value furthest from zero gives the step best.
  const best = span / Math.round(span / step);
  return sorted.every((value) => Math.abs(value / best - Math.round(value / best)) < 1e-3) ? best : undefined;
}
