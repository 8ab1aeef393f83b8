import { Cursor, hex } from "../../bytes/cursor.ts";
import type { ByteSource } from "../../bytes/source.ts";
import { ArtifactError, asArtifactError, corrupt, limitExceeded, truncated, unsupported } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import type { DType } from "../../model/dtype.ts";
import { dtypeFromLiteral } from "../../model/numpy-dtype.ts";
import { type Literal, readPythonLiteral } from "../../model/python-literal.ts";

/** What an `.npy` header says. */
export interface NpyHeader {
  /** "1.0", "2.0" or "3.0". */
  readonly version: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly isFortran: boolean;
  /** Where the elements, or the pickle of an object array, begin. */
  readonly dataStart: number;
  /** What numpy would refuse and is clear all the same: "a key \"extra\"". */
  readonly oddities: readonly string[];
}

export const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59] as const;
const MAGIC_AND_VERSION = 8;
const KEYS: readonly string[] = ["descr", "fortran_order", "shape"];

/**
 * Reads the header at the start of `source`. Throws `not-recognised` for another magic, `unsupported` for a version
 * that numpy has not either, `truncated`, `corrupt` or `limit` with the place.
 */
export async function readNpyHeader(source: ByteSource): Promise<NpyHeader> {
  const what = `${source.name}: npy header`;
  const start = await source.read(0, Math.min(source.size, MAGIC_AND_VERSION + 4));
  if (!MAGIC.every((byte, at) => start[at] === byte)) {
    const found = `begins with ${hex(start.subarray(0, MAGIC.length))}, an npy file with ${hex(MAGIC)}`;
    throw new ArtifactError("not-recognised", `${source.name} ${found}`, { offset: 0 });
  }
  const cursor = new Cursor(start, what);
  cursor.skip(MAGIC.length);
  const major = cursor.u8();
  const minor = cursor.u8();
  if (major < 1 || major > 3 || minor !== 0)
    throw unsupported(`${what}: format version ${major}.${minor} at byte 6 (known are 1.0, 2.0 and 3.0)`, 6);
  const length = major === 1 ? cursor.u16() : cursor.u32();
  if (length > LIMITS.npyHeaderBytes)
    throw limitExceeded(`${what}: its length at byte 8`, length, LIMITS.npyHeaderBytes, MAGIC_AND_VERSION);
  const textStart = cursor.offset;
  const dataStart = textStart + length;
  if (dataStart > source.size) throw truncated(what, textStart, length, source.size - textStart);
  const text = headerText(await source.read(textStart, dataStart), major, what, textStart);
  return { version: `${major}.${minor}`, dataStart, ...describe(readEntries(text, what, textStart), what, textStart) };
}

/** Versions 1 and 2 are Latin-1, version 3 is UTF-8. */
function headerText(bytes: Uint8Array, major: number, what: string, offset: number): string {
  if (major === 3) {
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      throw corrupt(`${what} at byte ${offset} is not UTF-8`, offset);
    }
  }
  const parts: string[] = [];
  for (const byte of bytes) parts.push(String.fromCharCode(byte));
  return parts.join("");
}

function readEntries(text: string, what: string, offset: number): ReadonlyMap<string, Literal> {
  const literal = located(what, offset, () => readPythonLiteral(text, what));
  if (typeof literal !== "object" || literal === null || literal.kind !== "dict")
    throw corrupt(`${what} at byte ${offset} is not a dict`, offset);
  const entries = new Map<string, Literal>();
  for (const [key, value] of literal.entries) {
    if (typeof key !== "string") throw corrupt(`${what} at byte ${offset} has a key that is no string`, offset);
    entries.set(key, value);
  }
  return entries;
}

function describe(
  entries: ReadonlyMap<string, Literal>,
  what: string,
  offset: number,
): Pick<NpyHeader, "dtype" | "shape" | "isFortran" | "oddities"> {
  const missing = KEYS.filter((key) => !entries.has(key));
  if (missing.length > 0) {
    const found = [...entries.keys()].map((key) => JSON.stringify(key)).join(", ");
    throw corrupt(`${what} at byte ${offset} has no ${missing.join(", no ")}; its keys are ${found}`, offset);
  }
  const oddities = [...entries.keys()]
    .filter((key) => !KEYS.includes(key))
    .map((key) => `a key ${JSON.stringify(key)}`);
  const isFortran = entries.get("fortran_order");
  if (typeof isFortran !== "boolean")
    throw corrupt(`${what} at byte ${offset}: fortran_order is neither True nor False`, offset);
  const shape = shapeOf(entries.get("shape"), what, offset);
  const dtype = located(what, offset, () => dtypeFromLiteral(entries.get("descr") ?? null));
  if (dtype.subarray === undefined) return { dtype, shape, isFortran, oddities };
  // Elements that are arrays: their dimensions follow the array's own, as numpy has it.
  if (isFortran) throw unsupported(`${what}: ${dtype.name} elements in Fortran order`, offset);
  return { dtype: dtype.subarray.base, shape: [...shape, ...dtype.subarray.shape], isFortran, oddities };
}

function shapeOf(literal: Literal | undefined, what: string, offset: number): number[] {
  if (typeof literal !== "object" || literal === null || literal.kind !== "tuple")
    throw corrupt(`${what} at byte ${offset}: shape is not a tuple`, offset);
  if (literal.items.length > LIMITS.dimensions)
    throw limitExceeded(`${what}: dimensions`, literal.items.length, LIMITS.dimensions, offset);
  return literal.items.map((item) => {
    const size = typeof item === "bigint" ? Number(item) : Number.NaN;
    if (Number.isSafeInteger(size) && size >= 0) return size;
    const found = typeof item === "bigint" ? String(item) : "something that is no integer";
    throw corrupt(`${what} at byte ${offset}: shape has a dimension of ${found}`, offset);
  });
}

/** Gives errors about the text the place of the text. */
function located<T>(what: string, offset: number, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const { code, message } = asArtifactError(error, what);
    const text = message.startsWith(what) ? message : `${what}: ${message}`;
    throw new ArtifactError(code, `${text} (the header's text begins at byte ${offset})`, { offset }, error);
  }
}
