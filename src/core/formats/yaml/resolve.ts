import { LIMITS } from "../../limits.ts";
import type { Written } from "../written/list.ts";
import { decimalSpelling, NumberSpan } from "../written/numbers.ts";

/**
 * What plain text says by the core schema of YAML 1.2: null, true, false, whole numbers (decimal, 0o, 0x), real ones, .inf,
 * .nan; all else is text. https://yaml.org/spec/1.2.2/#103-core-schema
 */

const INTEGER = /^(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$/;
const REAL = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const NOT_FINITE = /^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
/** The same in JSON. */
const PLAIN = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?$/;
const CONSTANTS: ReadonlyMap<string, null | boolean> = new Map([
  ...["", "~", "null", "Null", "NULL"].map((text) => [text, null] as const),
  ...["true", "True", "TRUE"].map((text) => [text, true] as const),
  ...["false", "False", "FALSE"].map((text) => [text, false] as const),
]);

export function resolvePlain(text: string, start: number, end: number): Written {
  const constant = CONSTANTS.get(text);
  if (constant !== undefined) return constant;
  return isNumber(text) ? new NumberSpan(start, end, yamlSpelling(text)) : text;
}

export function isNumber(text: string): boolean {
  // Most texts are words: the first character tells.
  const first = text.charCodeAt(0);
  if (first !== 0x2b && first !== 0x2d && first !== 0x2e && (first < 0x30 || first > 0x39)) return false;
  // Digits of base 8 and 16 become decimal ones, which takes too long for very many.
  if (text.length > LIMITS.integerDigits && /^0[ox]/.test(text)) return false;
  return INTEGER.test(text) || REAL.test(text) || NOT_FINITE.test(text);
}

/** A number of YAML as JSON would spell it. */
export function yamlSpelling(written: string): string {
  if (PLAIN.test(written)) return written;
  if (/^0[ox]/.test(written)) return BigInt(written).toString();
  if (/n/i.test(written)) return /nan/i.test(written) ? "NaN" : written.startsWith("-") ? "-Infinity" : "Infinity";
  return decimalSpelling(written);
}

/** Text that YAML 1.1, which PyYAML reads, takes for a number or truth and 1.2 for text, or for another number, or the reverse. */
export function isReadOtherwise(text: string): boolean {
  if (text.length > 64) return false;
  // Most texts are words, and most numbers plain.
  if (/^[a-zA-Z]/.test(text)) return /^(?:yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF)$/.test(text);
  if (!/[_:eEb]|^[-+]?0[0-9o]/.test(text)) return false;
  return (
    /^[-+]?0[0-9_]+$/.test(text) ||
    /^0o[0-7]+$/.test(text) ||
    /^[-+]?(?:0b[01_]+|[1-9][0-9]*_[0-9_]*|[1-9][0-9_]*(?::[0-5]?[0-9])+)$/.test(text) ||
    /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*$/.test(text) ||
    /^[-+]?[0-9]+_[0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?$/.test(text) ||
    // A point and a sign in the exponent are asked for there.
    /^[-+]?[0-9]+[eE][-+]?[0-9]+$/.test(text) ||
    /^[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+)[eE][0-9]+$/.test(text)
  );
}
