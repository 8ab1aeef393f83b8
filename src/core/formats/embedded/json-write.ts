import { toBase64 } from "../../bytes/base64.ts";
import { type Doc, type DocMap, isDocList, isDocMap } from "../document/doc.ts";

/**
 * Documents as JSON text, exactly (docs/convert/json.md, "Spelling"): integers without and floats always with a point
 * or an exponent, and in an object of one key that begins with `$` what JSON has no word for. A map's own keys that
 * begin with `$` get another one before them.
 */
export function jsonOf(doc: Doc): string {
  const parts: string[] = [];
  append(parts, doc);
  return parts.join("");
}

export function jsonKey(key: string): string {
  return JSON.stringify(key.startsWith("$") ? `$${key}` : key);
}

/** Integers that every JSON reader keeps exactly. */
const SAFE = BigInt(Number.MAX_SAFE_INTEGER);
/** Longer ones are written in base 16: reading decimal digits is quadratic. */
const DECIMAL = 1n << 128n;

function append(parts: string[], doc: Doc): void {
  if (doc === null || typeof doc === "boolean") parts.push(String(doc));
  else if (typeof doc === "string") parts.push(JSON.stringify(doc));
  else if (typeof doc === "bigint") parts.push(integerText(doc));
  else if (typeof doc === "number") parts.push(floatText(doc));
  else if (doc instanceof Uint8Array) parts.push(`{"$bytes": "${toBase64(doc)}"}`);
  else if (isDocMap(doc)) appendMap(parts, doc);
  else if (isDocList(doc)) appendList(parts, doc);
  else parts.push(`{"$ref": ${doc.ref}}`);
}

function appendMap(parts: string[], map: DocMap): void {
  let before = "{";
  for (const [key, value] of map) {
    parts.push(before, jsonKey(key), ": ");
    append(parts, value);
    before = ", ";
  }
  parts.push(map.size === 0 ? "{}" : "}");
}

function appendList(parts: string[], list: readonly Doc[]): void {
  let before = "[";
  for (const item of list) {
    parts.push(before);
    append(parts, item);
    before = ", ";
  }
  parts.push(list.length === 0 ? "[]" : "]");
}

function integerText(value: bigint): string {
  if (value >= -SAFE && value <= SAFE) return String(value);
  const magnitude = value < 0n ? -value : value;
  const digits = magnitude < DECIMAL ? String(magnitude) : `0x${magnitude.toString(16)}`;
  return `{"$int": "${value < 0n ? "-" : ""}${digits}"}`;
}

function floatText(value: number): string {
  if (Number.isNaN(value)) return '{"$float": "nan"}';
  if (!Number.isFinite(value)) return `{"$float": "${value < 0 ? "-inf" : "inf"}"}`;
  if (Object.is(value, -0)) return "-0.0";
  const text = String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}
