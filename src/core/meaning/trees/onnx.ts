import { corrupt } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import type { Artifact } from "../../model/artifact.ts";
import { type DictNode, dictGet, isNode } from "../../model/value.ts";
import { indexPath } from "../path.ts";
import { numbersOf, tensorIn } from "./columns.ts";
import { flatEnsemble } from "./onnx-flat.ts";
import type { SplitTest, TreeEnsemble } from "./ensemble.ts";
import { type NodeTables, rowsOfTrees, treeOfNodes } from "./node-tables.ts";

/**
 * `TreeEnsembleClassifier` and `TreeEnsembleRegressor` of `ai.onnx.ml`, versions 1 and 3: the nodes of all trees in one
 * table, the weights of leaves in another.
 * https://github.com/onnx/onnx/blob/main/docs/Operators-ml.md
 */
export async function onnxEnsembles(artifact: Artifact): Promise<readonly TreeEnsemble[]> {
  const { root, format } = artifact;
  if (format !== "onnx" || !isNode(root) || root.kind !== "dict") return [];
  const found: TreeEnsemble[] = [];
  for (const [i, node] of root.values.entries()) {
    const path = root.keys[i];
    if (typeof path !== "string" || !isNode(node) || node.kind !== "dict") continue;
    const operator = dictGet(node, "op_type");
    if (operator === "TreeEnsemble") {
      const flat = await flatEnsemble(node, path);
      if (flat !== undefined) found.push(flat);
    }
    if (operator !== "TreeEnsembleClassifier" && operator !== "TreeEnsembleRegressor") continue;
    const ensemble = await ensembleOf(node, path, operator === "TreeEnsembleClassifier", artifact);
    if (ensemble !== undefined) found.push(ensemble);
  }
  return found;
}

const TESTS: Readonly<Record<string, SplitTest>> = {
  BRANCH_LEQ: "<=",
  BRANCH_LT: "<",
  BRANCH_GTE: ">=",
  BRANCH_GT: ">",
  BRANCH_EQ: "==",
  BRANCH_NEQ: "!=",
  LEAF: "<=",
};

async function ensembleOf(
  node: DictNode,
  path: string,
  isClassifier: boolean,
  { schema }: Artifact,
): Promise<TreeEnsemble | undefined> {
  const aggregate = dictGet(node, "aggregate_function") ?? "SUM";
  // The smallest or largest of all trees is no sum of them.
  if (aggregate !== "SUM" && aggregate !== "AVERAGE") return undefined;
  const prefix = isClassifier ? "class" : "target";
  const tables = await tablesOf(node, prefix);
  const trees = rowsOfTrees(tables, path);
  const last = tables.weightTargets.reduce((most, target) => Math.max(most, target), 0);
  const told = isClassifier ? (schema.classes?.length ?? 0) : Number(integerIn(node, "n_targets") ?? 1n);
  // Two classes may be told apart by the weights of one.
  const isBinary = isClassifier && told === 2 && new Set(tables.weightTargets).size <= 1;
  const outputs = isBinary ? 1 : Math.max(told, last + 1);
  if (outputs > LIMITS.namedValues) throw corrupt(`${path} has ${outputs} outputs`);
  const base = await columnOf(node, "base_values");
  const pathOf = (index: number): string => indexPath(`${path}.trees`, index);
  const sum = dictGet(node, "nodes_values_as_tensor") === undefined ? "float32" : "float64";
  return {
    path,
    library: "onnx",
    treeCount: trees.length,
    ...(schema.features === undefined ? {} : { features: schema.features }),
    ...(schema.featureCount === undefined ? {} : { featureCount: schema.featureCount }),
    ...(isClassifier && schema.classes !== undefined ? { classes: schema.classes } : {}),
    outputs,
    aggregate: aggregate === "SUM" ? "sum" : "mean",
    base: Array.from({ length: outputs }, (_, k) => base[k] ?? 0),
    outputOf: () => undefined,
    weightOf: () => 1,
    precision: { feature: sum, sum },
    holds: [path],
    pathOf,
    tree: (index, work) => treeOfNodes({ tables, tests: TESTS, outputs, isBinary }, trees[index], pathOf(index), work),
  };
}

/** A column under its name, or as a tensor where it holds doubles; empty where there is none. */
async function columnOf(node: DictNode, name: string): Promise<Float64Array> {
  const tensor = tensorIn(dictGet(node, name)) ?? tensorIn(dictGet(node, `${name}_as_tensor`));
  return tensor === undefined ? new Float64Array(0) : numbersOf(tensor);
}

function integerIn(node: DictNode, name: string): bigint | undefined {
  const value = dictGet(node, name);
  return typeof value === "bigint" ? value : undefined;
}

async function tablesOf(node: DictNode, prefix: string): Promise<NodeTables> {
  const modes = dictGet(node, "nodes_modes");
  return {
    modes: isNode(modes) && modes.kind === "list" ? modes.items.map(String) : [],
    treeIds: await columnOf(node, "nodes_treeids"),
    ids: await columnOf(node, "nodes_nodeids"),
    features: await columnOf(node, "nodes_featureids"),
    thresholds: await columnOf(node, "nodes_values"),
    yes: await columnOf(node, "nodes_truenodeids"),
    no: await columnOf(node, "nodes_falsenodeids"),
    missing: await columnOf(node, "nodes_missing_value_tracks_true"),
    weightTrees: await columnOf(node, `${prefix}_treeids`),
    weightNodes: await columnOf(node, `${prefix}_nodeids`),
    weightTargets: await columnOf(node, `${prefix}_ids`),
    weights: await columnOf(node, `${prefix}_weights`),
  };
}
