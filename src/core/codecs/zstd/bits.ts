import { damaged } from "../damage.ts";

/** Bits of zstd's streams that are written forwards and read from their end: the last byte's highest set bit ends them. */
export class BackwardBits {
  readonly bytes: Uint8Array;
  readonly start: number;
  /** Bits from `start` on that are still to be read. Below zero when more was read than there is: those bits were zero. */
  left: number;

  constructor(bytes: Uint8Array, start: number, end: number) {
    const last = end > start ? (bytes[end - 1] as number) : 0;
    if (last === 0) throw damaged("a stream of bits has no end");
    this.bytes = bytes;
    this.start = start;
    this.left = (end - start) * 8 - 1 - Math.clz32(last) + 24;
  }

  /** Up to 25 bits. */
  read(width: number): number {
    this.left -= width;
    return this.peek(this.left) & ((1 << width) - 1);
  }

  /** Up to 32 bits, unsigned. */
  readLong(width: number): number {
    if (width <= 25) return this.read(width);
    const high = this.read(width - 16);
    return high * 0x10000 + this.read(16);
  }

  /** At least 25 bits from bit `at` on; zeros stand before the first one. */
  peek(at: number): number {
    const { bytes, start } = this;
    if (at < 0) return at <= -32 ? 0 : this.peek(0) << -at;
    const byte = start + (at >>> 3);
    const word =
      (bytes[byte] as number) |
      ((bytes[byte + 1] as number) << 8) |
      ((bytes[byte + 2] as number) << 16) |
      ((bytes[byte + 3] as number) << 24);
    return word >>> (at & 7);
  }
}
