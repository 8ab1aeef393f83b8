import type { TensorStats } from "../view/viewer-model.ts";
import type { DType } from "./dtype.ts";
import { complexPart, elementPosition, floatBits } from "./element-bits.ts";
import { complexReaders } from "./element-number.ts";
import { type FloatName, floatFormat, isFloatName, splitFloat } from "./float-format.ts";

type Counts = Pick<
  TensorStats,
  "nan" | "positiveInfinity" | "negativeInfinity" | "zeros" | "negativeZeros" | "subnormals"
>;

/** Counts of the kinds of values, filled block by block. */
export interface ValueCounts {
  readonly zeros: number;
  readonly negativeZeros: number;
  readonly finite: number;
  /** `values` are the decoded elements of `view`, in order. */
  add(values: Float64Array, view: DataView): void;
  result(): Counts;
}

/** The counter for a dtype; undefined for what is neither number nor time. */
export function countsOf(dtype: DType): ValueCounts | undefined {
  if (dtype.kind === "c") return new ComplexCounts(dtype);
  if (dtype.scalar === "float96" || dtype.scalar === "float128") return new ExtendedCounts(dtype, dtype.scalar);
  if (dtype.scalar !== undefined || dtype.kind === "M" || dtype.kind === "m")
    return new NumberCounts(smallestNormal(dtype));
  return undefined;
}

/** Below it, and not zero, a value is subnormal. 0 where there are none. */
function smallestNormal(dtype: DType): number {
  if (!isFloatName(dtype.scalar)) return 0;
  const { bias, special } = floatFormat(dtype.scalar);
  return special === "scale" ? 0 : 2 ** (1 - bias);
}

class NumberCounts implements ValueCounts {
  finite = 0;
  zeros = 0;
  negativeZeros = 0;
  protected nan = 0;
  protected positiveInfinity = 0;
  protected negativeInfinity = 0;
  protected subnormals = 0;
  private readonly smallest: number;

  constructor(smallest: number) {
    this.smallest = smallest;
  }

  add(values: Float64Array, _view: DataView): void {
    const { smallest } = this;
    let finite = 0;
    let zeros = 0;
    let negativeZeros = 0;
    let subnormals = 0;
    for (let index = 0; index < values.length; index += 1) {
      const value = values[index] ?? 0;
      if (value - value !== 0) this.addSpecial(value);
      else {
        finite += 1;
        if (value < smallest && value > -smallest) {
          if (value !== 0) subnormals += 1;
        }
        if (value === 0) {
          zeros += 1;
          if (1 / value < 0) negativeZeros += 1;
        }
      }
    }
    this.finite += finite;
    this.zeros += zeros;
    this.negativeZeros += negativeZeros;
    this.subnormals += subnormals;
  }

  protected addSpecial(value: number): void {
    if (Number.isNaN(value)) this.nan += 1;
    else if (value > 0) this.positiveInfinity += 1;
    else this.negativeInfinity += 1;
  }

  result(): Counts {
    const { nan, positiveInfinity, negativeInfinity, zeros, negativeZeros, subnormals } = this;
    return { nan, positiveInfinity, negativeInfinity, zeros, negativeZeros, subnormals };
  }
}

/** x87: what it is stands in the bits, as its smallest values are 0 in float64 and its largest infinite. */
class ExtendedCounts extends NumberCounts {
  private readonly dtype: DType;
  private readonly scalar: FloatName;

  constructor(dtype: DType, scalar: FloatName) {
    super(0);
    this.dtype = dtype;
    this.scalar = scalar;
  }

  override add(values: Float64Array, view: DataView): void {
    const format = floatFormat(this.scalar);
    for (let index = 0; index < values.length; index += 1) {
      const parts = splitFloat(format, floatBits(this.scalar, this.dtype, view, index * this.dtype.itemSize));
      if (parts.kind === "nan") this.nan += 1;
      else if (parts.kind === "infinite") this.addSpecial(parts.isNegative ? -Infinity : Infinity);
      else {
        this.finite += 1;
        if (parts.significand === 0n) this.zeros += 1;
        if (parts.significand === 0n && parts.isNegative) this.negativeZeros += 1;
        if (parts.isSubnormal) this.subnormals += 1;
      }
    }
  }
}

/** A complex number is NaN where a part is, else infinite (counted as positive) where a part is, zero where both are. */
class ComplexCounts extends NumberCounts {
  private readonly dtype: DType;
  private readonly small: number;

  constructor(dtype: DType) {
    super(0);
    this.dtype = dtype;
    this.small = 2 ** (1 - floatFormat(complexPart(dtype)).bias);
  }

  override add(values: Float64Array, view: DataView): void {
    const [real, imaginary] = complexReaders(this.dtype);
    const isSmall = (value: number): boolean => value !== 0 && Math.abs(value) < this.small;
    for (let index = 0; index < values.length; index += 1) {
      const at = elementPosition(this.dtype, index);
      const re = real(view, at);
      const im = imaginary(view, at);
      if (Number.isNaN(re) || Number.isNaN(im)) this.nan += 1;
      else if (!Number.isFinite(re) || !Number.isFinite(im)) this.positiveInfinity += 1;
      else {
        this.finite += 1;
        if (re === 0 && im === 0) this.zeros += 1;
        if (isSmall(re) || isSmall(im)) this.subnormals += 1;
      }
    }
  }
}
