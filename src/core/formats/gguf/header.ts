import { Cursor } from "../../bytes/cursor.ts";
import { type ByteSource, fromBytes, slice } from "../../bytes/source.ts";
import { type ArtifactError, asArtifactError, corrupt, limitExceeded, unsupported } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import { formatElement } from "../../model/decode.ts";
import { scalarDType } from "../../model/dtype.ts";
import type { Value } from "../../model/value.ts";
import type { Work } from "../../work.ts";
import { ARRAY_TYPE, TEXT_TYPE, VALUE_TYPES } from "./types.ts";

const MAGIC = [0x47, 0x47, 0x55, 0x46];
/** Dimensions of a tensor: GGML_MAX_DIMS. */
const DIMENSIONS = 4;
/** Arrays of arrays are allowed and never seen. */
const ARRAY_DEPTH = 8;
/** Enough for most headers without a vocabulary. */
const FIRST_READ = 256 * 1024;

export interface TensorInfo {
  readonly name: string;
  /** As numpy has it: the slowest dimension first. */
  readonly shape: readonly number[];
  /** GGML's number of the type. */
  readonly type: number;
  /** From the first byte of the tensors. */
  readonly offset: number;
  /** Where the entry lies in the file. */
  readonly at: number;
}

export interface Header {
  version: number;
  isBigEndian: boolean;
  readonly keys: string[];
  readonly values: Value[];
  readonly tensors: TensorInfo[];
  /** Byte behind the last entry. */
  end: number;
  /** Why the header was not read to its end. What was read before is right. */
  error?: ArtifactError;
}

export function isGguf(head: Uint8Array): boolean {
  return MAGIC.every((byte, index) => head[index] === byte);
}

/** Reads the header, a longer piece of the file each time until it is all there: nothing tells how long it is. */
export async function readHeader(source: ByteSource, work: Work): Promise<Header> {
  const most = Math.min(source.size, LIMITS.ggufHeaderBytes);
  for (let length = Math.min(most, FIRST_READ); ; length = Math.min(most, length * 8)) {
    const header = await parseHeader(source, await source.read(0, length), work);
    if (header.error?.code !== "truncated" || length === source.size) return header;
    if (length === most) {
      header.error = limitExceeded(`${source.name}: GGUF header`, source.size, most, most);
      return header;
    }
  }
}

async function parseHeader(source: ByteSource, bytes: Uint8Array, work: Work): Promise<Header> {
  const header: Header = { version: 0, isBigEndian: false, keys: [], values: [], tensors: [], end: 0 };
  try {
    await new HeaderReader(source, bytes, header, work).read();
  } catch (error) {
    const reason = asArtifactError(error, `${source.name}: GGUF header`);
    if (reason.code === "cancelled") throw reason;
    header.error = reason;
  }
  return header;
}

class HeaderReader {
  private readonly source: ByteSource;
  private readonly header: Header;
  private readonly work: Work;
  private readonly cursor: Cursor;
  private kept = 0;

  constructor(source: ByteSource, bytes: Uint8Array, header: Header, work: Work) {
    const what = `${source.name}: GGUF header`;
    const start = new Cursor(bytes, what);
    start.expect(MAGIC, "signature");
    const order = versionOrder(start.u32(), what);
    this.source = source;
    this.header = header;
    this.work = work;
    header.version = order.version;
    header.isBigEndian = order.isBigEndian;
    this.cursor = new Cursor(bytes, what, 0, order.isBigEndian ? "big" : "little");
    this.cursor.seek(start.offset);
  }

  async read(): Promise<void> {
    const { cursor, header } = this;
    const tensors = cursor.size("number of tensors", LIMITS.tensors);
    const entries = cursor.size("number of metadata entries", LIMITS.namedValues);
    for (let i = 0; i < entries; i++) {
      const key = this.name("key");
      const value = await this.value(cursor.u32(), ARRAY_DEPTH);
      header.keys.push(key);
      header.values.push(value);
    }
    for (let i = 0; i < tensors; i++) {
      if (this.work.isDue()) await this.work.checkpoint();
      header.tensors.push(this.tensor());
    }
    header.end = cursor.offset;
  }

