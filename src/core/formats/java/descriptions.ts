import type { Cursor } from "../../bytes/cursor.ts";
import type { ByteSource } from "../../bytes/source.ts";
import { corrupt, limitExceeded } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import type { UnreadNode, Value } from "../../model/value.ts";
import type { Work } from "../../work.ts";
import { ELEMENTS } from "./arrays.ts";
import { type ClassDescription, type Field, globalOf, IS_SERIALIZABLE } from "./class-description.ts";
import { BLOCK, CLASS_DESCRIPTION, END, FIRST_HANDLE, isBlock, NULL, PROXY, REFERENCE } from "./types.ts";
import { modifiedUtf8, type Part } from "./written.ts";

/** Depth after which the call stack is left, so that objects in each other never fill it. */
const STACK = 40;

/** Tells the holder of a value what will stand for it, before it is read whole. */
export type Begun = (value: Value) => void;

/** What reading a stream needs at every place, and what stands before the values: descriptions of classes. */
export abstract class DescriptionReader {
  /** In the order of the stream. */
  readonly classes: ClassDescription[] = [];
  protected readonly source: ByteSource;
  protected readonly bytes: Uint8Array;
  protected readonly cursor: Cursor;
  protected readonly work: Work;
  protected handles: (Value | ClassDescription)[] = [];
  protected depth = 0;
  /** Stands for every value that is not read yet, and tells in the end where reading stopped. */
  protected readonly unread: UnreadNode & { offset: number } = {
    kind: "unread",
    why: "reading stopped before it",
    offset: 0,
  };
  private count = 0;

  constructor(source: ByteSource, bytes: Uint8Array, cursor: Cursor, work: Work) {
    this.source = source;
    this.bytes = bytes;
    this.cursor = cursor;
    this.work = work;
  }

  /** The next value: at once where nothing lies in it. */
  protected abstract value(begun: Begun): Value | Promise<Value>;

  protected enter(): void {
    this.tally(1);
    if (this.depth >= LIMITS.javaDepth)
      throw limitExceeded(`${this.source.name}: objects in each other`, this.depth + 1, LIMITS.javaDepth, this.at);
    this.depth += 1;
  }

  protected tally(values: number): void {
    this.count += values;
    if (this.count > LIMITS.javaObjects)
      throw limitExceeded(`${this.source.name}: objects`, this.count, LIMITS.javaObjects, this.at);
  }

  protected get at(): number {
    return this.cursor.offset;
  }

  protected wrong(what: string, at: number): Error {
    return corrupt(`${this.source.name}: ${what} at byte ${at}`, at);
  }

  protected async within(read: () => Promise<Value>): Promise<Value> {
    this.enter();
    if (this.work.isDue()) await this.work.checkpoint();
    else if (this.depth % STACK === 0) await Promise.resolve();
    const value = await read();
    this.depth -= 1;
    return value;
  }

  protected referred(at: number): Value | ClassDescription {
    const handle = this.cursor.u32();
    const found = this.handles[handle - FIRST_HANDLE];
    if (found === undefined) throw this.wrong(`a reference to ${handle - FIRST_HANDLE}, which there is not yet,`, at);
    return found;
  }

  protected text(length: number, at: number): string {
    this.tally(1);
    const start = this.at;
    const bytes = this.cursor.take(length);
    if (length > LIMITS.pickleTextBytes)
      throw limitExceeded(`${this.source.name}: a text`, length, LIMITS.pickleTextBytes, at);
    const text = modifiedUtf8(bytes, this.source.name, start);
    this.handles.push(text);
    return text;
  }

  protected name(): string {
    const length = this.cursor.u16();
    const start = this.at;
    return modifiedUtf8(this.cursor.take(length), this.source.name, start);
  }

  /** The description of a class: a new one, one that was there before, or none. */
  protected async description(): Promise<ClassDescription | undefined> {
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

  protected async describe(type: number, at: number): Promise<ClassDescription> {
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
        this.tally(1);
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

  protected async field(): Promise<Field> {
    // A field that is no object takes three bytes of the file, and an object in memory.
    this.tally(1 / 2);
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
  protected async parts(): Promise<Part[]> {
    const parts: Part[] = [];
    for (;;) {
      const type = this.cursor.peek(1)[0];
      if (type === END) {
        this.cursor.skip(1);
        return parts;
      }
      if (type !== undefined && isBlock(type)) parts.push(this.blocks());
      else {
        const slot: { value: Value } = { value: this.unread };
        parts.push(slot);
        const value = this.value((begun) => {
          slot.value = begun;
        });
        slot.value = value instanceof Promise ? await value : value;
      }
    }
  }

  /** Blocks that follow each other are one run of bytes. */
  protected blocks(): Part {
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
}

export function isDescription(found: Value | ClassDescription): found is ClassDescription {
  return typeof found === "object" && found !== null && "serialVersion" in found;
}
