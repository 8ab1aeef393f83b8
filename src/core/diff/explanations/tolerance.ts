import { say } from "../../model/sentence.ts";
import { differenceAt } from "../reference.ts";
import type { Hypothesis, PairFacts } from "./explanation.ts";

/** Every pair is within the tolerance that was asked for; what is not finite is the same on both sides. */
export function withinTolerance({ tolerance }: PairFacts): Hypothesis | undefined {
  if (tolerance === undefined) return undefined;
  const { absolute, relative } = tolerance;
  return {
    accepts({ old, next, count }) {
      const { width } = old;
      for (let i = 0; i < count; i++) {
        let [error, size] = [0, 0];
        for (let at = i * width; at < (i + 1) * width; at++) {
          const a = old.high[at] ?? 0;
          const b = next.high[at] ?? 0;
          if (!Number.isFinite(a) || !Number.isFinite(b)) {
            if (a !== b && !(Number.isNaN(a) && Number.isNaN(b))) return false;
            continue;
          }
          const d = differenceAt(old, next, at);
          error = width === 1 ? Math.abs(d) : Math.hypot(error, d);
          size = width === 1 ? Math.abs(a) : Math.hypot(size, a);
        }
        if (!(error <= absolute + relative * size)) return false;
      }
      return true;
    },
    conclude: () => ({
      verdict: "within-tolerance",
      because: say("every difference is within {absolute} + {relative} of the old value", {
        absolute: String(absolute),
        relative: String(relative),
      }),
      detail: { absolute: String(absolute), relative: String(relative) },
    }),
  };
}
