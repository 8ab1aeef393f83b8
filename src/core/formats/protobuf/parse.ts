import type { ByteSource } from "../../bytes/source.ts";
import { type ArtifactError, asArtifactError, corrupt, limitExceeded, truncated } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import type { Work } from "../../work.ts";
import { Message, type Range } from "./message.ts";
import type { FieldSpec, MessageSpec } from "./spec.ts";

//   A message is a row of fields, each a tag (a varint: field number x 8 + wire type) and
//   +-----------+----------------------------------------------------------------------------+
//   | 0 varint  | 7 bits a byte, the lowest first; the top bit says that more follow         |
//   | 1 fixed64 | 8 bytes, little-endian                                                      |
//   | 2 length  | a varint, then as many bytes: text, a message, packed numbers               |
//   | 5 fixed32 | 4 bytes, little-endian                                                      |
//   +-----------+----------------------------------------------------------------------------+
//   Nothing says what a message is, how many fields it has, or where its numbers were packed.
//   https://protobuf.dev/programming-guides/encoding/

export interface ParsedMessage {
  readonly message: Message;
  /** Why reading stopped, or that the file ends early. What was read before is right. */
  readonly error?: ArtifactError;
  /** Fields that no table has, as `Message.number`, each with the place where it came first. */
  readonly unknown: ReadonlyMap<string, number>;
}

/** A tag and a length, or a varint: what must be in the buffer before a field is looked at. */
const HEADER_BYTES = 20;
/** The first read after a jump over bytes; reads that follow on are larger. */
const FIRST_READ = 4 * 1024;
const LARGEST_READ = 256 * 1024;
/** protobuf's own readers refuse deeper nesting unless told otherwise. */
const DEPTH = 100;
const UNKNOWN_FIELDS = 1_000;

/**
 * Walks a message by its table: texts and small numbers are read, everything else stays where it is. Never throws but
 * `cancelled` and `changed`; whoever calls decides whether what is there is worth showing.
 */
export async function parseMessage(
  source: ByteSource,
  spec: MessageSpec,
  work: Work,
  range: Range = { start: 0, end: source.size },
): Promise<ParsedMessage> {
  const parser = new Parser(source, spec, work, range);
  await parser.run();
  const { message, error, unknown } = parser;
  return error === undefined ? { message, unknown } : { message, error, unknown };
}

interface Frame {
  readonly message: Message;
  readonly end: number;
}

class Parser {
  readonly message: Message;
  readonly unknown = new Map<string, number>();
  error: ArtifactError | undefined;
  private readonly source: ByteSource;
  private readonly work: Work;
  private readonly end: number;
  private readonly stack: Frame[];
  private bytes = new Uint8Array(0);
  /** Where byte 0 of `bytes` lies in the source. */
  private base = 0;
  private at: number;
  private nextRead = FIRST_READ;
  private kept = 0;

  constructor(source: ByteSource, spec: MessageSpec, work: Work, range: Range) {
    this.source = source;
    this.work = work;
    this.end = Math.min(range.end, source.size);
    this.at = range.start;
    this.message = new Message(spec, range.start);
    this.stack = [{ message: this.message, end: this.end }];
  }

  async run(): Promise<void> {
    try {
      for (let frame = this.stack.at(-1); frame !== undefined; frame = this.stack.at(-1)) {
        if (this.work.isDue()) await this.work.checkpoint();
        await this.fields(frame);
      }
    } catch (error) {
      const reason = asArtifactError(error, `reading ${this.source.name}`);
      if (reason.code === "cancelled" || reason.code === "changed") throw reason;
      for (const { message } of this.stack) message.isCut = true;
      this.error ??= reason;
    }
  }

  /** Fields of the innermost message, until it ends, another one begins, or time is up. */
  private async fields(frame: Frame): Promise<void> {
    for (let count = 0; count < 1_000; count++) {
      if (this.at >= frame.end) {
        this.stack.pop();
        return;
      }
      if (this.at + HEADER_BYTES > this.base + this.bytes.length || this.at < this.base) await this.fill();
      const start = this.at;
      const tag = this.size("a tag", frame);
      const number = Math.floor(tag / 8);
      const wire = tag % 8;
      if (number === 0)
        throw corrupt(`${this.source.name}: field 0 of ${frame.message.spec.name} at byte ${start}`, start);
      const spec = frame.message.spec.fields[number];
      if (wire === 2) {
        // Most need no wait: a wait for each field takes longer than all else.
        const entered = this.delimited(frame, spec, number, start);
        if (entered instanceof Promise ? await entered : entered) return;
      } else this.number(frame, spec, number, wire, start);
    }
  }

