import { fromAscii } from "../../bytes/json-text.ts";
import { type ByteSource, checkRange } from "../../bytes/source.ts";
import type { XmlRange } from "../../bytes/xml/document.ts";
import { scalarDType } from "../../model/dtype.ts";
import type { DecimalTexts, TensorRef } from "../../model/tensor.ts";
import { significantDigits } from "../json/number-text.ts";
import { Spans } from "./spans.ts";

/** Numbers as XML Schema and OpenCV spell them. */
const NUMBER = /^(?:-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|NaN|-?INF|\.Nan|-?\.Inf)$/;
/** Longer than any number that a program prints. */
const NUMBER_LENGTH = 400;
/** A whole number that int64 holds, written as it would be. */
const INT64 = /^(?:0|-?[1-9]\d{0,17})$/;

export function isNumberText(text: string): boolean {
  return text.length <= NUMBER_LENGTH && NUMBER.test(text);
}

export function isNumberSpan(bytes: Uint8Array, { start, end }: XmlRange): boolean {
  return end - start <= NUMBER_LENGTH && NUMBER.test(fromAscii(bytes, start, end));
}

export function isInteger64Text(text: string): boolean {
  return INT64.test(text);
}

/** The nearest float64 of a text that is a number. */
export function numberOf(text: string): number {
  if (/^-?(?:INF|\.Inf)$/.test(text)) return text.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return Number(text);
}

/** Where numbers stand in a text, wherever that is: in one list, or each in an attribute of its own. */
export class NumberSpans implements DecimalTexts {
  readonly count: number;
  readonly offset?: (index: number) => number;
  readonly #bytes: Uint8Array;
  readonly #spans: Spans;

  /** `isInFile`: whether positions in `bytes` are those of the file. */
  constructor(bytes: Uint8Array, spans: Spans, isInFile: boolean) {
    this.#bytes = bytes;
    this.#spans = spans;
    this.count = spans.length;
    if (isInFile) this.offset = (index) => this.#spans.at(index).start;
  }

  text(index: number): string {
    const { start, end } = this.#spans.at(index);
    return fromAscii(this.#bytes, start, end);
  }

  digits(index: number): number {
    const { start, end } = this.#spans.at(index);
    return significantDigits(this.#bytes, start, end);
  }
}

/** A tensor of the numbers, float64 or int64. Every span is a number (`isNumberText`, `isInteger64Text`). */
export function spansTensor(numbers: NumberSpans, shape: readonly number[], isFloat: boolean, name: string): TensorRef {
  const source: ByteSource = {
    size: numbers.count * 8,
    name,
    async read(start: number, end: number): Promise<Uint8Array> {
      checkRange(source, start, end);
      const first = Math.floor(start / 8);
      const count = Math.ceil(end / 8) - first;
      const view = new DataView(new ArrayBuffer(count * 8));
      for (let k = 0; k < count; k++) {
        const text = numbers.text(first + k);
        if (isFloat) view.setFloat64(k * 8, numberOf(text), true);
        else view.setBigInt64(k * 8, BigInt(text), true);
      }
      return new Uint8Array(view.buffer, start - first * 8, end - start);
    },
  };
  return {
    dtype: scalarDType(isFloat ? "float64" : "int64"),
    shape,
    order: "C",
    offset: 0,
    data: source,
    texts: numbers,
  };
}

/** The words of a range, split at white space. */
export function wordsIn(bytes: Uint8Array, { start, end }: XmlRange): Spans {
  const words = new Spans();
  for (let word = nextWord(bytes, start, end); word !== undefined; word = nextWord(bytes, word.end, end))
    words.push(word);
  return words;
}

/** The words of a range when each is a number; undefined where one is not. */
export function numbersIn(bytes: Uint8Array, { start, end }: XmlRange): Spans | undefined {
  const numbers = new Spans();
  for (let word = nextWord(bytes, start, end); word !== undefined; word = nextWord(bytes, word.end, end)) {
    if (!isNumberSpan(bytes, word)) return undefined;
    numbers.push(word);
  }
  return numbers;
}

function nextWord(bytes: Uint8Array, from: number, to: number): XmlRange | undefined {
  let start = from;
  while (start < to && (bytes[start] ?? 0) <= 0x20) start += 1;
  if (start >= to) return undefined;
  let end = start;
  while (end < to && (bytes[end] ?? 0) > 0x20) end += 1;
  return { start, end };
}
