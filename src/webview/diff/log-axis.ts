import type { LogBins } from "../../core/diff/log-bins.ts";
import { measured, ulps } from "../parts/number-text.ts";
import type { PlotTick } from "../parts/plot.tsx";

const MOST_TICKS = 7;
const STEPS = [1, 2, 4, 5, 10, 20, 50, 100, 200] as const;

/** Exponents of a bin's edges. */
export function binExponents({ first, step }: LogBins, bin: number): { readonly from: number; readonly to: number } {
  return { from: first + bin * step, to: first + (bin + 1) * step };
}

/** Where an exponent is along the axis, 0 to 1 inside. */
export function placeOf({ first, step, counts }: LogBins, exponent: number): number {
  return (exponent - first) / (step * counts.length);
}

/** Round powers, as many as there is room for. */
export function powerTicks(bins: LogBins): readonly PlotTick[] {
  const low = Math.ceil(bins.first);
  const high = Math.floor(bins.first + bins.step * bins.counts.length);
  const every = STEPS.find((step) => (high - low) / step < MOST_TICKS) ?? 200;
  const ticks: PlotTick[] = [];
  for (let at = Math.ceil(low / every) * every; at <= high; at += every)
    ticks.push({ at: placeOf(bins, at), text: powerText(bins.base, at) });
  return ticks;
}

/** 10^-8 as "1e-8", also beyond what a float64 holds; 2^10 as "1,024". */
export function powerText(base: 2 | 10, exponent: number): string {
  if (base === 2) return ulps(1n << BigInt(exponent));
  const whole = Math.floor(exponent);
  if (whole >= -3 && whole <= 5) return measured(10 ** exponent);
  const mantissa = Number((10 ** (exponent - whole)).toPrecision(3));
  return `${mantissa}e${whole}`;
}
