import { corrupt } from "../../errors.ts";
import { boosterOf } from "../../formats/lightgbm/booster.ts";
import { learnerOf } from "../../formats/xgboost/learner.ts";
import { LIMITS } from "../../limits.ts";
import type { Artifact } from "../../model/artifact.ts";
import { type DictNode, dictGet, isNode, type Value } from "../../model/value.ts";
import type { Work } from "../../work.ts";
import { keyPath, rootKeyPath } from "../path.ts";
import { checkedTree, numbersOf, tensorIn } from "./columns.ts";
import type { SplitTest, Tree, TreeEnsemble } from "./ensemble.ts";
import { lightgbmEnsemble } from "./lightgbm.ts";
import { xgboostEnsemble } from "./xgboost.ts";

/**
 * Spark's forests, boostings and lone trees in an MLeap bundle: a folder for each tree, its nodes line by line, a node before
 * its left part, that before its right part.
 * https://github.com/combust/mleap/tree/master/mleap-core/src/main/scala/ml/combust/mleap/core/tree
 */
export async function mleapEnsembles(artifact: Artifact): Promise<readonly TreeEnsemble[]> {
  const { root, format } = artifact;
  if (format !== "mleap" || !isNode(root) || root.kind !== "dict") return [];
  const found: TreeEnsemble[] = [];
  await collect(root, "", found, 0);
  return found;
}

/** As deep as a bundle's folders are kept. */
const DEPTH = 33;

/** How the trees of an operation are combined; a class's raw value is the share of a leaf that is of it. */
const OPERATIONS: Readonly<Record<string, { readonly aggregate: "sum" | "mean"; readonly isClassifier: boolean }>> = {
  decision_tree_regression: { aggregate: "sum", isClassifier: false },
  decision_tree_classifier: { aggregate: "sum", isClassifier: true },
  random_forest_regression: { aggregate: "mean", isClassifier: false },
  random_forest_classifier: { aggregate: "sum", isClassifier: true },
  gbt_regression: { aggregate: "sum", isClassifier: false },
  // Its trees are regressions: the sum is the margin.
  gbt_classifier: { aggregate: "sum", isClassifier: false },
};

/** Operations whose trees are in another library's own form. */
const LIBRARIES = /^(?:xgboost|lightgbm)/;

async function ensembleOfLibrary(model: Value | undefined, path: string): Promise<TreeEnsemble | undefined> {
  const learner = learnerOf(model);
  if (learner !== undefined) return xgboostEnsemble(learner, path);
  const booster = boosterOf(model);
  return booster === undefined ? undefined : lightgbmEnsemble(booster, path);
}

async function collect(holder: DictNode, path: string, found: TreeEnsemble[], depth: number): Promise<void> {
  if (depth > DEPTH) return;
  const model = dictGet(holder, "model");
  const operation = isDict(model) ? dictGet(model, "op") : undefined;
  const kind =
    typeof operation === "string" && Object.hasOwn(OPERATIONS, operation) ? OPERATIONS[operation] : undefined;
  if (kind !== undefined && isDict(model)) {
    const ensemble = await ensembleOf(holder, model, path, kind);
    if (ensemble !== undefined) found.push(ensemble);
    return;
  }
  if (typeof operation === "string" && LIBRARIES.test(operation))
    for (const [i, key] of holder.keys.entries())
      if (typeof key === "string" && key !== "model" && key !== "node") {
        const ensemble = await ensembleOfLibrary(holder.values[i], keyPath(path, key));
        if (ensemble !== undefined) found.push(ensemble);
      }
  for (const [i, key] of holder.keys.entries()) {
    const value = holder.values[i];
    if (typeof key === "string" && key !== "model" && key !== "node" && isDict(value))
      await collect(value, path === "" ? rootKeyPath(key, false) : keyPath(path, key), found, depth + 1);
  }
}

