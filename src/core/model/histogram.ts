const MOST_BINS = 64;

/** Rice's rule, at most 64; whole numbers over a small range get a bin each. */
export function binCount(isWhole: boolean, low: number, high: number, finite: number): number {
  if (low === high) return 1;
  const values = high - low + 1;
  if (isWhole && values <= MOST_BINS) return values;
  return Math.min(MOST_BINS, Math.ceil(2 * Math.cbrt(finite)));
}

/** Equal bins over [low, high]; the last one holds its upper edge. What is not finite is left out. */
export class Histogram {
  private readonly bins: Float64Array;
  private readonly low: number;
  private readonly range: number;
  /** 1/2 where high - low overflows. */
  private readonly half: number;

  constructor(low: number, high: number, bins: number) {
    this.bins = new Float64Array(bins);
    this.half = Number.isFinite(high - low) ? 1 : 0.5;
    this.low = low * this.half;
    this.range = high * this.half - this.low;
  }

  get counts(): number[] {
    return Array.from(this.bins);
  }

  add(values: Float64Array): void {
    const { bins, half, low, range } = this;
    const count = bins.length;
    for (let index = 0; index < values.length; index += 1) {
      const value = values[index] ?? 0;
      if (value - value !== 0) continue;
      const bin = count === 1 ? 0 : Math.min(count - 1, Math.floor(((value * half - low) / range) * count));
      bins[bin] = (bins[bin] ?? 0) + 1;
    }
  }
}
