import { corrupt, limitExceeded, truncated } from "../errors.ts";

/**
 * A checked reader over bytes in memory. It never reads past the end and never clamps: a short read throws
 * `truncated` with the offset in the source that the bytes were taken from.
 */
export class Cursor {
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  protected readonly what: string;
  /** Where byte 0 of `bytes` lies in the source; added to every offset that is reported. */
  private readonly base: number;
  private readonly isLittle: boolean;
  private position = 0;

  /** `what` opens every error text: "zip directory of model.npz". */
  constructor(bytes: Uint8Array, what: string, base = 0, order: "little" | "big" = "little") {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.what = what;
    this.base = base;
    this.isLittle = order === "little";
  }

  /** The next byte's offset in the source. */
  get offset(): number {
    return this.base + this.position;
  }

  get remaining(): number {
    return this.bytes.length - this.position;
  }

  u8(): number {
    return this.view.getUint8(this.advance(1));
  }

  u16(): number {
    return this.view.getUint16(this.advance(2), this.isLittle);
  }

  u32(): number {
    return this.view.getUint32(this.advance(4), this.isLittle);
  }

  i32(): number {
    return this.view.getInt32(this.advance(4), this.isLittle);
  }

  u64(): bigint {
    return this.view.getBigUint64(this.advance(8), this.isLittle);
  }

  i64(): bigint {
    return this.view.getBigInt64(this.advance(8), this.isLittle);
  }

  /** A u64 that is a size, an offset or a count: checked once against `max`, a number from here on. */
  size(what: string, max: number = Number.MAX_SAFE_INTEGER): number {
    const at = this.offset;
    const value = this.u64();
    if (value > BigInt(max)) throw limitExceeded(`${this.what}: ${what} at byte ${at}`, value, max, at);
    return Number(value);
  }

  /** The next `length` bytes, as a view. */
  take(length: number): Uint8Array {
    const start = this.advance(length);
    return this.bytes.subarray(start, start + length);
  }

  /** Up to `length` of the next bytes, fewer at the end; the position stays. */
  peek(length: number): Uint8Array {
    return this.bytes.subarray(this.position, this.position + length);
  }

  skip(length: number): void {
    this.advance(length);
  }

  /** Moves to an offset of the source. */
  seek(offset: number): void {
    const position = offset - this.base;
    if (!Number.isSafeInteger(position) || position < 0 || position > this.bytes.length)
      throw truncated(this.what, offset, 0, this.base + this.bytes.length - offset);
    this.position = position;
  }

  /** Bytes as characters of the same number: signatures and other ASCII. */
  latin1(length: number): string {
    let text = "";
    for (const byte of this.take(length)) text += String.fromCharCode(byte);
    return text;
  }

  /** Throws `corrupt` unless the next bytes are these. `name` is what they are: "signature of the end record". */
  expect(signature: readonly number[], name: string): void {
    const at = this.offset;
    const found = this.take(signature.length);
    if (signature.every((byte, index) => found[index] === byte)) return;
    throw corrupt(`${this.what}: ${name} at byte ${at} is ${hex(found)}, expected ${hex(signature)}`, at);
  }

  private advance(length: number): number {
    if (!Number.isSafeInteger(length) || length < 0)
      throw corrupt(`${this.what}: a length of ${length} at byte ${this.offset}`, this.offset);
    if (length > this.remaining) throw truncated(this.what, this.offset, length, this.remaining);
    const start = this.position;
    this.position += length;
    return start;
  }
}

/** Bytes as a person reads them: `50 4b 03 04`. */
export function hex(bytes: Iterable<number>): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
}