async function ensembleOf(
  holder: DictNode,
  model: DictNode,
  path: string,
  { aggregate, isClassifier }: { readonly aggregate: "sum" | "mean"; readonly isClassifier: boolean },
): Promise<TreeEnsemble | undefined> {
  const names = textsIn(attribute(model, "trees", "string"));
  const folders = names.length === 0 ? [holder] : names.map((name) => dictGet(holder, name));
  const paths = names.length === 0 ? [path] : names.map((name) => keyPath(path, name));
  const trees = folders.flatMap((folder) => {
    const lines = isDict(folder) ? dictGet(folder, "tree") : undefined;
    return isNode(lines) && lines.kind === "list" ? [lines.items] : [];
  });
  if (trees.length === 0 || trees.length !== folders.length) return undefined;
  const classes = integer(attribute(model, "num_classes", "long"));
  const outputs = isClassifier ? (classes ?? 2) : 1;
  if (!(outputs >= 1 && outputs <= LIMITS.namedValues)) throw corrupt(`${path} has ${outputs} classes`);
  const weights = await numbersIn(attribute(model, "tree_weights", "double"));
  const features = integer(attribute(model, "num_features", "long"));
  return {
    path,
    library: "mleap",
    treeCount: trees.length,
    ...(features === undefined ? {} : { featureCount: features }),
    outputs,
    aggregate,
    base: Array.from({ length: outputs }, () => 0),
    outputOf: () => undefined,
    // A forest of regressions is a plain mean.
    weightOf: (index) => (aggregate === "mean" ? 1 : (weights[index] ?? 1)),
    precision: { feature: "float64", sum: "float64" },
    holds: [path],
    pathOf: (index) => paths[index] ?? path,
    tree: (index, work) => treeOf(trees[index] ?? [], { outputs, isClassifier }, paths[index] ?? path, work),
  };
}

async function treeOf(
  nodes: readonly Value[],
  { outputs, isClassifier }: { readonly outputs: number; readonly isClassifier: boolean },
  name: string,
  work: Work,
): Promise<Tree> {
  const count = nodes.length;
  const feature = new Int32Array(count).fill(-1);
  const threshold = new Float64Array(count);
  const left = new Int32Array(count).fill(-1);
  const right = new Int32Array(count).fill(-1);
  const values = new Float64Array(count * outputs);
  const test: SplitTest[] = [];
  const categories = new Map<number, readonly number[]>();
  /** Inner nodes whose left part, and then whose right part, is still to come. */
  const open: number[] = [];
  for (const [i, node] of nodes.entries()) {
    if (work.isDue()) await work.checkpoint();
    const parent = open.at(-1);
    if (parent === undefined && i > 0) throw corrupt(`${name} ends before node ${i} of ${count}`);
    if (parent !== undefined) {
      if (left[parent] === -1) left[parent] = i;
      else {
        right[parent] = i;
        open.pop();
      }
    }
    test.push("<=");
    const split = isDict(node) ? dictGet(node, "split") : undefined;
    if (!isDict(node) || dictGet(node, "type") !== "internal" || !isDict(split)) {
      const leaf = isDict(node) ? await numbersIn(dictGet(node, "values")) : [];
      if (leaf.length !== outputs) throw corrupt(`${name}: node ${i} has ${leaf.length} values, not ${outputs}`);
      const total = isClassifier ? leaf.reduce((sum, value) => sum + value, 0) : 1;
      for (const [k, value] of leaf.entries()) values[i * outputs + k] = total === 0 ? 0 : value / total;
      continue;
    }
    open.push(i);
    feature[i] = integer(dictGet(split, "featureIndex")) ?? -1;
    if (dictGet(split, "type") === "categorical") {
      test[i] = dictGet(split, "isLeft") === false ? "not-in" : "in";
      threshold[i] = Number.NaN;
      categories.set(
        i,
        (await numbersIn(dictGet(split, "categories"))).sort((a, b) => a - b),
      );
    } else threshold[i] = number(dictGet(split, "threshold")) ?? Number.NaN;
  }
  const tree: Tree = {
    nodeCount: count,
    feature,
    threshold,
    left,
    right,
    test: categories.size === 0 ? "<=" : test,
    ...(categories.size > 0 ? { categories } : {}),
    outputs,
    values,
  };
  return checkedTree(tree, name, work);
}

function isDict(value: Value | undefined): value is DictNode {
  return isNode(value) && value.kind === "dict";
}

/** A model's attribute by its type: `{"long": 13}`. */
function attribute(model: DictNode, name: string, type: string): Value | undefined {
  const attributes = dictGet(model, "attributes");
  const held = isDict(attributes) ? dictGet(attributes, name) : undefined;
  return isDict(held) ? dictGet(held, type) : undefined;
}

function textsIn(value: Value | undefined): readonly string[] {
  return isNode(value) && value.kind === "list" ? value.items.filter((item) => typeof item === "string") : [];
}

function integer(value: Value | undefined): number | undefined {
  const found = number(value);
  return found !== undefined && Number.isInteger(found) && found >= 0 ? found : undefined;
}

function number(value: Value | undefined): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value === "bigint") return Number(value);
  return isNode(value) && value.kind === "decimal" ? value.nearest : undefined;
}

/** A list of numbers, which is an array where it is one of JSON. */
async function numbersIn(value: Value | undefined): Promise<number[]> {
  const tensor = tensorIn(value);
  if (tensor !== undefined) return [...(await numbersOf(tensor))];
  if (!isNode(value) || value.kind !== "list") return [];
  return value.items.flatMap((item) => number(item) ?? []);
}
