import { isNode, type Value } from "../../model/value.ts";
import { utf8Bytes } from "../../model/utf8.ts";
import { integersValue, isInt64, numbersValue } from "./numbers.ts";

/** Numbers from here and there in a file as one array of float64 that keeps what was written for each. */
export function numbersWritten(texts: readonly string[], name: string, offset = 0): Value {
  const places = new Uint32Array(texts.length);
  let at = 0;
  for (const [i, text] of texts.entries()) {
    places[i] = at;
    at += text.length + 1;
  }
  return numbersValue(utf8Bytes(texts.join(" ")), places, [texts.length], name, offset);
}

/** The same as int64. */
export function integersWritten(texts: readonly string[], name: string, offset = 0): Value {
  return integersValue(texts.map(BigInt), name, offset);
}

/** The text of a number of JSON; undefined for what is none. */
export function writtenText(value: Value | undefined): string | undefined {
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "number") return Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
  return isNode(value) && value.kind === "decimal" ? value.text : undefined;
}

/** A word as what it says: a whole number, a decimal one, else itself. */
export function wordValue(text: string, offset: number): Value {
  if (isInt64(text)) return BigInt(text);
  if (/^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/.test(text))
    return { kind: "decimal", text, nearest: Number(text), offset };
  return text;
}
