import { ArtifactError } from "../errors.ts";
import { LIMITS } from "../limits.ts";
import { parseTime } from "./datetime.ts";
import type { DType } from "./dtype.ts";
import { complexPart, writeBits } from "./element-bits.ts";
import { parseFloatText } from "./float-text.ts";
import { floatFormat, isFloatName } from "./float-format.ts";
import { readPythonBytes } from "./python-text.ts";

/**
 * The bytes of one element from its text, in the dtype's byte order; the inverse of `formatElement`, exact: decimal
 * text is rounded once, to the dtype itself. A packed element comes in the low bits of one byte. Throws
 * ArtifactError("refused") for what the dtype cannot hold, and for records and objects.
 */
export function encodeElement(dtype: DType, text: string): Uint8Array {
  const out = new Uint8Array(dtype.itemSize === 0 && dtype.bits > 0 ? 1 : dtype.itemSize);
  const view = new DataView(out.buffer);
  const { scalar, kind } = dtype;
  if (isFloatName(scalar)) writeBits(dtype, view, 0, floatFormat(scalar).bits, parseFloatText(scalar, text));
  else if (kind === "i" || kind === "u") writeBits(dtype, view, 0, dtype.bits, parseInteger(dtype, text));
  else if (kind === "b") view.setUint8(0, parseBool(text));
  else if (kind === "c") encodeComplex(dtype, view, text);
  else if (kind === "M" || kind === "m") writeBits(dtype, view, 0, 64, BigInt.asUintN(64, ticks(dtype, text)));
  else if (kind === "U") encodeUnicode(dtype, view, text);
  else if (kind === "S" || (kind === "V" && dtype.fields === undefined && dtype.subarray === undefined))
    encodeBytes(dtype, out, text);
  else throw new ArtifactError("refused", `an element of ${dtype.name} cannot be given as text`);
  return out;
}

function parseInteger(dtype: DType, text: string): bigint {
  if (text.length > LIMITS.integerDigits || !/^[-+]?\d+$/.test(text)) throw refusal(dtype, text);
  const value = BigInt(text.replace(/^\+/, ""));
  const wrapped = dtype.kind === "i" ? BigInt.asIntN(dtype.bits, value) : BigInt.asUintN(dtype.bits, value);
  if (wrapped !== value) throw refusal(dtype, text);
  return BigInt.asUintN(dtype.bits, value);
}

function parseBool(text: string): number {
  if (text === "False") return 0;
  if (text === "True") return 1;
  const byte = /^True:0x([0-9a-f]{2})$/.exec(text)?.[1];
  if (byte === undefined) throw new ArtifactError("refused", `expected True or False, found ${quote(text)}`);
  return Number.parseInt(byte, 16);
}

const COMPLEX = /^\(?([-+]?(?:nan(?::0x[0-9a-f]+)?|inf|[\d.]+(?:[eE][-+]?\d+)?))([-+].+)j\)?$/;

function encodeComplex(dtype: DType, view: DataView, text: string): void {
  const match = COMPLEX.exec(text);
  if (match === null) throw refusal(dtype, text);
  const name = complexPart(dtype);
  const { bits } = floatFormat(name);
  writeBits(dtype, view, 0, bits, parseFloatText(name, match[1] ?? ""));
  writeBits(dtype, view, dtype.itemSize / 2, bits, parseFloatText(name, (match[2] ?? "").replace(/^\+/, "")));
}

function ticks(dtype: DType, text: string): bigint {
  const value = parseTime(dtype, text);
  if (BigInt.asIntN(64, value) !== value) throw refusal(dtype, text);
  return value;
}

function encodeUnicode(dtype: DType, view: DataView, text: string): void {
  const codes = Array.from(text, (character) => character.codePointAt(0) ?? 0);
  if (codes.length * 4 > dtype.itemSize) throw refusal(dtype, text);
  codes.forEach((code, index) => {
    view.setUint32(index * 4, code, !dtype.bigEndian);
  });
}

function encodeBytes(dtype: DType, out: Uint8Array, text: string): void {
  const bytes = readPythonBytes(text);
  if (bytes === undefined || bytes.length > out.length) throw refusal(dtype, text);
  out.set(bytes);
}

function refusal(dtype: DType, text: string): ArtifactError {
  return new ArtifactError("refused", `${quote(text)} does not fit in ${dtype.name}`);
}

function quote(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
