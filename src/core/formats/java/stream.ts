import type { Cursor } from "../../bytes/cursor.ts";
import { type ByteSource, slice } from "../../bytes/source.ts";
import { corrupt, limitExceeded, truncated, unsupported } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import { scalarDType } from "../../model/dtype.ts";
import { classNameOf, isNode, type ListNode, type UnreadNode, type Value } from "../../model/value.ts";
import type { Work } from "../../work.ts";
import { arrayAt, arrayOfRows, ELEMENTS, type Starts } from "./arrays.ts";
import {
  type ClassDescription,
  type Field,
  globalOf,
  HAS_BLOCKS,
  IS_EXTERNALIZABLE,
  IS_SERIALIZABLE,
  layoutOf,
} from "./class-description.ts";
import type { Contribution } from "./known.ts";
import {
  contribute,
  contributionOf,
  type Draft,
  draftOf,
  finished,
  isShown,
  writesItself,
  writtenValue,
} from "./objects.ts";
import { timeOf } from "./times.ts";
import { modifiedUtf8, type Part, Written } from "./written.ts";

/** Type bytes. */
const NULL = 0x70;
const REFERENCE = 0x71;
const CLASS_DESCRIPTION = 0x72;
const OBJECT = 0x73;
const TEXT = 0x74;
const ARRAY = 0x75;
const CLASS = 0x76;
const BLOCK = 0x77;
const END = 0x78;
const RESET = 0x79;
const LONG_BLOCK = 0x7a;
const EXCEPTION = 0x7b;
const LONG_TEXT = 0x7c;
const PROXY = 0x7d;
const ENUM = 0x7e;
const FIRST_HANDLE = 0x7e0000;

/** Depth after which the call stack is left, so that objects in each other never fill it. */
const STACK = 40;

/** Tells the holder of a value what will stand for it, before it is read whole. */
type Begun = (value: Value) => void;

/** Reads the contents of a stream. What was read before an error is in `contents`. */
export class JavaStream {
  readonly contents: Value[] = [];
  /** In the order of the stream. */
  readonly classes: ClassDescription[] = [];
  private readonly source: ByteSource;
  private readonly bytes: Uint8Array;
  private readonly cursor: Cursor;
  private readonly work: Work;
  private handles: (Value | ClassDescription)[] = [];
  private readonly starts: Starts = new WeakMap();
  private depth = 0;
  private count = 0;

  constructor(source: ByteSource, bytes: Uint8Array, cursor: Cursor, work: Work) {
    this.source = source;
    this.bytes = bytes;
    this.cursor = cursor;
    this.work = work;
  }

  /** Reads to the end. Blocks of bytes at the top are values as well. */
  async read(): Promise<void> {
    const { cursor, contents } = this;
    while (cursor.remaining > 0) {
      if (this.work.isDue()) await this.work.checkpoint();
      if (isBlock(cursor.peek(1)[0] ?? 0)) {
        contents.push(writtenValue([this.blocks()]));
        continue;
      }
      const index = contents.length;
      const value = await this.value((begun) => {
        contents[index] = begun;
      });
      contents[index] = value;
    }
  }

  private enter(): void {
    this.tally(1);
    if (this.depth >= LIMITS.javaDepth)
      throw limitExceeded(`${this.source.name}: objects in each other`, this.depth + 1, LIMITS.javaDepth, this.at);
    this.depth += 1;
  }

  private tally(values: number): void {
    this.count += values;
    if (this.count > LIMITS.javaObjects)
      throw limitExceeded(`${this.source.name}: objects`, this.count, LIMITS.javaObjects, this.at);
  }

  private get at(): number {
    return this.cursor.offset;
  }

  private wrong(what: string, at: number): Error {
    return corrupt(`${this.source.name}: ${what} at byte ${at}`, at);
  }

  /** The next value: at once where nothing lies in it. */
  private value(begun: Begun): Value | Promise<Value> {
    const { cursor } = this;
    const at = this.at;
    const type = cursor.u8();
    switch (type) {
      case NULL:
        return null;
      case REFERENCE: {
        const found = this.referred(at);
        return isDescription(found) ? found.global : found;
      }
      case TEXT:
        return this.text(cursor.u16(), at);
      case LONG_TEXT:
        return this.text(cursor.size("the length of a text"), at);
      case RESET:
        this.handles = [];
        return this.afterReset(begun);
      case OBJECT:
        return this.within(() => this.object(at, begun));
      case ARRAY:
        return this.within(() => this.array(at, begun));
      case ENUM:
        return this.within(() => this.constant(at));
      case CLASS:
        return this.within(async () => {
          const description = await this.description();
          if (description === undefined) throw this.wrong("a class that is null", at);
          this.handles.push(description.global);
          return description.global;
        });
      case CLASS_DESCRIPTION:
      case PROXY:
        return this.within(async () => (await this.describe(type, at)).global);
      case EXCEPTION:
        return this.within(() => this.exception(at));
      default:
        throw this.wrong(`the type ${hexByte(type)}, which no value has,`, at);
    }
  }

