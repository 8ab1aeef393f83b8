import { corrupt, limitExceeded, truncated } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import { DocumentRoom, UNITS } from "../document/room.ts";

/**
 * A strict MessagePack reader over bytes in memory. Integers are bigint, floats keep their bits, text is checked
 * UTF-8, extensions are handed over as they are and mean nothing here. Counts are checked against the bytes that are
 * left (an item takes one at least) before anything is allocated; nesting and the memory that values take are limited.
 */
export type Msgpack =
  | null
  | boolean
  | bigint
  | number
  | string
  | MsgpackNan
  | MsgpackBin
  | MsgpackExtension
  | MsgpackArray
  | MsgpackMap;

/** A NaN other than the default quiet one, which a JS number cannot be trusted to keep. */
export interface MsgpackNan {
  readonly kind: "nan";
  /** Of the float64; a float32's payload widened as hardware widens it. */
  readonly bits: bigint;
}

export interface MsgpackBin {
  readonly kind: "bin";
  readonly bytes: Uint8Array;
  /** Of the content's first byte. */
  readonly offset: number;
}

export interface MsgpackExtension {
  readonly kind: "extension";
  readonly code: number;
  readonly bytes: Uint8Array;
  readonly offset: number;
}

export interface MsgpackArray {
  readonly kind: "array";
  readonly items: readonly Msgpack[];
  readonly offset: number;
}

export interface MsgpackMap {
  readonly kind: "map";
  readonly entries: ReadonlyMap<string, Msgpack>;
  readonly offset: number;
}

const DEFAULT_NAN = 0x7ff8000000000000n;

