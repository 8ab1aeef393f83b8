import { type ByteSource, checkRange } from "../../bytes/source.ts";
import { corrupt, limitExceeded, unsupported } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import type { Work } from "../../work.ts";
import { NUMBER_BYTES, type NumberKind, type RInput } from "./input.ts";
import { realText } from "./real-text.ts";

/** An R object as it is stored. `attributes` are pairs in file order. */
export interface RObject {
  readonly kind:
    | "null"
    | "symbol"
    | "logical"
    | "integer"
    | "double"
    | "complex"
    | "raw"
    | "text"
    | "list"
    | "call"
    | "pairs"
    | "function"
    | "environment"
    | "s4"
    | "named";
  readonly at: number;
  /** Of symbols, builtins and environments with a name. */
  name?: string;
  /** Of numeric vectors: where the elements lie, and how many. */
  data?: ByteSource;
  /** True for elements that are not big-endian. */
  isLittle?: true;
  length?: number;
  /** Of a vector of one whole number, truth or real: what it is; null is NA. */
  scalar?: number | null;
  /** Of an array: its `dim`, as numbers. */
  dims?: number[];
  /** Of a text vector; null is NA. */
  texts?: (string | null)[];
  items?: RObject[];
  /** Of pair lists: a tag for each item. Compiled code has one item, the expression that it was made of. */
  tags?: (string | undefined)[];
  attributes?: [string, RObject][];
}

/** Numbers of pseudo-types (Rinternals.h, serialize.c). */
const REFERENCE = 255;
const NILS: ReadonlySet<number> = new Set([254, 0]);
const NAMED: Readonly<Record<number, string>> = {
  253: "R_GlobalEnv",
  252: "R_UnboundValue",
  251: "R_MissingArg",
  250: "R_BaseNamespace",
  242: "R_EmptyEnv",
  241: "R_BaseEnv",
};
const NUMBERS: Readonly<Record<number, { readonly kind: RObject["kind"]; readonly of: NumberKind }>> = {
  10: { kind: "logical", of: "integer" },
  13: { kind: "integer", of: "integer" },
  14: { kind: "double", of: "double" },
  15: { kind: "complex", of: "complex" },
  24: { kind: "raw", of: "raw" },
};

const NAN = 0x7ff8_0000_0000_0000n;
const utf8 = new TextDecoder("utf-8");

/** Reads the one object of a file. What was read before an error is in `root`. */
export class RObjects {
  root: RObject | undefined;
  /** Promises that are not evaluated yet and stand where R keeps none: anywhere but in an environment. */
  readonly strayPromises = new Set<RObject>();
  private readonly source: ByteSource;
  private readonly cursor: RInput;
  private readonly work: Work;
  private readonly references: RObject[] = [];
  private depth = 0;
  private count = 0;
  /** Bytes of sequences that are kept as three numbers. */
  private expanded = 0;
  /** Characters of numbers that are texts. */
  private written = 0;

  constructor(source: ByteSource, cursor: RInput, work: Work) {
    this.source = source;
    this.cursor = cursor;
    this.work = work;
  }

  async read(): Promise<void> {
    this.root = await this.object();
  }

  private made(kind: RObject["kind"], at: number, more: Partial<RObject> = {}): RObject {
    const object: RObject = { kind, at, ...more };
    // Until the whole is read, the outermost object that began stands for it.
    if (this.depth === 1) this.root ??= object;
    return object;
  }

  private counted(objects: number): void {
    this.count += objects;
    if (this.count > LIMITS.rdsObjects)
      throw limitExceeded(`${this.source.name}: objects`, this.count, LIMITS.rdsObjects, this.cursor.offset);
  }

  private async object(): Promise<RObject> {
    const { cursor } = this;
    if (this.work.isDue()) await this.work.checkpoint();
    this.counted(1);
    if (this.depth >= LIMITS.rdsDepth)
      throw limitExceeded(`${this.source.name}: objects in each other`, this.depth + 1, LIMITS.rdsDepth, cursor.offset);
    this.depth += 1;
    try {
      return await this.body();
    } finally {
      this.depth -= 1;
    }
  }

