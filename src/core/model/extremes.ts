import type { DType } from "./dtype.ts";
import { elementPosition, floatBits } from "./element-bits.ts";
import { toBigInt } from "./element-number.ts";
import { FLOAT_FORMATS, floatFormat, isFloatName, splitFloat } from "./float-format.ts";
import { floatText } from "./float-text.ts";
import { formatElement } from "./format-element.ts";
import { convertBits } from "./rounding.ts";
import { orderedInteger } from "./ulp.ts";

/** The smallest and largest finite value so far, exactly, also where float64 cannot tell two values apart. */
export class Extremes {
  /** Nearest float64; +Infinity and -Infinity when nothing finite was seen. */
  low = Number.POSITIVE_INFINITY;
  high = Number.NEGATIVE_INFINITY;
  private readonly dtype: DType;
  /** For dtypes that float64 does not hold: the elements themselves. */
  private readonly exact: { low: ExactElement; high: ExactElement } | undefined;

  constructor(dtype: DType) {
    this.dtype = dtype;
    this.exact = isWiderThanDouble(dtype) ? { low: new ExactElement(dtype), high: new ExactElement(dtype) } : undefined;
  }

  /** `values` are the decoded elements of `view`, in order. */
  add(values: Float64Array, view: DataView): void {
    let { low, high } = this;
    const { exact } = this;
    const step = elementPosition(this.dtype, 1);
    for (let index = 0; index < values.length; index += 1) {
      const value = values[index] ?? Number.NaN;
      if (value - value !== 0 && !this.isBeyondDouble(value, view, index * step)) continue;
      if (value < low) {
        low = value;
        exact?.low.set(view, index * step);
      } else if (value === low && exact !== undefined) exact.low.lower(view, index * step, value);
      if (value > high) {
        high = value;
        exact?.high.set(view, index * step);
      } else if (value === high && exact !== undefined) exact.high.raise(view, index * step, value);
    }
    this.low = low;
    this.high = high;
  }

  /** Their texts; a zero has the sign that orders it. */
  texts(zeros: { readonly zeros: number; readonly negativeZeros: number }): { min?: string; max?: string } {
    if (this.low > this.high || this.dtype.kind === "c") return {};
    if (this.exact !== undefined) return { min: this.exact.low.text(), max: this.exact.high.text() };
    const low = this.low === 0 && zeros.negativeZeros > 0 ? -0 : this.low;
    const high = this.high === 0 && zeros.negativeZeros === zeros.zeros ? -0 : this.high;
    return { min: this.print(low), max: this.print(high) };
  }

  /** x87 reaches further than float64, where such a value is infinite. */
  private isBeyondDouble(value: number, view: DataView, at: number): boolean {
    const { scalar } = this.dtype;
    if (Number.isNaN(value) || (scalar !== "float96" && scalar !== "float128")) return false;
    return splitFloat(FLOAT_FORMATS[scalar], floatBits(scalar, this.dtype, view, at)).kind === "finite";
  }

  private print(value: number): string {
    const { scalar, kind } = this.dtype;
    if (kind === "b") return value === 0 ? "False" : "True";
    if (!isFloatName(scalar)) return String(value);
    scratch.setFloat64(0, value);
    return floatText(scalar, convertBits(FLOAT_FORMATS.float64, scratch.getBigUint64(0), floatFormat(scalar)));
  }
}

const scratch = new DataView(new ArrayBuffer(8));

/** 64-bit integers, times, and x87: one float64 stands for several of their values. */
function isWiderThanDouble(dtype: DType): boolean {
  const { scalar, kind, bits } = dtype;
  return (
    kind === "M" ||
    kind === "m" ||
    ((kind === "i" || kind === "u") && bits === 64) ||
    scalar === "float96" ||
    scalar === "float128"
  );
}

/** A copy of one element, with its place in the dtype's order. */
class ExactElement {
  private readonly dtype: DType;
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private order: bigint | undefined;
  private isEmpty = true;

  constructor(dtype: DType) {
    this.dtype = dtype;
    this.bytes = new Uint8Array(dtype.itemSize);
    this.view = new DataView(this.bytes.buffer);
  }

  set(view: DataView, at: number): void {
    this.bytes.set(new Uint8Array(view.buffer, view.byteOffset + at, this.bytes.length));
    this.order = undefined;
    this.isEmpty = false;
  }

  lower(view: DataView, at: number, value: number): void {
    if (this.isEmpty || (this.mayDiffer(value) && this.orderOf(view, at) < this.ownOrder())) this.set(view, at);
  }

  raise(view: DataView, at: number, value: number): void {
    if (this.isEmpty || (this.mayDiffer(value) && this.orderOf(view, at) > this.ownOrder())) this.set(view, at);
  }

  text(): string {
    return formatElement(this.dtype, this.view, 0);
  }

  /** Up to 2^53 a float64 stands for one integer only. */
  private mayDiffer(value: number): boolean {
    return this.dtype.kind === "f" || Math.abs(value) >= 2 ** 53;
  }

  private ownOrder(): bigint {
    return (this.order ??= this.orderOf(this.view, 0));
  }

  private orderOf(view: DataView, at: number): bigint {
    return this.dtype.kind === "f" ? (orderedInteger(this.dtype, view, at) ?? 0n) : toBigInt(this.dtype, view, at);
  }
}