  /** Resets may follow each other: a value comes after the last. */
  private afterReset(begun: Begun): Value | Promise<Value> {
    while (this.cursor.peek(1)[0] === RESET) this.cursor.skip(1);
    // A stream may end with one.
    return this.cursor.remaining === 0 && this.depth === 0 ? null : this.value(begun);
  }

  private async within(read: () => Promise<Value>): Promise<Value> {
    this.enter();
    if (this.work.isDue()) await this.work.checkpoint();
    else if (this.depth % STACK === 0) await Promise.resolve();
    const value = await read();
    this.depth -= 1;
    return value;
  }

  private referred(at: number): Value | ClassDescription {
    const handle = this.cursor.u32();
    const found = this.handles[handle - FIRST_HANDLE];
    if (found === undefined) throw this.wrong(`a reference to ${handle - FIRST_HANDLE}, which there is not yet,`, at);
    return found;
  }

  private text(length: number, at: number): string {
    this.tally(1);
    const start = this.at;
    const text = modifiedUtf8(this.cursor.take(length), this.source.name, start);
    this.handles.push(text);
    if (text.length > LIMITS.pickleTextBytes)
      throw limitExceeded(`${this.source.name}: a text`, text.length, LIMITS.pickleTextBytes, at);
    return text;
  }

  private name(): string {
    const length = this.cursor.u16();
    const start = this.at;
    return modifiedUtf8(this.cursor.take(length), this.source.name, start);
  }

  /** The description of a class: a new one, one that was there before, or none. */
  private async description(): Promise<ClassDescription | undefined> {
    const at = this.at;
    const type = this.cursor.u8();
    if (type === NULL) return undefined;
    if (type === REFERENCE) {
      const found = this.referred(at);
      if (!isDescription(found)) throw this.wrong("a reference to what is no class", at);
      return found;
    }
    if (type !== CLASS_DESCRIPTION && type !== PROXY) throw this.wrong("no description of a class", at);
    this.enter();
    if (this.depth % STACK === 0) await Promise.resolve();
    const description = await this.describe(type, at);
    this.depth -= 1;
    return description;
  }

  private async describe(type: number, at: number): Promise<ClassDescription> {
    const { cursor } = this;
    const isProxy = type === PROXY;
    const name = isProxy ? "java.lang.reflect.Proxy" : this.name();
    const description: ClassDescription = {
      name,
      serialVersion: isProxy ? 0n : cursor.i64(),
      global: globalOf(name, at),
      flags: IS_SERIALIZABLE,
      fields: [],
      superClass: undefined,
      isProxy,
    };
    this.handles.push(description);
    this.classes.push(description);
    if (isProxy) {
      const count = cursor.u32();
      if (count * 2 > cursor.remaining) cursor.take(count * 2);
      for (let i = 0; i < count; i++) {
        const offset = this.at;
        const face = this.name();
        this.classes.push({ ...description, name: face, global: globalOf(face, offset), isProxy: false });
      }
    } else {
      description.flags = cursor.u8();
      const fields: Field[] = [];
      for (let left = cursor.u16(); left > 0; left--) fields.push(await this.field());
      description.fields = fields;
    }
    await this.parts();
    description.superClass = await this.description();
    return description;
  }

  private async field(): Promise<Field> {
    const at = this.at;
    const type = String.fromCharCode(this.cursor.u8());
    const name = this.name();
    if (type !== "L" && type !== "[") {
      if (!(type in ELEMENTS) && type !== "C") throw this.wrong("a field of a type that there is not", at);
      return { name, type };
    }
    // The type's name is a text, or a reference to one.
    const typeName = await this.value(() => undefined);
    if (typeof typeName !== "string") throw this.wrong("a field whose type has no name", at);
    return { name, type };
  }

  /** What a class wrote itself, up to its end mark. */
  private async parts(): Promise<Part[]> {
    const parts: Part[] = [];
    for (;;) {
      const type = this.cursor.peek(1)[0];
      if (type === END) {
        this.cursor.skip(1);
        return parts;
      }
      if (type !== undefined && isBlock(type)) parts.push(this.blocks());
      else {
        const slot: { value: Value } = { value: this.unread() };
        parts.push(slot);
        const value = this.value((begun) => {
          slot.value = begun;
        });
        slot.value = value instanceof Promise ? await value : value;
      }
    }
  }