  /** A field that says its length. True when it is a message that is walked next. */
  private delimited(
    frame: Frame,
    spec: FieldSpec | undefined,
    number: number,
    start: number,
  ): boolean | Promise<boolean> {
    const length = this.size("a length", frame);
    const end = this.at + length;
    const isCut = end > frame.end;
    if (isCut && frame.end < this.end)
      throw corrupt(
        `${this.source.name}: field ${number} of ${frame.message.spec.name} at byte ${start} has ${length} bytes, its message ends after ${frame.end - this.at}`,
        start,
      );
    if (isCut) this.cut(frame, this.at, length);
    if (spec?.kind === "message" && spec.of !== undefined)
      return this.enter(frame, spec, spec.of(), isCut ? frame.end : end, isCut);
    if (isCut) throw truncated(this.source.name, this.at, length, frame.end - this.at);
    const kept = this.payload(frame, spec, number, { start: this.at, end }, start);
    if (kept !== undefined)
      return kept.then(() => {
        this.at = end;
        return false;
      });
    this.at = end;
    return false;
  }

  private enter(frame: Frame, spec: FieldSpec, of: MessageSpec, end: number, isCut: boolean): true {
    if (this.stack.length >= DEPTH)
      throw limitExceeded(`${this.source.name}: messages in each other`, this.stack.length + 1, DEPTH, this.at);
    const before = spec.isRepeated ? undefined : frame.message.message(spec.name);
    const message = before ?? new Message(of, this.at);
    if (isCut) message.isCut = true;
    if (before === undefined) this.keep(frame, spec, message);
    this.stack.push({ message, end });
    return true;
  }

  private payload(
    frame: Frame,
    spec: FieldSpec | undefined,
    number: number,
    range: Range,
    start: number,
  ): Promise<void> | undefined {
    const length = range.end - range.start;
    switch (spec?.kind) {
      case "text":
        return this.taken(range, "a text", (bytes) => this.keep(frame, spec, TEXT.decode(bytes)));
      case "bytes":
        this.keep(frame, spec, range);
        return undefined;
      case "int":
        return this.taken(range, "a list of numbers", (bytes) => this.packedInts(frame, spec, bytes, range.start));
      case "varints":
        this.packed(frame, spec, range, -1);
        return undefined;
      case "fixed32":
      case "fixed64": {
        const size = spec.kind === "fixed32" ? 4 : 8;
        if (length % size !== 0)
          throw corrupt(`${this.source.name}: ${length} bytes of ${size}-byte numbers in ${spec.name}`, start);
        this.packed(frame, spec, range, length / size);
        return undefined;
      }
      case "skip":
        return undefined;
      case "fixed":
      case "message":
      case undefined:
        this.note(frame, number, start);
        return undefined;
    }
  }

  private number(frame: Frame, spec: FieldSpec | undefined, number: number, wire: number, start: number): void {
    const from = this.at;
    if (wire === 0) {
      const value = this.varint(frame);
      if (spec?.kind === "int") this.keep(frame, spec, value);
      else if (spec?.kind === "varints") this.single(frame, spec, start, from);
      else if (spec?.kind !== "skip") this.note(frame, number, start);
      return;
    }
    if (wire !== 1 && wire !== 5)
      throw corrupt(`${this.source.name}: wire type ${wire} at byte ${start}, in ${frame.message.spec.name}`, start);
    const size = wire === 1 ? 8 : 4;
    if (from + size > frame.end) throw this.short(frame, size);
    this.at = from + size;
    if (spec?.kind === "fixed") this.keep(frame, spec, size === 4 ? from : -from);
    else if (spec?.kind === (wire === 1 ? "fixed64" : "fixed32")) this.single(frame, spec, start, from);
    else if (spec?.kind !== "skip") this.note(frame, number, start);
  }

  private packed(frame: Frame, spec: FieldSpec, { start, end }: Range, count: number): void {
    if (start === end) {
      frame.message.list(spec);
      return;
    }
    this.count();
    frame.message.list(spec).runs.push({ start, end, tag: 0, count });
  }

  /** One number behind its own tag: as long as they follow on, they are one run. */
  private single(frame: Frame, spec: FieldSpec, start: number, from: number): void {
    const { runs } = frame.message.list(spec);
    const tag = from - start;
    const last = runs.at(-1);
    if (last !== undefined && last.tag === tag && last.end === start) {
      last.end = this.at;
      last.count += 1;
      return;
    }
    this.count();
    runs.push({ start, end: this.at, tag, count: 1 });
  }

