import type { TensorStats } from "../view/viewer-model.ts";
import type { Work } from "../work.ts";
import { eachBlock, flatten, isRealNumber, isWholeNumber } from "./each-block.ts";
import { Extremes } from "./extremes.ts";
import { countsOf } from "./value-counts.ts";
import { exponentOf } from "./float.ts";
import { binCount, Histogram } from "./histogram.ts";
import { elementCount, type TensorRef } from "./tensor.ts";

/**
 * Counts, extremes, moments and a histogram of a tensor, streamed twice. Extremes are exact for every dtype; moments
 * are over finite values, in float64 with compensated sums (`std` divides by the count, as numpy does). `zeros`
 * counts both zeros, `negativeZeros` those with a sign. Complex numbers are counted only (infinite where a part is,
 * NaN where a part is); datetimes have extremes and count NaT as NaN; text and records have a length.
 */
export async function tensorStats(tensor: TensorRef, work: Work): Promise<TensorStats> {
  const flat = flatten(tensor);
  const { dtype } = tensor;
  const elements = elementCount(tensor.shape, "tensor");
  const counts = countsOf(dtype);
  const extremes = new Extremes(dtype);
  if (counts === undefined) return { elements, ...NOTHING };
  const sum = new Sum();
  let isFloat32Valued = dtype.scalar === "float64" && elements > 0;
  let scanned = 0;
  await eachBlock(flat, work, (values, view) => {
    counts.add(values, view);
    extremes.add(values, view);
    if (isRealNumber(dtype)) sum.addFinite(values, 1);
    isFloat32Valued &&= areFloat32(values);
    scanned += values.length;
    work.report({ stage: "counting", done: scanned, total: elements * 2, unit: "items" });
  });
  const { min, max } = extremes.texts(counts);
  const base: TensorStats = {
    elements,
    ...counts.result(),
    ...(min === undefined || max === undefined ? {} : { min, max }),
    ...(dtype.scalar === "float64" && elements > 0 ? { isFloat32Valued } : {}),
  };
  const { low, high } = extremes;
  // x87 reaches further than float64, in which moments are.
  if (!isRealNumber(dtype) || counts.finite === 0 || !Number.isFinite(low) || !Number.isFinite(high)) return base;
  const shape = await describeShape(flat, work, { low, high, finite: counts.finite, sum: sum.total, elements });
  return { ...base, ...shape };
}

const NOTHING = { nan: 0, positiveInfinity: 0, negativeInfinity: 0, zeros: 0, negativeZeros: 0, subnormals: 0 };

interface FirstPass {
  readonly low: number;
  readonly high: number;
  readonly finite: number;
  readonly sum: number;
  readonly elements: number;
}

/** The second pass: spread about the mean and the histogram, which need the first one's mean and range. */
async function describeShape(
  tensor: TensorRef,
  work: Work,
  first: FirstPass,
): Promise<Pick<TensorStats, "mean" | "std" | "histogram">> {
  const { low, high, finite } = first;
  // A power of two that brings the largest magnitude to about 1: squares neither overflow nor vanish.
  const largest = Math.max(Math.abs(low), Math.abs(high));
  const scale = largest === 0 ? 1 : 2 ** -Math.max(-1022, Math.min(1022, exponentOf(largest)));
  const mean = Number.isFinite(first.sum) ? first.sum / finite : await meanOfHuge(tensor, work, scale, finite);
  const histogram = new Histogram(low, high, binCount(isWholeNumber(tensor.dtype), low, high, finite));
  const deviations = new Sum();
  const squares = new Sum();
  let scanned = first.elements;
  await eachBlock(tensor, work, (values) => {
    histogram.add(values);
    deviations.addDeviations(values, mean * scale, scale, false);
    squares.addDeviations(values, mean * scale, scale, true);
    scanned += values.length;
    work.report({ stage: "counting", done: scanned, total: first.elements * 2, unit: "items" });
  });
  // The mean is rounded; what the deviations sum to corrects for it.
  const variance = Math.max(0, squares.total - (deviations.total * deviations.total) / finite) / finite;
  return { mean, std: Math.sqrt(variance) / scale, histogram: { low, high, counts: histogram.counts } };
}

/** The mean where the plain sum overflows. */
async function meanOfHuge(tensor: TensorRef, work: Work, scale: number, finite: number): Promise<number> {
  const sum = new Sum();
  await eachBlock(tensor, work, (values) => sum.addFinite(values, scale));
  return sum.total / finite / scale;
}

/**
 * Sums with Neumaier's compensation: the error does not grow with the count. The loops keep everything in locals, as a
 * call for each element costs ten times what it does.
 */
class Sum {
  private sum = 0;
  private lost = 0;

  get total(): number {
    return this.sum + this.lost;
  }

  /** Adds every finite value times a power of two. */
  addFinite(values: Float64Array, scale: number): void {
    let { sum, lost } = this;
    for (let index = 0; index < values.length; index += 1) {
      const value = (values[index] ?? 0) * scale;
      if (value - value !== 0) continue;
      const next = sum + value;
      lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
      sum = next;
    }
    this.sum = sum;
    this.lost = lost;
  }

  /** Adds value * scale - center of every finite value, or the square of that. */
  addDeviations(values: Float64Array, center: number, scale: number, isSquared: boolean): void {
    let { sum, lost } = this;
    for (let index = 0; index < values.length; index += 1) {
      const deviation = (values[index] ?? 0) * scale - center;
      if (deviation - deviation !== 0) continue;
      const value = isSquared ? deviation * deviation : deviation;
      const next = sum + value;
      lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
      sum = next;
    }
    this.sum = sum;
    this.lost = lost;
  }
}

function areFloat32(values: Float64Array): boolean {
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index] ?? 0;
    // NaN is none of its own neighbours.
    if (Math.fround(value) !== value && value === value) return false;
  }
  return true;
}
