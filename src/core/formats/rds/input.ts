import { Cursor } from "../../bytes/cursor.ts";
import { type ByteSource, fromBytes, slice } from "../../bytes/source.ts";
import { corrupt, truncated } from "../../errors.ts";

/** Numeric vectors, by what their elements are made of. */
export type NumberKind = "integer" | "double" | "complex" | "raw";
export const NUMBER_BYTES: Readonly<Record<NumberKind, number>> = { integer: 4, double: 8, complex: 16, raw: 1 };

/** Elements of a vector: where they lie, and their bytes. */
export interface Numbers {
  readonly data: ByteSource;
  readonly bytes: Uint8Array;
}

/** The three forms that R writes its serialisation in: all have the same things in the same order. */
export interface RInput {
  /** For messages: a byte of the file. */
  readonly offset: number;
  readonly remaining: number;
  /** False for what R writes on its own machine's terms, little-endian nearly everywhere. */
  readonly isBigEndian: boolean;
  u32(): number;
  i32(): number;
  /** The type in the low byte of the flags that come next; undefined at the end. */
  nextType(): number | undefined;
  /** `length` bytes of text. */
  text(length: number): Uint8Array;
  numbers(kind: NumberKind, length: number): Numbers;
  /** Throws `truncated` where not even the smallest `length` elements of `size` bytes are left. */
  expect(length: number, size: number): void;
}

/** "X": XDR, big-endian; "B": as the machine has its numbers. */
export class BinaryInput implements RInput {
  readonly isBigEndian: boolean;
  private readonly source: ByteSource;
  private readonly cursor: Cursor;

  constructor(source: ByteSource, bytes: Uint8Array, start: number, isBigEndian: boolean) {
    this.source = source;
    this.isBigEndian = isBigEndian;
    this.cursor = new Cursor(bytes, source.name, 0, isBigEndian ? "big" : "little");
    this.cursor.skip(start);
  }

  get offset(): number {
    return this.cursor.offset;
  }

  get remaining(): number {
    return this.cursor.remaining;
  }

  u32(): number {
    return this.cursor.u32();
  }

  i32(): number {
    return this.cursor.i32();
  }

  nextType(): number | undefined {
    const next = this.cursor.peek(4);
    return next.length < 4 ? undefined : next[this.isBigEndian ? 3 : 0];
  }

  text(length: number): Uint8Array {
    return this.cursor.take(length);
  }

  numbers(kind: NumberKind, length: number): Numbers {
    const start = this.cursor.offset;
    const bytes = this.cursor.take(length * NUMBER_BYTES[kind]);
    return { data: slice(this.source, start, this.cursor.offset), bytes };
  }

  expect(length: number, size: number): void {
    if (length * size > this.cursor.remaining) this.cursor.take(length * size);
  }
}

//   "A": text. A number is a line (NA, NaN, Inf, -Inf, or digits; C's %a with ascii = NA); a text is its length, then a line
//   with C's escapes for what is not printed. Raw bytes are two digits each, a line of their own.

const NEWLINE = 0x0a;
const BACKSLASH = 0x5c;
const NA_DOUBLE = 0x7ff00000000007a2n;
const NA_INTEGER = -0x80000000;
/** The longest line that is a number. */
const LINE_BYTES = 64;
const ESCAPES: Readonly<Record<string, number>> = { n: 10, t: 9, v: 11, b: 8, r: 13, f: 12, a: 7 };

export class TextInput implements RInput {
  readonly isBigEndian = true;
  private readonly bytes: Uint8Array;
  private readonly name: string;
  private at: number;

  constructor(bytes: Uint8Array, name: string, start: number) {
    this.bytes = bytes;
    this.name = name;
    this.at = start;
  }

  get offset(): number {
    return this.at;
  }

  get remaining(): number {
    return this.bytes.length - this.at;
  }

  u32(): number {
    return this.i32() >>> 0;
  }

  i32(): number {
    const at = this.at;
    const word = this.word();
    if (word === "NA") return NA_INTEGER;
    const value = Number(word);
    if (!/^-?\d{1,10}$/.test(word) || value !== (value | 0))
      throw corrupt(`${this.name}: no integer at byte ${at}`, at);
    return value;
  }

  nextType(): number | undefined {
    const at = this.at;
    if (this.blanks() === undefined) return undefined;
    const type = this.u32() & 255;
    this.at = at;
    return type;
  }

