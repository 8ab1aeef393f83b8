import type { RawArtifact } from "../../model/artifact.ts";
import { keyPath } from "../../meaning/path.ts";
import { isNode, type Value } from "../../model/value.ts";
import { attributesOf, factsOf, nodeValue, plainArtifact } from "../hdf5/plain.ts";
import { type H5Group, type H5Tree, leavesOf, nodeAt } from "../hdf5/tree.ts";
import { calledVariables } from "./called.ts";
import { configOf, type KerasConfig, readJsonText } from "./config.ts";
import { codeFindings, unlisted } from "./findings.ts";
import { layerObject, modelFacts, putWeight, toldOf, variable, type Weights, weightsDict } from "./model.ts";

/** Attributes whose JSON is shown as values. */
const JSON_ATTRIBUTES = new Set(["model_config", "training_config"]);
/** How the arrays are ordered: seen in the result. */
const BOOKKEEPING: ReadonlySet<string> = new Set(["layer_names", "weight_names", ...JSON_ATTRIBUTES]);

/** Attributes that are told as settings of layers, the version and the backend. */
const RESTATED = ["model_config", "keras_version", "backend", "model_weights@keras_version", "model_weights@backend"];

/** How Keras keeps its arrays in an HDF5 file; undefined for a file of somebody else. */
export function kerasKind(root: H5Group): "whole" | "weights" | "variables" | undefined {
  const has = (name: string): boolean => root.attributes.some((attribute) => attribute.name === name);
  if (has("model_config") || (has("keras_version") && root.children.has("model_weights"))) return "whole";
  if (has("layer_names") || has("layer_names0")) return "weights";
  let variables = 0;
  for (const node of leavesOf(root)) {
    if (node.kind === "group" || node.kind === "link") continue;
    // Numbered; layers of preprocessing name theirs.
    const [, name] = /(?:^|\/)vars\/([^/]+)$/.exec(node.path) ?? [];
    if (node.kind !== "dataset" || name === undefined) return undefined;
    if (/^\d+$/.test(name)) variables += 1;
  }
  return variables > 0 ? "variables" : undefined;
}

/** A file of Keras: a whole model, or weights alone. */
export async function kerasArtifact(
  tree: H5Tree,
  root: H5Group,
  kind: "whole" | "weights" | "variables",
): Promise<RawArtifact> {
  if (kind === "variables") {
    const raw = withoutEmpty(await plainArtifact(tree, root));
    const called = await calledVariables(tree, root);
    return {
      ...raw,
      format: "keras",
      told: { ...toldOf(undefined, undefined, []), called, restated: layerNames(raw) },
    };
  }
  const attributeText = async (name: string): Promise<string | undefined> => {
    const attribute = root.attributes.find((each) => each.name === name);
    const value = attribute === undefined ? undefined : await tree.attributeValue(attribute, "");
    return typeof value === "string" ? value : undefined;
  };
  const { work } = tree.superblock.file;
  const jsonOf = async (name: string): Promise<Value | undefined> => {
    const text = await attributeText(name);
    return text === undefined ? undefined : await readJsonText(text, name, work);
  };
  const config = configOf(await jsonOf("model_config"));
  const used = new Set<string>();
  const group = nodeAt(root, "model_weights");
  const weights = await layerWeights(tree, group?.kind === "group" ? group : root, config, used);
  const optimizer = nodeAt(root, "optimizer_weights");
  if (optimizer?.kind === "group") weights.set("optimizer_weights", await groupWeights(tree, optimizer, used));
  await addRest(tree, root, used, weights);

  const version = (await attributeText("keras_version")) ?? (await versionOf(tree, group));
  const backend = await attributeText("backend");
  const metadata = await attributesOf(tree, root, BOOKKEEPING);
  if (isNode(metadata) && metadata.kind === "dict")
    for (const name of JSON_ATTRIBUTES) {
      const value = await jsonOf(name);
      if (value === undefined) continue;
      metadata.keys.push(name);
      metadata.values.push(value);
    }
  return {
    format: "keras",
    container: [],
    root: config === undefined ? weightsDict(weights) : layerObject(config, weights),
    namedTensors: false,
    facts: [...factsOf(tree), ...modelFacts(config)],
    metadata,
    told: {
      ...toldOf(config, version, backend === undefined ? [] : [{ id: "backend", label: "Backend", value: backend }]),
      restated: RESTATED.map((name) => keyPath("__metadata__", name)),
    },
    findings: [...tree.findings.all(), ...codeFindings(config)],
    complete: tree.isWhole,
  };
}