  private tensor(): TensorInfo {
    const { cursor } = this;
    const at = cursor.offset;
    const name = this.name("tensor name");
    const count = cursor.u32();
    if (count > DIMENSIONS)
      throw limitExceeded(`${this.source.name}: dimensions of ${JSON.stringify(name)}`, count, DIMENSIONS, at);
    const dims = Array.from({ length: count }, () => cursor.size("dimension"));
    return { name, shape: dims.reverse(), type: cursor.u32(), offset: cursor.size("offset"), at };
  }

  private async value(type: number, depth: number): Promise<Value> {
    if (this.work.isDue()) await this.work.checkpoint();
    const { cursor } = this;
    if (type === TEXT_TYPE) return this.text();
    if (type === ARRAY_TYPE) return this.array(depth);
    const scalar = VALUE_TYPES.get(type);
    if (scalar === undefined) throw unsupported(`${this.source.name}: metadata type ${type}`, cursor.offset);
    const dtype = scalarDType(scalar, this.header.isBigEndian);
    // A copy: what is kept of a header must not keep all of its bytes.
    const bytes = cursor.take(dtype.itemSize).slice();
    const data = fromBytes(bytes, this.source.name);
    const text = formatElement(dtype, new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), 0);
    return { kind: "scalar", tensor: { dtype, shape: [], order: "C", offset: 0, data }, text };
  }

  /** Numbers stay where they are; texts and arrays are a list. */
  private async array(depth: number): Promise<Value> {
    const { cursor, source } = this;
    const at = cursor.offset;
    if (depth === 0) throw limitExceeded(`${source.name}: nested arrays`, ARRAY_DEPTH + 1, ARRAY_DEPTH, at);
    const type = cursor.u32();
    const count = cursor.size("length of an array");
    const scalar = VALUE_TYPES.get(type);
    if (scalar !== undefined) {
      const dtype = scalarDType(scalar, this.header.isBigEndian);
      const start = cursor.offset;
      cursor.skip(count * dtype.itemSize);
      const data = slice(source, start, cursor.offset);
      const tensor = { dtype, shape: [count], order: "C", offset: 0, data } as const;
      return { kind: "tensor", tensor, className: "array", offset: start };
    }
    const items: Value[] = [];
    for (let i = 0; i < count; i++) {
      this.kept += 1;
      if (this.kept > LIMITS.ggufValues)
        throw limitExceeded(`${source.name}: values of metadata`, this.kept, LIMITS.ggufValues, cursor.offset);
      items.push(await this.value(type, depth - 1));
    }
    return { kind: "list", type: "list", items };
  }

  /** A text; the bytes where they are no UTF-8. */
  private text(): Value {
    const bytes = this.cursor.take(this.cursor.size("length of a text"));
    try {
      return UTF8.decode(bytes);
    } catch {
      return { kind: "bytes", type: "bytes", data: fromBytes(bytes.slice(), this.source.name) };
    }
  }

  private name(what: string): string {
    const at = this.cursor.offset;
    const name = this.text();
    if (typeof name !== "string") throw corrupt(`${this.source.name}: ${what} at byte ${at} is no UTF-8`, at);
    return name;
  }
}

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Versions 2 and 3 have the same header; the first one had 32-bit lengths and was gone within weeks. */
function versionOrder(little: number, what: string): { version: number; isBigEndian: boolean } {
  const big = (((little & 0xff) << 24) | ((little & 0xff00) << 8) | ((little >>> 8) & 0xff00) | (little >>> 24)) >>> 0;
  if (little === 2 || little === 3) return { version: little, isBigEndian: false };
  if (big === 3) return { version: big, isBigEndian: true };
  throw unsupported(`${what}: version ${Math.min(little, big)} at byte 4; versions 2 and 3 are read`, 4);
}