  /** Blocks that follow each other are one run of bytes. */
  private blocks(): Part {
    const { cursor } = this;
    const at = this.at;
    const pieces: Uint8Array[] = [];
    let size = 0;
    for (let type = cursor.peek(1)[0] ?? 0; isBlock(type); type = cursor.peek(1)[0] ?? 0) {
      cursor.skip(1);
      const piece = cursor.take(type === BLOCK ? cursor.u8() : cursor.u32());
      size += piece.length;
      if (piece.length > 0) pieces.push(piece);
    }
    const [only] = pieces;
    if (pieces.length === 1 && only !== undefined) return { bytes: only, at };
    const bytes = new Uint8Array(size);
    let end = 0;
    for (const piece of pieces) {
      bytes.set(piece, end);
      end += piece.length;
    }
    return { bytes, at };
  }

  private unread(): UnreadNode {
    return { kind: "unread", why: "reading stopped before it", offset: this.at };
  }

  private async object(at: number, begun: Begun): Promise<Value> {
    const description = await this.description();
    if (description === undefined) throw this.wrong("an object without a class", at);
    const layout = layoutOf(description);
    const draft = draftOf(description, at);
    const handle = this.handles.push(draft.node ?? null) - 1;
    if (draft.node !== undefined) begun(draft.node);
    const contributions: Contribution[] = [];
    for (const { description: each, names } of layout) {
      const contribution = await this.classData(each, names, draft);
      if (contribution !== undefined) contributions.push(contribution);
    }
    const value = description.name === "java.time.Ser" ? draft.node : finished(draft, contributions);
    const made = this.times.get(draft) ?? value ?? null;
    this.handles[handle] = made;
    return made;
  }

  private readonly times = new WeakMap<Draft, string>();

  /** What one class of the hierarchy has of the object. */
  private async classData(
    each: ClassDescription,
    names: readonly string[],
    draft: Draft,
  ): Promise<Contribution | undefined> {
    const isWritten = writesItself(each) || (each.flags & IS_EXTERNALIZABLE) !== 0;
    if ((each.flags & IS_EXTERNALIZABLE) !== 0 && (each.flags & HAS_BLOCKS) === 0)
      throw unsupported(
        `${this.source.name}: ${each.name} at byte ${this.at} writes itself without saying how long it is`,
        this.at,
      );
    const fields = new Map<string, Value>();
    const shown = draft.state;
    if ((each.flags & IS_EXTERNALIZABLE) === 0 && this.hasFields(each)) {
      for (const [i, { name, type }] of each.fields.entries()) {
        const slot = shown === undefined ? -1 : shown.keys.push(names[i] ?? name) - 1;
        if (slot >= 0) shown?.values.push(this.unread());
        const read = this.fieldValue(type, (value) => {
          if (slot >= 0 && shown !== undefined) shown.values[slot] = value;
        });
        const value = read instanceof Promise ? await read : read;
        if (slot >= 0 && shown !== undefined) shown.values[slot] = value;
        fields.set(name, value);
      }
    }
    const parts = isWritten ? await this.parts() : [];
    const written = new Written(parts, `${this.source.name}: ${each.name}`);
    if (each.name === "java.time.Ser") {
      this.times.set(draft, timeOf(written, this.source.name));
      return undefined;
    }
    const contribution = contributionOf({
      className: each.name,
      fields,
      written,
      bytesOf: (value) => this.bytesOf(value),
    });
    if (shown !== undefined) this.settle(each, names, shown, contribution, parts);
    if (contribution !== undefined) contribute(draft, contribution);
    return contribution;
  }

  /** Takes out fields that say nothing, and puts in what a class wrote itself. */
  private settle(
    each: ClassDescription,
    names: readonly string[],
    state: { readonly keys: Value[]; readonly values: Value[] },
    contribution: Contribution | undefined,
    parts: readonly Part[],
  ): void {
    if (contribution === undefined) {
      if (parts.length === 0) return;
      state.keys.push(state.keys.includes("written") ? `${each.global.name}.written` : "written");
      state.values.push(writtenValue(parts));
      return;
    }
    const hidden = new Set(names.filter((_, i) => !isShown(each.name, each.fields[i]?.name ?? "", contribution)));
    if (hidden.size === 0) return;
    const from = state.keys.length - names.length;
    const kept = names.flatMap((name, i) => {
      const value = state.values[from + i];
      return hidden.has(name) || value === undefined ? [] : [{ name, value }];
    });
    state.keys.splice(from, names.length, ...kept.map(({ name }) => name));
    state.values.splice(from, names.length, ...kept.map(({ value }) => value));
  }

  /**
   * A class that writes itself need not write its fields. It is seen where none of them is a number: then a block, or the
   * end, stands where a value must be.
   */
  private hasFields({ fields, flags }: ClassDescription): boolean {
    const [first] = fields;
    if (first === undefined) return false;
    if ((flags & 1) === 0 || (first.type !== "L" && first.type !== "[")) return true;
    const next = this.cursor.peek(1)[0] ?? 0;
    return next !== END && !isBlock(next);
  }

