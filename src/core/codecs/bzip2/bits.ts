/** Thrown when the window of input ends inside of a block: with more of it the block is begun again. */
export const NEEDS_MORE: unique symbol = Symbol("needs more input");

/** Bits of a byte array, most significant first. */
export class BitReader {
  readonly bytes: Uint8Array;
  /** The next byte that goes into `bits`. */
  at: number;
  /** The `count` lowest bits are still to be read. */
  bits = 0;
  count: number;

  /** Begins `bit` bits after the start of byte `at`. */
  constructor(bytes: Uint8Array, at: number, bit: number) {
    this.bytes = bytes;
    this.at = at;
    this.count = 0;
    if (bit > 0) this.read(bit);
  }

  /** Up to 24 bits. */
  read(width: number): number {
    while (this.count < width) {
      if (this.at >= this.bytes.length) throw NEEDS_MORE;
      this.bits = (this.bits << 8) | (this.bytes[this.at++] as number);
      this.count += 8;
    }
    this.count -= width;
    return (this.bits >>> this.count) & ((1 << width) - 1);
  }

  /** 32 bits, unsigned. */
  word(): number {
    return this.read(16) * 0x10000 + this.read(16);
  }

  /** Where the next bit is: whole bytes, and bits into the next one. */
  get position(): { readonly byte: number; readonly bit: number } {
    const used = this.at * 8 - this.count;
    return { byte: used >>> 3, bit: used & 7 };
  }
}
