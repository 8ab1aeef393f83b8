import { LIMITS } from "../../limits.ts";
import { decimalSpelling } from "../written/numbers.ts";

const INTEGER = /^(?:[+-]?(?:0|[1-9](?:_?\d)*)|0x[\dA-Fa-f](?:_?[\dA-Fa-f])*|0o[0-7](?:_?[0-7])*|0b[01](?:_?[01])*)$/;
const REAL = /^[+-]?(?:0|[1-9](?:_?\d)*)(?:\.\d(?:_?\d)*)?(?:[eE][+-]?\d(?:_?\d)*)?$/;
const NOT_FINITE = /^[+-]?(?:inf|nan)$/;

export function isTomlNumber(text: string): boolean {
  // Digits of base 2, 8 and 16 become decimal ones, which takes too long for very many.
  if (text.length > LIMITS.integerDigits && /^0[xob]/.test(text)) return false;
  return INTEGER.test(text) || REAL.test(text) || NOT_FINITE.test(text);
}

/** A number of TOML as JSON would spell it. */
export function tomlSpelling(written: string): string {
  const text = written.replaceAll("_", "");
  if (/^0[xob]/.test(text)) return BigInt(text).toString();
  if (text.endsWith("nan")) return "NaN";
  if (text.endsWith("inf")) return text.startsWith("-") ? "-Infinity" : "Infinity";
  return decimalSpelling(text);
}

/** A date, a time, or both, with an offset or without. */
export function isTomlTime(text: string): boolean {
  return (
    /^\d{4}-\d\d-\d\d(?:[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)?)?$/.test(text) ||
    /^\d\d:\d\d:\d\d(?:\.\d+)?$/.test(text)
  );
}
