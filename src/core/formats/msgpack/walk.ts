import { fromUtf8 } from "../../bytes/json-text.ts";
import { type ByteSource, slice } from "../../bytes/source.ts";
import { type ArtifactError, asArtifactError, corrupt, limitExceeded, truncated } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import type { DictNode, ListNode, Value } from "../../model/value.ts";
import type { Work } from "../../work.ts";
import { lengthAt, type Token, tokenOf } from "./token.ts";

/** What is read at once; contents of bytes and extensions are stepped over. */
const WINDOW = 64 * 1024;
/** The beginning of an extension's content that is looked at: shapes and names of dtypes are short. */
const PEEK = 4096;
/** Bytes as a key become text when they are this short. */
const KEY_BYTES = 256;

const DEFAULT_NAN = 0x7ff8000000000000n;

/** An extension's content: its first bytes, and where all of it lies. */
export interface Extension {
  readonly type: number;
  readonly head: Uint8Array;
  readonly start: number;
  readonly length: number;
  /** Of its first byte, before the content. */
  readonly offset: number;
}

/** Makes values of what MessagePack itself does not know the meaning of. */
export interface Meanings {
  extension(extension: Extension): Value;
  /** A map that is whole. */
  map(node: DictNode, offset: number): Promise<Value> | Value;
}

interface Frame {
  readonly isMap: boolean;
  readonly node: ListNode | DictNode;
  readonly offset: number;
  /** Objects that are still to come. */
  left: number;
}

/** Reads objects one after another, without recursion. Bytes stay where they are; texts are read. */
export class MsgpackWalker {
  at = 0;
  private readonly source: ByteSource;
  private readonly meanings: Meanings;
  private readonly work: Work;
  private window = new Uint8Array(0);
  private view = new DataView(this.window.buffer);
  private base = 0;
  values = 0;

  constructor(source: ByteSource, meanings: Meanings, work: Work) {
    this.source = source;
    this.meanings = meanings;
    this.work = work;
  }

  /** The next object. What there is of it when it is not whole, with why; `value` is undefined when nothing began. */
  async read(): Promise<{ readonly value: Value | undefined; readonly error?: ArtifactError }> {
    const open: Frame[] = [];
    try {
      for (;;) {
        let value = await this.begin(open);
        while (value !== undefined) {
          const frame = open.at(-1);
          if (frame === undefined) return { value };
          put(frame, value);
          value = frame.left === 0 ? await this.close(open) : undefined;
        }
      }
    } catch (error) {
      const reason = asArtifactError(error, `reading ${this.source.name}`);
      if (reason.code === "cancelled" || reason.code === "changed") throw reason;
      return { value: partOf(open), error: reason };
    }
  }

  private async close(open: Frame[]): Promise<Value> {
    const frame = open.pop() as Frame;
    return frame.node.kind === "dict" ? this.meanings.map(frame.node, frame.offset) : frame.node;
  }

  /** A value that is whole, or undefined after a collection with something in it was opened. */
  private async begin(open: Frame[]): Promise<Value | undefined> {
    this.values += 1;
    const { at: offset, values } = this;
    if (values > LIMITS.jsonValues)
      throw limitExceeded(`${this.source.name}: values`, values, LIMITS.jsonValues, offset);
    if (values % 4096 === 0 && this.work.isDue()) await this.work.checkpoint();
    if (!this.has(9)) await this.fill(1);
    const token = tokenOf(this.window[offset - this.base] ?? 0);
    if (!this.has(1 + token.width)) await this.fill(1 + token.width);
    const body = offset - this.base + 1;
    this.at += 1 + token.width;
    const frame = open.at(-1);
    const isKey = frame?.isMap === true && frame.left % 2 === 0;
    switch (token.kind) {
      case "nil":
        return null;
      case "false":
      case "true":
        return token.kind === "true";
      case "fixint":
        return BigInt(token.value);
      case "uint":
      case "int":
        return this.integer(body, token);
      case "float":
        return this.float(body, token.width);
      case "text":
        return this.text(lengthAt(this.view, body, token));
      case "bytes":
        return this.bytes(lengthAt(this.view, body, token), isKey);
      case "extension":
        return this.extension(lengthAt(this.view, body, token), offset);
      case "array":
      case "map":
        return this.collection(token, lengthAt(this.view, body, token), open, offset);
      case "never":
        throw corrupt(`${this.source.name}: byte ${offset} is 0xc1, which begins no object`, offset);
    }
  }

