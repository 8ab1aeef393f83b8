import { measured } from "./number-text.ts";
import type { PlotTick } from "./plot.tsx";

/** Equal bins over a range of values. */
export interface ValueBins {
  readonly low: number;
  readonly high: number;
  readonly count: number;
}

/** Between which values a bin lies. */
export function binEnds({ low, high, count }: ValueBins, bin: number): { readonly from: number; readonly to: number } {
  // Halves, because the range of the largest doubles is not a double.
  const edge = (at: number): number => 2 * (low / 2 + (high / 2 - low / 2) * (at / count));
  return { from: bin === 0 ? low : edge(bin), to: bin === count - 1 ? high : edge(bin + 1) };
}

/** Where zero is along the axis, 0 to 1; undefined outside. */
export function zeroOf({ low, high }: ValueBins): number | undefined {
  return low < 0 && high > 0 ? -low / 2 / (high / 2 - low / 2) : undefined;
}

/** Both ends, and zero where it is between them and not crowded. */
export function valueTicks(bins: ValueBins): readonly PlotTick[] {
  const { low, high } = bins;
  if (low === high) return [{ at: 0.5, text: measured(low) }];
  const zero = zeroOf(bins);
  const ends = [
    { at: 0, text: measured(low) },
    { at: 1, text: measured(high) },
  ];
  return zero !== undefined && zero > 0.15 && zero < 0.85 ? [...ends, { at: zero, text: "0" }] : ends;
}
