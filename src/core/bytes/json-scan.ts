import { ArtifactError } from "../errors.ts";
import { fromAscii, fromBrokenUtf8, fromUtf8, lineAndColumn, unescapeJson } from "./json-text.ts";

/**
 * JSON (RFC 8259) as tokens, straight from the bytes: number text and offsets kept, duplicate keys kept, lone surrogates
 * kept, no recursion, nothing allocated but one byte per open bracket. What is not JSON but common is let through
 * and noted unless `isStrict`: `NaN` and `Infinity` as Python's json module writes them, a byte order mark, bytes that
 * are not UTF-8.
 */

export type JsonToken = "{" | "}" | "[" | "]" | "key" | "string" | "number" | "true" | "false" | "null" | "end";

export interface JsonOptions {
  /** Names the text in errors: "safetensors header". */
  readonly what?: string;
  readonly isStrict?: boolean;
  /** Position of byte 0 in the opened file, for the offsets in errors. */
  readonly origin?: number;
  /** Let bytes follow the first value: `end` comes there. */
  readonly allowTrailing?: boolean;
}

/** What was let through; offsets are those of the first of its kind, -1 for none. */
export interface JsonNotes {
  hasByteOrderMark: boolean;
  nonFinite: number;
  nonFiniteAt: number;
  /** Only strings whose text was asked for are looked at. */
  invalidUtf8At: number;
}

/** What may come next. */
const VALUE = 0;
const FIRST_KEY = 1;
const FIRST_ITEM = 2;
const COLON = 3;
const SEPARATOR = 4;

const IN_OBJECT = 1;
const IN_ARRAY = 2;

/**
 * Pulls tokens: `next()` moves on, the fields describe the token it stands on. Throws ArtifactError: `truncated` when
 * the text ends too early, else `corrupt`, with byte offset, line and column, what was found and what was expected.
 */
export class JsonScanner {
  kind: JsonToken = "end";
  /** Of the token, in bytes; strings and keys with their quotes. */
  start = 0;
  end = 0;
  /** Open brackets, counting one that the token opens and not one that it closes. */
  depth = 0;
  /** Of a number: true when it is written without a fraction and an exponent. */
  isInteger = false;
  readonly notes: JsonNotes = { hasByteOrderMark: false, nonFinite: 0, nonFiniteAt: -1, invalidUtf8At: -1 };
  private readonly bytes: Uint8Array;
  private readonly options: JsonOptions;
  private expected = VALUE;
  private brackets = new Uint8Array(64);
  private hasEscape = false;
  private isAscii = true;

