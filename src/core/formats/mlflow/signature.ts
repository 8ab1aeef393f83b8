import { jsonGet, type JsonObject, type JsonValue, readJsonTree } from "../../bytes/json-tree.ts";
import type { Fact, Schema } from "../../model/artifact.ts";
import { type DictNode, dictGet } from "../../model/value.ts";
import { isDict } from "./description.ts";

/** What a model takes and gives, as MLflow keeps it: lists of columns or tensors, as JSON text within the YAML. */
export interface Signature {
  readonly facts: readonly Fact[];
  readonly schema: Schema;
}

/** Rows of facts for one direction; a table of thousands of columns is in the schema. */
const SHOWN = 100;

export function signatureOf(root: DictNode): Signature {
  const signature = dictGet(root, "signature");
  if (!isDict(signature)) return { facts: [], schema: {} };
  const inputs = columnsOf(dictGet(signature, "inputs"));
  const outputs = columnsOf(dictGet(signature, "outputs"));
  const params = columnsOf(dictGet(signature, "params"));
  const facts = [
    ...inputs.slice(0, SHOWN).map((each, i) => ({ id: `mlflow.input.${i}`, label: "Input", value: lineOf(each) })),
    ...outputs.slice(0, SHOWN).map((each, i) => ({ id: `mlflow.output.${i}`, label: "Output", value: lineOf(each) })),
    ...params.slice(0, SHOWN).map((each, i) => ({ id: `mlflow.param.${i}`, label: "Parameter", value: lineOf(each) })),
  ];
  return { facts, schema: { ...featuresOf(inputs), ...outputsOf(outputs) } };
}

function featuresOf(inputs: readonly JsonObject[]): Schema {
  const isTable = inputs.length > 0 && inputs.every((each) => tensorSpec(each) === undefined);
  if (isTable) {
    const names = inputs.map((each) => nameOf(each));
    const features = names.flatMap((name) => (name === undefined ? [] : [name]));
    return { featureCount: inputs.length, ...(features.length === names.length && { features }) };
  }
  // Of one matrix the last dimension is what the features run along.
  const shape = inputs.length === 1 && inputs[0] !== undefined ? shapeOf(tensorSpec(inputs[0])) : [];
  const last = shape.length === 2 ? Number(shape[1]) : -1;
  return Number.isSafeInteger(last) && last > 0 ? { featureCount: last } : {};
}

function outputsOf(outputs: readonly JsonObject[]): Schema {
  const names = outputs.flatMap((each) => nameOf(each) ?? []);
  return names.length > 0 && names.length === outputs.length ? { outputs: names } : {};
}

/** `age: double`, `float32 [-1, 28, 28]`, `temperature: double = 1.0`, `note: string (optional)`. */
function lineOf(column: JsonObject): string {
  const name = nameOf(column);
  const spec = tensorSpec(column);
  const type =
    spec === undefined
      ? typeText(jsonGet(column, "type") ?? jsonGet(column, "dtype"))
      : `${typeText(jsonGet(spec, "dtype"))} [${shapeOf(spec).join(", ")}]`;
  const fallback = jsonGet(column, "default");
  const isOptional = jsonGet(column, "required") === false || jsonGet(column, "optional") === true;
  const text = `${name === undefined ? "" : `${name}: `}${type}`;
  return `${text}${fallback === undefined ? "" : ` = ${typeText(fallback)}`}${isOptional ? " (optional)" : ""}`;
}

function nameOf(column: JsonObject): string | undefined {
  const name = jsonGet(column, "name");
  if (typeof name === "string") return name;
  return isNumber(name) ? name.text : undefined;
}

function tensorSpec(column: JsonObject): JsonObject | undefined {
  const spec = jsonGet(column, "tensor-spec");
  return isObject(spec) ? spec : undefined;
}

function shapeOf(spec: JsonObject | undefined): string[] {
  const shape = spec === undefined ? undefined : jsonGet(spec, "shape");
  if (typeof shape !== "object" || shape?.kind !== "array") return [];
  return shape.items.flatMap((size) => (isNumber(size) ? [size.text] : []));
}

function typeText(value: JsonValue | undefined): string {
  if (value === undefined) return "?";
  if (typeof value !== "object" || value === null) return String(value);
  if (value.kind === "number") return value.text;
  if (value.kind === "array") return `[${value.items.map(typeText).join(", ")}]`;
  // Lists and records of newer signatures: {"type": "array", "items": {"type": "double"}}.
  const items = jsonGet(value, "items") ?? jsonGet(value, "properties");
  const type = jsonGet(value, "type");
  return type === undefined
    ? value.entries.map(({ key, value: inner }) => `${key}: ${typeText(inner)}`).join(", ")
    : `${typeText(type)}${items === undefined ? "" : ` of ${typeText(items)}`}`;
}

function columnsOf(value: unknown): JsonObject[] {
  if (typeof value !== "string") return [];
  const { root } = readJsonTree(new TextEncoder().encode(value), 32, { what: "signature" }, 200_000);
  return typeof root === "object" && root?.kind === "array" ? root.items.filter(isObject) : [];
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value?.kind === "object";
}

function isNumber(value: JsonValue | undefined): value is Extract<JsonValue, { kind: "number" }> {
  return typeof value === "object" && value?.kind === "number";
}