  private async body(): Promise<RObject> {
    const { cursor } = this;
    const at = cursor.offset;
    const flags = cursor.u32();
    const type = flags & 255;
    const hasAttributes = (flags & 0x200) !== 0;
    if (NILS.has(type)) return this.made("null", at);
    const named = NAMED[type];
    if (named !== undefined) return this.made("named", at, { name: named });
    const number = NUMBERS[type];
    if (number !== undefined) {
      const length = this.length(NUMBER_BYTES[number.of]);
      const { data, bytes } = cursor.numbers(number.of, length);
      const object = this.made(number.kind, at, { length, data, ...(cursor.isBigEndian ? {} : { isLittle: true }) });
      const scalar = length === 1 ? scalarOf(bytes, number.of, !cursor.isBigEndian) : undefined;
      if (scalar !== undefined) object.scalar = scalar;
      return this.attributed(object, hasAttributes);
    }
    switch (type) {
      case REFERENCE: {
        const index = flags >>> 8 === 0 ? cursor.i32() : flags >>> 8;
        const found = this.references[index - 1];
        if (found === undefined) throw corrupt(`${this.source.name}: a reference to object ${index} at byte ${at}`, at);
        return found;
      }
      case 1: {
        const name = this.characters(this.flagsOfText()) ?? "NA";
        return this.remember(this.made("symbol", at, { name }));
      }
      case 2:
      case 6:
      case 17:
      case 239:
      case 240:
      case 5:
      case 3:
        return this.pairs(at, flags, type);
      case 4:
        return this.environment(at);
      case 7:
      case 8: {
        const length = cursor.i32();
        if (length < 0) throw corrupt(`${this.source.name}: a name of ${length} bytes`, at);
        return this.made("function", at, { name: utf8.decode(cursor.text(length)) });
      }
      case 9: {
        const text = this.characters(flags);
        return this.made("text", at, { texts: [text] });
      }
      case 16: {
        const length = this.length(4);
        const object = this.made("text", at, { texts: [] });
        for (let i = 0; i < length; i++) {
          if (this.work.isDue()) await this.work.checkpoint();
          this.counted(1);
          object.texts?.push(this.characters(this.flagsOfText()));
        }
        return this.attributed(object, hasAttributes);
      }
      case 19:
      case 20: {
        const length = this.length(4);
        const object = this.made("list", at, { items: [] });
        for (let i = 0; i < length; i++) object.items?.push(await this.object());
        return this.attributed(object, hasAttributes);
      }
      case 21:
      case 23:
      case 22:
        return this.pointer(at, type, hasAttributes);
      case 25:
        return this.attributed(this.made("s4", at), hasAttributes);
      case 238:
        return this.alternative(at);
      case 247:
      case 248:
      case 249: {
        cursor.u32();
        const length = this.length(4);
        const object = this.remember(this.made("environment", at, { items: [] }));
        const names: string[] = [];
        for (let i = 0; i < length; i++) names.push(this.characters(this.flagsOfText()) ?? "");
        object.name = `${type === 249 ? "namespace:" : ""}${names[0] ?? ""}`;
        return object;
      }
      default:
        throw unsupported(
          `${this.source.name}: an R object of type ${type} at byte ${at} (compiled code and the like)`,
          at,
        );
    }
  }

  private remember(object: RObject): RObject {
    this.references.push(object);
    return object;
  }

  /** -1 and two halves for what is longer than 2^31. `size`: the least bytes of an element. */
  private length(size: number): number {
    const { cursor } = this;
    const at = cursor.offset;
    let length = cursor.i32();
    if (length === -1) length = cursor.u32() * 2 ** 32 + cursor.u32();
    if (length < 0) throw corrupt(`${this.source.name}: a length of ${length} at byte ${at}`, at);
    // Asks before anything is made of that length.
    cursor.expect(length, size);
    return length;
  }

  private flagsOfText(): number {
    const at = this.cursor.offset;
    const flags = this.cursor.u32();
    if ((flags & 255) !== 9) throw corrupt(`${this.source.name}: no text at byte ${at}`, at);
    return flags;
  }

