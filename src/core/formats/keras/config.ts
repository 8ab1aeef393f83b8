import { JsonScanner } from "../../bytes/json-scan.ts";
import { ArtifactError } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import { utf8Bytes } from "../../model/utf8.ts";
import { type DictNode, dictGet, isNode, type Value } from "../../model/value.ts";
import type { Work } from "../../work.ts";
import { ValueReader } from "../json/values.ts";

/** A model, layer or other object as Keras writes its configuration. */
export interface KerasConfig {
  readonly className: string;
  /** `keras.layers`; a package of the user's for custom layers. */
  readonly module: string;
  readonly name: string | undefined;
  readonly config: DictNode;
  /** All of it: how it was compiled and built stands beside its config. */
  readonly whole: DictNode;
  /** The layers of a model, in its order. */
  readonly layers: readonly KerasConfig[];
}

/** JSON text as values; undefined where it is none. */
export async function readJsonText(text: string | Uint8Array, what: string, work: Work): Promise<Value | undefined> {
  const bytes = typeof text === "string" ? utf8Bytes(text) : text;
  const reader = new ValueReader(bytes, new JsonScanner(bytes, { what }), what);
  try {
    await reader.read(work);
  } catch (error) {
    if (error instanceof ArtifactError && error.code === "cancelled") throw error;
    return undefined;
  }
  return reader.root;
}

export function dictAt(value: Value | undefined, key: string): DictNode | undefined {
  const found = isDict(value) ? dictGet(value, key) : undefined;
  return isDict(found) ? found : undefined;
}

export function textAt(value: Value | undefined, key: string): string | undefined {
  const found = isDict(value) ? dictGet(value, key) : undefined;
  return typeof found === "string" ? found : undefined;
}

export function isDict(value: Value | undefined): value is DictNode {
  return isNode(value) && value.kind === "dict";
}

/**
 * What `model_config` or `config.json` describes. Keras 1 has the layers of a Sequential as its config, later versions
 * under `layers`; undefined for what is no configuration.
 */
export function configOf(value: Value | undefined, depth = 0): KerasConfig | undefined {
  const className = textAt(value, "class_name");
  if (!isDict(value) || className === undefined || depth > LIMITS.dtypeDepth) return undefined;
  const inner = dictGet(value, "config");
  const isList = isNode(inner) && inner.kind === "list";
  const config: DictNode = isDict(inner) ? inner : { kind: "dict", keys: [], values: [] };
  const list = isList ? inner : dictGet(config, "layers");
  const layers = isNode(list) && list.kind === "list" ? list.items : [];
  return {
    className,
    module: textAt(value, "module") ?? "keras.layers",
    name: textAt(config, "name") ?? textAt(value, "name"),
    config,
    whole: value,
    layers: layers.flatMap((layer) => configOf(layer, depth + 1) ?? []),
  };
}

/** The shape that a model or layer takes, as Keras prints it; undefined where it does not say. */
export function inputShape(model: KerasConfig): readonly (number | undefined)[] | undefined {
  const first = [...model.layers, model].find(({ config }) => shapeIn(config) !== undefined);
  return first === undefined ? undefined : shapeIn(first.config);
}

function shapeIn(config: DictNode): readonly (number | undefined)[] | undefined {
  for (const key of ["batch_shape", "batch_input_shape"]) {
    const value = dictGet(config, key);
    if (isNode(value) && value.kind === "list")
      return value.items.map((item) => (typeof item === "bigint" ? Number(item) : undefined));
  }
  return undefined;
}

/** True for a layer whose configuration holds compiled Python code, which Keras runs. */
export function holdsCode(value: Value | undefined, depth = 0): boolean {
  if (!isNode(value) || depth > LIMITS.dtypeDepth) return false;
  if (value.kind === "list") return value.items.some((item) => holdsCode(item, depth + 1));
  if (value.kind !== "dict") return false;
  if (textAt(value, "class_name") === "__lambda__") return true;
  const isLambda = textAt(value, "function_type") === "lambda" || textAt(value, "output_shape_type") === "lambda";
  return isLambda || value.values.some((item) => holdsCode(item, depth + 1));
}
