import { truncated, unsupported } from "../../errors.ts";
import { scalarDType } from "../../model/dtype.ts";
import { classNameOf, type DictNode, isNode, type ListNode, type Value } from "../../model/value.ts";
import { arrayAt, arrayOfRows, ELEMENTS } from "./arrays.ts";
import { type ClassDescription, type Field, HAS_BLOCKS, IS_EXTERNALIZABLE, layoutOf } from "./class-description.ts";
import { type Begun, DescriptionReader, isDescription } from "./descriptions.ts";
import type { Contribution } from "./known.ts";
import {
  contribute,
  contributionOf,
  type Draft,
  draftOf,
  finished,
  isKnownClass,
  isShown,
  writesItself,
  writtenValue,
} from "./objects.ts";
import { timeOf } from "./times.ts";
import {
  ARRAY,
  charactersOf,
  CLASS,
  CLASS_DESCRIPTION,
  doubleOf,
  END,
  ENUM,
  EXCEPTION,
  hexByte,
  isBlock,
  LONG_TEXT,
  NULL,
  OBJECT,
  PROXY,
  REFERENCE,
  RESET,
  TEXT,
} from "./types.ts";
import { type Part, Written } from "./written.ts";

/** What takes as much memory as one object. */
const FIELDS_OF_AN_OBJECT = 4;
const BYTES_OF_AN_OBJECT = 256;

/** Reads the contents of a stream. What was read before an error is in `contents`. */
export class JavaStream extends DescriptionReader {
  readonly contents: Value[] = [];

  /** Reads to the end. Blocks of bytes at the top are values as well. */
  async read(): Promise<void> {
    try {
      await this.all();
    } finally {
      this.unread.offset = this.at;
    }
  }

  private async all(): Promise<void> {
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

  /** The next value: at once where nothing lies in it. */
  protected override value(begun: Begun): Value | Promise<Value> {
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

  private async object(at: number, begun: Begun): Promise<Value> {
    const description = await this.description();
    if (description === undefined) throw this.wrong("an object without a class", at);
    const layout = layoutOf(description);
    const draft = draftOf(description, at);
    const handle = this.handles.push(draft.node ?? null) - 1;
    if (draft.node !== undefined) begun(draft.node);
    const contributions: Contribution[] = [];
    for (const { description: each, names } of layout.parts) {
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
    const isKnown = isKnownClass(each.name);
    const shown = draft.state;
    // A field that is null takes one byte of the file and a place in each of two lists.
    this.tally(each.fields.length / FIELDS_OF_AN_OBJECT);
    if ((each.flags & IS_EXTERNALIZABLE) === 0 && this.hasFields(each)) {
      const { cursor, bytes } = this;
      for (let i = 0; i < each.fields.length; i++) {
        const { name, type } = each.fields[i] as Field;
        const slot = shown?.keys.length ?? -1;
        shown?.keys.push(names[i] ?? name);
        // Most are null where there are many: a byte each, and nothing to wait for.
        const isNull = isObjectType(type) && bytes[cursor.offset] === NULL;
        if (isNull) cursor.skip(1);
        shown?.values.push(isNull ? null : this.unread);
        if (!isNull) {
          const read = isObjectType(type) ? this.objectField(shown, slot) : this.number(type);
          const value = read instanceof Promise ? await read : read;
          if (shown !== undefined) shown.values[slot] = value;
          if (isKnown) fields.set(name, value);
        } else if (isKnown) fields.set(name, null);
        if ((i & 4095) === 4095 && this.work.isDue()) await this.work.checkpoint();
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
      spend: (bytes) => this.tally(bytes / BYTES_OF_AN_OBJECT),
    });
    // What comes from a field may be the array of many other objects as well.
    if (parts.length === 0) this.tally(contribution?.items?.length ?? 0);
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
    if ((flags & 1) === 0 || !isObjectType(first.type)) return true;
    const next = this.cursor.peek(1)[0] ?? 0;
    return next !== END && !isBlock(next);
  }

  private objectField(shown: DictNode | undefined, slot: number): Value | Promise<Value> {
    return this.value((value) => {
      if (shown !== undefined) shown.values[slot] = value;
    });
  }

  /** A field that is no object. */
  private number(type: string): Value {
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
        const tensor = {
          dtype: scalarDType("float32", true),
          shape: [],
          order: "C",
          offset: at,
          data: this.source,
        } as const;
        return { kind: "scalar", tensor };
      }
      default:
        throw this.wrong(`a field of the type ${type}`, this.at);
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
      const size = length * scalarDType(ELEMENTS[letter] ?? "int8").itemSize;
      this.need(size);
      const node = arrayAt(this.source, letter, start, length, at);
      cursor.skip(size);
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
    const rows = /^\[+[BDFIJSZ]$/.test(description.name) ? arrayOfRows(this.source, list.items, at) : undefined;
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

  /** The bytes of an array of bytes. */
  private bytesOf(value: Value | undefined): Uint8Array | undefined {
    if (!isNode(value) || value.kind !== "tensor" || value.tensor.dtype.scalar !== "int8") return undefined;
    const { offset, shape } = value.tensor;
    return this.bytes.subarray(offset, offset + (shape[0] ?? 0));
  }
}

function isObjectType(type: string): boolean {
  return type === "L" || type === "[";
}
