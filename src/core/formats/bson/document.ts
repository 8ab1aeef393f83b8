import type { Cursor } from "../../bytes/cursor.ts";
import { fromBytes } from "../../bytes/source.ts";
import { corrupt, limitExceeded } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import { dictOf, listOf } from "../../model/make-value.ts";
import type { Value } from "../../model/value.ts";

/** Ordinary files nest under twenty deep. */
const DEPTH = 200;
const UTF8 = new TextDecoder();

/** Bytes of a binary element, by the node that stands for it: Julia's arrays are such. */
export type Binaries = Map<Value, { readonly bytes: Uint8Array; readonly offset: number }>;

/** Reads BSON documents as values; binaries are views of the bytes. Throws `corrupt`, `truncated` or `limit`. */
export class DocumentReader {
  readonly binaries: Binaries = new Map();
  private readonly cursor: Cursor;
  private values = 0;

  constructor(cursor: Cursor) {
    this.cursor = cursor;
  }

  document(isArray: boolean, depth = 0): Value {
    const { cursor } = this;
    const at = cursor.offset;
    if (depth > DEPTH) throw limitExceeded("BSON: nesting", depth, DEPTH, at);
    const length = cursor.i32();
    const entries: (readonly [string, Value])[] = [];
    for (let type = cursor.u8(); type !== 0; type = cursor.u8()) {
      this.values += 1;
      if (this.values > LIMITS.jsonValues) throw limitExceeded("BSON: values", this.values, LIMITS.jsonValues, at);
      const name = this.name();
      entries.push([name, this.value(type, depth)]);
    }
    if (cursor.offset - at !== length)
      throw corrupt(`BSON: the document at byte ${at} says it has ${length} bytes, it has ${cursor.offset - at}`, at);
    return isArray ? listOf(entries.map(([, value]) => value)) : dictOf(entries);
  }

  private value(type: number, depth: number): Value {
    const { cursor } = this;
    switch (type) {
      case 0x01:
        return floatOf(cursor.take(8));
      case 0x02:
      case 0x0d:
      case 0x0e:
        return this.text();
      case 0x03:
        return this.document(false, depth + 1);
      case 0x04:
        return this.document(true, depth + 1);
      case 0x05:
        return this.binary();
      case 0x06:
      case 0x0a:
        return null;
      case 0x07:
        return this.raw(12);
      case 0x08:
        return cursor.u8() !== 0;
      case 0x09:
      case 0x12:
        return cursor.i64();
      case 0x0b:
        return `/${this.name()}/${this.name()}`;
      case 0x10:
        return BigInt(cursor.i32());
      case 0x11:
        return cursor.u64();
      case 0x13:
        return this.raw(16);
      case 0x7f:
        return "<greatest key>";
      case 0xff:
        return "<least key>";
      default:
        throw corrupt(`BSON: an element of type ${type} at byte ${cursor.offset}`, cursor.offset);
    }
  }

  private binary(): Value {
    const length = this.cursor.u32();
    this.cursor.skip(1);
    return this.raw(length);
  }

  private raw(length: number): Value {
    const offset = this.cursor.offset;
    const bytes = this.cursor.take(length);
    const node: Value = { kind: "bytes", type: "bytes", data: fromBytes(bytes, "bytes", offset) };
    this.binaries.set(node, { bytes, offset });
    return node;
  }

  private text(): string {
    const at = this.cursor.offset;
    const bytes = this.cursor.take(this.cursor.u32());
    if (bytes.at(-1) !== 0) throw corrupt(`BSON: the text at byte ${at} does not end with a zero byte`, at);
    return UTF8.decode(bytes.subarray(0, -1));
  }

  private name(): string {
    const bytes: number[] = [];
    for (let byte = this.cursor.u8(); byte !== 0; byte = this.cursor.u8()) bytes.push(byte);
    return UTF8.decode(Uint8Array.from(bytes));
  }
}

function floatOf(bytes: Uint8Array): Value {
  const view = new DataView(bytes.buffer, bytes.byteOffset, 8);
  const value = view.getFloat64(0, true);
  const bits = view.getBigUint64(0, true);
  return Number.isNaN(value) && bits !== 0x7ff8000000000000n ? { kind: "float", bits } : value;
}
