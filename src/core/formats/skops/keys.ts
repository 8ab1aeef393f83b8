import { jsonGet } from "../../bytes/json-tree.ts";
import type { Value } from "../../model/value.ts";
import { isArray, numberOf, type State, stateOf } from "./state.ts";

/** The classes of a dict's keys in order: JSON has only text for keys, so skops keeps their classes in a list beside them. */
export function keyClasses({ json }: State): string[] {
  const list = stateOf(jsonGet(json, "key_types"));
  const items = list === undefined ? undefined : jsonGet(list.json, "content");
  if (!isArray(items)) return [];
  return items.items.map((item) => stateOf(item)?.name ?? "");
}

/** A key's text as the class that it had. */
export function keyOf(text: string, className: string | undefined, offset: number): Value {
  if (className === undefined || className === "str") return text;
  if (/^u?int\d*$/.test(className) && /^-?\d+$/.test(text)) return numberOf(text, offset);
  if (/^float\d*$/.test(className)) {
    if (/^-?(?:\d|\.\d)/.test(text)) return Number(text);
    if (/^-?(?:Infinity|inf)$/.test(text)) return text.startsWith("-") ? -Infinity : Infinity;
    return /^nan$/i.test(text) ? Number.NaN : text;
  }
  if (/^bool_?$/.test(className) && /^(?:true|false)$/i.test(text)) return text.toLowerCase() === "true";
  if (className === "NoneType" && text === "null") return null;
  return text;
}
