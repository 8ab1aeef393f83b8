/** Bits of bytes, the highest of each byte first. Behind the end there are zeros; `isOver` tells. */
export class BitReader {
  private readonly bytes: Uint8Array;
  private at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  get isOver(): boolean {
    return this.at > this.bytes.length * 8;
  }

  /** Up to 64 bits. */
  take(count: number): bigint {
    let value = 0n;
    for (let left = count; left > 0; ) {
      const within = this.at & 7;
      const width = Math.min(8 - within, left);
      const byte = this.bytes[Math.floor(this.at / 8)] ?? 0;
      value = (value << BigInt(width)) | BigInt((byte >> (8 - within - width)) & ((1 << width) - 1));
      this.at += width;
      left -= width;
    }
    return value;
  }

  /** The next whole byte of the source, skipping what is left of this one. */
  byte(): number {
    return Number(this.take(8));
  }
}

/** Puts an integer into bytes of an element. */
export function putInteger(out: Uint8Array, at: number, size: number, value: bigint, isBig: boolean): void {
  for (let i = 0; i < size; i++) out[isBig ? at + size - 1 - i : at + i] = Number((value >> BigInt(8 * i)) & 0xffn);
}
