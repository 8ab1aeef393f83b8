import { corrupt } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import type { Artifact } from "../../model/artifact.ts";
import { type DictNode, dictGet, isNode } from "../../model/value.ts";
import type { Work } from "../../work.ts";
import { indexPath } from "../path.ts";
import { checkedTree, numbersOf, tensorIn } from "./columns.ts";
import { flatEnsemble } from "./onnx-flat.ts";
import type { SplitTest, Tree, TreeEnsemble } from "./ensemble.ts";

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

/** The tables of an ensemble, a row for each node of all trees or for each weight. */
interface Tables {
  readonly modes: readonly string[];
  readonly ids: Float64Array;
  readonly features: Float64Array;
  readonly thresholds: Float64Array;
  readonly yes: Float64Array;
  readonly no: Float64Array;
  readonly missing: Float64Array;
  readonly weightNodes: Float64Array;
  readonly weightTargets: Float64Array;
  readonly weights: Float64Array;
  readonly isWide: boolean;
}

/** Rows of one tree. */
interface Rows {
  readonly nodes: number[];
  readonly weights: number[];
}

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
  const trees = await rowsOf(node, prefix, tables, path);
  const last = tables.weightTargets.reduce((most, target) => Math.max(most, target), 0);
  const told = isClassifier ? (schema.classes?.length ?? 0) : Number(integerIn(node, "n_targets") ?? 1n);
  // Two classes may be told apart by the weights of one.
  const isBinary = isClassifier && told === 2 && new Set(tables.weightTargets).size <= 1;
  const outputs = isBinary ? 1 : Math.max(told, last + 1);
  if (outputs > LIMITS.namedValues) throw corrupt(`${path} has ${outputs} outputs`);
  const base = await columnOf(node, "base_values");
  const pathOf = (index: number): string => indexPath(`${path}.trees`, index);
  const sum = tables.isWide ? "float64" : "float32";
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
    tree: (index, work) => treeOf({ tables, outputs, isBinary }, trees[index], pathOf(index), work),
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

async function tablesOf(node: DictNode, prefix: string): Promise<Tables> {
  const modes = dictGet(node, "nodes_modes");
  return {
    modes: isNode(modes) && modes.kind === "list" ? modes.items.map(String) : [],
    ids: await columnOf(node, "nodes_nodeids"),
    features: await columnOf(node, "nodes_featureids"),
    thresholds: await columnOf(node, "nodes_values"),
    yes: await columnOf(node, "nodes_truenodeids"),
    no: await columnOf(node, "nodes_falsenodeids"),
    missing: await columnOf(node, "nodes_missing_value_tracks_true"),
    weightNodes: await columnOf(node, `${prefix}_nodeids`),
    weightTargets: await columnOf(node, `${prefix}_ids`),
    weights: await columnOf(node, `${prefix}_weights`),
    isWide: dictGet(node, "nodes_values_as_tensor") !== undefined,
  };
}

/** Rows by tree, in the order in which trees come up first. */
async function rowsOf(node: DictNode, prefix: string, tables: Tables, path: string): Promise<readonly Rows[]> {
  const count = tables.modes.length;
  const treeIds = await columnOf(node, "nodes_treeids");
  for (const column of [treeIds, tables.ids, tables.features, tables.thresholds, tables.yes, tables.no])
    if (column.length !== count) throw corrupt(`${path} has columns of ${count} and of ${column.length} nodes`);
  const weightTrees = await columnOf(node, `${prefix}_treeids`);
  for (const column of [weightTrees, tables.weightNodes, tables.weightTargets])
    if (column.length !== tables.weights.length)
      throw corrupt(`${path} has ${tables.weights.length} weights and a column of ${column.length} for them`);
  const trees = new Map<number, Rows>();
  for (const [row, id] of treeIds.entries()) {
    const known = trees.get(id);
    if (known === undefined) trees.set(id, { nodes: [row], weights: [] });
    else known.nodes.push(row);
  }
  for (const [row, id] of weightTrees.entries()) {
    const tree = trees.get(id);
    if (tree === undefined) throw corrupt(`${path} has a weight for tree ${id}, which has no nodes`);
    tree.weights.push(row);
  }
  return [...trees.values()];
}

/** What all trees of an ensemble are made of. */
interface Parts {
  readonly tables: Tables;
  readonly outputs: number;
  readonly isBinary: boolean;
}

async function treeOf(
  { tables, outputs, isBinary }: Parts,
  rows: Rows | undefined,
  name: string,
  work: Work,
): Promise<Tree> {
  if (rows === undefined) throw corrupt(`${name} is not there`);
  const nodes = rootFirst(tables, rows.nodes);
  if (work.isDue()) await work.checkpoint();
  const places = new Map(nodes.map((row, place) => [tables.ids[row] ?? -1, place]));
  if (places.size !== nodes.length) throw corrupt(`${name} has two nodes of one number`);
  const isLeaf = (row: number): boolean => tables.modes[row] === "LEAF";
  const inner = (column: Float64Array) => (row: number) => (isLeaf(row) ? -1 : (column[row] ?? -1));
  const child = (column: Float64Array): Int32Array =>
    Int32Array.from(nodes, (row) => (isLeaf(row) ? -1 : (places.get(column[row] ?? -1) ?? -1)));
  const values = new Float64Array(nodes.length * outputs);
  for (const row of rows.weights) {
    if (work.isDue()) await work.checkpoint();
    const place = places.get(tables.weightNodes[row] ?? -1);
    const target = isBinary ? 0 : (tables.weightTargets[row] ?? -1);
    if (place === undefined || !Number.isInteger(target) || target < 0 || target >= outputs)
      throw corrupt(`${name} has a weight for node ${tables.weightNodes[row]}, output ${target}`);
    values[place * outputs + target] = (values[place * outputs + target] ?? 0) + (tables.weights[row] ?? 0);
  }
  const test = nodes.map((row): SplitTest => {
    const found = TESTS[tables.modes[row] ?? ""];
    if (found === undefined) throw corrupt(`${name} has a node of the mode ${tables.modes[row]}`);
    return found;
  });
  const tree: Tree = {
    nodeCount: nodes.length,
    feature: Int32Array.from(nodes, inner(tables.features)),
    threshold: Float64Array.from(nodes, (row) => tables.thresholds[row] ?? 0),
    left: child(tables.yes),
    right: child(tables.no),
    ...(tables.missing.length > 0
      ? { missingLeft: Uint8Array.from(nodes, (row) => (tables.missing[row] === 1 ? 1 : 0)) }
      : {}),
    test: new Set(test).size === 1 ? (test[0] ?? "<=") : test,
    outputs,
    values,
  };
  return checkedTree(tree, name, work);
}

/** The root is the node that is nobody's child; most writers put it first. */
function rootFirst(tables: Tables, nodes: readonly number[]): readonly number[] {
  const children = new Set<number>();
  for (const row of nodes)
    if (tables.modes[row] !== "LEAF") children.add(tables.yes[row] ?? -1).add(tables.no[row] ?? -1);
  const root = nodes.find((row) => !children.has(tables.ids[row] ?? -1)) ?? nodes[0];
  return root === undefined || root === nodes[0] ? nodes : [root, ...nodes.filter((row) => row !== root)];
}
