import { corrupt } from "../../errors.ts";
import type { Work } from "../../work.ts";
import { checkedTree } from "./columns.ts";
import type { SplitTest, Tree } from "./ensemble.ts";

/** Columns of an ensemble, an entry for each node of all trees, or for each weight of a leaf. */
export interface NodeTables {
  readonly modes: readonly string[];
  readonly treeIds: Float64Array;
  readonly ids: Float64Array;
  readonly features: Float64Array;
  readonly thresholds: Float64Array;
  readonly yes: Float64Array;
  readonly no: Float64Array;
  readonly missing: Float64Array;
  readonly weightTrees: Float64Array;
  readonly weightNodes: Float64Array;
  readonly weightTargets: Float64Array;
  readonly weights: Float64Array;
}

/** Rows of one tree. */
export interface TreeRows {
  readonly nodes: number[];
  readonly weights: number[];
}

/** Rows by tree, in the order in which trees come up first. */
export function rowsOfTrees(tables: NodeTables, path: string): readonly TreeRows[] {
  const count = tables.modes.length;
  const { treeIds, weightTrees } = tables;
  for (const column of [treeIds, tables.ids, tables.features, tables.thresholds, tables.yes, tables.no])
    if (column.length !== count) throw corrupt(`${path} has columns of ${count} and of ${column.length} nodes`);
  for (const column of [weightTrees, tables.weightNodes, tables.weightTargets])
    if (column.length !== tables.weights.length)
      throw corrupt(`${path} has ${tables.weights.length} weights and a column of ${column.length} for them`);
  const trees = new Map<number, TreeRows>();
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
export interface NodeParts {
  readonly tables: NodeTables;
  /** By mode; `LEAF` is a leaf. */
  readonly tests: Readonly<Record<string, SplitTest>>;
  readonly outputs: number;
  /** Every weight is for the one output, whatever class it names. */
  readonly isBinary: boolean;
}

/** Throws `corrupt`, or when cancelled. */
export async function treeOfNodes(
  { tables, tests, outputs, isBinary }: NodeParts,
  rows: TreeRows | undefined,
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
    const found = tests[tables.modes[row] ?? ""];
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
  return checkedTree(withSets(tree, test), name, work);
}

/**
 * A question whether a feature is one of several categories is asked of one after the other, and each yes leads to the same node:
 * one question for all of them. The nodes that are left out are not reached any more.
 */
function withSets(tree: Tree, tests: readonly SplitTest[]): Tree {
  const { feature, left, right, threshold, missingLeft } = tree;
  const goesOn = (from: number, to: number): boolean =>
    tests[to] === "==" && tests[from] === "==" && feature[to] === feature[from] && left[to] === left[from];
  const isInner = new Uint8Array(tree.nodeCount);
  for (let node = 0; node < tree.nodeCount; node++) {
    const next = right[node] ?? -1;
    if (feature[node] !== -1 && next >= 0 && goesOn(node, next)) isInner[next] = 1;
  }
  if (!isInner.includes(1)) return tree;
  const categories = new Map<number, readonly number[]>();
  const [no, missing, asked] = [right.slice(), missingLeft?.slice(), [...tests]];
  const taken = new Uint8Array(tree.nodeCount);
  for (let node = 0; node < tree.nodeCount; node++) {
    let next = right[node] ?? -1;
    if (isInner[node] === 1 || feature[node] === -1 || next < 0 || !goesOn(node, next)) continue;
    const found = [threshold[node] ?? Number.NaN];
    // A node that two chains lead to is a mistake of the file, which is told of later.
    for (; next >= 0 && goesOn(node, next) && taken[next] === 0; next = right[next] ?? -1) {
      taken[next] = 1;
      found.push(threshold[next] ?? Number.NaN);
      if (missing !== undefined && missing[next] === 1) missing[node] = 1;
    }
    no[node] = next;
    asked[node] = "in";
    categories.set(
      node,
      found.sort((a, b) => a - b),
    );
  }
  return {
    ...tree,
    right: no,
    threshold: threshold.map((value, node) => (categories.has(node) ? Number.NaN : value)),
    ...(missing === undefined ? {} : { missingLeft: missing }),
    test: asked,
    categories,
  };
}

/** The root is the node that is nobody's child; most writers put it first. */
function rootFirst(tables: NodeTables, nodes: readonly number[]): readonly number[] {
  const children = new Set<number>();
  for (const row of nodes)
    if (tables.modes[row] !== "LEAF") children.add(tables.yes[row] ?? -1).add(tables.no[row] ?? -1);
  const root = nodes.find((row) => !children.has(tables.ids[row] ?? -1)) ?? nodes[0];
  return root === undefined || root === nodes[0] ? nodes : [root, ...nodes.filter((row) => row !== root)];
}
