import { withoutEnd } from "../../model/text-end.ts";
import type { Value } from "../../model/value.ts";

/** Integers of one and two bytes, each made once: they are most of all integers. */
const small: bigint[] = [];

/** 0 to 65535. */
export function smallInteger(value: number): bigint {
  return small[value] ?? (small[value] = BigInt(value));
}

/** The bits of the one NaN that a JS number stands for. */
const DEFAULT_NAN = 0x7ff8_0000_0000_0000n;

/** A signed 32-bit little-endian integer. */
export function int32(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)
  );
}

export function uint32(bytes: Uint8Array, at: number): number {
  return int32(bytes, at) >>> 0;
}

/** An unsigned 64-bit length. Above 2^53 the nearest number: larger than any file either way. */
export function uint64(bytes: Uint8Array, at: number): number {
  return uint32(bytes, at + 4) * 0x1_0000_0000 + uint32(bytes, at);
}

/** A number, or a float node for a NaN whose bits a JS number would not keep. */
export function float64(view: DataView, at: number): Value {
  const value = view.getFloat64(at);
  if (value === value) return value;
  const bits = view.getBigUint64(at);
  return bits === DEFAULT_NAN ? Number.NaN : { kind: "float", bits };
}

/** LONG1 and LONG4: little-endian two's complement; no bytes are 0. */
export function longInteger(bytes: Uint8Array): bigint {
  const { length } = bytes;
  if (length === 0) return 0n;
  let hex = "0x";
  for (let i = length - 1; i >= 0; i--) hex += (bytes[i] as number).toString(16).padStart(2, "0");
  const value = BigInt(hex);
  return (bytes[length - 1] as number) > 0x7f ? value - (1n << BigInt(length * 8)) : value;
}

/** The decimal number in bytes [from, to) when it is one of up to 15 digits; Infinity for anything else. */
export function textIndex(bytes: Uint8Array, from: number, to: number): number {
  let end = to;
  // Text files of Windows: the line ends in CR LF.
  if (end > from && bytes[end - 1] === 0x0d) end--;
  if (end === from || end - from > 15) return Number.POSITIVE_INFINITY;
  let value = 0;
  for (let i = from; i < end; i++) {
    const digit = (bytes[i] as number) - 0x30;
    if (digit < 0 || digit > 9) return Number.POSITIVE_INFINITY;
    value = value * 10 + digit;
  }
  return value;
}

/** As Python's int() with base 0 reads digits: prefixes, and underscores between digits. */
const INTEGER = /^([+-]?)(0[xX](?:_?[0-9a-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|[0-9](?:_?[0-9])*)$/;

/** The text of INT or LONG: decimal, or with Python's prefixes; undefined when it is no integer. */
export function textInteger(text: string): bigint | undefined {
  const match = INTEGER.exec(trimmed(text));
  if (match === null) return undefined;
  const [, sign, digits = ""] = match;
  const value = BigInt(digits.replaceAll("_", ""));
  return sign === "-" ? -value : value;
}

/**
 * INT as CPython reads it, by C's strtol: two characters that come to 0 or 1 ("00", "01") are False and True, and digits
 * after a 0 are octal.
 */
export function textIntegerOrBoolean(text: string): bigint | boolean | undefined {
  const octal = /^\s*([+-]?)0([0-7]+)$/.exec(text);
  const value = octal === null ? textInteger(text) : BigInt(`0o${octal[2]}`) * (octal[1] === "-" ? -1n : 1n);
  if (text.length === 2 && (value === 0n || value === 1n) && text === text.trimEnd()) return value === 1n;
  return value;
}

/** A memo index in text: decimal as int() reads it, so that no index that Python finds is missed here. */
export function textMemoIndex(bytes: Uint8Array, from: number, to: number): number {
  const index = textIndex(bytes, from, to);
  if (index !== Number.POSITIVE_INFINITY || to - from > 1000) return index;
  const text = trimmed(String.fromCharCode(...bytes.subarray(from, to)));
  if (!/^[+-]?[0-9](?:_?[0-9])*$/.test(text)) return index;
  const value = Number(text.replaceAll("_", ""));
  return value >= 0 ? Math.abs(value) : index;
}

/** Without the white space that C's isspace knows. */
function trimmed(text: string): string {
  return withoutEnd(text.replace(/^[ \t\n\v\f\r]+/, ""), " \t\n\v\f\r");
}

const FLOAT = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** The text of FLOAT as Python's float() reads it; undefined when it is no number. */
export function textFloat(text: string): number | undefined {
  const content = trimmed(text);
  if (FLOAT.test(content)) return Number(content);
  const special = /^([+-]?)(inf|infinity|nan)$/i.exec(content);
  if (special === null) return undefined;
  if (special[2]?.toLowerCase() === "nan") return Number.NaN;
  return special[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}
