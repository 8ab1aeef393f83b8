import { truncated } from "../errors.ts";
import type { ByteSource } from "./source.ts";

/** One read of the source: structure lies between the arrays, which are skipped. */
const CHUNK = 64 * 1024;

/** Reads a source from front to back, a chunk at a time; what is skipped is not read. Throws `truncated` past the end. */
export class ForwardReader {
  readonly source: ByteSource;
  private bytes: Uint8Array = new Uint8Array(0);
  /** Where `bytes` begin in the source. */
  private base: number;
  private at = 0;

  constructor(source: ByteSource, start = 0) {
    this.source = source;
    this.base = start;
  }

  get offset(): number {
    return this.base + this.at;
  }

  get remaining(): number {
    return this.source.size - this.offset;
  }

  /** The next byte, which stays the next one. */
  async peek(): Promise<number> {
    if (this.at >= this.bytes.length) await this.need(1);
    return this.bytes[this.at] ?? 0;
  }

  /** The next `length` bytes, valid until the next call. */
  async take(length: number): Promise<Uint8Array> {
    if (this.at + length > this.bytes.length) await this.need(length);
    const part = this.bytes.subarray(this.at, this.at + length);
    this.at += length;
    return part;
  }

  async view(length: number): Promise<DataView> {
    const { buffer, byteOffset } = await this.take(length);
    return new DataView(buffer, byteOffset, length);
  }

  skip(length: number): void {
    if (length > this.remaining) throw truncated(this.source.name, this.offset, length, this.remaining);
    this.at += length;
  }

  private async need(length: number): Promise<void> {
    const { source } = this;
    const from = this.offset;
    if (from + length > source.size) throw truncated(source.name, from, length, source.size - from);
    this.bytes = await source.read(from, Math.min(source.size, from + Math.max(length, CHUNK)));
    this.base = from;
    this.at = 0;
  }
}
