import { say } from "../../model/sentence.ts";
import { EVIDENCE_BITS, type Explanation, type Hypothesis, type PairBlock, type PairFacts } from "./explanation.ts";
import { gridOf } from "./float-grid.ts";

/** Elements that have to say the same thing besides the first one, which any factor fits. */
const WITNESSES = 1;

/**
 * New is old times one constant, up to the rounding of new's type. Each pair allows an interval of factors; what is
 * left of their intersection is the answer.
 */
export function scaled({ pair, stats }: PairFacts): Hypothesis | undefined {
  const [a, b] = [pair.old.tensor.dtype, pair.next.tensor.dtype];
  if (stats.changed < 2 || ![a, b].every(({ kind }) => kind === "f" || kind === "i" || kind === "u")) return undefined;
  // Both sides may have been rounded to their own type; a factor computed in the narrower one is as coarse as that.
  const precision = Math.min(gridOf(a.scalar)?.precision ?? 53, gridOf(b.scalar)?.precision ?? 53);
  const slack = 2 ** -precision * 1.5;
  const isInteger = b.kind !== "f";
  const smallest = 2 ** (gridOf(b.scalar)?.minExponent ?? -1022);
  let low = Number.NEGATIVE_INFINITY;
  let high = Number.POSITIVE_INFINITY;
  let first: number | undefined;
  let witnesses = 0;
  let bits = 0;
  /** Narrows the interval; false when nothing is left of it. */
  const narrow = ({ old, next, count }: PairBlock): boolean => {
    // Numbers that change with every element are kept out of the closure, where each would be an object.
    let [least, most] = [low, high];
    for (let i = 0; i < count; i++) {
      const x = old.high[i] ?? 0;
      const y = next.high[i] ?? 0;
      if (x === 0 || !Number.isFinite(x)) {
        if (!Object.is(Math.abs(x), Math.abs(y))) return false;
        continue;
      }
      if (!Number.isFinite(y) || (y === 0 && Math.abs(x) > 1e-30)) return false;
      const size = Math.abs(y);
      const error = isInteger ? 0.5 : Math.max(size, smallest) * slack;
      const [one, other] = [(y - error) / x, (y + error) / x];
      least = Math.max(least, Math.min(one, other));
      most = Math.min(most, Math.max(one, other));
      if (!(least <= most)) return false;
      if (first === undefined) first = Math.abs(x);
      else if (bits < 1000 && Math.abs(x) !== first) {
        witnesses++;
        bits += Math.max(0, isInteger ? Math.log2(size) : Math.min(precision, Math.log2(size / error)));
      }
    }
    low = least;
    high = most;
    return true;
  };
  return {
    accepts: narrow,
    conclude() {
      // Around 1 it is rounding noise, not a factor; around 0 everything became zero.
      const isTrivial = (low <= 1 && high >= 1) || (low <= 0 && high >= 0);
      if (witnesses < WITNESSES || bits < EVIDENCE_BITS || isTrivial) return undefined;
      // Half a step of the narrower type around it: a factor that was a float32 is told as 0.3, not as 0.30000001.
      const [margin, otherMargin] = [low, high].map((end) => Math.abs(end) * 2 ** -precision);
      const factor = shortestWithin(low - (margin ?? 0), high + (otherMargin ?? 0));
      // Floats times a factor, cut to eight bits: that is what quantising is, of too few values to find it by their levels.
      if (a.kind === "f" && isInteger && b.bits === 8) return quantisedBy(shortestWithin(1 / high, 1 / low), b.name);
      return {
        verdict: "scaled",
        because: say("every value is the old one times {factor}", { factor }),
        detail: { factor },
      };
    },
  };
}

function quantisedBy(scale: string, stored: string): Explanation {
  return {
    verdict: "quantised",
    because: say("every value is the old one within half a step of {scale}", { scale }),
    detail: { scale, zeroPoint: "0", stored },
  };
}

/** The decimal with the fewest digits in [low, high]. */
export function shortestWithin(low: number, high: number): string {
  const middle = low + (high - low) / 2;
  for (let digits = 1; digits <= 17; digits++) {
    const value = Number(middle.toPrecision(digits));
    if (value >= low && value <= high) return String(value);
  }
  return String(middle);
}