  private characters(flags: number): string | null {
    const length = this.cursor.i32();
    if (length === -1) return null;
    if (length < 0) throw corrupt(`${this.source.name}: a text of ${length} bytes`, this.cursor.offset);
    const bytes = this.cursor.text(length);
    // 0x4000: Latin-1. Anything else is UTF-8, ASCII, or the writer's own, which is UTF-8 today.
    if ((flags & 0x4000) === 0) return utf8.decode(bytes);
    let text = "";
    for (const byte of bytes) text += String.fromCharCode(byte);
    return text;
  }

  private async attributed(object: RObject, hasAttributes: boolean): Promise<RObject> {
    if (!hasAttributes) return object;
    return Object.assign(object, await withAttributes(object, pairsOf(await this.object())));
  }

  /** A pair list, a call, a closure or a promise; the tail is read in a loop, for lists are long. */
  private async pairs(at: number, first: number, type: number): Promise<RObject> {
    const { cursor } = this;
    const kind = type === 3 ? "function" : type === 6 || type === 240 ? "call" : "pairs";
    const object = this.made(kind, at, { items: [], tags: [] });
    let flags = first;
    for (;;) {
      const ofType = flags & 255;
      const hasAttributes = (flags & 0x200) !== 0 || ofType === 239 || ofType === 240;
      if (hasAttributes) {
        const attributes = pairsOf(await this.object());
        object.attributes ??= attributes;
      }
      const tag = (flags & 0x400) === 0 ? undefined : await this.object();
      object.items?.push(await this.object());
      object.tags?.push(tag?.name);
      if (type === 3 || type === 5) {
        // Formals and body, or value and code; the environment is where lists have the tag. No list goes on.
        object.items?.push(await this.object());
        const [value] = object.items ?? [];
        if (type === 5 && value?.name !== "R_UnboundValue") return value ?? object;
        object.tags = type === 3 ? ["formals", "body"] : ["value", "code"];
        if (tag !== undefined) {
          object.items?.push(tag);
          object.tags.push("environment");
        }
        if (type === 5) this.strayPromises.add(object);
        return object;
      }
      const nextType = cursor.nextType();
      if (
        nextType !== undefined &&
        (nextType === 2 || nextType === 6 || nextType === 17 || nextType === 239 || nextType === 240)
      ) {
        this.counted(1);
        flags = cursor.u32();
        continue;
      }
      const tail = await this.object();
      if (tail.kind !== "null") object.items?.push(tail);
      return object;
    }
  }

  private async environment(at: number): Promise<RObject> {
    this.cursor.u32();
    const object = this.remember(this.made("environment", at, { items: [] }));
    // Enclosure, frame, hash table, attributes.
    const enclosure = await this.object();
    const frame = await this.object();
    const hashed = await this.object();
    const attributes = await this.object();
    const chains = hashed.kind === "list" ? (hashed.items ?? []) : [];
    const entries = [...pairsOf(frame), ...chains.flatMap(pairsOf)];
    object.items = entries.map(([, value]) => value);
    for (const value of object.items) {
      this.strayPromises.delete(value);
      // What `...` stands for is a list of promises.
      for (const item of value.kind === "pairs" ? (value.items ?? []) : []) this.strayPromises.delete(item);
    }
    object.tags = entries.map(([tag]) => tag);
    // One without a name is of this file alone: a function that was made by another keeps its variables there.
    if (enclosure.kind === "environment" && enclosure.name === undefined) {
      object.items.push(enclosure);
      object.tags.push("parent.env");
    }
    const named = pairsOf(attributes);
    if (named.length > 0) object.attributes = named;
    return object;
  }

  /** Compiled code of a function, which is the expression that it was made of; handles, which mean nothing in a file. */
  private async pointer(at: number, type: number, hasAttributes: boolean): Promise<RObject> {
    if (type === 21) {
      this.cursor.u32();
      const code = await this.compiled(new Map());
      return this.attributed(this.made("named", at, { name: "compiled code", items: [code] }), hasAttributes);
    }
    const object = this.remember(this.made("named", at, { name: type === 22 ? "external pointer" : "weak reference" }));
    if (type === 22) {
      await this.object();
      await this.object();
    }
    return this.attributed(object, hasAttributes);
  }

