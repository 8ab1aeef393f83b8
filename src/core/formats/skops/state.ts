import { type JsonArray, jsonGet, type JsonObject, type JsonValue } from "../../bytes/json-tree.ts";
import { LIMITS } from "../../limits.ts";
import type { Value } from "../../model/value.ts";

/** One value of the schema: which class, which loader makes it, and the loader's own fields. */
export interface State {
  readonly module: string;
  readonly name: string;
  readonly loader: string;
  /** Equal ids are one object. */
  readonly id: string | undefined;
  readonly json: JsonObject;
}

/** Undefined when the JSON is no state: it has no loader. */
export function stateOf(json: JsonValue | undefined): State | undefined {
  if (!isObject(json)) return undefined;
  const loader = jsonGet(json, "__loader__");
  if (typeof loader !== "string") return undefined;
  const id = jsonGet(json, "__id__");
  return {
    module: textOf(jsonGet(json, "__module__")),
    name: textOf(jsonGet(json, "__class__")),
    loader,
    // 0 and null are no ids in skops either.
    id: isNumber(id) && id.text !== "0" ? id.text : typeof id === "string" && id !== "" ? `"${id}"` : undefined,
    json,
  };
}

export function textOf(value: JsonValue | undefined): string {
  return typeof value === "string" ? value : "";
}

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && value.kind === "object";
}

export function isArray(value: JsonValue | undefined): value is JsonArray {
  return typeof value === "object" && value !== null && value.kind === "array";
}

function isNumber(value: JsonValue | undefined): value is Extract<JsonValue, { kind: "number" }> {
  return typeof value === "object" && value !== null && value.kind === "number";
}

/** Plain JSON as Python's json module reads it: floats are float64, integers of any size. Depth was bounded before. */
export function plainValue(json: JsonValue): Value {
  if (typeof json !== "object" || json === null) return json;
  if (json.kind === "number") return numberOf(json.text, json.start);
  if (json.kind === "array") return { kind: "list", type: "list", items: json.items.map(plainValue) };
  return {
    kind: "dict",
    keys: json.entries.map(({ key }) => key),
    values: json.entries.map(({ value }) => plainValue(value)),
  };
}

/** An integer has no -0 in Python's json, and converting very many digits takes too long: the text keeps those. */
export function numberOf(text: string, offset: number): Value {
  if (/^-?\d+$/.test(text)) {
    if (text === "-0") return 0n;
    return text.length <= LIMITS.integerDigits
      ? BigInt(text)
      : { kind: "decimal", text, nearest: Number(text), offset };
  }
  return Number(text);
}
