import { type ByteSource, checkRange } from "../../bytes/source.ts";
import { LIMITS } from "../../limits.ts";
import { scalarDType } from "../../model/dtype.ts";
import type { DecimalTexts } from "../../model/tensor.ts";
import type { TensorNode, Value } from "../../model/value.ts";
import { significantDigits } from "../json/number-text.ts";

/** The bytes of float64's default NaN. */
const NAN_BITS = 0x7ff8000000000000n;

const encoder = new TextEncoder();

/** How one kind of text spells a number as JSON (with Python's NaN and Infinity) does: no digit is lost or added. */
export type Spelling = (written: string) => string;

/** A number at a place of the text, in the spelling of JSON. */
export class NumberSpan {
  readonly start: number;
  readonly end: number;
  readonly text: string;

  constructor(start: number, end: number, text: string) {
    this.start = start;
    this.end = end;
    this.text = text;
  }
}

/** What the numbers of a run stand in. */
export interface NumbersIn {
  readonly text: string;
  readonly spelling: Spelling;
  /** Of the file. */
  readonly name: string;
}

/** A rectangular list of numbers: the place of each, in C order. */
export class NumberRun {
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  readonly shape: readonly number[];
  readonly isFloat: boolean;
  readonly offset: number;

  constructor(starts: Uint32Array, ends: Uint32Array, shape: readonly number[], isFloat: boolean, offset: number) {
    this.starts = starts;
    this.ends = ends;
    this.shape = shape;
    this.isFloat = isFloat;
    this.offset = offset;
  }
}

/** The elements of a run as they are written. */
class WrittenNumbers implements DecimalTexts {
  private readonly run: NumberRun;
  private readonly from: NumbersIn;

  constructor(run: NumberRun, from: NumbersIn) {
    this.run = run;
    this.from = from;
  }

  text(index: number): string {
    const { text, spelling } = this.from;
    return spelling(text.slice(this.run.starts[index] ?? 0, this.run.ends[index] ?? 0));
  }

  digits(index: number): number {
    const text = encoder.encode(this.text(index));
    return significantDigits(text, 0, text.length);
  }

  offset(index: number): number {
    return this.run.starts[index] ?? 0;
  }

  /** Elements [start, start + count) as little-endian float64 or int64. */
  decode(start: number, count: number): Uint8Array {
    const out = new Uint8Array(count * 8);
    const view = new DataView(out.buffer);
    for (let k = 0; k < count; k += 1) {
      const text = this.text(start + k);
      if (!this.run.isFloat) view.setBigInt64(k * 8, BigInt(text), true);
      else if (text === "NaN") view.setBigUint64(k * 8, NAN_BITS, true);
      else view.setFloat64(k * 8, Number(text), true);
    }
    return out;
  }
}

/** A run as a tensor whose elements are decoded when they are looked at: int64, or float64 that keeps what is written. */
export function tensorOfRun(run: NumberRun, from: NumbersIn): TensorNode {
  const texts = new WrittenNumbers(run, from);
  const data: ByteSource = {
    size: run.starts.length * 8,
    name: from.name,
    async read(start: number, end: number): Promise<Uint8Array> {
      checkRange(data, start, end);
      const first = Math.floor(start / 8);
      const bytes = texts.decode(first, Math.ceil(end / 8) - first);
      return bytes.subarray(start - first * 8, end - first * 8);
    },
  };
  const dtype = scalarDType(run.isFloat ? "float64" : "int64");
  const tensor = { dtype, shape: run.shape, order: "C" as const, offset: 0, data };
  return {
    kind: "tensor",
    className: "list",
    tensor: run.isFloat ? { ...tensor, texts } : tensor,
    offset: run.offset,
  };
}

/** One number in the spelling of JSON as a value. */
export function numberValue(text: string, offset: number): Value {
  if (text === "NaN") return Number.NaN;
  if (text.endsWith("Infinity")) return text.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  // An integer has no -0, and one of very many digits takes too long to convert: the text keeps both.
  if (isInteger(text) && text !== "-0" && text.length <= LIMITS.integerDigits) return BigInt(text);
  return { kind: "decimal", text, nearest: Number(text), offset };
}

/** True for an integer that int64 holds; -0 is none, as it would lose its sign. */
export function fitsInt64(text: string): boolean {
  if (!isInteger(text) || text === "-0" || text.length > 20) return false;
  return text.length < 19 || BigInt.asIntN(64, BigInt(text)) === BigInt(text);
}

function isInteger(text: string): boolean {
  return /^-?\d+$/.test(text);
}

/**
 * A decimal number without what JSON does not have: a plus sign, zeros before the number, a point without digits on both
 * sides. `1_000.` is not taken: underscores are the caller's.
 */
export function decimalSpelling(written: string): string {
  const match = /^([-+]?)(\d*)(?:\.(\d*))?([eE].*)?$/.exec(written);
  if (match === null) return written;
  const [, sign, whole = "", fraction, exponent = ""] = match;
  const point = fraction === undefined ? "" : `.${fraction === "" ? "0" : fraction}`;
  return `${sign === "-" ? "-" : ""}${whole.replace(/^0+(?=\d)/, "") || "0"}${point}${exponent}`;
}
