import type { ByteSource } from "../bytes/source.ts";
import { cutShort } from "./damage.ts";

/** Read at once. Large enough that reads cost nothing beside decoding. */
const CHUNK_BYTES = 256 * 1024;

/**
 * The compressed bytes, a window of them in memory: decoders work on `bytes` from `at` on without waiting, and move
 * `at` themselves. Every method that may read says so by being async.
 */
export class PackedInput {
  bytes: Uint8Array = new Uint8Array(0);
  at = 0;
  private start = 0;
  private readonly source: ByteSource;

  constructor(source: ByteSource) {
    this.source = source;
  }

  /** Where `at` is in the source. */
  get offset(): number {
    return this.start + this.at;
  }

  get size(): number {
    return this.source.size;
  }

  /** Bytes in the window from `at` on. */
  get available(): number {
    return this.bytes.length - this.at;
  }

  /** Bytes of the source from `at` on. */
  get remaining(): number {
    return this.source.size - this.offset;
  }

  /** True when the window reaches the end of the source. */
  get isLast(): boolean {
    return this.start + this.bytes.length === this.source.size;
  }

  /** Makes at least `wanted` bytes available, or all that there are. */
  async fill(wanted: number): Promise<void> {
    if (this.available >= wanted || this.isLast) return;
    const start = this.offset;
    const end = Math.min(this.source.size, start + Math.max(wanted, CHUNK_BYTES));
    this.bytes = await this.source.read(start, end);
    this.start = start;
    this.at = 0;
  }

  /** As `fill`, and throws when the stream ends before. */
  async need(wanted: number): Promise<void> {
    await this.fill(wanted);
    if (this.available < wanted) throw cutShort();
  }

  /** Moves on to another offset of the source. */
  seek(offset: number): void {
    const at = offset - this.start;
    if (at >= 0 && at <= this.bytes.length) {
      this.at = at;
      return;
    }
    this.bytes = new Uint8Array(0);
    this.start = offset;
    this.at = 0;
  }

  /** The next `length` bytes, which must be available. */
  take(length: number): Uint8Array {
    if (length > this.available) throw cutShort();
    const taken = this.bytes.subarray(this.at, this.at + length);
    this.at += length;
    return taken;
  }

  /** One byte, which must be available. */
  u8(): number {
    if (this.at >= this.bytes.length) throw cutShort();
    return this.bytes[this.at++] as number;
  }

  /** Little-endian; must be available. */
  u32(): number {
    const [a = 0, b = 0, c = 0, d = 0] = this.take(4);
    return (a | (b << 8) | (c << 16) | (d << 24)) >>> 0;
  }

  u64(): bigint {
    const low = this.u32();
    return BigInt(low) | (BigInt(this.u32()) << 32n);
  }

  /** True when these bytes come next; they must be available, or the stream ends before. */
  startsWith(signature: readonly number[]): boolean {
    return signature.every((byte, index) => this.bytes[this.at + index] === byte);
  }
}
