import { fromAscii } from "../../bytes/json-text.ts";
import { LIMITS } from "../../limits.ts";

const OPEN = bytesOf(':{"dtype":"');
const SHAPE = bytesOf('","shape":[');
const OFFSETS = bytesOf('],"data_offsets":[');
const CLOSE = bytesOf("]}");
const [QUOTE, BACKSLASH, COMMA, CLOSE_LIST, ZERO] = [0x22, 0x5c, 0x2c, 0x5d, 0x30];

/** Digits that are always a number that can be counted with. */
export const SAFE_DIGITS = 15;

/**
 * A tensor's description to the letter as the reference writer (serde_json) puts it down: no white space, no escapes, the
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
  /** The first `rank` of them are those of the shape that is read. */
  private readonly sizes: number[] = Array.from({ length: LIMITS.dimensions }, () => 0);
  private rank = 0;
  private number = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** From the byte after a key: the position after the description, -1 where it is not such a one. */
  read(from: number): number {
    let at = this.skip(OPEN, from);
    if (at < 0) return -1;
    const type = at;
    at = this.plainText(at);
    const afterType = at;
    at = this.skip(SHAPE, at);
    if (at < 0) return -1;
    at = this.list(at);
    if (at < 0) return -1;
    at = this.skip(OFFSETS, at);
    if (at < 0) return -1;
    at = this.digits(at);
    if (at < 0 || this.bytes[at] !== COMMA) return -1;
    const start = this.number;
    at = this.digits(at + 1);
    if (at < 0) return -1;
    const end = this.number;
    at = this.skip(CLOSE, at);
    if (at < 0) return -1;
    if (!this.isDtype(type, afterType)) this.dtype = fromAscii(this.bytes, type, afterType);
    if (!this.isSameShape()) this.shape = this.sizes.slice(0, this.rank);
    this.start = start;
    this.end = end;
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

function bytesOf(ascii: string): Uint8Array {
  return Uint8Array.from(ascii, (character) => character.charCodeAt(0));
}
