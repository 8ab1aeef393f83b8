import type { Value } from "../../model/value.ts";
import { nodeValue } from "../hdf5/plain.ts";
import type { H5Group, H5Node, H5Tree } from "../hdf5/tree.ts";
import { configOf, dictAt, type KerasConfig, textAt } from "./config.ts";
import { variable, type Weights } from "./model.ts";
import { dictGet } from "../../model/value.ts";

/** Arrays of a layer in the order in which Keras saves them: what it creates, trainable first. */
export const VARIABLES: Readonly<Record<string, readonly string[]>> = {
  Dense: ["kernel", "bias"],
  EinsumDense: ["kernel", "bias"],
  Conv1D: ["kernel", "bias"],
  Conv2D: ["kernel", "bias"],
  Conv3D: ["kernel", "bias"],
  Conv1DTranspose: ["kernel", "bias"],
  Conv2DTranspose: ["kernel", "bias"],
  Conv3DTranspose: ["kernel", "bias"],
  DepthwiseConv1D: ["kernel", "bias"],
  DepthwiseConv2D: ["kernel", "bias"],
  SeparableConv1D: ["depthwise_kernel", "pointwise_kernel", "bias"],
  SeparableConv2D: ["depthwise_kernel", "pointwise_kernel", "bias"],
  Embedding: ["embeddings"],
  BatchNormalization: ["gamma", "beta", "moving_mean", "moving_variance"],
  LayerNormalization: ["gamma", "beta"],
  GroupNormalization: ["gamma", "beta"],
  RMSNormalization: ["scale"],
  Normalization: ["mean", "variance", "count"],
  PReLU: ["alpha"],
  LSTMCell: ["kernel", "recurrent_kernel", "bias"],
  GRUCell: ["kernel", "recurrent_kernel", "bias"],
  SimpleRNNCell: ["kernel", "recurrent_kernel", "bias"],
  SeedGenerator: ["seed_generator_state"],
};

/** Settings that a layer leaves arrays out for. */
const OPTIONAL: Readonly<Record<string, string>> = { bias: "use_bias", gamma: "scale", beta: "center" };
/** Groups of a layer's own layers; the second is of Keras 2. */
export const CONTAINERS: readonly string[] = ["layers", "_layer_checkpoint_dependencies"];

/** As Keras names a class in paths: `Conv2DTranspose` is `conv2d_transpose`. */
export function snakeCase(name: string): string {
  return name
    .replace(/\W+/g, "")
    .replace(/(.)([A-Z][a-z]+)/g, "$1_$2")
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase();
}

/**
 * The arrays of `model.weights.h5` under the names that the configuration gives them. Keras 3 stores them by number below
 * the class of their layer (`layers/dense_1/vars/0`): which layer is meant its order tells, which array its class.
 */
export async function namedVariables(tree: H5Tree, group: H5Group, config: KerasConfig | undefined): Promise<Weights> {
  const weights: Weights = new Map();
  for (const [name, node] of group.children) {
    if (name === "vars" && node.kind === "group") await addVariables(tree, node, config, weights);
    else if (CONTAINERS.includes(name) && node.kind === "group" && (config?.layers.length ?? 0) > 0)
      await addLayers(tree, node, config?.layers ?? [], weights);
    else if (node.kind === "group") {
      const [label, inner] = partOf(name, config);
      const below = await namedVariables(tree, node, inner);
      if (below.size > 0) weights.set(label, below);
    } else weights.set(name, variable(await nodeValue(tree, node)));
  }
  return weights;
}

async function addLayers(
  tree: H5Tree,
  group: H5Group,
  layers: readonly KerasConfig[],
  weights: Weights,
): Promise<void> {
  const byGroup = layersByGroup(layers);
  for (const [name, node] of group.children) {
    if (node.kind !== "group") continue;
    const layer = byGroup.get(name);
    const below = await namedVariables(tree, node, layer);
    if (below.size > 0) weights.set(layer?.name ?? name, below);
  }
}

/** Layers by what Keras calls their groups: the class, and from the second on a number. */
function layersByGroup(layers: readonly KerasConfig[]): ReadonlyMap<string, KerasConfig> {
  const byGroup = new Map<string, KerasConfig>();
  const counts = new Map<string, number>();
  for (const layer of layers) {
    const name = snakeCase(layer.className);
    const count = counts.get(name) ?? 0;
    counts.set(name, count + 1);
    byGroup.set(count === 0 ? name : `${name}_${count}`, layer);
  }
  return byGroup;
}

