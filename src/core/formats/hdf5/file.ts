import { Cursor } from "../../bytes/cursor.ts";
import { type ByteSource, slice } from "../../bytes/source.ts";
import { corrupt, limitExceeded } from "../../errors.ts";
import type { Host } from "../../host.ts";
import { LIMITS } from "../../limits.ts";
import type { Work } from "../../work.ts";
import { lookup3 } from "./checksum.ts";

/** Metadata of an honest file is read once or twice; what is read far more often than it is there is an attack. */
const METADATA_READS = 8;

/** How many bytes an address and a length take in this file: the superblock tells. */
export interface Widths {
  readonly offset: number;
  readonly length: number;
}

/** A cursor that knows the widths of addresses and lengths. Everything but big-endian elements is little-endian. */
export class H5Cursor extends Cursor {
  private readonly widths: Widths;

  constructor(bytes: Uint8Array, what: string, base: number, widths: Widths) {
    super(bytes, what, base);
    this.widths = widths;
  }

  /** An unsigned number of `width` bytes. Throws `limit` for one that is no safe integer. */
  uint(width: number, what = "number"): number {
    const at = this.offset;
    const bytes = this.take(width);
    let value = 0;
    for (let i = width - 1; i >= 0; i--) value = value * 256 + (bytes[i] ?? 0);
    if (Number.isSafeInteger(value)) return value;
    const exact = bytes.reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n);
    throw limitExceeded(`${this.what}: ${what} at byte ${at}`, exact, Number.MAX_SAFE_INTEGER, at);
  }

  /** An address relative to the file's base; undefined where it says that there is none (all bits set). */
  address(): number | undefined {
    return this.optional(this.widths.offset);
  }

  /** A length in bytes, or a count. */
  length(): number {
    return this.uint(this.widths.length, "length");
  }

  /** A length; undefined where all bits are set (an unlimited dimension). */
  lengthOrUnlimited(): number | undefined {
    return this.optional(this.widths.length);
  }

  /** Moves on to the next multiple of 8, counted from `start`. */
  align8(start: number): void {
    const over = (this.offset - start) % 8;
    if (over > 0) this.skip(Math.min(8 - over, this.remaining));
  }

  private optional(width: number): number | undefined {
    if (this.peek(width).every((byte) => byte === 0xff) && this.remaining >= width) {
      this.skip(width);
      return undefined;
    }
    return this.uint(width, "address");
  }
}

/** An HDF5 file: where its addresses count from, and reads of its metadata with bounds. */
export class H5File {
  /** The bytes from the signature on: address 0. */
  readonly data: ByteSource;
  readonly widths: Widths;
  readonly host: Host;
  readonly work: Work;
  private left: number;

  /** `base`: where the signature stands, behind the user block if there is one. Addresses count from it. */
  constructor(source: ByteSource, base: number, widths: Widths, host: Host, work: Work) {
    this.data = slice(source, base, source.size);
    this.widths = widths;
    this.host = host;
    this.work = work;
    this.left = source.size * METADATA_READS + LIMITS.hdf5BlockBytes;
  }

  get name(): string {
    return this.data.name;
  }

  /** Where an address lies in the file that was opened. */
  place(address: number): number {
    return (this.data.origin ?? 0) + address;
  }

  cursor(bytes: Uint8Array, what: string, address: number): H5Cursor {
    return new H5Cursor(bytes, `${this.name}: ${what}`, this.place(address), this.widths);
  }

  /** `length` bytes of metadata. Throws `truncated` behind the end, `limit` for blocks that no writer makes. */
  async bytes(address: number, length: number, what: string): Promise<Uint8Array> {
    if (this.work.isDue()) await this.work.checkpoint();
    if (length > LIMITS.hdf5BlockBytes)
      throw limitExceeded(`${this.name}: bytes of ${what}`, length, LIMITS.hdf5BlockBytes, this.place(address));
    this.left -= length;
    if (this.left < 0) {
      const most = this.data.size * METADATA_READS;
      throw limitExceeded(`${this.name}: bytes of metadata read`, most - this.left, most);
    }
    return this.data.read(address, address + length);
  }

  async block(address: number, length: number, what: string): Promise<H5Cursor> {
    return this.cursor(await this.bytes(address, length, what), what, address);
  }

  /** A block that begins with a signature and ends with its checksum. The cursor stands behind the signature. */
  async checkedBlock(address: number, length: number, signature: string, what: string): Promise<H5Cursor> {
    const bytes = await this.bytes(address, length, what);
    const cursor = this.cursor(bytes, what, address);
    expectSignature(cursor, signature);
    this.verify(bytes, what, address);
    return cursor;
  }

  /** Throws `corrupt` unless the last four bytes are the checksum of those before. */
  verify(bytes: Uint8Array, what: string, address: number): void {
    const end = bytes.length - 4;
    const found = lookup3(bytes.subarray(0, end));
    const stored = new DataView(bytes.buffer, bytes.byteOffset + end, 4).getUint32(0, true);
    if (found !== stored) {
      const place = this.place(address);
      throw corrupt(`${this.name}: ${what} at byte ${place} does not fit its checksum`, place);
    }
  }
}

export function expectSignature(cursor: Cursor, signature: string): void {
  const codes = Array.from({ length: signature.length }, (_, i) => signature.charCodeAt(i));
  cursor.expect(codes, "signature");
}

/** Bytes that a number up to `limit` takes: the format stores many counts in as few as that. */
export function widthOf(limit: number): number {
  return limit < 1 ? 1 : Math.floor(Math.log2(limit) / 8) + 1;
}
