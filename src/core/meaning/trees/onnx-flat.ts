import { corrupt } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import { type DictNode, dictGet } from "../../model/value.ts";
import type { Work } from "../../work.ts";
import { indexPath } from "../path.ts";
import { checkedTree, numbersOf, tensorIn } from "./columns.ts";
import type { SplitTest, Tree, TreeEnsemble } from "./ensemble.ts";

/**
 * `TreeEnsemble` of `ai.onnx.ml` 5: inner nodes and leaves in a table each, children by their row, a tree by the row of
 * its root.
 * https://github.com/onnx/onnx/blob/main/docs/Operators-ml.md#aionnxmltreeensemble
 */

/** `nodes_modes`; 6 looks into a set. */
const TESTS: readonly SplitTest[] = ["<=", "<", ">=", ">", "==", "!=", "in"];
const AVERAGE = 0n;
const SUM = 1n;

const COLUMNS = [
  "tree_roots",
  "nodes_modes",
  "nodes_featureids",
  "nodes_splits",
  "nodes_truenodeids",
  "nodes_trueleafs",
  "nodes_falsenodeids",
  "nodes_falseleafs",
  "leaf_targetids",
  "leaf_weights",
  "membership_values",
  "nodes_missing_value_tracks_true",
] as const;

type Columns = Readonly<Record<(typeof COLUMNS)[number], Float64Array>>;

/** Undefined for an ensemble that answers by its smallest or largest tree. */
export async function flatEnsemble(node: DictNode, path: string): Promise<TreeEnsemble | undefined> {
  const aggregate = dictGet(node, "aggregate_function") ?? SUM;
  if (aggregate !== SUM && aggregate !== AVERAGE) return undefined;
  const columns = await columnsOf(node);
  const told = dictGet(node, "n_targets");
  const outputs = typeof told === "bigint" ? Number(told) : 1;
  if (outputs < 1 || outputs > LIMITS.namedValues) throw corrupt(`${path} has ${outputs} outputs`);
  const sets = setsOf(columns);
  const isWide = tensorIn(dictGet(node, "nodes_splits"))?.dtype.scalar === "float64";
  const precision = isWide ? "float64" : "float32";
  const pathOf = (index: number): string => indexPath(`${path}.trees`, index);
  return {
    path,
    library: "onnx",
    treeCount: columns.tree_roots.length,
    outputs,
    aggregate: aggregate === SUM ? "sum" : "mean",
    base: Array.from({ length: outputs }, () => 0),
    outputOf: () => undefined,
    weightOf: () => 1,
    precision: { feature: precision, sum: precision },
    holds: [path],
    pathOf,
    tree: (index, work) => treeAt({ columns, sets, outputs }, columns.tree_roots[index] ?? -1, pathOf(index), work),
  };
}

async function columnsOf(node: DictNode): Promise<Columns> {
  const entries: [string, Float64Array][] = [];
  for (const name of COLUMNS) {
    const tensor = tensorIn(dictGet(node, name));
    entries.push([name, tensor === undefined ? new Float64Array(0) : await numbersOf(tensor)]);
  }
  return Object.fromEntries(entries) as Columns;
}

/** Sets of all nodes that look into one, in their order, a NaN behind each. */
function setsOf({ nodes_modes, membership_values }: Columns): ReadonlyMap<number, readonly number[]> {
  const sets = new Map<number, readonly number[]>();
  let at = 0;
  for (const [row, mode] of nodes_modes.entries()) {
    if (mode !== TESTS.indexOf("in")) continue;
    const from = at;
    while (at < membership_values.length && !Number.isNaN(membership_values[at])) at++;
    sets.set(
      row,
      [...membership_values.subarray(from, at)].sort((a, b) => a - b),
    );
    at += 1;
  }
  return sets;
}

interface Tables {
  readonly columns: Columns;
  readonly sets: ReadonlyMap<number, readonly number[]>;
  readonly outputs: number;
}

async function treeAt({ columns, sets, outputs }: Tables, root: number, name: string, work: Work): Promise<Tree> {
  const count = columns.nodes_modes.length;
  // A leaf that several nodes lead to is a node for each of them.
  const places: { readonly row: number; readonly isLeaf: boolean }[] = [{ row: root, isLeaf: false }];
  const left: number[] = [];
  const right: number[] = [];
  const seen = new Set<number>();
  for (let place = 0; place < places.length; place++) {
    if (work.isDue()) await work.checkpoint();
    const { row, isLeaf } = places[place] ?? { row: -1, isLeaf: true };
    if (isLeaf) {
      left.push(-1);
      right.push(-1);
      continue;
    }
    if (!(row >= 0 && row < count) || seen.has(row))
      throw corrupt(`${name}: node ${row} of ${count} is reached twice or is none`);
    seen.add(row);
    left.push(places.length);
    places.push({ row: columns.nodes_truenodeids[row] ?? -1, isLeaf: columns.nodes_trueleafs[row] === 1 });
    right.push(places.length);
    places.push({ row: columns.nodes_falsenodeids[row] ?? -1, isLeaf: columns.nodes_falseleafs[row] === 1 });
  }
  const values = new Float64Array(places.length * outputs);
  for (const [place, { row, isLeaf }] of places.entries()) {
    if (!isLeaf) continue;
    const target = columns.leaf_targetids[row] ?? -1;
    const weight = columns.leaf_weights[row];
    if (weight === undefined || !(target >= 0 && target < outputs))
      throw corrupt(`${name}: leaf ${row} has the output ${target} of ${outputs}`);
    values[place * outputs + target] = weight;
  }
  const test = places.map(({ row, isLeaf }): SplitTest => {
    const found = isLeaf ? "<=" : TESTS[columns.nodes_modes[row] ?? -1];
    if (found === undefined) throw corrupt(`${name}: node ${row} has the mode ${columns.nodes_modes[row]}`);
    return found;
  });
  const categories = new Map<number, readonly number[]>();
  for (const [place, { row, isLeaf }] of places.entries())
    if (!isLeaf && sets.has(row)) categories.set(place, sets.get(row) ?? []);
  const inner = (column: Float64Array, leaf: number): number[] =>
    places.map(({ row, isLeaf }) => (isLeaf ? leaf : (column[row] ?? Number.NaN)));
  const tracks = columns.nodes_missing_value_tracks_true;
  const tree: Tree = {
    nodeCount: places.length,
    feature: Int32Array.from(inner(columns.nodes_featureids, -1)),
    threshold: Float64Array.from(inner(columns.nodes_splits, 0)),
    left: Int32Array.from(left),
    right: Int32Array.from(right),
    ...(tracks.length > 0 ? { missingLeft: Uint8Array.from(inner(tracks, 0)) } : {}),
    test,
    ...(categories.size > 0 ? { categories } : {}),
    outputs,
    values,
  };
  return checkedTree(tree, name, work);
}
