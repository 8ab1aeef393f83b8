import { fromBytes } from "../../bytes/source.ts";
import type { Value } from "../../model/value.ts";

/** The words of a column's definition behind its name, as `columnsOf` parts them. */
type Words = readonly string[];

/** A default that only SQLite can tell: an expression, the time, a float as a text. */
export const COMPUTED: unique symbol = Symbol("computed");
export type ColumnDefault = Value | typeof COMPUTED;

const CLAUSE = /^(?:constraint|primary|not|null|unique|check|default|collate|references|generated|as)$/i;

/** Which numbers and texts become the other when they are stored: 3.1 of "Datatypes In SQLite". */
export function affinityOf(words: Words): "integer" | "text" | "blob" | "real" | "numeric" {
  const end = words.findIndex((word) => CLAUSE.test(word));
  const type = (end < 0 ? words : words.slice(0, end)).join(" ");
  if (/int/i.test(type)) return "integer";
  if (/char|clob|text/i.test(type)) return "text";
  if (type === "" || /blob/i.test(type)) return "blob";
  return /real|floa|doub/i.test(type) ? "real" : "numeric";
}

/** True for a generated column that no row has: AS (...) that is not STORED. */
export function isComputed(words: Words): boolean {
  const at = outside(words, /^as$/i);
  if (at < 0 || words[at + 1] !== "(") return false;
  return !/^stored$/i.test(words[closing(words, at + 1) + 1] ?? "");
}

/** What DEFAULT says, as the column has it; null where nothing is said. */
export function defaultOf(words: Words): ColumnDefault {
  const at = outside(words, /^default$/i);
  if (at < 0) return null;
  const said = literal(words[at + 1] ?? "", words[at + 2] ?? "");
  const affinity = affinityOf(words);
  const isText = typeof said === "string" && affinity !== "text" && affinity !== "blob";
  const value = isText && /^[-+]?\d{1,18}$/.test(said) ? BigInt(said) : said;
  if (typeof value === "string") return isText && /^\s*[-+]?\.?\d/.test(value) ? COMPUTED : value;
  if (typeof value === "bigint")
    return affinity === "text" ? String(value) : affinity === "real" ? Number(value) : value;
  if (typeof value !== "number" || affinity === "real") return value;
  if (affinity === "text") return COMPUTED;
  // Where no type is declared as well, though such a column itself keeps floats that are whole.
  return Number.isSafeInteger(value) ? BigInt(value) : value;
}

const KEYWORDS: Readonly<Partial<Record<string, Value>>> = { null: null, true: 1n, false: 0n };

function literal(first: string, second: string): ColumnDefault {
  const isNegative = first === "-";
  const word = isNegative || first === "+" ? second : first;
  if (/^(?:\d|\.\d)/.test(word)) {
    const digits = word.replaceAll("_", "");
    // In 64 bits, or the text as it stands: versions of SQLite differ.
    if (/^0x0*[\da-f]{9}|^0x0*[89a-f][\da-f]{7}$/i.test(digits)) return COMPUTED;
    const whole = /^(?:\d+|0x[\da-f]+)$/i.test(digits) ? BigInt(digits) : undefined;
    const signed = whole === undefined ? undefined : isNegative ? -whole : whole;
    if (signed !== undefined && BigInt.asIntN(64, signed) === signed) return signed;
    return isNegative ? -Number(digits) : Number(digits);
  }
  if (/^x$/i.test(word) && /^'(?:[\da-f]{2})*'$/i.test(second)) {
    const bytes = Uint8Array.from(second.match(/[\da-f]{2}/gi) ?? [], (byte) => Number.parseInt(byte, 16));
    return { kind: "bytes", type: "bytes", data: fromBytes(bytes, "default") };
  }
  if (/^["'`[]/.test(word)) return unquoted(word);
  const key = word.toLowerCase();
  if (Object.hasOwn(KEYWORDS, key)) return KEYWORDS[key] ?? null;
  return /^\w+$/.test(key) && !key.startsWith("current_") ? word : COMPUTED;
}

/** Where a word stands that is not within brackets; -1 for nowhere. */
function outside(words: Words, wanted: RegExp): number {
  let depth = 0;
  return words.findIndex((word) => {
    if (word === "(") depth += 1;
    else if (word === ")") depth -= 1;
    return depth === 0 && wanted.test(word);
  });
}

/** Where the bracket closes that opens at `from`; the end where it does not. */
function closing(words: Words, from: number): number {
  let depth = 0;
  for (let at = from; at < words.length; at++) {
    if (words[at] === "(") depth += 1;
    else if (words[at] === ")" && --depth === 0) return at;
  }
  return words.length;
}

/** A name or a text without its quotes. */
export function unquoted(name: string): string {
  const quote = name[0] ?? "";
  if (quote === "[") return name.slice(1, -1);
  return /["`']/.test(quote) ? name.slice(1, -1).replaceAll(quote + quote, quote) : name;
}
