import { corrupt } from "../../errors.ts";
import type { Artifact } from "../../model/artifact.ts";
import { type DictNode, dictGet, isNode, type Value } from "../../model/value.ts";
import type { Work } from "../../work.ts";
import { indexPath, keyPath, rootKeyPath } from "../path.ts";
import { checkedTree, indicesOf, numbersOf, tensorIn } from "./columns.ts";
import type { Tree, TreeEnsemble } from "./ensemble.ts";

/**
 * Gradient boostings of ML.NET (FastTree, LightGBM): leaves are added up, whatever the weights and the bias beside them say.
 * https://github.com/dotnet/machinelearning/blob/main/src/Microsoft.ML.FastTree/TreeEnsemble/InternalTreeEnsemble.cs
 */
export function mlnetEnsembles({ root, format }: Artifact): Promise<readonly TreeEnsemble[]> {
  if (format !== "mlnet" || !isNode(root) || root.kind !== "dict") return Promise.resolve([]);
  const found: TreeEnsemble[] = [];
  for (const { path, part } of partsOf(root)) {
    const trees = dictGet(part, "trees");
    if (!isNode(trees) || trees.kind !== "list") continue;
    const nodes = trees.items.filter(isDict);
    // A split by category asks whether any of several features is there, which no other library does.
    if (nodes.length !== trees.items.length || nodes.some((tree) => dictGet(tree, "categorical_nodes") !== undefined))
      continue;
    const features = dictGet(part, "features");
    const pathOf = (index: number): string => indexPath(keyPath(path, "trees"), index);
    found.push({
      path,
      library: "ml.net",
      treeCount: nodes.length,
      ...(typeof features === "bigint" && { featureCount: Number(features) }),
      outputs: 1,
      aggregate: "sum",
      base: [0],
      outputOf: () => 0,
      weightOf: () => 1,
      precision: { feature: "float32", sum: "float64" },
      holds: [path],
      pathOf,
      tree: (index, work) => treeOf(nodes[index], pathOf(index), work),
    });
  }
  return Promise.resolve(found);
}

/** Parts stand in the folders of the archive, which are dicts; the reader makes them no deeper than it needs. */
function* partsOf(folder: DictNode, base?: string): Generator<{ readonly path: string; readonly part: DictNode }> {
  for (const [i, key] of folder.keys.entries()) {
    const part = folder.values[i];
    if (typeof key !== "string" || part === undefined || !isDict(part)) continue;
    const path = base === undefined ? rootKeyPath(key, false) : keyPath(base, key);
    yield { path, part };
    yield* partsOf(part, path);
  }
}

function isDict(value: Value): value is DictNode {
  return isNode(value) && value.kind === "dict";
}

/** Inner nodes come first, then the leaves: a child below zero is a leaf, -1 the first one. */
async function treeOf(node: DictNode | undefined, name: string, work: Work): Promise<Tree> {
  const column = async (key: string): Promise<Float64Array | undefined> => {
    const found = node === undefined ? undefined : tensorIn(dictGet(node, key));
    return found === undefined ? undefined : numbersOf(found, work);
  };
  const indices = async (key: string): Promise<Int32Array> => {
    const found = node === undefined ? undefined : tensorIn(dictGet(node, key));
    if (found === undefined) throw corrupt(`${name} has no column ${key}`);
    return indicesOf(found, work);
  };
  const thresholds = await column("threshold");
  const leaves = await column("leaf_value");
  if (thresholds === undefined || leaves === undefined) throw corrupt(`${name} has no thresholds or no leaves`);
  const inner = thresholds.length;
  const nodeCount = 2 * inner + 1;
  const features = await indices("split_feature");
  // Arrays may have room for more than there is.
  const side = (child: Int32Array): Int32Array =>
    Int32Array.from({ length: nodeCount }, (_, i) => {
      const to = child[i] ?? -1;
      return i >= inner ? -1 : to >= 0 ? to : inner + (-1 - to);
    });
  const defaults = await column("default_for_missing");
  const gains = await column("split_gain");
  const tree: Tree = {
    nodeCount,
    feature: Int32Array.from({ length: nodeCount }, (_, i) => (i < inner ? (features[i] ?? -1) : -1)),
    threshold: Float64Array.from({ length: nodeCount }, (_, i) => thresholds[i] ?? 0),
    left: side(await indices("lte_child")),
    right: side(await indices("gt_child")),
    // What stands for a missing value is held against the threshold; where nothing does, it is not below it.
    missingLeft: Uint8Array.from({ length: nodeCount }, (_, i) =>
      i < inner && (defaults?.[i] ?? Number.NaN) <= (thresholds[i] ?? Number.NaN) && !isAllZero(defaults) ? 1 : 0,
    ),
    test: "<=",
    outputs: 1,
    values: Float64Array.from({ length: nodeCount }, (_, i) => (i < inner ? 0 : (leaves[i - inner] ?? 0))),
    ...(gains === undefined ? {} : { gain: Float64Array.from({ length: nodeCount }, (_, i) => gains[i] ?? 0) }),
  };
  return checkedTree(tree, name, work);
}

/** ML.NET takes them for none then. */
function isAllZero(defaults: Float64Array | undefined): boolean {
  return defaults?.every((value) => value === 0) ?? true;
}