/** The names that lead to a group of the archive, `layers/string_lookup`: as those of the arrays in it. */
export function placeOf(path: string, model: KerasConfig | undefined): readonly string[] {
  const place: string[] = [];
  let config = model;
  let isContainer = false;
  for (const part of path.split("/")) {
    if (isContainer) {
      const layer = layersByGroup(config?.layers ?? []).get(part);
      place.push(layer?.name ?? part);
      config = layer;
      isContainer = false;
    } else if (CONTAINERS.includes(part) && (config?.layers.length ?? 0) > 0) isContainer = true;
    else {
      const [label, inner] = partOf(part, config);
      place.push(label);
      config = inner;
    }
  }
  return place;
}

/** The part of a layer that a group of it is: its name as in `variable.path`, and its configuration. */
function partOf(group: string, config: KerasConfig | undefined): readonly [string, KerasConfig | undefined] {
  if (config === undefined) return [group, undefined];
  if (group === "cell" && ["LSTM", "GRU", "SimpleRNN"].includes(config.className)) {
    const className = `${config.className}Cell`;
    return [snakeCase(className), { ...config, className }];
  }
  if (group === "seed_generator") return [group, { ...config, className: "SeedGenerator" }];
  if (["layer", "forward_layer", "backward_layer"].includes(group)) {
    const wrapped = configOf(dictAt(config.config, "layer"));
    const name = wrapped?.name?.replace(/^forward_/, "");
    if (wrapped === undefined || name === undefined) return [group, wrapped];
    return [group === "layer" ? name : `${group.replace("_layer", "")}_${name}`, wrapped];
  }
  if (config.className === "MultiHeadAttention" && group.endsWith("_dense"))
    return [group.replace(/^_/, "").replace(/_dense$/, ""), { ...config, className: "EinsumDense" }];
  return [group, undefined];
}

async function addVariables(
  tree: H5Tree,
  group: H5Group,
  config: KerasConfig | undefined,
  weights: Weights,
): Promise<void> {
  const nodes: H5Node[] = [];
  for (let i = 0; group.children.has(String(i)); i++) nodes.push(group.children.get(String(i)) as H5Node);
  const values: Value[] = [];
  for (const node of nodes) values.push(variable(await nodeValue(tree, node)));
  if (values.length !== group.children.size) {
    for (const [name, node] of group.children)
      weights.set(/^\d/.test(name) ? `vars_${name}` : name, variable(await nodeValue(tree, node)));
    return;
  }
  if (values.length === 0) return;
  const all = config === undefined ? undefined : VARIABLES[config.className];
  const names = all?.filter((name) => {
    const setting = OPTIONAL[name];
    return (
      setting === undefined || dictGet(config?.config ?? { kind: "dict", keys: [], values: [] }, setting) !== false
    );
  });
  const told = names?.length === values.length ? names : [...(names ?? []), ...scalesOf(config, names?.[0])];
  if (told.length === values.length) for (const [i, value] of values.entries()) weights.set(told[i] ?? "", value);
  else weights.set("vars", { kind: "list", type: "list", items: values });
}

/**
 * What a quantised layer saves behind its arrays, by the mode of its policy.
 * https://github.com/keras-team/keras/blob/master/keras/src/layers/core/dense.py (save_own_variables)
 */
function scalesOf(config: KerasConfig | undefined, first: string | undefined): readonly string[] {
  const mode = textAt(dictAt(dictAt(config?.config, "dtype"), "config"), "mode");
  if (first === undefined) return [];
  if (mode === "int8" || mode === "int4") return [`${first}_scale`];
  if (mode !== "float8") return [];
  return ["inputs", first, "outputs_grad"].flatMap((name) => [`${name}_scale`, `${name}_amax_history`]);
}

/** The names of so many arrays of a class, where the number alone tells which of the optional ones there are. */
export function namesFor(className: string, count: number): readonly string[] | undefined {
  const all = VARIABLES[className] ?? [];
  if (all.length === count) return all;
  const needed = all.filter((name) => OPTIONAL[name] === undefined);
  return needed.length === count ? needed : undefined;
}
