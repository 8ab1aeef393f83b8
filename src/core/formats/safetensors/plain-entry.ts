import { fromAscii } from "../../bytes/json-text.ts";
import { LIMITS } from "../../limits.ts";

/** Digits that are always a number that can be counted with. */
export const SAFE_DIGITS = 15;

const [QUOTE, BACKSLASH, COMMA, CLOSE_LIST, CLOSE, ZERO] = [0x22, 0x5c, 0x2c, 0x5d, 0x7d, 0x30];

/**
 * A tensor behind its name to the letter as the reference writer (serde_json) puts it down: no white space, no escapes, the
 * three fields in its order. A header may have hundreds of thousands of them, and token by token each costs four times
 * as much. What is written in any other way, right or wrong, is for the scanner.
 */
export class PlainEntry {
  dtype = "";
  /** Neighbours often are of one shape: they share the list of it. */
  shape: readonly number[] = [];
  start = 0;
  end = 0;
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  /** Where the last one has what comes before its offsets: most have the same there. */
  private sameStart = 0;
  private sameEnd = 0;
  /** The first `rank` of them are those of the shape that is read. */
  private readonly sizes: number[] = Array.from({ length: LIMITS.dimensions }, () => 0);
  private rank = 0;
  private number = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** From the quote that ends the name: the position after the description, -1 where it is not such a one. */
  read(from: number): number {
    const { bytes } = this;
    let at = this.skipSame(from);
    if (at < 0) at = this.typeAndShape(from);
    if (at < 0) return -1;
    at = this.digits(at);
    if (at < 0 || bytes[at] !== COMMA) return -1;
    const start = this.number;
    at = this.digits(at + 1);
    if (at < 0 || bytes[at] !== CLOSE_LIST || bytes[at + 1] !== CLOSE) return -1;
    this.start = start;
    this.end = this.number;
    return at + 2;
  }

  /** What was read of the last one counts again where the same bytes stand here. */
  private skipSame(from: number): number {
    const { view, sameStart, sameEnd } = this;
    const ahead = from - sameStart;
    if (sameEnd === 0 || sameEnd + ahead > view.byteLength) return -1;
    for (let at = sameStart; at < sameEnd - 4; at += 4)
      if (view.getUint32(at) !== view.getUint32(at + ahead)) return -1;
    return view.getUint32(sameEnd - 4) === view.getUint32(sameEnd - 4 + ahead) ? sameEnd + ahead : -1;
  }

  private typeAndShape(from: number): number {
    this.sameEnd = 0;
    const type = this.skip(OPEN, from);
    if (type < 0) return -1;
    const typeEnd = this.plainText(type);
    let at = this.skip(SHAPE, typeEnd);
    if (at < 0) return -1;
    at = this.list(at);
    if (at < 0) return -1;
    at = this.skip(OFFSETS, at);
    if (at < 0) return -1;
    if (!this.isDtype(type, typeEnd)) this.dtype = fromAscii(this.bytes, type, typeEnd);
    if (!this.isSameShape()) this.shape = this.sizes.slice(0, this.rank);
    this.sameStart = from;
    this.sameEnd = at;
    return at;
  }

  private skip(text: Uint8Array, from: number): number {
    const { bytes } = this;
    for (let k = 0; k < text.length; k++) if (bytes[from + k] !== text[k]) return -1;
    return from + text.length;
  }

  /** End of a run of printable ASCII without quotes and backslashes. */
  private plainText(from: number): number {
    const { bytes } = this;
    let at = from;
    for (let byte = bytes[at] ?? 0; byte >= 0x20 && byte < 0x7f && byte !== QUOTE && byte !== BACKSLASH; ) {
      at += 1;
      byte = bytes[at] ?? 0;
    }
    return at;
  }

  private isSameShape(): boolean {
    const { sizes, shape, rank } = this;
    if (shape.length !== rank) return false;
    for (let at = 0; at < rank; at++) if (sizes[at] !== shape[at]) return false;
    return true;
  }

  private isDtype(from: number, to: number): boolean {
    const { bytes, dtype } = this;
    if (dtype.length !== to - from) return false;
    for (let k = 0; k < dtype.length; k++) if (bytes[from + k] !== dtype.charCodeAt(k)) return false;
    return true;
  }

  /** Sizes up to the closing bracket. */
  private list(from: number): number {
    const { bytes, sizes } = this;
    this.rank = 0;
    if (bytes[from] === CLOSE_LIST) return from;
    for (let at = from; ; at += 1) {
      at = this.digits(at);
      if (at < 0 || this.rank === LIMITS.dimensions) return -1;
      sizes[this.rank++] = this.number;
      if (bytes[at] === CLOSE_LIST) return at;
      if (bytes[at] !== COMMA) return -1;
    }
  }

  /** End of a whole number that can be counted with, without sign, fraction, exponent or leading zero. */
  private digits(from: number): number {
    const { bytes } = this;
    let number = 0;
    let at = from;
    for (let digit = (bytes[at] ?? 0) - ZERO; digit >= 0 && digit <= 9; digit = (bytes[at] ?? 0) - ZERO) {
      number = number * 10 + digit;
      at += 1;
    }
    if (at === from || at - from > SAFE_DIGITS || (bytes[from] === ZERO && at > from + 1)) return -1;
    this.number = number;
    return at;
  }
}

const OPEN = bytesOf('":{"dtype":"');
const SHAPE = bytesOf('","shape":[');
const OFFSETS = bytesOf('],"data_offsets":[');

function bytesOf(ascii: string): Uint8Array {
  return Uint8Array.from(ascii, (character) => character.charCodeAt(0));
}