  private fieldValue(type: string, begun: Begun): Value | Promise<Value> {
    const { cursor } = this;
    switch (type) {
      case "B":
        return BigInt((cursor.u8() << 24) >> 24);
      case "C":
        return String.fromCharCode(cursor.u16());
      case "S":
        return BigInt((cursor.u16() << 16) >> 16);
      case "I":
        return BigInt(cursor.i32());
      case "J":
        return cursor.i64();
      case "Z":
        return cursor.u8() !== 0;
      case "D":
        return doubleOf(cursor.u64());
      case "F": {
        this.tally(1);
        const at = this.at;
        cursor.skip(4);
        const data = slice(this.source, at, at + 4);
        return {
          kind: "scalar",
          tensor: { dtype: scalarDType("float32", true), shape: [], order: "C", offset: 0, data },
        };
      }
      default:
        return this.value(begun);
    }
  }

  private async array(at: number, begun: Begun): Promise<Value> {
    const description = await this.description();
    if (description?.name.startsWith("[") !== true) throw this.wrong("an array of a class that is none", at);
    const handle = this.handles.push(null) - 1;
    const { cursor } = this;
    const length = cursor.u32();
    const letter = description.name.charAt(1);
    const start = this.at;
    if (description.name.length === 2 && letter in ELEMENTS) {
      this.need(length * scalarDType(ELEMENTS[letter] ?? "int8").itemSize);
      const node = arrayAt(this.source, letter, start, length, at, this.starts);
      cursor.skip(node.tensor.data.size);
      this.handles[handle] = node;
      return node;
    }
    if (description.name === "[C") {
      this.need(length * 2);
      const text = charactersOf(cursor.take(length * 2));
      this.handles[handle] = text;
      return text;
    }
    this.need(length);
    this.tally(length);
    const list: ListNode = { kind: "list", type: "list", items: [] };
    this.handles[handle] = list;
    begun(list);
    for (let i = 0; i < length; i++) {
      const read = this.value((value) => {
        list.items[i] = value;
      });
      list.items[i] = read instanceof Promise ? await read : read;
    }
    const rows = /^\[+[BDFIJSZ]$/.test(description.name)
      ? arrayOfRows(this.source, list.items, at, this.starts)
      : undefined;
    this.handles[handle] = rows ?? list;
    return rows ?? list;
  }

  /** Throws unless so many bytes are there. */
  private need(bytes: number): void {
    if (bytes > this.cursor.remaining) throw truncated(this.source.name, this.at, bytes, this.cursor.remaining);
  }

  private async constant(at: number): Promise<Value> {
    const description = await this.description();
    if (description === undefined) throw this.wrong("a constant without a class", at);
    const handle = this.handles.push(null) - 1;
    const name = await this.value(() => undefined);
    if (typeof name !== "string") throw this.wrong("a constant without a name", at);
    const { module, name: className } = description.global;
    const value: Value = { kind: "global", module, name: `${className}.${name}`, offset: at };
    this.handles[handle] = value;
    return value;
  }

  /** The writer met an exception and wrote it in place of what it was about to write. */
  private async exception(at: number): Promise<Value> {
    this.handles = [];
    const thrown = await this.value(() => undefined);
    throw this.wrong(`writing ended with the exception ${classNameOf(thrown) ?? "of an unknown class"}`, at);
  }

  private bytesOf(value: Value | undefined): Uint8Array | undefined {
    if (!isNode(value) || value.kind !== "tensor") return undefined;
    const start = this.starts.get(value);
    return start === undefined ? undefined : this.bytes.subarray(start, start + value.tensor.data.size);
  }
}

function isDescription(found: Value | ClassDescription): found is ClassDescription {
  return typeof found === "object" && found !== null && "serialVersion" in found;
}

function isBlock(type: number): boolean {
  return type === BLOCK || type === LONG_BLOCK;
}

function hexByte(value: number): string {
  return `0x${value.toString(16).padStart(2, "0")}`;
}

const scratch = new DataView(new ArrayBuffer(8));

function doubleOf(bits: bigint): Value {
  scratch.setBigUint64(0, bits);
  const value = scratch.getFloat64(0);
  return Number.isNaN(value) && bits !== 0x7ff8000000000000n ? { kind: "float", bits } : value;
}

function charactersOf(bytes: Uint8Array): string {
  const texts: string[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let start = 0; start < bytes.length; start += 8192) {
    const units: number[] = [];
    for (let at = start; at < Math.min(start + 8192, bytes.length); at += 2) units.push(view.getUint16(at));
    texts.push(String.fromCharCode(...units));
  }
  return texts.join("");
}
