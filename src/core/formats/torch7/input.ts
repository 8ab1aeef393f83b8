import { SourceCursor } from "../../bytes/source-cursor.ts";
import { type ByteSource, fromBytes, slice } from "../../bytes/source.ts";
import { corrupt, limitExceeded, truncated } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import type { ElementType } from "../torch/dtypes.ts";
import { numberEndAt, nearestOf } from "../plain-text/numbers.ts";

/** What the machine was that wrote the file. */
export interface Machine {
  readonly order: "little" | "big";
  readonly longBytes: 4 | 8;
}

/** What objects are made of, in either of the two forms that Torch writes. */
export interface Torch7Input {
  readonly source: ByteSource;
  readonly machine: Machine;
  /** For messages: a byte of the file. */
  readonly offset: number;
  i32(): Promise<number>;
  /** A float64 in `machine`'s order. */
  float64(): Promise<DataView>;
  /** A size, a stride or an offset. */
  long(what: string): Promise<number>;
  /** Bytes of a string. */
  characters(length: number): Promise<Uint8Array>;
  /** The elements of a storage. */
  elements(count: number, type: ElementType): Promise<ByteSource>;
}

export class BinaryInput implements Torch7Input {
  readonly source: ByteSource;
  readonly machine: Machine;
  private readonly cursor: SourceCursor;

  constructor(source: ByteSource, machine: Machine) {
    this.source = source;
    this.machine = machine;
    this.cursor = new SourceCursor(source, 0, machine.order);
  }

  get offset(): number {
    return this.cursor.offset;
  }

  i32(): Promise<number> {
    return this.cursor.i32();
  }

  async float64(): Promise<DataView> {
    const bytes = await this.cursor.take(8);
    return new DataView(bytes.buffer, bytes.byteOffset, 8);
  }

  async long(what: string): Promise<number> {
    if (this.machine.longBytes === 8) return this.cursor.size(what);
    const at = this.cursor.offset;
    const value = await this.cursor.i32();
    if (value < 0) throw corrupt(`${this.source.name}: ${what} at byte ${at} is ${value}`, at);
    return value;
  }

  characters(length: number): Promise<Uint8Array> {
    return this.cursor.take(length);
  }

  elements(count: number, { dtype }: ElementType): Promise<ByteSource> {
    const start = this.cursor.offset;
    const bytes = count * dtype.itemSize;
    this.cursor.skip(bytes);
    return Promise.resolve(slice(this.source, start, start + bytes));
  }
}

/** Texts of a number: C writes no longer ones. */
const WORD_BYTES = 64;
const NEWLINE = 0x0a;

/**
 * The text form: numbers with blanks between, characters and elements of one byte as they are; every piece is followed by one
 * newline. Floats have as many digits as they need.
 */
export class TextInput implements Torch7Input {
  readonly source: ByteSource;
  readonly machine: Machine = { order: "little", longBytes: 8 };
  private readonly bytes: Uint8Array;
  private at = 0;

  private constructor(source: ByteSource, bytes: Uint8Array) {
    this.source = source;
    this.bytes = bytes;
  }

  /** Throws `limit` for a text that is too long to be read whole. */
  static async of(source: ByteSource): Promise<TextInput> {
    if (source.size > LIMITS.textModelBytes)
      throw limitExceeded(`${source.name}: bytes of text`, source.size, LIMITS.textModelBytes);
    return new TextInput(source, await source.read(0, source.size));
  }

  get offset(): number {
    return this.at;
  }

  async i32(): Promise<number> {
    const value = this.integer();
    this.newline();
    if (value !== BigInt.asIntN(32, value)) throw this.wrong("no integer of 32 bits");
    return Promise.resolve(Number(value));
  }

  float64(): Promise<DataView> {
    const view = new DataView(new ArrayBuffer(8));
    view.setFloat64(0, this.float(), true);
    this.newline();
    return Promise.resolve(view);
  }

  long(what: string): Promise<number> {
    const value = Number(this.integer());
    this.newline();
    if (value < 0 || !Number.isSafeInteger(value)) throw this.wrong(`${what} is ${value}`);
    return Promise.resolve(value);
  }

  characters(length: number): Promise<Uint8Array> {
    const bytes = this.raw(length);
    if (length > 0) this.newline();
    return Promise.resolve(bytes);
  }

  elements(count: number, { dtype }: ElementType): Promise<ByteSource> {
    const { itemSize } = dtype;
    if (itemSize === 1) return this.characters(count).then((bytes) => fromBytes(bytes.slice(), this.source.name));
    // A number takes a character and what parts it from the next one.
    if (count * 2 > this.bytes.length - this.at + 1)
      throw truncated(this.source.name, this.at, count * 2, this.bytes.length - this.at);
    const out = new Uint8Array(count * itemSize);
    const view = new DataView(out.buffer);
    for (let k = 0; k < count; k++) {
      const at = k * itemSize;
      if (dtype.kind === "f" && itemSize === 4) view.setFloat32(at, this.float(), true);
      else if (dtype.kind === "f" && itemSize === 8) view.setFloat64(at, this.float(), true);
      else if (dtype.kind === "f") throw this.wrong(`${dtype.name}, which is not written as text`);
      else if (itemSize === 2) view.setInt16(at, Number(this.integer()), true);
      else if (itemSize === 4) view.setInt32(at, Number(this.integer()), true);
      else view.setBigInt64(at, this.integer(), true);
    }
    if (count > 0) this.newline();
    return Promise.resolve(fromBytes(out, this.source.name));
  }

  private integer(): bigint {
    const word = this.word();
    if (!/^[-+]?\d{1,20}$/.test(word)) throw this.wrong("no integer");
    return BigInt(word.replace("+", ""));
  }

  private float(): number {
    const word = this.word();
    const bytes = new TextEncoder().encode(word);
    if (numberEndAt(bytes, 0, bytes.length) !== bytes.length) throw this.wrong("no number");
    return nearestOf(word);
  }

  private word(): string {
    const { bytes } = this;
    while (this.at < bytes.length && (bytes[this.at] ?? 0) <= 0x20) this.at += 1;
    const start = this.at;
    let end = start;
    while (end < bytes.length && (bytes[end] ?? 0) > 0x20 && end - start < WORD_BYTES) end += 1;
    // A number that touches the end may go on.
    if (end === bytes.length) throw truncated(this.source.name, end, 1, 0);
    this.at = end;
    return String.fromCharCode(...bytes.subarray(start, end));
  }

  private raw(length: number): Uint8Array {
    const left = this.bytes.length - this.at;
    if (length < 0) throw this.wrong(`a length of ${length}`);
    if (length > left) throw truncated(this.source.name, this.at, length, left);
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  private newline(): void {
    if (this.bytes[this.at] === NEWLINE) this.at += 1;
  }

  private wrong(what: string): Error {
    return corrupt(`${this.source.name}: ${what} before byte ${this.at}`, this.at);
  }
}
