/**
 * JSON as the command line writes it: numbers are given as text and written as they are, so that no digit passes
 * through a float64 on its way out.
 */
export interface JsonNumber {
  readonly raw: string;
}

export type Json =
  | null
  | boolean
  | string
  | number
  | JsonNumber
  | readonly Json[]
  | { readonly [key: string]: Json | undefined };

const JSON_NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

/**
 * The JSON form of a printed element: a number where JSON can hold it exactly, a string for what it cannot (`nan`,
 * `-inf`, complex, integers beyond 2^53, which most readers would round), true and false for booleans.
 */
export function jsonElement(text: string): Json {
  if (text === "True") return true;
  if (text === "False") return false;
  if (!JSON_NUMBER.test(text)) return text;
  if (/^-?\d+$/.test(text)) {
    const value = BigInt(text);
    return value > 9007199254740992n || value < -9007199254740992n ? text : { raw: text };
  }
  return { raw: text };
}

/** A float64 of ours (a statistic) in the same convention. */
export function jsonFloat(value: number): Json {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  return Object.is(value, -0) ? { raw: "-0.0" } : value;
}

function isJsonNumber(value: object): value is JsonNumber {
  return "raw" in value && typeof value.raw === "string" && Object.keys(value).length === 1;
}

/** One JSON document, indented by two; arrays of plain numbers stay on one line. */
export function jsonText(value: Json): string {
  const out: string[] = [];
  write(out, value, "");
  return out.join("");
}

function write(out: string[], value: Json, indent: string): void {
  if (value === null || typeof value === "boolean") out.push(String(value));
  else if (typeof value === "string") out.push(JSON.stringify(value));
  else if (typeof value === "number") out.push(Object.is(value, -0) ? "-0.0" : JSON.stringify(value));
  else if (Array.isArray(value)) writeArray(out, value, indent);
  else if (isJsonNumber(value)) out.push(value.raw);
  else writeObject(out, value as { readonly [key: string]: Json | undefined }, indent);
}

function isFlat(value: Json): boolean {
  return value === null || typeof value !== "object" || (!Array.isArray(value) && isJsonNumber(value));
}

function writeArray(out: string[], items: readonly Json[], indent: string): void {
  if (items.every(isFlat)) {
    out.push("[");
    for (const [index, item] of items.entries()) {
      if (index > 0) out.push(", ");
      write(out, item, indent);
    }
    out.push("]");
    return;
  }
  const inner = `${indent}  `;
  out.push("[\n");
  for (const [index, item] of items.entries()) {
    out.push(index > 0 ? ",\n" : "", inner);
    write(out, item, inner);
  }
  out.push(`\n${indent}]`);
}

function writeObject(out: string[], object: { readonly [key: string]: Json | undefined }, indent: string): void {
  const entries = Object.entries(object).filter((entry): entry is [string, Json] => entry[1] !== undefined);
  if (entries.length === 0) {
    out.push("{}");
    return;
  }
  const inner = `${indent}  `;
  out.push("{\n");
  for (const [index, [key, value]] of entries.entries()) {
    out.push(index > 0 ? ",\n" : "", inner, JSON.stringify(key), ": ");
    write(out, value, inner);
  }
  out.push(`\n${indent}}`);
}
