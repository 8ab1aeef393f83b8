import { SourceCursor } from "../../bytes/source-cursor.ts";
import type { ByteSource } from "../../bytes/source.ts";
import { corrupt, limitExceeded, truncated } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import { type ScalarName, scalarDType } from "../../model/dtype.ts";
import type { Value } from "../../model/value.ts";
import type { Work } from "../../work.ts";
import { scalarValue } from "../protobuf/describe.ts";
import type { Entries } from "./entries.ts";
import { readTopology, readTriples } from "./transitions.ts";

/** A token, a name of a component, a line of a network's configuration. */
const WORD_BYTES = 64 * 1024;
/** Tokens whose value is a list of integers, which begins like a number. */
const LISTS = new Set(["TimeOffsets", "ColumnMap", "RequiredTimeOffsets", "Context", "ConstComponentDims", "PhoneIds"]);
/** And of pairs of integers. */
const PAIRS = new Set(["Offsets"]);
/** Tokens behind which a name stands. */
const NAMES = new Set(["ComponentName", "ComponentType"]);
/** An integer below this, taken for a float32, would be smaller than any that is met. */
const SMALL = 2 ** 23;
const SMALL_LONG = 2n ** 52n;

/** Reads tokens and values from byte 2 on; what is read until an error is in `entries`. */
export async function readBinary(source: ByteSource, entries: Entries, work: Work): Promise<void> {
  await new BinaryReader(source, entries, work).run();
}

class BinaryReader {
  private readonly cursor: SourceCursor;
  private readonly source: ByteSource;
  private readonly entries: Entries;
  private readonly work: Work;
  private token = "";
  private kept = 0;

  constructor(source: ByteSource, entries: Entries, work: Work) {
    this.source = source;
    this.cursor = new SourceCursor(source, 2);
    this.entries = entries;
    this.work = work;
  }

  async run(): Promise<void> {
    const { cursor, source } = this;
    while (cursor.remaining > 0) {
      if (this.work.isDue()) await this.work.checkpoint();
      this.kept += 1;
      if (this.kept > LIMITS.kaldiValues)
        throw limitExceeded(`${source.name}: tokens and values`, this.kept, LIMITS.kaldiValues, cursor.offset);
      const at = cursor.offset;
      const [first = 0, second = 0, third = 0] = await source.read(at, Math.min(source.size, at + 3));
      if (NAMES.has(this.token)) {
        this.entries.value(await this.word());
        this.token = "";
      } else if (first === 0x3c) await this.readToken();
      else if ((first === 0x46 || first === 0x44) && "VMP".includes(String.fromCharCode(second)) && third === 0x20)
        this.entries.value(await this.array(first === 0x46 ? "float32" : "float64", second));
      else if (first === 0x43 && second === 0x4d)
        throw corrupt(`${source.name}: a compressed matrix, which is not read`, at);
      else if (first === 0x54 || first === 0x46) {
        cursor.skip(1);
        this.entries.value(first === 0x54);
      } else if (first === 4 || first === 8 || first === 1 || first === 2) this.entries.value(await this.number(first));
      // Words of blanks alone stand between what programs write.
      else if (first === 0x0a || first === 0x20) cursor.skip(1);
      else if (first > 0x20 && first < 0x7f) this.entries.value(await this.word());
      else throw corrupt(`${source.name}: byte ${at} is ${first}, which begins no token and no value`, at);
    }
  }

  private async readToken(): Promise<void> {
    const at = this.cursor.offset;
    const word = await this.word();
    if (!word.endsWith(">")) throw corrupt(`${this.source.name}: a token at byte ${at} that does not end`, at);
    this.token = word.slice(1, -1);
    const { token } = this;
    this.entries.token(token);
    if (token === "Topology") await readTopology(this.cursor, this.entries, this.work);
    else if (token === "Triples" || token === "Tuples")
      this.entries.value(await readTriples(this.cursor, token === "Triples" ? 3 : 4, this.work));
    else if (token === "Nnet3") this.entries.value(await this.configuration());
  }