  /** Instructions, then constants: the expression that is compiled, other code, expressions, or any object. */
  private async compiled(shared: Map<number, () => RObject>): Promise<RObject> {
    const { cursor } = this;
    if (this.depth >= LIMITS.rdsDepth)
      throw limitExceeded(`${this.source.name}: objects in each other`, this.depth + 1, LIMITS.rdsDepth, cursor.offset);
    this.depth += 1;
    await this.object();
    const count = this.length(4);
    let source: RObject | undefined;
    for (let i = 0; i < count; i++) {
      const type = cursor.i32();
      const constant = type === 21 ? await this.compiled(shared) : await this.expression(type, shared);
      source ??= constant;
    }
    this.depth -= 1;
    return source ?? { kind: "null", at: cursor.offset };
  }

  /** 243 refers to an expression, 244 is one that is referred to; 239 and 240 have attributes. */
  private async expression(first: number, shared: Map<number, () => RObject>): Promise<RObject> {
    const { cursor } = this;
    const at = cursor.offset;
    let type = first;
    let list: RObject | undefined;
    for (;;) {
      if (this.work.isDue()) await this.work.checkpoint();
      this.count += 1;
      if (this.count > LIMITS.rdsObjects || this.depth >= LIMITS.rdsDepth)
        throw limitExceeded(`${this.source.name}: expressions`, this.count, LIMITS.rdsObjects, cursor.offset);
      if (![2, 6, 239, 240, 244].includes(type)) {
        const tail = type === 243 ? shared.get(cursor.u32())?.() : await this.object();
        this.count += tail?.items?.length ?? 0;
        if (list === undefined) return tail ?? { kind: "null", at };
        for (const [k, item] of (tail?.items ?? []).entries()) {
          list.items?.push(item);
          list.tags?.push(tail?.tags?.[k]);
        }
        return list;
      }
      const index = type === 244 ? cursor.u32() : undefined;
      if (type === 244) type = cursor.i32();
      const one: RObject = (list ??= { kind: type === 6 || type === 240 ? "call" : "pairs", at, items: [], tags: [] });
      const from = one.items?.length ?? 0;
      if (index !== undefined)
        shared.set(index, () =>
          from === 0
            ? one
            : { kind: "pairs", at, items: one.items?.slice(from) ?? [], tags: one.tags?.slice(from) ?? [] },
        );
      if (type === 239 || type === 240) await this.object();
      const tag = await this.object();
      this.depth += 1;
      one.items?.push(await this.expression(cursor.i32(), shared));
      one.tags?.push(tag.name);
      this.depth -= 1;
      // The rest of the list: not deeper, only longer.
      type = cursor.i32();
    }
  }

  /** ALTREP: a class, a state and attributes. The ones that R's base package makes are expanded. */
  private async alternative(at: number): Promise<RObject> {
    const info = await this.object();
    const state = await this.object();
    const attributes = pairsOf(await this.object());
    const name = info.items?.[0]?.name ?? "";
    const [first] = state.items ?? [];
    if (/^(?:wrap_|mmap_)/.test(name) && first !== undefined) {
      // What others refer to as well has its attributes already, and is not copied.
      const isOwn = first.kind !== "environment" && attributes.length > 0;
      return isOwn ? withAttributes(first, [...(first.attributes ?? []), ...attributes]) : first;
    }
    const given = (made: RObject): Promise<RObject> | RObject =>
      attributes.length > 0 ? withAttributes(made, attributes) : made;
    if (/^compact_(?:intseq|realseq)$/.test(name) && state.kind === "double" && state.length === 3) {
      const [count = 0, start = 0, step = 1] = await numbersOf(state);
      const isReal = name === "compact_realseq";
      if (!Number.isSafeInteger(count) || count < 0)
        throw corrupt(`${this.source.name}: a sequence of ${count} at byte ${at}`, at);
      this.expanded += count * NUMBER_BYTES[isReal ? "double" : "integer"];
      // Shown as what is stored: count, first and step.
      if (this.expanded > LIMITS.rdsExpandedBytes) {
        const className: RObject = { kind: "text", at, texts: [name] };
        return withAttributes(state, [...attributes, ["class", className]]);
      }
      const data = sequence(count, start, step, isReal);
      return given(this.made(isReal ? "double" : "integer", at, { length: count, data }));
    }
    const isNumber = first?.kind === "integer" || first?.kind === "double";
    if (name === "deferred_string" && isNumber) {
      this.counted(first.length ?? 0);
      const rest = state.items?.[1];
      const [scipen = 0] = rest?.kind === "integer" ? await numbersOf(rest) : [];
      const made = this.made("text", at, { texts: [] });
      for (const text of textsOf(first, await numbersOf(first), await bitsOf(first), scipen)) {
        this.written += text?.length ?? 0;
        if (this.written > LIMITS.rdsNumberCharacters)
          throw limitExceeded(
            `${this.source.name}: characters of numbers`,
            this.written,
            LIMITS.rdsNumberCharacters,
            at,
          );
        made.texts?.push(text);
      }
      return given(made);
    }
    throw unsupported(`${this.source.name}: an alternative form "${name}" of a vector at byte ${at}`, at);
  }
}

