import type { Fact, Schema, Told } from "../../model/artifact.ts";
import { scalarDType } from "../../model/dtype.ts";
import { type DictNode, isNode, type ObjectNode, type Value } from "../../model/value.ts";
import { inputShape, type KerasConfig } from "./config.ts";

/** What a layer's arrays are called: `roles.ts` tells them from its settings by it. */
export const VARIABLE = "keras.Variable";

/** Arrays of one layer by name; a dict where a layer has others inside. */
export type Weights = Map<string, Value | Weights>;

/** Puts a value at a path of names. What stands there already is kept: the last name gets a number. */
export function putWeight(weights: Weights, path: readonly string[], value: Value): void {
  let at = weights;
  for (const name of path.slice(0, -1)) {
    let next = at.get(name);
    if (!(next instanceof Map)) {
      next = new Map();
      at.set(name, next);
    }
    at = next;
  }
  const last = path.at(-1) ?? "";
  let name = last;
  for (let n = 2; at.has(name); n++) name = `${last}#${n}`;
  at.set(name, value);
}

/** An array as the variable of a layer. Of two opaque bytes are bfloat16: h5py knows every other number that Keras has. */
export function variable(value: Value): Value {
  if (typeof value !== "object" || value?.kind !== "tensor" || value.objects !== undefined) return value;
  const { tensor } = value;
  const isBfloat = tensor.dtype.name === "|V2";
  return {
    ...value,
    className: VARIABLE,
    tensor: isBfloat ? { ...tensor, dtype: scalarDType("bfloat16") } : tensor,
  };
}

/** A model or layer as an object: its settings, and under their names the layers and arrays that it has. */
export function layerObject(config: KerasConfig, weights: Weights): ObjectNode {
  const keys: Value[] = [];
  const values: Value[] = [];
  const inner = new Set(config.layers.flatMap(({ name }) => name ?? []));
  for (const [i, key] of config.config.keys.entries()) {
    const value = config.config.values[i];
    // Layers follow as objects, under the names that they have here.
    if (key === "layers" || value === undefined || typeof key !== "string") continue;
    keys.push(weights.has(key) || inner.has(key) ? `config_${key}` : key);
    values.push(withoutMarks(value));
  }
  for (const [i, layer] of config.layers.entries()) {
    const name = layer.name ?? `layer_${i}`;
    const own = weights.get(name);
    keys.push(name);
    values.push(layerObject(layer, own instanceof Map ? own : new Map()));
  }
  for (const [name, value] of weights) {
    if (inner.has(name)) continue;
    keys.push(name);
    values.push(value instanceof Map ? weightsDict(value) : value);
  }
  return {
    kind: "object",
    callable: { kind: "global", module: moduleOf(config), name: config.className, offset: 0 },
    how: "new",
    args: [],
    state: { kind: "dict", keys, values },
    offset: 0,
  };
}

/**
 * A setting without the numbers by which Keras finds one object again within a file: they are addresses in the memory of
 * the program that saved it, others every time. The whole configuration is in the metadata as it is.
 */
function withoutMarks(value: Value): Value {
  if (!isNode(value)) return value;
  if (value.kind === "list") return { ...value, items: value.items.map(withoutMarks) };
  if (value.kind !== "dict") return value;
  const kept = value.keys.flatMap((key, i) => (key === "shared_object_id" ? [] : [i]));
  return {
    ...value,
    keys: kept.map((i) => value.keys[i] ?? null),
    values: kept.map((i) => withoutMarks(value.values[i] ?? null)),
  };
}

export function weightsDict(weights: Weights): DictNode {
  return {
    kind: "dict",
    keys: [...weights.keys()],
    values: [...weights.values()].map((value) => (value instanceof Map ? weightsDict(value) : value)),
  };
}

const MODELS = new Set(["Sequential", "Functional", "Model"]);

function moduleOf({ className, module }: KerasConfig): string {
  return MODELS.has(className) && module === "keras.layers" ? "keras" : module;
}

/** What the file says of its meaning: who made it, which layers it has, what goes in. */
export function toldOf(
  config: KerasConfig | undefined,
  version: string | undefined,
  environment: readonly Fact[],
): Told {
  return {
    framework: {
      name: "keras",
      ...(version === undefined ? {} : { version }),
      ...(config === undefined ? {} : { className: config.className }),
    },
    environment,
    ...(config === undefined ? {} : { schema: schemaOf(config) }),
  };
}

function schemaOf(config: KerasConfig): Schema {
  const { layers } = config;
  const shape = inputShape(config);
  // Of tokens the second size is how many, not what each has.
  const isTokens = layers.some(({ className }) => className === "Embedding");
  const features = shape?.length === 2 && !isTokens ? shape[1] : undefined;
  const steps = layers.map(({ name, className }, i) => ({ name: name ?? `layer_${i}`, className }));
  return {
    ...(features === undefined ? {} : { featureCount: features }),
    ...(steps.length === 0 ? {} : { steps }),
  };
}

export function modelFacts(config: KerasConfig | undefined): Fact[] {
  const shape = config === undefined ? undefined : inputShape(config);
  if (config === undefined) return [];
  const layers: Fact = { id: "keras.layers", label: "Layers", value: String(config.layers.length) };
  if (shape === undefined) return [layers];
  const text = `(${shape.map((size) => size ?? "None").join(", ")})`;
  return [layers, { id: "keras.input-shape", label: "Input shape", value: text }];
}
