import { isNode, type ObjectNode, type Value } from "../model/value.ts";
import { attributeOf, classOf } from "./anatomy.ts";
import { ifReadable } from "./texts.ts";

/** What a booster's own serialised bytes tell, as far as it is certain. */
export interface BoosterFacts {
  readonly version?: string;
  readonly features?: readonly string[];
}

/** The configuration and the names come before the trees, however many those are. */
const HEAD_BYTES = 4 * 1024 * 1024;
const NAMES = 1_000_000;

/**
 * Reads the head of what `xgboost.core.Booster` and `lightgbm.basic.Booster` keep as their state: XGBoost's Universal
 * Binary JSON (from 1.6 on) or JSON, LightGBM's model text. Undefined for any other object.
 */
export async function boosterFacts(node: ObjectNode): Promise<BoosterFacts | undefined> {
  const { module, name } = classOf(node);
  if (name !== "Booster") return undefined;
  const handle = attributeOf(node, "handle") ?? attributeOf(node, "_handle");
  if (module === "lightgbm.basic") return typeof handle === "string" ? lightgbmFacts(handle) : undefined;
  return module === "xgboost.core" ? xgboostFacts(await headOf(handle)) : undefined;
}

async function headOf(handle: Value | undefined): Promise<Uint8Array> {
  if (!isNode(handle) || handle.kind !== "bytes") return new Uint8Array(0);
  const { data } = handle;
  return (await ifReadable(() => data.read(0, Math.min(data.size, HEAD_BYTES)))) ?? new Uint8Array(0);
}

/** `feature_names=a b c`, in the lines before the first tree. LightGBM allows no spaces in names. */
function lightgbmFacts(text: string): BoosterFacts {
  const end = text.indexOf("\n\n");
  const line = /^feature_names=(.+)$/m.exec(text.slice(0, end < 0 ? HEAD_BYTES : end))?.[1];
  return line === undefined ? {} : { features: line.split(" ") };
}

function xgboostFacts(bytes: Uint8Array): BoosterFacts {
  const version = binaryVersion(bytes) ?? jsonVersion(bytes);
  const features = binaryNames(bytes);
  return {
    ...(version === undefined ? {} : { version }),
    ...(features === undefined || features.length === 0 ? {} : { features }),
  };
}

/** A position in Universal Binary JSON: integers are big-endian, one letter before each says its size. */
class UbjCursor {
  at: number;
  private readonly view: DataView;

  constructor(bytes: Uint8Array, at: number) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = at;
  }

  letter(): string {
    return this.at < this.view.byteLength ? String.fromCharCode(this.view.getUint8(this.at++)) : "";
  }

  integer(): number | undefined {
    const letter = this.letter();
    const size = { i: 1, U: 1, I: 2, l: 4, L: 8 }[letter];
    if (size === undefined || this.at + size > this.view.byteLength) return undefined;
    const { view, at } = this;
    this.at += size;
    if (letter === "i") return view.getInt8(at);
    if (letter === "U") return view.getUint8(at);
    if (letter === "I") return view.getInt16(at);
    return letter === "l" ? view.getInt32(at) : Number(view.getBigInt64(at));
  }

  /** The length of an array that says it: `[#` and a count. */
  arrayLength(): number | undefined {
    return this.letter() === "[" && this.letter() === "#" ? this.integer() : undefined;
  }

  text(): string | undefined {
    if (this.letter() !== "S") return undefined;
    const length = this.integer();
    if (length === undefined || length < 0 || this.at + length > this.view.byteLength) return undefined;
    const bytes = new Uint8Array(this.view.buffer, this.view.byteOffset + this.at, length);
    this.at += length;
    return new TextDecoder().decode(bytes);
  }
}

/** `version` and three integers. */
function binaryVersion(bytes: Uint8Array): string | undefined {
  const cursor = cursorAfterKey(bytes, "version");
  if (cursor?.arrayLength() !== 3) return undefined;
  const parts = [cursor.integer(), cursor.integer(), cursor.integer()];
  return parts.every((part) => part !== undefined && part >= 0) ? parts.join(".") : undefined;
}

function binaryNames(bytes: Uint8Array): readonly string[] | undefined {
  const cursor = cursorAfterKey(bytes, "feature_names");
  const count = cursor?.arrayLength();
  if (cursor === undefined || count === undefined || count < 0 || count > NAMES) return undefined;
  const names: string[] = [];
  for (let i = 0; i < count; i++) {
    const name = cursor.text();
    if (name === undefined) return undefined;
    names.push(name);
  }
  return names;
}

/** Behind the first key of that name that an array with a length follows. */
function cursorAfterKey(bytes: Uint8Array, key: string): UbjCursor | undefined {
  const pattern = new TextEncoder().encode(`L\0\0\0\0\0\0\0${String.fromCharCode(key.length)}${key}[#`);
  const at = indexOfBytes(bytes, pattern);
  return at < 0 ? undefined : new UbjCursor(bytes, at + pattern.length - 2);
}

/** Older pickles hold the configuration as JSON text: `"version":[1,5,2]`. */
function jsonVersion(bytes: Uint8Array): string | undefined {
  const at = indexOfBytes(bytes, new TextEncoder().encode('"version":['));
  if (at < 0) return undefined;
  const text = new TextDecoder().decode(bytes.subarray(at, at + 64));
  return /^"version":\[(\d+),(\d+),(\d+)\]/.exec(text)?.slice(1).join(".");
}

function indexOfBytes(bytes: Uint8Array, pattern: Uint8Array): number {
  const first = pattern[0] ?? 0;
  for (let at = bytes.indexOf(first); at >= 0; at = bytes.indexOf(first, at + 1)) {
    let k = 1;
    while (k < pattern.length && bytes[at + k] === pattern[k]) k++;
    if (k === pattern.length) return at;
  }
  return -1;
}