  text(length: number): Uint8Array {
    // The length is of what the escapes stand for.
    if (length < 0) throw corrupt(`${this.name}: a text of ${length} bytes at byte ${this.at}`, this.at);
    if (length > this.remaining) throw truncated(this.name, this.at, length, this.remaining);
    this.blanks();
    const out = new Uint8Array(length);
    for (let k = 0; k < length; k++) out[k] = this.character();
    return out;
  }

  numbers(kind: NumberKind, length: number): Numbers {
    if (length < 0) throw corrupt(`${this.name}: a vector of ${length} elements at byte ${this.at}`, this.at);
    const out = new Uint8Array(length * NUMBER_BYTES[kind]);
    const view = new DataView(out.buffer);
    for (let k = 0; k < length; k++) {
      if (kind === "integer") view.setInt32(4 * k, this.i32());
      else if (kind === "double") this.double(view, 8 * k);
      else if (kind === "raw") out[k] = this.rawByte();
      else {
        this.double(view, 16 * k);
        this.double(view, 16 * k + 8);
      }
    }
    return { data: fromBytes(out, this.name), bytes: out };
  }

  expect(length: number): void {
    // A line has a character and its end; the last one may have lost that.
    if (length * 2 > this.remaining + 1) throw truncated(this.name, this.at, length * 2, this.remaining);
  }

  private double(view: DataView, to: number): void {
    const at = this.at;
    const word = this.word();
    if (word === "NA") view.setBigUint64(to, NA_DOUBLE);
    else view.setFloat64(to, this.doubleOf(word, at));
  }

  private doubleOf(word: string, at: number): number {
    if (word === "NaN") return Number.NaN;
    if (word === "Inf") return Number.POSITIVE_INFINITY;
    if (word === "-Inf") return Number.NEGATIVE_INFINITY;
    if (/^-?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/.test(word)) return Number(word);
    const [, sign = "", digits = "", fraction = "", exponent = "0"] =
      /^(-?)0[xX]([\da-fA-F])(?:\.([\da-fA-F]{0,13}))?[pP]([-+]?\d{1,4})$/.exec(word) ?? [];
    if (digits === "") throw corrupt(`${this.name}: no number at byte ${at}`, at);
    const significand = Number.parseInt(digits + fraction, 16);
    const power = Number(exponent) - 4 * fraction.length;
    // In two steps, so that no power of two is too small: the significand has at most 56 bits and loses none.
    const half = Math.trunc(power / 2);
    const value = significand * 2 ** half * 2 ** (power - half);
    return sign === "-" ? -value : value;
  }

  private rawByte(): number {
    const at = this.at;
    const word = this.word();
    if (!/^[\da-fA-F]{2}$/.test(word)) throw corrupt(`${this.name}: no byte at byte ${at}`, at);
    return Number.parseInt(word, 16);
  }

  private character(): number {
    const byte = this.next();
    if (byte !== BACKSLASH) return byte;
    const letter = String.fromCharCode(this.next());
    if (!/[0-7]/.test(letter)) return ESCAPES[letter] ?? letter.charCodeAt(0);
    let value = Number(letter);
    for (let k = 0; k < 2 && /[0-7]/.test(String.fromCharCode(this.bytes[this.at] ?? 0)); k++)
      value = value * 8 + (this.next() - 0x30);
    return value & 255;
  }

  private next(): number {
    const byte = this.bytes[this.at];
    if (byte === undefined) throw truncated(this.name, this.at, 1, 0);
    this.at += 1;
    return byte;
  }

  private word(): string {
    const start = this.blanks();
    if (start === undefined) throw truncated(this.name, this.at, 1, 0);
    let end = start;
    while (end < this.bytes.length && (this.bytes[end] ?? 0) > 0x20 && end - start < LINE_BYTES) end += 1;
    this.at = end;
    // A number that touches the end may go on.
    if (end === this.bytes.length) throw truncated(this.name, end, 1, 0);
    return String.fromCharCode(...this.bytes.subarray(start, end));
  }

  /** Skips what is between lines; undefined at the end. */
  private blanks(): number | undefined {
    while (this.at < this.bytes.length && ((this.bytes[this.at] ?? 0) <= 0x20 || this.bytes[this.at] === NEWLINE))
      this.at += 1;
    return this.at < this.bytes.length ? this.at : undefined;
  }
}
