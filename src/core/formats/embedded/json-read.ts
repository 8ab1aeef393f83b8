import { fromBase64 } from "../../bytes/base64.ts";
import type { JsonScanner } from "../../bytes/json-scan.ts";
import { corrupt, limitExceeded } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import type { Doc } from "../document/doc.ts";
import { DocumentRoom, UNITS } from "../document/room.ts";

/**
 * Documents from JSON text: the inverse of `jsonOf`. The scanner stands on the first token of a value. `room` is that of
 * the whole document.
 */
export function docFromJson(scanner: JsonScanner, room = new DocumentRoom("a document"), depth = 0): Doc {
  room.take(UNITS.atom, scanner.start);
  if (depth > LIMITS.msgpackDepth)
    throw limitExceeded("nesting of a document", depth, LIMITS.msgpackDepth, scanner.start);
  switch (scanner.kind) {
    case "null":
      return null;
    case "true":
      return true;
    case "false":
      return false;
    case "string":
      return scanner.text();
    case "number":
      return numberOf(scanner);
    case "[":
      return listOf(scanner, room, depth);
    case "{":
      return mapOf(scanner, room, depth);
    case "]":
    case "}":
    case "key":
    case "end":
      throw scanner.error("corrupt", scanner.start, "expected a value");
  }
}

/** The key that the scanner stands on, without the `$` that sets it apart from ours. */
export function ownKey(key: string): string {
  return key.startsWith("$$") ? key.slice(1) : key;
}

/** Digits of an integer: ours are written in base 16 from 39 on, and reading decimal ones is quadratic. */
const DECIMAL_DIGITS = 1000;

function numberOf(scanner: JsonScanner): Doc {
  const text = scanner.number();
  if (!scanner.isInteger) return Number(text);
  if (text.length > DECIMAL_DIGITS)
    throw limitExceeded("digits of an integer", text.length, DECIMAL_DIGITS, scanner.start);
  return BigInt(text);
}

function listOf(scanner: JsonScanner, room: DocumentRoom, depth: number): Doc {
  room.take(UNITS.list, scanner.start);
  const items: Doc[] = [];
  while (scanner.next() !== "]") items.push(docFromJson(scanner, room, depth + 1));
  return items;
}

function mapOf(scanner: JsonScanner, room: DocumentRoom, depth: number): Doc {
  room.take(UNITS.map, scanner.start);
  const map = new Map<string, Doc>();
  while (scanner.next() !== "}") {
    const { start } = scanner;
    const key = scanner.text();
    scanner.next();
    const value = docFromJson(scanner, room, depth + 1);
    if (key.startsWith("$") && !key.startsWith("$$")) {
      if (map.size > 0 || scanner.next() !== "}")
        throw scanner.error("corrupt", start, `${key} stands alone in its object`);
      return taggedOf(key, value);
    }
    if (map.has(ownKey(key))) throw scanner.error("corrupt", start, `the key ${JSON.stringify(key)} occurs twice`);
    map.set(ownKey(key), value);
  }
  return map;
}

const FLOATS: ReadonlyMap<Doc, number> = new Map<Doc, number>([
  ["nan", Number.NaN],
  ["inf", Number.POSITIVE_INFINITY],
  ["-inf", Number.NEGATIVE_INFINITY],
]);

function taggedOf(tag: string, value: Doc): Doc {
  if (tag === "$ref" && typeof value === "bigint" && value >= 0n) return { ref: Number(value) };
  if (tag === "$bytes" && typeof value === "string") return fromBase64(value);
  if (tag === "$int" && typeof value === "string") return integerOf(value);
  const float = tag === "$float" ? FLOATS.get(value) : undefined;
  if (float !== undefined) return float;
  throw corrupt(`${JSON.stringify(tag)} with such a value means nothing`);
}

function integerOf(text: string): bigint {
  if (text.length > LIMITS.integerBytes * 2 + 3)
    throw limitExceeded("digits of an integer", text.length, LIMITS.integerBytes * 2 + 3);
  const match = /^(-?)(0x[0-9a-f]+|\d{1,40})$/.exec(text);
  if (match === null) throw corrupt(`${JSON.stringify(text.slice(0, 60))} is not an integer`);
  const magnitude = BigInt(match[2] ?? "0");
  return match[1] === "-" ? -magnitude : magnitude;
}