/** Of a pair list alone: an environment, which any number of places may refer to, is none. */
function pairsOf({ kind, items = [], tags }: RObject): [string, RObject][] {
  return kind === "pairs" ? items.map((item, i) => [tags?.[i] ?? "", item]) : [];
}

/** With its attributes, and the shape that they give. */
async function withAttributes(object: RObject, attributes: [string, RObject][]): Promise<RObject> {
  const dim = attributes.find(([name]) => name === "dim")?.[1];
  const isShape = dim?.data !== undefined && dim.kind === "integer" && (dim.length ?? 0) <= LIMITS.dimensions;
  return { ...object, attributes, ...(isShape ? { dims: await numbersOf(dim) } : {}) };
}

/** The number that one element is; null is NA, a NaN with 1954 in it. Of NaNs other than R's own, only the bits tell. */
function scalarOf(bytes: Uint8Array, kind: NumberKind, isLittle: boolean): number | null | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (kind === "integer") {
    const value = view.getInt32(0, isLittle);
    return value === -(2 ** 31) ? null : value;
  }
  if (kind !== "double") return undefined;
  const value = view.getFloat64(0, isLittle);
  if (!Number.isNaN(value)) return value;
  const bits = view.getBigUint64(0, isLittle);
  return bits === NAN ? value : (bits & 0xffff_ffffn) === 1954n ? null : undefined;
}

/** Numbers of a short vector. */
async function numbersOf({ kind, data, length = 0, isLittle }: RObject): Promise<number[]> {
  if (data === undefined) return [];
  const bytes = await data.read(0, data.size);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length }, (_, k) =>
    kind === "double" ? view.getFloat64(k * 8, isLittle) : view.getInt32(k * 4, isLittle),
  );
}

async function bitsOf({ data }: RObject): Promise<DataView> {
  const bytes = (await data?.read(0, data.size)) ?? new Uint8Array(0);
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Numbers as texts that were not made before they were saved; NA is none. */
function* textsOf(
  { kind, isLittle }: RObject,
  numbers: readonly number[],
  bits: DataView,
  scipen: number,
): Generator<string | null> {
  for (const [k, number] of numbers.entries())
    if (kind === "integer") yield number === -(2 ** 31) ? null : String(number);
    else {
      const isNA = Number.isNaN(number) && bits.getUint32(k * 8 + (isLittle === true ? 0 : 4), isLittle) === 1954;
      yield isNA ? null : realText(number, scipen);
    }
}

/** 1:n is kept as three numbers: its elements are made when they are read. */
function sequence(count: number, start: number, step: number, isReal: boolean): ByteSource {
  const width = isReal ? 8 : 4;
  const source: ByteSource = {
    size: count * width,
    name: "sequence",
    async read(from, to) {
      checkRange(source, from, to);
      const first = Math.floor(from / width);
      const last = Math.ceil(to / width);
      const bytes = new Uint8Array((last - first) * width);
      const view = new DataView(bytes.buffer);
      for (let k = first; k < last; k++) {
        const value = start + k * step;
        if (isReal) view.setFloat64((k - first) * width, value);
        else view.setInt32((k - first) * width, value);
      }
      return bytes.subarray(from - first * width, to - first * width);
    },
  };
  return source;
}