  constructor(bytes: Uint8Array, options: JsonOptions = {}) {
    this.bytes = bytes;
    this.options = options;
    if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
      if (options.isStrict === true) throw this.unexpected(0, "a value");
      this.notes.hasByteOrderMark = true;
      this.end = 3;
    }
    if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff))
      throw new ArtifactError("unsupported", `${this.what()}: the text is UTF-16; JSON files are UTF-8`, { offset: 0 });
  }

  next(): JsonToken {
    let at = this.space(this.end);
    const { expected } = this;
    if (expected === SEPARATOR) {
      if (this.depth === 0) return this.finish(at);
      const close = this.container() === IN_OBJECT ? 0x7d : 0x5d;
      const byte = this.bytes[at];
      if (byte === close) return this.close(at);
      if (byte !== 0x2c) throw this.unexpected(at, close === 0x7d ? '"," or "}"' : '"," or "]"');
      at = this.space(at + 1);
      return close === 0x7d ? this.key(at) : this.value(at);
    }
    if (expected === COLON) {
      if (this.bytes[at] !== 0x3a) throw this.unexpected(at, '":"');
      return this.value(this.space(at + 1));
    }
    if (expected === FIRST_KEY) return this.bytes[at] === 0x7d ? this.close(at) : this.key(at);
    return expected === FIRST_ITEM && this.bytes[at] === 0x5d ? this.close(at) : this.value(at);
  }

  /** Standing on the first token of a value: moves to its last one. */
  skip(): void {
    if (this.kind !== "{" && this.kind !== "[") return;
    for (const outside = this.depth - 1; this.depth > outside; ) this.next();
  }

  /** Standing on a key, whose value the caller has read itself up to `end`: moves to the value's last byte. */
  leap(end: number): void {
    this.take("}", end - 1, end);
  }

  /** Of a key or a string: true where its bytes are its text, ASCII without escapes. */
  get isPlainText(): boolean {
    return this.isAscii && !this.hasEscape;
  }

  /** The text of a key or a string, unescaped. */
  text(): string {
    const { bytes, notes } = this;
    if (this.isAscii) {
      const ascii = fromAscii(bytes, this.start + 1, this.end - 1);
      return this.hasEscape ? unescapeJson(ascii) : ascii;
    }
    const body = bytes.subarray(this.start + 1, this.end - 1);
    let text = fromUtf8(body);
    if (text === undefined) {
      if (this.options.isStrict === true) throw this.error("corrupt", this.start, "this string is not UTF-8");
      if (notes.invalidUtf8At < 0) notes.invalidUtf8At = this.start;
      text = fromBrokenUtf8(body);
    }
    return this.hasEscape ? unescapeJson(text) : text;
  }

  /** The text of a number as it is written: `1.50`, `-0`, `1E5`, `NaN`, `-Infinity`. */
  number(): string {
    return fromAscii(this.bytes, this.start, this.end);
  }

  /** An error about a place in the text, in the same words as the scanner's own. */
  error(code: "corrupt" | "truncated" | "limit" | "unsupported", at: number, problem: string): ArtifactError {
    const { line, column } = lineAndColumn(this.bytes, at);
    const offset = at + (this.options.origin ?? 0);
    return new ArtifactError(
      code,
      `${this.what()}: ${problem}, at byte ${offset} (line ${line}, column ${column})`,
      code === "truncated" ? { offset, needed: 1, available: 0 } : { offset },
    );
  }

  private what(): string {
    return this.options.what ?? "JSON";
  }

  private container(): number {
    return this.brackets[this.depth - 1] ?? 0;
  }

  private space(from: number): number {
    const { bytes } = this;
    let at = from;
    for (let byte = bytes[at]; byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09; byte = bytes[at])
      at += 1;
    return at;
  }

  private take(kind: JsonToken, start: number, end: number): JsonToken {
    this.kind = kind;
    this.start = start;
    this.end = end;
    this.expected = SEPARATOR;
    return kind;
  }

  private finish(at: number): JsonToken {
    if (at < this.bytes.length && this.options.allowTrailing !== true) throw this.unexpected(at, "the end of the text");
    return this.take("end", at, at);
  }

  private open(kind: "{" | "[", at: number): JsonToken {
    if (this.depth === this.brackets.length) {
      const larger = new Uint8Array(this.brackets.length * 2);
      larger.set(this.brackets);
      this.brackets = larger;
    }
    this.brackets[this.depth] = kind === "{" ? IN_OBJECT : IN_ARRAY;
    this.depth += 1;
    this.take(kind, at, at + 1);
    this.expected = kind === "{" ? FIRST_KEY : FIRST_ITEM;
    return kind;
  }

  private close(at: number): JsonToken {
    const kind = this.container() === IN_OBJECT ? "}" : "]";
    this.depth -= 1;
    return this.take(kind, at, at + 1);
  }

  private key(at: number): JsonToken {
    if (this.bytes[at] !== 0x22) throw this.unexpected(at, "a key in double quotes");
    this.take("key", at, this.string(at));
    this.expected = COLON;
    return "key";
  }

  private value(at: number): JsonToken {
    const byte = this.bytes[at];
    if (byte === 0x22) return this.take("string", at, this.string(at));
    if (byte === 0x7b) return this.open("{", at);
    if (byte === 0x5b) return this.open("[", at);
    if (byte === 0x74) return this.take("true", at, this.word(at, "true"));
    if (byte === 0x66) return this.take("false", at, this.word(at, "false"));
    if (byte === 0x6e) return this.take("null", at, this.word(at, "null"));
    return this.take("number", at, this.numberEnd(at));
  }

  /** End of a string that begins at `at`; every escape is checked. */
  private string(start: number): number {
    const { bytes } = this;
    this.hasEscape = false;
    this.isAscii = true;
    for (let at = start + 1; ; at += 1) {
      const byte = bytes[at];
      if (byte === undefined)
        throw this.error("truncated", bytes.length, `the text ends inside of the string from byte ${start}`);
      if (byte === 0x22) return at + 1;
      if (byte === 0x5c) at = this.escape(at);
      else if (byte >= 0x80) this.isAscii = false;
      else if (byte < 0x20) throw this.unexpected(at, "no control character inside of a string");
    }
  }

  /** Position of an escape's last byte. */
  private escape(at: number): number {
    const { bytes } = this;
    this.hasEscape = true;
    const byte = bytes[at + 1];
    if (byte === 0x75) {
      for (let k = at + 2; k < at + 6; k += 1)
        if (!isHexDigit(bytes[k])) throw this.unexpected(k, "four hexadecimal digits");
      return at + 5;
    }
    if (byte === undefined || !ESCAPABLE.includes(byte))
      throw this.unexpected(at + 1, 'one of "\\/bfnrtu" after a backslash');
    return at + 1;
  }

  private word(at: number, word: string): number {
    for (let k = 0; k < word.length; k += 1)
      if (this.bytes[at + k] !== word.charCodeAt(k))
        throw this.unexpected(at + k < this.bytes.length ? at : at + k, `"${word}"`);
    return this.ended(at + word.length);
  }

  private numberEnd(start: number): number {
    const { bytes } = this;
    let at = bytes[start] === 0x2d ? start + 1 : start;
    const first = bytes[at];
    if (first === 0x4e || first === 0x49) return this.nonFinite(start, at, first);
    if (!isDigit(first)) throw this.unexpected(at, at === start ? "a value" : "a digit");
    at = first === 0x30 ? at + 1 : this.digits(at);
    if (first === 0x30 && isDigit(bytes[at])) throw this.unexpected(at, "no digit after a leading zero");
    this.isInteger = true;
    if (bytes[at] === 0x2e) {
      at = this.digits(at + 1);
      this.isInteger = false;
    }
    if (bytes[at] === 0x65 || bytes[at] === 0x45) {
      const sign = bytes[at + 1];
      at = this.digits(sign === 0x2b || sign === 0x2d ? at + 2 : at + 1);
      this.isInteger = false;
    }
    return this.ended(at);
  }

  /** End of a run of at least one digit. */
  private digits(from: number): number {
    if (!isDigit(this.bytes[from])) throw this.unexpected(from, "a digit");
    let at = from + 1;
    while (isDigit(this.bytes[at])) at += 1;
    return at;
  }

  private nonFinite(start: number, at: number, first: number): number {
    if (this.options.isStrict === true || (first === 0x4e && at > start)) throw this.unexpected(start, "a value");
    const end = this.word(at, first === 0x4e ? "NaN" : "Infinity");
    if (this.notes.nonFinite === 0) this.notes.nonFiniteAt = start;
    this.notes.nonFinite += 1;
    this.isInteger = false;
    return end;
  }

  /** A number or word that the end of the text touches may be cut, unless it is the whole text. */
  private ended(at: number): number {
    const byte = this.bytes[at];
    if (byte === undefined) {
      if (this.depth > 0) throw this.unexpected(at, "more");
      return at;
    }
    if (byte === 0x2c || byte === 0x5d || byte === 0x7d || byte === 0x20 || (byte >= 0x09 && byte <= 0x0d)) return at;
    throw this.unexpected(at, "the end of the value");
  }

  private unexpected(at: number, wanted: string): ArtifactError {
    const byte = this.bytes[at];
    if (byte !== undefined) return this.error("corrupt", at, `expected ${wanted}, found ${byteText(byte)}`);
    return this.error("truncated", this.bytes.length, `expected ${wanted}, and the text ends${this.inside()}`);
  }

  private inside(): string {
    if (this.depth === 0) return "";
    return ` inside of ${this.depth === 1 ? "" : `${this.depth} brackets, the last one `}an ${this.container() === IN_OBJECT ? "object" : "array"}`;
  }
}

const ESCAPABLE: readonly number[] = Array.from('"\\/bfnrt', (character) => character.charCodeAt(0));

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

function isHexDigit(byte: number | undefined): boolean {
  return isDigit(byte) || (byte !== undefined && (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66);
}

function byteText(byte: number): string {
  return byte > 0x20 && byte < 0x7f ? `'${String.fromCharCode(byte)}'` : `byte 0x${byte.toString(16).padStart(2, "0")}`;
}
