/** Counts over powers: bin i holds what lies from base^(first + i * step) to under base^(first + (i + 1) * step). */
export interface LogBins {
  readonly base: 2 | 10;
  /** Exponent of the first bin's lower edge. */
  readonly first: number;
  /** Exponents that one bin spans: 0.25 for a quarter of a decade. */
  readonly step: number;
  readonly counts: readonly number[];
}

const MOST_BINS = 64;
/** How many of the finest bins are put together, so that edges stay at round exponents. */
const WIDTHS = [1, 2, 4, 8, 20, 40, 80, 160] as const;

/** Counts by whole numbers from `lowest` on, one for each finest bin; what they span is only known at the end. */
export class LogCounts {
  private readonly base: 2 | 10;
  private readonly perUnit: number;
  private readonly lowest: number;
  private readonly counts: Float64Array;

  /** Finest bins of 1 / `perUnit` of an exponent, for exponents in [low, high]. */
  constructor(base: 2 | 10, perUnit: number, low: number, high: number) {
    this.base = base;
    this.perUnit = perUnit;
    this.lowest = low * perUnit;
    this.counts = new Float64Array((high - low) * perUnit);
  }

  /** An exponent at the ends counts in the last bin there. */
  add(exponent: number): void {
    const { counts } = this;
    const bin = Math.max(0, Math.min(counts.length - 1, Math.floor(exponent * this.perUnit) - this.lowest));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }

  /** From the first bin that holds something to the last, at most 64 of them. Undefined when nothing was counted. */
  result(): LogBins | undefined {
    const { base, perUnit, counts, lowest } = this;
    const from = counts.findIndex((count) => count > 0);
    if (from < 0) return undefined;
    let to = counts.length - 1;
    while (counts[to] === 0) to--;
    const group = (bin: number, width: number): number => Math.floor((bin + lowest) / width);
    const width = WIDTHS.find((one) => group(to, one) - group(from, one) < MOST_BINS) ?? 160;
    const first = group(from, width);
    const grouped = Array.from({ length: group(to, width) - first + 1 }, () => 0);
    for (let bin = from; bin <= to; bin++) {
      const at = group(bin, width) - first;
      grouped[at] = (grouped[at] ?? 0) + (counts[bin] ?? 0);
    }
    return { base, first: (first * width) / perUnit, step: width / perUnit, counts: grouped };
  }
}
