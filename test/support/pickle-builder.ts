import { OPCODES } from "../../src/core/formats/pickle/opcodes.ts";

/**
 * Pickles written opcode by opcode: `pickle("PROTO 4", global("os", "system"), "MARK", unicode("id"), "TUPLE", "REDUCE")`.
 * Hostile and damaged streams are spelt out in tests, so that one can see what is wrong with them.
 */
export type Part = Uint8Array | OpcodeText;

/** Arrays only group. */
export type Parts = readonly (Part | readonly Part[])[];

/** An opcode's name, with a number where its argument is one: `BININT1 7`, `MARK`. */
export type OpcodeText = string;

const byName = new Map(OPCODES.map((row) => [row.name, row]));

/** The bytes of the parts, nothing added: STOP is a part like any other. Arrays only group. */
export function pickle(...parts: Parts): Uint8Array {
  return join(parts.flat().map((part) => (typeof part === "string" ? opcode(part) : part)));
}

function opcode(text: OpcodeText): Uint8Array {
  const [name = "", argument] = text.split(" ");
  const row = byName.get(name);
  if (row === undefined) throw new Error(`${name} is no opcode`);
  const head = Uint8Array.of(row.code);
  if (row.argument === "none") return head;
  if (argument === undefined) throw new Error(`${name} needs an argument`);
  if (row.argument === "line") return join([head, ascii(`${argument}\n`)]);
  const widths: Readonly<Record<string, number>> = { u1: 1, u2: 2, i4: 4, u4: 4, u8: 8 };
  if (row.argument === "f8") {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setFloat64(0, Number(argument));
    return join([head, bytes]);
  }
  const width = widths[row.argument];
  if (width === undefined) throw new Error(`${name} takes bytes: use payload()`);
  return join([head, little(BigInt(argument), width)]);
}

/** An opcode with a length before its bytes; `declared` lies about the length. */
export function payload(name: string, bytes: Uint8Array | string, declared?: number | bigint): Uint8Array {
  const row = byName.get(name);
  const widths: Readonly<Record<string, number>> = { bytes1: 1, bytes4: 4, bytes4signed: 4, bytes8: 8 };
  const width = row === undefined ? undefined : widths[row.argument];
  if (row === undefined || width === undefined) throw new Error(`${name} takes no bytes`);
  const content = typeof bytes === "string" ? utf8(bytes) : bytes;
  return join([Uint8Array.of(row.code), little(BigInt(declared ?? content.length), width), content]);
}

/** An opcode with a line of text as it is: `STRING 'abc'`, `UNICODE \u0041`. */
export function line(name: string, ...lines: readonly string[]): Uint8Array {
  const row = byName.get(name);
  if (row === undefined || !row.argument.startsWith("line")) throw new Error(`${name} takes no line`);
  return join([Uint8Array.of(row.code), ...lines.map((each) => ascii(`${each}\n`))]);
}

export const global = (module: string, name: string): Uint8Array => line("GLOBAL", module, name);
export const inst = (module: string, name: string): Uint8Array => line("INST", module, name);
export const unicode = (text: string): Uint8Array => payload("BINUNICODE", text);
export const short = (text: string): Uint8Array => payload("SHORT_BINUNICODE", text);
export const bytes = (content: Uint8Array | readonly number[]): Uint8Array =>
  payload("BINBYTES", Uint8Array.from(content));

/** Any bytes in between: array data, damage. */
export const raw = (content: Iterable<number>): Uint8Array => Uint8Array.from(content);

export function stackGlobal(module: string, name: string): Uint8Array {
  return pickle(short(module), short(name), "STACK_GLOBAL");
}

/** A numpy dtype as numpy 2 pickles it: `f8` in byte order `<`. */
export function dtype(code: string, order = "<"): Uint8Array {
  return pickle(
    [global("numpy", "dtype"), short(code), "NEWFALSE", "NEWTRUE", "TUPLE3", "REDUCE"],
    ["MARK", "BININT1 3", short(order), "NONE", "NONE", "NONE", "BININT -1", "BININT -1", "BININT1 0", "TUPLE"],
    "BUILD",
  );
}

/** An array as protocols up to 4 pickle it. */
export function ndarray(code: string, shape: readonly number[], data: Uint8Array, fortran = false): Uint8Array {
  return pickle(
    [global("numpy.core.multiarray", "_reconstruct"), global("numpy", "ndarray")],
    ["BININT1 0", "TUPLE1", payload("SHORT_BINBYTES", "b"), "TUPLE3", "REDUCE"],
    ["MARK", "BININT1 1", "MARK", ...shape.map((dim) => `BININT ${dim}`), "TUPLE"],
    [dtype(code), fortran ? "NEWTRUE" : "NEWFALSE", bytes(data), "TUPLE", "BUILD"],
  );
}

/** joblib's stand-in for an array, up to its BUILD: the array's bytes come next. */
export function wrapper(
  code: string,
  shape: readonly number[],
  alignment?: number,
  module = "joblib.numpy_pickle",
): Uint8Array {
  const aligned = alignment === undefined ? [] : [short("numpy_array_alignment_bytes"), `BININT1 ${alignment}`];
  return pickle(
    [global(module, "NumpyArrayWrapper"), "EMPTY_TUPLE", "NEWOBJ", "EMPTY_DICT", "MARK"],
    [short("subclass"), global("numpy", "ndarray"), short("shape")],
    ["MARK", ...shape.map((dim) => `BININT ${dim}`), "TUPLE", short("order"), short("C")],
    [short("dtype"), dtype(code), short("allow_mmap"), "NEWTRUE", ...aligned, "SETITEMS", "BUILD"],
  );
}

export function join(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

function little(value: bigint, width: number): Uint8Array {
  const out = new Uint8Array(width);
  for (let i = 0; i < width; i++) out[i] = Number((value >> BigInt(8 * i)) & 0xffn);
  return out;
}

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