  /** Up to a blank, which is taken off. */
  private async word(): Promise<string> {
    const { cursor, source } = this;
    const start = cursor.offset;
    for (let size = 64; ; size = Math.min(size * 8, WORD_BYTES)) {
      const bytes = await source.read(start, Math.min(source.size, start + size));
      const end = bytes.findIndex((byte) => byte === 0x20 || byte === 0x0a);
      if (end >= 0) {
        cursor.offset = start + end + 1;
        return new TextDecoder().decode(bytes.subarray(0, end));
      }
      if (start + size >= source.size) throw truncated(source.name, source.size, 1, 0);
      if (size === WORD_BYTES) throw corrupt(`${source.name}: a word at byte ${start} that does not end`, start);
    }
  }

  /** Lines of text up to an empty one. */
  private async configuration(): Promise<string> {
    const { cursor, source } = this;
    const start = cursor.offset;
    for (let size = 4096; ; size *= 4) {
      const bytes = await source.read(start, Math.min(source.size, start + size));
      const text = new TextDecoder("latin1").decode(bytes);
      const end = text.indexOf("\n\n");
      if (end >= 0) {
        cursor.offset = start + end + 2;
        return new TextDecoder().decode(bytes.subarray(0, end)).trim();
      }
      if (start + size >= source.size) throw truncated(source.name, source.size, 1, 0);
      if (size > LIMITS.protobufTextBytes)
        throw corrupt(`${source.name}: a configuration at byte ${start} that does not end`, start);
    }
  }

  private async number(size: number): Promise<Value> {
    const { cursor, source, token } = this;
    const at = cursor.offset;
    cursor.skip(1);
    if (size === 4 && LISTS.has(token)) return this.integers(await cursor.i32(), 1, at);
    if (size === 4 && PAIRS.has(token)) return this.integers(await cursor.i32(), 2, at);
    if (size === 8) {
      const value = await cursor.i64();
      // As a float64 it would be smaller than any that is met; all zeros are the number 0 in both.
      if (value !== 0n && value > -SMALL_LONG && value < SMALL_LONG) return value;
      return scalarValue(source, at + 1, scalarDType("float64"));
    }
    if (size < 4) {
      const [low = 0, high = 0] = await cursor.take(size);
      return BigInt(low + 256 * high);
    }
    const value = await cursor.i32();
    return Math.abs(value) < SMALL ? BigInt(value) : scalarValue(source, at + 1, scalarDType("float32"));
  }

  private integers(count: number, width: 1 | 2, at: number): Value {
    const { cursor, source } = this;
    if (count < 0) throw corrupt(`${source.name}: ${count} integers at byte ${at}`, at);
    const offset = cursor.offset;
    cursor.skip(count * width * 4);
    const shape = width === 1 ? [count] : [count, width];
    const tensor = { dtype: scalarDType("int32"), shape, order: "C", offset, data: source } as const;
    return { kind: "tensor", tensor, className: "kaldi.vector", offset: at };
  }

  private async array(scalar: ScalarName, letter: number): Promise<Value> {
    const { cursor, source } = this;
    const at = cursor.offset;
    cursor.skip(3);
    const rows = await this.size();
    const isMatrix = letter === 0x4d;
    const columns = isMatrix ? await this.size() : 1;
    const count = letter === 0x50 ? (rows * (rows + 1)) / 2 : rows * columns;
    const dtype = scalarDType(scalar);
    const offset = cursor.offset;
    cursor.skip(count * dtype.itemSize);
    const shape = isMatrix ? [rows, columns] : [count];
    const className = isMatrix ? "kaldi.Matrix" : letter === 0x50 ? "kaldi.PackedMatrix" : "kaldi.Vector";
    return { kind: "tensor", tensor: { dtype, shape, order: "C", offset, data: source }, className, offset: at };
  }

  private async size(): Promise<number> {
    const { cursor, source } = this;
    const at = cursor.offset;
    if ((await cursor.u8()) !== 4) throw corrupt(`${source.name}: no size at byte ${at}`, at);
    const value = await cursor.i32();
    if (value < 0) throw corrupt(`${source.name}: the size at byte ${at} is ${value}`, at);
    return value;
  }
}