/** Where the names of layers stand, by which the arrays are called. */
function layerNames({ metadata }: RawArtifact): readonly string[] {
  const keys = isNode(metadata) && metadata.kind === "dict" ? metadata.keys : [];
  return keys.flatMap((key) =>
    typeof key === "string" && /(?:^|\/)vars@name$/.test(key) ? [keyPath("__metadata__", key)] : [],
  );
}

/** Layers without arrays have a group all the same: nothing that anybody would look for. */
function withoutEmpty(raw: RawArtifact): RawArtifact {
  const { root } = raw;
  if (!isNode(root) || root.kind !== "dict") return raw;
  const kept = root.values.flatMap((value, i) =>
    isNode(value) && value.kind === "dict" && value.keys.length === 0 ? [] : [i],
  );
  const keys = kept.map((i) => root.keys[i] ?? null);
  return { ...raw, root: { ...root, keys, values: kept.map((i) => root.values[i] ?? null) } };
}

async function versionOf(tree: H5Tree, group: ReturnType<typeof nodeAt>): Promise<string | undefined> {
  const attribute = group?.kind === "group" ? group.attributes.find(({ name }) => name === "keras_version") : undefined;
  const value = attribute === undefined ? undefined : await tree.attributeValue(attribute, "model_weights");
  return typeof value === "string" ? value : undefined;
}

/** Names that a group lists, in several attributes where they are too long for one. */
async function namesOf(tree: H5Tree, group: H5Group, name: string): Promise<readonly string[] | undefined> {
  const parts = group.attributes.filter((each) => each.name === name || /^\d+$/.test(each.name.replace(name, "")));
  if (parts.length === 0) return undefined;
  const names: string[] = [];
  for (const part of parts) {
    const value = await tree.attributeValue(part, group.path);
    // No names at all are an empty array of numbers.
    if (!isNode(value) || value.kind !== "list") continue;
    for (const item of value.items) if (typeof item === "string") names.push(item);
  }
  return names;
}

/** The arrays of each layer, in the order that the file lists them. */
async function layerWeights(
  tree: H5Tree,
  group: H5Group,
  config: KerasConfig | undefined,
  used: Set<string>,
): Promise<Weights> {
  const weights: Weights = new Map();
  const inConfig = new Set(config?.layers.map(({ name }) => name));
  for (const layer of (await namesOf(tree, group, "layer_names")) ?? group.children.keys()) {
    const node = group.children.get(layer);
    if (node?.kind !== "group") continue;
    const own: Weights = new Map();
    for (const name of (await namesOf(tree, node, "weight_names")) ?? []) {
      const dataset = nodeAt(node, name);
      if (dataset?.kind !== "dataset") {
        tree.findings.add(unlisted(layer, name));
        tree.isWhole = false;
        continue;
      }
      used.add(dataset.path);
      putWeight(own, addressOf(layer, name), variable(await nodeValue(tree, dataset)));
    }
    if (own.size > 0 || inConfig.has(layer)) weights.set(layer, own);
  }
  return weights;
}

/**
 * The names below a layer that lead to a weight: `dense_1/kernel:0` of `dense_1` is `kernel`, also behind the model's name;
 * Keras 1's `dense_1_W:0` is `W`. Names of other scopes are kept whole.
 */
export function addressOf(layer: string, name: string): readonly string[] {
  const parts = name
    .replace(/:0$/, "")
    .split("/")
    .filter((part) => part !== "");
  const [first = ""] = parts;
  const at = parts.slice(0, -1).indexOf(layer);
  if (at === 0 || at === 1) return parts.slice(at + 1);
  if (parts.length === 1 && first.startsWith(`${layer}_`)) return [first.slice(layer.length + 1)];
  return parts.length === 0 ? [name] : parts;
}

async function groupWeights(tree: H5Tree, group: H5Group, used: Set<string>): Promise<Weights> {
  const weights: Weights = new Map();
  const listed = await namesOf(tree, group, "weight_names");
  const names = listed?.filter((name) => nodeAt(group, name)?.kind === "dataset") ?? [];
  for (const name of names) {
    const dataset = nodeAt(group, name);
    if (dataset?.kind !== "dataset") continue;
    used.add(dataset.path);
    putWeight(weights, name.replace(/:0$/, "").split("/"), variable(await nodeValue(tree, dataset)));
  }
  return weights;
}

/** What no list of names leads to, by its path in the file. */
async function addRest(tree: H5Tree, root: H5Group, used: ReadonlySet<string>, weights: Weights): Promise<void> {
  for (const node of leavesOf(root)) {
    if (used.has(node.path) || node.kind === "group") continue;
    putWeight(weights, node.path.split("/"), variable(await nodeValue(tree, node)));
  }
}
