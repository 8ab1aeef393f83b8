import { corrupt, limitExceeded, truncated } from "../errors.ts";
import type { ByteSource } from "./source.ts";

/**
 * A checked reader that walks over a file without holding it: headers are read as they come, what lies between is
 * skipped. Reads are small: a source that is slow to read has its pages cached.
 */
export class SourceCursor {
  readonly source: ByteSource;
  offset: number;
  private readonly isLittle: boolean;

  constructor(source: ByteSource, offset = 0, order: "little" | "big" = "little") {
    this.source = source;
    this.offset = offset;
    this.isLittle = order === "little";
  }

  get remaining(): number {
    return this.source.size - this.offset;
  }

  async u8(): Promise<number> {
    return (await this.view(1)).getUint8(0);
  }

  async u16(): Promise<number> {
    return (await this.view(2)).getUint16(0, this.isLittle);
  }

  async u32(): Promise<number> {
    return (await this.view(4)).getUint32(0, this.isLittle);
  }

  async i32(): Promise<number> {
    return (await this.view(4)).getInt32(0, this.isLittle);
  }

  async i64(): Promise<bigint> {
    return (await this.view(8)).getBigInt64(0, this.isLittle);
  }

  async f64(): Promise<number> {
    return (await this.view(8)).getFloat64(0, this.isLittle);
  }

  /** An integer of 8 bytes that is a size, an offset or a count. */
  async size(what: string, max: number = Number.MAX_SAFE_INTEGER): Promise<number> {
    const at = this.offset;
    const value = await this.i64();
    if (value < 0n) throw corrupt(`${this.source.name}: ${what} at byte ${at} is ${value}`, at);
    if (value > BigInt(max)) throw limitExceeded(`${this.source.name}: ${what} at byte ${at}`, value, max, at);
    return Number(value);
  }

  async take(length: number): Promise<Uint8Array> {
    const start = this.offset;
    this.skip(length);
    return this.source.read(start, this.offset);
  }

  skip(length: number): void {
    if (!Number.isSafeInteger(length) || length < 0)
      throw corrupt(`${this.source.name}: a length of ${length} at byte ${this.offset}`, this.offset);
    if (length > this.remaining) throw truncated(this.source.name, this.offset, length, this.remaining);
    this.offset += length;
  }

  private async view(length: number): Promise<DataView> {
    const bytes = await this.take(length);
    return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
}
