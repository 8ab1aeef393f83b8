/**
 * A MessagePack writer whose every byte is decided: no guessing of types from host values, shortest integer and
 * length forms unless asked otherwise, float bits as they are. https://github.com/msgpack/msgpack/blob/master/spec.md
 */

/** Bytes before the content of a `bin 32` object. */
export const BIN32_HEADER_BYTES = 5;

export const NIL = 0xc0;

const FIRST_CAPACITY = 4096;
const SHORT_TEXT = 0x20;

export class MsgpackWriter {
  #bytes = new Uint8Array(FIRST_CAPACITY);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;
  readonly #encoder = new TextEncoder();

  /** Bytes written so far. */
  get length(): number {
    return this.#length;
  }

  /** What was written; a view that the next write may leave behind. */
  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  nil(): void {
    this.#byte(NIL);
  }

  boolean(value: boolean): void {
    this.#byte(value ? 0xc3 : 0xc2);
  }

  /** An integer in its shortest form. Throws RangeError outside of -2^63 .. 2^64-1: those go in an extension. */
  integer(value: bigint): void {
    if (value >= 0n) this.#unsigned(value);
    else this.#signed(value);
  }

  /** An integer below 2^53 that counts or measures something. */
  count(value: number): void {
    this.integer(BigInt(value));
  }

  /**
   * `uint 64` whatever the value, so that the length of what is written does not depend on it. Gives the place of its
   * content, for `patchUint64`.
   */
  fixedUint64(value: number): number {
    this.#byte(0xcf);
    const place = this.#take(8);
    this.patchUint64(place, value);
    return place;
  }

  /** Writes over the content of a `fixedUint64`. */
  patchUint64(place: number, value: number): void {
    this.#view.setBigUint64(place, BigInt(value));
  }

  /** `float 64`. A NaN becomes 0x7ff8000000000000: which bits a host's NaN has is not to be relied on. */
  float(value: number): void {
    if (Number.isNaN(value)) return this.floatBits(0x7ff8000000000000n);
    this.#byte(0xcb);
    this.#room(8).setFloat64(this.#length - 8, value);
  }

  /** `float 64` of exactly these bits. */
  floatBits(bits: bigint): void {
    this.#byte(0xcb);
    this.#room(8).setBigUint64(this.#length - 8, bits);
  }

  /** Text must be well-formed: a lone surrogate has no UTF-8 (see `extensions.ts`). */
  text(value: string): void {
    const bytes = this.#encoder.encode(value);
    if (bytes.length < SHORT_TEXT) this.#byte(0xa0 | bytes.length);
    else this.#sized(bytes.length, 0xd9, 0xda, 0xdb);
    this.#append(bytes);
  }

  bin(bytes: Uint8Array): void {
    this.#sized(bytes.length, 0xc4, 0xc5, 0xc6);
    this.#append(bytes);
  }

  array(length: number): void {
    if (length < 16) this.#byte(0x90 | length);
    else this.#sized(length, undefined, 0xdc, 0xdd);
  }

  /** A map of `length` pairs: a key and a value are to be written for each. */
  map(length: number): void {
    if (length < 16) this.#byte(0x80 | length);
    else this.#sized(length, undefined, 0xde, 0xdf);
  }

  extension(code: number, bytes: Uint8Array): void {
    const fixed = [1, 2, 4, 8, 16].indexOf(bytes.length);
    if (fixed >= 0) this.#byte(0xd4 + fixed);
    else this.#sized(bytes.length, 0xc7, 0xc8, 0xc9);
    this.#byte(code);
    this.#append(bytes);
  }

  #unsigned(value: bigint): void {
    if (value < 0x80n) this.#byte(Number(value));
    else if (value < 0x100n) {
      this.#byte(0xcc);
      this.#byte(Number(value));
    } else if (value < 0x10000n) {
      this.#byte(0xcd);
      this.#room(2).setUint16(this.#length - 2, Number(value));
    } else if (value < 0x100000000n) {
      this.#byte(0xce);
      this.#room(4).setUint32(this.#length - 4, Number(value));
    } else {
      if (value >= 1n << 64n) throw new RangeError(`MessagePack has no integer ${value}`);
      this.#byte(0xcf);
      this.#room(8).setBigUint64(this.#length - 8, value);
    }
  }

  #signed(value: bigint): void {
    if (value >= -0x20n) this.#byte(Number(value) & 0xff);
    else if (value >= -0x80n) {
      this.#byte(0xd0);
      this.#byte(Number(value) & 0xff);
    } else if (value >= -0x8000n) {
      this.#byte(0xd1);
      this.#room(2).setInt16(this.#length - 2, Number(value));
    } else if (value >= -0x80000000n) {
      this.#byte(0xd2);
      this.#room(4).setInt32(this.#length - 4, Number(value));
    } else {
      if (value < -(1n << 63n)) throw new RangeError(`MessagePack has no integer ${value}`);
      this.#byte(0xd3);
      this.#room(8).setBigInt64(this.#length - 8, value);
    }
  }

  #sized(length: number, byte: number | undefined, short: number, long: number): void {
    if (byte !== undefined && length < 0x100) {
      this.#byte(byte);
      this.#byte(length);
    } else if (length < 0x10000) {
      this.#byte(short);
      this.#room(2).setUint16(this.#length - 2, length);
    } else {
      if (length > 0xffffffff) throw new RangeError(`MessagePack has no length ${length}`);
      this.#byte(long);
      this.#room(4).setUint32(this.#length - 4, length);
    }
  }

  #byte(value: number): void {
    this.#room(1).setUint8(this.#length - 1, value);
  }

  #append(bytes: Uint8Array): void {
    const at = this.#take(bytes.length);
    this.#bytes.set(bytes, at);
  }

  /** The view after room for `count` bytes was made: a view taken before may be one of bytes that were left behind. */
  #room(count: number): DataView {
    this.#take(count);
    return this.#view;
  }

  /** Room for `count` bytes; where they begin. */
  #take(count: number): number {
    const at = this.#length;
    this.#length += count;
    if (this.#length > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.#length, this.#bytes.length * 2));
      grown.set(this.#bytes.subarray(0, at));
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    return at;
  }
}

/** The head of a `bin 32` object of `length` bytes (at most 2^32-1). */
export function bin32Header(length: number): Uint8Array {
  const bytes = new Uint8Array(BIN32_HEADER_BYTES);
  bytes[0] = 0xc6;
  new DataView(bytes.buffer).setUint32(1, length);
  return bytes;
}
