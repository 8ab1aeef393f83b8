/** Bits of bytes, the highest of each byte first. Behind the end there are zeros; `isOver` tells. */
export class BitReader {
  private readonly bytes: Uint8Array;
  /** The byte that is next, and how many of its bits were taken. */
  private at = 0;
  private within = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  get isOver(): boolean {
    return this.at > this.bytes.length || (this.at === this.bytes.length && this.within > 0);
  }

  /** Up to 32 bits. */
  number(count: number): number {
    let value = 0;
    for (let left = count; left > 0; ) {
      const width = Math.min(8 - this.within, left);
      const byte = this.bytes[this.at] ?? 0;
      value = value * (1 << width) + ((byte >> (8 - this.within - width)) & ((1 << width) - 1));
      this.within += width;
      left -= width;
      if (this.within === 8) {
        this.within = 0;
        this.at++;
      }
    }
    return value;
  }

  /** Any number of bits. */
  take(count: number): bigint {
    let value = 0n;
    for (let left = count; left > 0; left -= 32) {
      const width = Math.min(left, 32);
      value = (value << BigInt(width)) | BigInt(this.number(width));
    }
    return value;
  }
}

/** Puts the low bits of an integer into bytes of an element. */
export function putInteger(out: Uint8Array, at: number, size: number, value: bigint, isBig: boolean): void {
  for (let i = 0; i < size; i++) out[isBig ? at + size - 1 - i : at + i] = Number((value >> BigInt(8 * i)) & 0xffn);
}

/** The same of up to 32 bits. */
export function putNumber(out: Uint8Array, at: number, size: number, value: number, isBig: boolean): void {
  for (let i = 0; i < size; i++) out[isBig ? at + size - 1 - i : at + i] = i < 4 ? (value >>> (8 * i)) & 0xff : 0;
}