  private collection(token: Token, length: number, open: Frame[], offset: number): Value | Promise<Value> | undefined {
    const isMap = token.kind === "map";
    const left = isMap ? length * 2 : length;
    const { size } = this.source;
    if (left > size - this.at)
      throw truncated(`${this.source.name}: a collection of ${length}`, offset, left, size - this.at);
    if (open.length >= LIMITS.valueDepth)
      throw limitExceeded(`${this.source.name}: nesting`, open.length + 1, LIMITS.valueDepth, offset);
    const node: ListNode | DictNode = isMap
      ? { kind: "dict", keys: [], values: [] }
      : { kind: "list", type: "list", items: [] };
    if (left > 0) {
      open.push({ isMap, node, offset, left });
      return undefined;
    }
    return node;
  }

  private integer(at: number, { kind, width }: Token): bigint {
    const { view } = this;
    if (kind === "uint") {
      if (width === 8) return view.getBigUint64(at);
      return BigInt(width === 1 ? view.getUint8(at) : width === 2 ? view.getUint16(at) : view.getUint32(at));
    }
    if (width === 8) return view.getBigInt64(at);
    return BigInt(width === 1 ? view.getInt8(at) : width === 2 ? view.getInt16(at) : view.getInt32(at));
  }

  private float(at: number, width: number): Value {
    const value = width === 4 ? this.view.getFloat32(at) : this.view.getFloat64(at);
    if (!Number.isNaN(value)) return value;
    const bits = width === 8 ? this.view.getBigUint64(at) : widened(this.view.getUint32(at));
    return bits === DEFAULT_NAN ? value : { kind: "float", bits };
  }

  private async text(length: number): Promise<Value> {
    const start = this.at;
    this.step(length);
    if (length > LIMITS.pickleTextBytes)
      return { kind: "bytes", type: "str8", data: slice(this.source, start, this.at, "text") };
    const content = await this.content(start, length);
    // Before there were bytes in MessagePack, texts held them.
    return fromUtf8(content) ?? { kind: "bytes", type: "str8", data: slice(this.source, start, this.at, "text") };
  }

  private async bytes(length: number, isKey: boolean): Promise<Value> {
    const start = this.at;
    this.step(length);
    const name = isKey && length <= KEY_BYTES ? fromUtf8(await this.content(start, length)) : undefined;
    return name ?? { kind: "bytes", type: "bytes", data: slice(this.source, start, start + length, "bytes") };
  }

  private async extension(length: number, offset: number): Promise<Value> {
    const head = await this.content(this.at, Math.min(1 + length, 1 + PEEK));
    const start = this.at + 1;
    this.step(1 + length);
    return this.meanings.extension({
      type: ((head[0] ?? 0) << 24) >> 24,
      head: head.slice(1),
      start,
      length,
      offset,
    });
  }

  /** Over bytes that are there. */
  private step(length: number): void {
    const { at, source } = this;
    if (length > source.size - at) throw truncated(source.name, at, length, source.size - at);
    this.at = at + length;
  }

  private async content(start: number, length: number): Promise<Uint8Array> {
    const from = start - this.base;
    if (from >= 0 && from + length <= this.window.length) return this.window.subarray(from, from + length);
    const { size, name } = this.source;
    if (length > size - start) throw truncated(name, start, length, size - start);
    return this.source.read(start, start + length);
  }

  private has(length: number): boolean {
    return this.at >= this.base && this.at + length <= this.base + this.window.length;
  }

  private async fill(length: number): Promise<void> {
    const { at, source } = this;
    if (length > source.size - at) throw truncated(source.name, at, length, source.size - at);
    this.window = Uint8Array.from(await source.read(at, Math.min(source.size, at + WINDOW)));
    this.view = new DataView(this.window.buffer);
    this.base = at;
  }
}

/** Keys and values come in turns. */
function put(frame: Frame, value: Value): void {
  const { node } = frame;
  if (node.kind === "list") node.items.push(value);
  else if (frame.left % 2 === 0) node.keys.push(value);
  else node.values.push(value);
  frame.left -= 1;
}

/** What an error left open, each collection in the one around it. */
function partOf(open: Frame[]): Value | undefined {
  let value: Value | undefined;
  for (let frame = open.pop(); frame !== undefined; frame = open.pop()) {
    const { node, offset } = frame;
    if (value !== undefined) put(frame, value);
    if (node.kind === "dict" && node.keys.length > node.values.length)
      node.values.push({ kind: "unread", why: "the file ends here", offset });
    value = node;
  }
  return value;
}

/** The bits of a float32's NaN as a float64's. */
function widened(bits: number): bigint {
  return (BigInt(bits >>> 31) << 63n) | 0x7ff0000000000000n | (BigInt(bits & 0x7fffff) << 29n);
}