  private packedInts(frame: Frame, spec: FieldSpec, bytes: Uint8Array, start: number): void {
    for (let at = 0; at < bytes.length; ) {
      const end = varintEnd(bytes, at);
      if (end < 0) throw corrupt(`${this.source.name}: a number at byte ${start + at} does not end`, start + at);
      this.keep(frame, spec, varintAt(bytes, at, end));
      at = end;
    }
  }

  private keep(frame: Frame, spec: FieldSpec, value: Parameters<Message["add"]>[1]): void {
    this.count();
    frame.message.add(spec, value);
  }

  private count(): void {
    this.kept += 1;
    if (this.kept > LIMITS.protobufValues)
      throw limitExceeded(`${this.source.name}: fields of messages`, this.kept, LIMITS.protobufValues, this.at);
  }

  private note(frame: Frame, number: number, start: number): void {
    const name = `${frame.message.spec.name}.${number}`;
    if (this.unknown.size < UNKNOWN_FIELDS && !this.unknown.has(name)) this.unknown.set(name, start);
  }

  private cut(frame: Frame, at: number, length: number): void {
    for (const { message } of this.stack) message.isCut = true;
    this.error ??= truncated(this.source.name, at, length, frame.end - at);
  }

  /** Gives the bytes of a field to `use`: at once where they are in the buffer. */
  private taken(range: Range, what: string, use: (bytes: Uint8Array) => void): Promise<void> | undefined {
    const { start, end } = range;
    if (end - start > LIMITS.protobufTextBytes)
      throw limitExceeded(
        `${this.source.name}: ${what} at byte ${start}`,
        end - start,
        LIMITS.protobufTextBytes,
        start,
      );
    if (start < this.base || end > this.base + this.bytes.length) return this.source.read(start, end).then(use);
    use(this.bytes.subarray(start - this.base, end - this.base));
    return undefined;
  }

  private async fill(): Promise<void> {
    const isNext = this.at >= this.base && this.at <= this.base + this.bytes.length && this.bytes.length > 0;
    this.nextRead = isNext ? Math.min(LARGEST_READ, this.nextRead * 4) : FIRST_READ;
    this.base = this.at;
    this.bytes = Uint8Array.from(await this.source.read(this.at, Math.min(this.end, this.at + this.nextRead)));
  }

  /** A varint that is a tag or a length. */
  private size(what: string, frame: Frame): number {
    const at = this.at;
    const first = this.bytes[at - this.base] ?? 0x80;
    if (first < 0x80) {
      this.at += 1;
      return first;
    }
    const told = BigInt.asUintN(64, this.varint(frame));
    const value = Number(told);
    if (!Number.isSafeInteger(value)) throw corrupt(`${this.source.name}: ${what} at byte ${at} is ${told}`, at);
    return value;
  }

  private varint(frame: Frame): bigint {
    const from = this.at - this.base;
    const end = varintEnd(this.bytes, from);
    if (end < 0 && from + 10 <= this.bytes.length)
      throw corrupt(`${this.source.name}: the number at byte ${this.at} has more than 10 bytes`, this.at);
    if (end < 0 || this.base + end > frame.end) throw this.short(frame, frame.end - this.at + 1);
    this.at = this.base + end;
    return varintAt(this.bytes, from, end);
  }

  /** A field goes on behind its message: damage, or the file's end. */
  private short(frame: Frame, needed: number): ArtifactError {
    const available = frame.end - this.at;
    return frame.end === this.end
      ? truncated(this.source.name, this.at, needed, available)
      : corrupt(
          `${this.source.name}: ${frame.message.spec.name} ends at byte ${frame.end}, within its last field`,
          this.at,
        );
  }
}

const TEXT = new TextDecoder("utf-8", { ignoreBOM: true });

/** Behind the varint at `at`; -1 when it does not end within 10 bytes or the buffer. */
export function varintEnd(bytes: Uint8Array, at: number): number {
  const last = Math.min(bytes.length, at + 10);
  for (let i = at; i < last; i++) if ((bytes[i] ?? 0) < 0x80) return i + 1;
  return -1;
}

/** The varint in bytes [at, end) as a signed 64-bit integer: what protobuf's int32, int64 and enumerations are. */
export function varintAt(bytes: Uint8Array, at: number, end: number): bigint {
  // Seven groups of seven bits fit into a host number exactly.
  if (end - at <= 7) {
    let value = 0;
    for (let i = end - 1; i >= at; i--) value = value * 128 + ((bytes[i] ?? 0) & 0x7f);
    return BigInt(value);
  }
  let value = 0n;
  for (let i = end - 1; i >= at; i--) value = (value << 7n) | BigInt((bytes[i] ?? 0) & 0x7f);
  return BigInt.asIntN(64, value);
}
