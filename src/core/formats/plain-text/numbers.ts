import { type ByteSource, checkRange, fromBytes } from "../../bytes/source.ts";
import { fromAscii } from "../../bytes/json-text.ts";
import { scalarDType } from "../../model/dtype.ts";
import type { DecimalTexts, TensorRef } from "../../model/tensor.ts";
import type { DecimalNode, Value } from "../../model/value.ts";
import { significantDigits } from "../json/number-text.ts";
import { wordEnd } from "./lines.ts";

/**
 * Numbers as C's printf writes them: digits with a point and an exponent, `inf`, `nan`, each with a sign. The text stays
 * the value; a tensor of them holds the nearest float64s.
 */

/** Stands for an element that the text leaves out: zero. */
export const LEFT_OUT = 0xffff_ffff;

/** float64's default NaN. */
const NAN_BITS = 0x7ff8000000000000n;

const NOT_FINITE = /^[-+]?(?:inf(?:inity)?|nan(?:\([\w]*\))?)$/i;

/** The end of the number that begins at `at`; -1 when there is none, or when letters follow it at once. */
export function numberEndAt(bytes: Uint8Array, at: number, end: number): number {
  let next = at;
  const sign = bytes[next];
  if (next < end && (sign === 0x2d || sign === 0x2b)) next += 1;
  const whole = digitsEnd(bytes, next, end);
  let digits = whole - next;
  next = whole;
  if (next < end && bytes[next] === 0x2e) {
    const fraction = digitsEnd(bytes, next + 1, end);
    digits += fraction - next - 1;
    next = fraction;
  }
  if (digits === 0) return notFiniteEnd(bytes, at, end);
  if (next < end && ((bytes[next] ?? 0) | 0x20) === 0x65) {
    const signed = bytes[next + 1] === 0x2d || bytes[next + 1] === 0x2b ? next + 2 : next + 1;
    const exponent = digitsEnd(bytes, signed, end);
    if (exponent === signed) return -1;
    next = exponent;
  }
  return next;
}

function digitsEnd(bytes: Uint8Array, at: number, end: number): number {
  let next = at;
  while (next < end && (bytes[next] ?? 0) >= 0x30 && (bytes[next] ?? 0) <= 0x39) next += 1;
  return next;
}

function notFiniteEnd(bytes: Uint8Array, at: number, end: number): number {
  const word = Math.min(wordEnd(bytes, at, end), at + 32);
  return NOT_FINITE.test(fromAscii(bytes, at, word)) ? word : -1;
}

/** The nearest float64 of a number's text. */
export function nearestOf(text: string): number {
  const sign = text.charCodeAt(0);
  const first = text.charCodeAt(sign === 0x2d || sign === 0x2b ? 1 : 0) | 0x20;
  if (first === 0x6e) return Number.NaN;
  if (first === 0x69) return text.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return Number(text);
}

/** The digits that a text has, 0 for what is not finite. */
function digitsOf(bytes: Uint8Array, start: number, end: number): number {
  const second = bytes[start] === 0x2d || bytes[start] === 0x2b ? start + 1 : start;
  const byte = bytes[second] ?? 0;
  return (byte >= 0x30 && byte <= 0x39) || byte === 0x2e ? significantDigits(bytes, second, end) : 0;
}

/** Numbers at known places of a text that is in memory: the elements of a tensor in C order. */
export class PlacedNumbers implements DecimalTexts {
  readonly count: number;
  private readonly bytes: Uint8Array;
  private readonly places: Uint32Array;

  /** `bytes` hold a number (`numberEndAt`) at each of `places` that is not LEFT_OUT. */
  constructor(bytes: Uint8Array, places: Uint32Array) {
    this.bytes = bytes;
    this.places = places;
    this.count = places.length;
  }

  text(index: number): string {
    const place = this.places[index] ?? LEFT_OUT;
    return place === LEFT_OUT ? "0" : fromAscii(this.bytes, place, this.endOf(place));
  }

  digits(index: number): number {
    const place = this.places[index] ?? LEFT_OUT;
    return place === LEFT_OUT ? 1 : digitsOf(this.bytes, place, this.endOf(place));
  }

  offset(index: number): number {
    const place = this.places[index] ?? LEFT_OUT;
    return place === LEFT_OUT ? 0 : place;
  }

  /** Elements [start, start + count) as little-endian float64. */
  decode(start: number, count: number): Uint8Array {
    const out = new Uint8Array(count * 8);
    const view = new DataView(out.buffer);
    for (let k = 0; k < count; k += 1) {
      const place = this.places[start + k] ?? LEFT_OUT;
      if (place === LEFT_OUT) continue;
      const value = nearestOf(fromAscii(this.bytes, place, this.endOf(place)));
      if (Number.isNaN(value)) view.setBigUint64(k * 8, NAN_BITS, true);
      else view.setFloat64(k * 8, value, true);
    }
    return out;
  }

  private endOf(place: number): number {
    return numberEndAt(this.bytes, place, this.bytes.length);
  }
}

/** A float64 tensor over the numbers, which are decoded when they are looked at. */
export function tensorOfNumbers(
  bytes: Uint8Array,
  places: Uint32Array,
  shape: readonly number[],
  name: string,
): TensorRef {
  const texts = new PlacedNumbers(bytes, places);
  const data: ByteSource = {
    size: texts.count * 8,
    name,
    async read(start: number, end: number): Promise<Uint8Array> {
      checkRange(data, start, end);
      const first = Math.floor(start / 8);
      const decoded = texts.decode(first, Math.ceil(end / 8) - first);
      return decoded.subarray(start - first * 8, end - first * 8);
    },
  };
  return { dtype: scalarDType("float64"), shape, order: "C", offset: 0, data, texts };
}

/** The same as a value. `offset`: where the first number stands. */
export function numbersValue(
  bytes: Uint8Array,
  places: Uint32Array,
  shape: readonly number[],
  name: string,
  offset: number,
): Value {
  return { kind: "tensor", tensor: tensorOfNumbers(bytes, places, shape, name), className: "array", offset };
}

/** Whole numbers as an int64 tensor. */
export function integersValue(numbers: readonly bigint[], name: string, offset: number): Value {
  const bytes = new Uint8Array(numbers.length * 8);
  const view = new DataView(bytes.buffer);
  for (const [index, number] of numbers.entries()) view.setBigInt64(index * 8, number, true);
  const data = fromBytes(bytes, name);
  const tensor = { dtype: scalarDType("int64"), shape: [numbers.length], order: "C" as const, offset: 0, data };
  return { kind: "tensor", tensor, className: "array", offset };
}

/** One real number. */
export function decimalOf(text: string, offset: number): DecimalNode | number {
  const nearest = nearestOf(text);
  return Number.isFinite(nearest) || /\d/.test(text) ? { kind: "decimal", text, nearest, offset } : nearest;
}

/** True for a text of digits that int64 holds. */
export function isInt64(text: string): boolean {
  if (!/^[-+]?\d{1,19}$/.test(text)) return false;
  const value = BigInt(text);
  return value === BigInt.asIntN(64, value);
}