/** Reads objects one after another. `base` is where the bytes lie in the file, for messages. */
export class MsgpackReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #base: number;
  readonly #what: string;
  readonly #room: DocumentRoom;
  readonly #decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  #at = 0;

  constructor(bytes: Uint8Array, what: string, base = 0) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#what = what;
    this.#base = base;
    this.#room = new DocumentRoom(what);
  }

  /** Of the next byte, in the bytes given. */
  get position(): number {
    return this.#at;
  }

  /** The next object, whole. */
  read(): Msgpack {
    return this.#object(0);
  }

  /** The pair count of the map that begins here, leaving its pairs to be read one by one. */
  readMapHeader(): number {
    const offset = this.#at;
    const tag = this.#byte();
    const length = this.#mapLength(tag);
    if (length === undefined) throw this.#bad("expected a map", offset);
    return this.#fits(length, 2, offset);
  }

  #object(depth: number): Msgpack {
    if (depth > LIMITS.msgpackDepth)
      throw limitExceeded(`${this.#what}: nesting`, depth, LIMITS.msgpackDepth, this.#base + this.#at);
    const offset = this.#at;
    const tag = this.#byte();
    this.#room.take(UNITS.atom, this.#base + offset);
    if (tag < 0x80) return BigInt(tag);
    if (tag >= 0xe0) return BigInt(tag - 0x100);
    if (tag >= 0xa0 && tag < 0xc0) return this.#text(tag & 0x1f);
    const mapLength = this.#mapLength(tag);
    if (mapLength !== undefined) return this.#map(this.#fits(mapLength, 2, offset), offset, depth);
    const arrayLength = this.#arrayLength(tag);
    if (arrayLength !== undefined) return this.#array(this.#fits(arrayLength, 1, offset), offset, depth);
    return this.#scalar(tag, offset);
  }

  #scalar(tag: number, offset: number): Msgpack {
    switch (tag) {
      case 0xc0:
        return null;
      case 0xc2:
        return false;
      case 0xc3:
        return true;
      case 0xc4:
      case 0xc5:
      case 0xc6:
        return this.#bin(this.#sized(tag - 0xc4));
      case 0xc7:
      case 0xc8:
      case 0xc9:
        return this.#extension(this.#sized(tag - 0xc7), offset);
      case 0xca:
        return this.#float32();
      case 0xcb:
        return this.#float64();
      case 0xcc:
      case 0xcd:
      case 0xce:
        return BigInt(this.#sized(tag - 0xcc));
      case 0xcf:
        return this.#view.getBigUint64(this.#take(8));
      case 0xd0:
        return BigInt(this.#view.getInt8(this.#take(1)));
      case 0xd1:
        return BigInt(this.#view.getInt16(this.#take(2)));
      case 0xd2:
        return BigInt(this.#view.getInt32(this.#take(4)));
      case 0xd3:
        return this.#view.getBigInt64(this.#take(8));
      case 0xd4:
      case 0xd5:
      case 0xd6:
      case 0xd7:
      case 0xd8:
        return this.#extension(2 ** (tag - 0xd4), offset);
      case 0xd9:
      case 0xda:
      case 0xdb:
        return this.#text(this.#sized(tag - 0xd9));
      default:
        throw this.#bad(`0x${tag.toString(16)} begins no MessagePack object`, offset);
    }
  }

  #float64(): number | MsgpackNan {
    const at = this.#take(8);
    const bits = this.#view.getBigUint64(at);
    const value = this.#view.getFloat64(at);
    return Number.isNaN(value) && bits !== DEFAULT_NAN ? { kind: "nan", bits } : value;
  }

  #float32(): number | MsgpackNan {
    const at = this.#take(4);
    const value = this.#view.getFloat32(at);
    if (!Number.isNaN(value)) return value;
    const half = BigInt(this.#view.getUint32(at));
    const bits = ((half >> 31n) << 63n) | (0x7ffn << 52n) | ((half & 0x7fffffn) << 29n);
    return bits === DEFAULT_NAN ? value : { kind: "nan", bits };
  }

  #text(length: number): string {
    const at = this.#take(length);
    try {
      return this.#decoder.decode(this.#bytes.subarray(at, at + length));
    } catch {
      throw this.#bad(`text of ${length} bytes is not UTF-8`, at);
    }
  }

  #bin(length: number): MsgpackBin {
    const at = this.#take(length);
    this.#room.take(UNITS.bytes, this.#base + at);
    return { kind: "bin", bytes: this.#bytes.subarray(at, at + length), offset: this.#base + at };
  }

  #extension(length: number, offset: number): MsgpackExtension {
    const code = this.#view.getInt8(this.#take(1));
    const at = this.#take(length);
    this.#room.take(UNITS.bytes, this.#base + offset);
    return { kind: "extension", code, bytes: this.#bytes.subarray(at, at + length), offset: this.#base + offset };
  }

  #array(length: number, offset: number, depth: number): MsgpackArray {
    this.#room.take(UNITS.list, this.#base + offset);
    const items: Msgpack[] = [];
    for (let index = 0; index < length; index++) items.push(this.#object(depth + 1));
    return { kind: "array", items, offset: this.#base + offset };
  }

  #map(length: number, offset: number, depth: number): MsgpackMap {
    this.#room.take(UNITS.map, this.#base + offset);
    const entries = new Map<string, Msgpack>();
    for (let index = 0; index < length; index++) {
      const at = this.#at;
      const key = this.#object(depth + 1);
      if (typeof key !== "string") throw this.#bad("a map's key is not text", at);
      if (entries.has(key)) throw this.#bad(`a map has the key ${JSON.stringify(key)} twice`, at);
      entries.set(key, this.#object(depth + 1));
    }
    return { kind: "map", entries, offset: this.#base + offset };
  }

  #mapLength(tag: number): number | undefined {
    if (tag >= 0x80 && tag < 0x90) return tag & 0x0f;
    return tag === 0xde || tag === 0xdf ? this.#sized(tag - 0xdd) : undefined;
  }

  #arrayLength(tag: number): number | undefined {
    if (tag >= 0x90 && tag < 0xa0) return tag & 0x0f;
    return tag === 0xdc || tag === 0xdd ? this.#sized(tag - 0xdb) : undefined;
  }

  /** A length or count in 1 (`width` 0), 2 (1) or 4 (2) bytes. */
  #sized(width: number): number {
    if (width === 0) return this.#view.getUint8(this.#take(1));
    return width === 1 ? this.#view.getUint16(this.#take(2)) : this.#view.getUint32(this.#take(4));
  }

  /** A count of items that take `least` bytes each at least: refused when they cannot be there. */
  #fits(count: number, least: number, offset: number): number {
    const available = this.#bytes.length - this.#at;
    if (count * least > available)
      throw truncated(`${this.#what}: ${count} items`, this.#base + offset, count * least, available);
    return count;
  }

  #byte(): number {
    return this.#view.getUint8(this.#take(1));
  }

  #take(count: number): number {
    const at = this.#at;
    if (at + count > this.#bytes.length) throw truncated(this.#what, this.#base + at, count, this.#bytes.length - at);
    this.#at = at + count;
    return at;
  }

  #bad(found: string, at: number): Error {
    return corrupt(`${this.#what}: ${found} (byte ${this.#base + at})`, this.#base + at);
  }
}
