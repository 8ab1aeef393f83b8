import { corrupt } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import type { Artifact } from "../../model/artifact.ts";
import { type DictNode, dictGet, isNode, type Value } from "../../model/value.ts";
import type { Work } from "../../work.ts";
import { checkedTree, numbersOf, tensorIn } from "./columns.ts";
import type { SplitTest, Tree, TreeEnsemble } from "./ensemble.ts";

/**
 * Trees of a Treelite checkpoint. Raw outputs are those of each class of each target, one target after the other.
 * https://github.com/dmlc/treelite/blob/mainline/src/gtil/predict.cc
 */
export async function treeliteEnsembles({ root, format }: Artifact): Promise<readonly TreeEnsemble[]> {
  if (format !== "treelite" || !isDict(root)) return [];
  const trees = dictGet(root, "trees");
  const nodes = isNode(trees) && trees.kind === "list" ? trees.items.filter(isDict) : [];
  const [first] = nodes;
  if (first === undefined) return [];
  const isMean = dictGet(root, "average_tree_output") === true;
  const { outputs, base, placesOf, areVotes } =
    dictGet(root, "num_target") === undefined ? outputsOfThird(root) : await outputsOfFourth(root);
  const places = nodes.map((_, index) => placesOf(index));
  // A mean over those trees alone that write to an output, of which some write to several, is told nowhere else.
  if (isMean && places.some(({ length }) => length !== places[0]?.length || (length > 1 && length !== outputs)))
    return [];
  const features = dictGet(root, "num_feature");
  const number = tensorIn(thresholdsOf(first))?.dtype.scalar === "float64" ? "float64" : "float32";
  const pathOf = (index: number): string => `trees[${index}]`;
  return [
    {
      path: "",
      library: "treelite",
      treeCount: nodes.length,
      ...(typeof features === "bigint" && { featureCount: Number(features) }),
      outputs,
      aggregate: areVotes ? "each" : isMean ? "mean" : "sum",
      base,
      outputOf: (index) => (places[index]?.length === 1 ? places[index][0] : undefined),
      weightOf: () => 1,
      precision: { feature: number, sum: number },
      holds: ["trees"],
      pathOf,
      tree: (index, work) => treeOf(nodes[index], { outputs, places: places[index] ?? [] }, pathOf(index), work),
    },
  ];
}

interface Outputs {
  readonly outputs: number;
  readonly base: readonly number[];
  /** The outputs that a tree's leaves have a value for. */
  readonly placesOf: (index: number) => readonly number[];
  /** Leaves are numbers of classes. */
  readonly areVotes: boolean;
}

function outputsOfThird(root: DictNode): Outputs {
  const [task, bias] = [dictGet(root, "task_type"), dictGet(root, "global_bias")];
  const areVotes = task === "kMultiClfCategLeaf";
  const outputs = areVotes ? 1 : counted(Number(dictGet(root, "num_class")));
  const all = Array.from({ length: outputs }, (_, k) => k);
  return {
    outputs,
    base: all.map(() => (typeof bias === "number" ? bias : 0)),
    placesOf: (index) => (task === "kMultiClfGrovePerClass" ? [index % outputs] : all),
    areVotes,
  };
}

async function outputsOfFourth(root: DictNode): Promise<Outputs> {
  const column = async (name: string): Promise<Float64Array> => {
    const tensor = tensorIn(dictGet(root, name));
    if (tensor === undefined) throw corrupt(`a checkpoint of Treelite has no ${name}`);
    return numbersOf(tensor);
  };
  const targets = counted(Number(dictGet(root, "num_target")));
  const classes = counted((await column("num_class")).reduce((most, count) => Math.max(most, count), 1));
  const outputs = counted(targets * classes);
  const [target, group, base] = [await column("target_id"), await column("class_id"), await column("base_scores")];
  /** One, or where none is told, all of them. */
  const those = (one: number | undefined, count: number): readonly number[] =>
    one === undefined || one < 0 ? Array.from({ length: count }, (_, k) => k) : [counted(one + 1, count) - 1];
  return {
    outputs,
    base: Array.from({ length: outputs }, (_, k) => base[k] ?? 0),
    placesOf: (index) =>
      those(target[index], targets).flatMap((t) => those(group[index], classes).map((c) => t * classes + c)),
    areVotes: false,
  };
}

function counted(count: number, most: number = LIMITS.namedValues): number {
  if (!(count >= 1 && count <= most)) throw corrupt(`a checkpoint of Treelite has ${count} outputs, of ${most}`);
  return count;
}

function isDict(value: Value | undefined): value is DictNode {
  return isNode(value) && value.kind === "dict";
}

/** In version 3 they lie where leaves have their values. */
function thresholdsOf(node: DictNode): Value | undefined {
  return dictGet(node, "threshold") ?? dictGet(node, "info");
}

/** `Operator` */
const TESTS: readonly (SplitTest | undefined)[] = [undefined, "==", "<", "<=", ">", ">="];
/** The bit of a feature's number that says where a missing value goes. */
const DEFAULT_LEFT = 2 ** 31;

async function treeOf(
  node: DictNode | undefined,
  { outputs, places }: { readonly outputs: number; readonly places: readonly number[] },
  name: string,
  work: Work,
): Promise<Tree> {
  if (node === undefined) throw corrupt(`there is no ${name}`);
  const column = async (key: string): Promise<Float64Array | undefined> => {
    const tensor = tensorIn(dictGet(node, key));
    return tensor === undefined ? undefined : numbersOf(tensor, work);
  };
  const needed = async (...keys: readonly string[]): Promise<Float64Array> => {
    for (const key of keys) {
      const found = await column(key);
      if (found !== undefined) return found;
    }
    throw corrupt(`${name} has no column ${keys.join(" or ")}`);
  };
  const left = Int32Array.from(await needed("cleft"));
  const right = Int32Array.from(await needed("cright"));
  const nodeCount = left.length;
  const isLeaf = (at: number): boolean => left[at] === -1;
  const sindex = await column("sindex");
  const split = sindex?.map((index) => index % DEFAULT_LEFT) ?? (await needed("split_index"));
  const missing = sindex?.map((index) => (index >= DEFAULT_LEFT ? 1 : 0)) ?? (await needed("default_left"));
  const thresholds = await needed("threshold", "info");
  const own = await needed("leaf_value", "info");
  const vectors = await slicesOf(column, "leaf_vector", nodeCount, name);
  const width = places.length === 1 ? 1 : outputs;
  const values = new Float64Array(nodeCount * width);
  for (let at = 0; at < nodeCount; at++) {
    if (!isLeaf(at)) continue;
    const vector = vectors(at);
    if (places.length > 1 && vector.length !== places.length)
      throw corrupt(`${name}: leaf ${at} has ${vector.length} values, not ${places.length}`);
    if (width === 1) values[at] = vector.length === 1 ? (vector[0] ?? 0) : (own[at] ?? 0);
    else for (const [k, place] of places.entries()) values[at * width + place] = vector[k] ?? 0;
  }
  const operators = await needed("cmp");
  const categories = await categoriesOf(column, left, name);
  const isRightward = (await column("category_list_right_child")) ?? (await column("categories_list_right_child"));
  const test = Array.from(left, (_, at): SplitTest => {
    if (categories.has(at)) return isRightward?.[at] === 1 ? "not-in" : "in";
    const found = TESTS[operators[at] ?? 0];
    if (found === undefined && !isLeaf(at)) throw corrupt(`${name}: node ${at} tests by operator ${operators[at]}`);
    return found ?? "<";
  });
  const [gain, hessian, counts] = [await column("gain"), await column("sum_hess"), await column("data_count")];
  const [hasHessian, hasCount] = [await column("sum_hess_present"), await column("data_count_present")];
  const isAll = (flags: Float64Array | undefined): boolean => flags?.every((flag) => flag === 1) === true;
  const cover = isAll(hasHessian) ? hessian : isAll(hasCount) ? counts : undefined;
  const hasGain = (await column("gain_present"))?.every((flag, at) => flag === 1 || isLeaf(at)) === true;
  const tree: Tree = {
    nodeCount,
    feature: Int32Array.from(split, (index, at) => (isLeaf(at) ? -1 : index)),
    threshold: thresholds.map((value, at) => (isLeaf(at) ? 0 : categories.has(at) ? Number.NaN : value)),
    left,
    right,
    missingLeft: Uint8Array.from(missing),
    test: new Set(test).size === 1 ? (test[0] ?? "<") : test,
    ...(categories.size > 0 ? { categories } : {}),
    outputs: width,
    values,
    ...(hasGain && gain !== undefined ? { gain } : {}),
    ...(cover === undefined ? {} : { cover }),
  };
  return checkedTree(tree, name, work);
}

type Column = (key: string) => Promise<Float64Array | undefined>;

/** What `name` has for each node: from `name_begin` to `name_end`. */
async function slicesOf(
  column: Column,
  key: string,
  nodeCount: number,
  name: string,
): Promise<(node: number) => Float64Array> {
  const all = (await column(key)) ?? new Float64Array(0);
  const offsets = await column(`${key}_offset`);
  const begin = offsets?.subarray(0, nodeCount) ?? (await column(`${key}_begin`));
  const end = offsets?.subarray(1) ?? (await column(`${key}_end`));
  return (node) => {
    const [from, to] = [begin?.[node] ?? 0, end?.[node] ?? 0];
    if (from > to || to > all.length)
      throw corrupt(`${name}: node ${node} has ${key} ${from} to ${to} of ${all.length}`);
    return all.subarray(from, to);
  };
}

/** Nodes that split by category. */
async function categoriesOf(
  column: Column,
  left: Int32Array,
  name: string,
): Promise<ReadonlyMap<number, readonly number[]>> {
  const found = new Map<number, readonly number[]>();
  const kinds = (await column("node_type")) ?? (await column("split_type"));
  const isOld = (await column("matching_categories_offset")) !== undefined;
  const listed = await slicesOf(column, isOld ? "matching_categories" : "category_list", left.length, name);
  for (const [at, child] of left.entries()) {
    if (child !== -1 && kinds?.[at] === CATEGORICAL)
      found.set(
        at,
        [...listed(at)].sort((a, b) => a - b),
      );
  }
  return found;
}

/** `TreeNodeType`, `SplitFeatureType` */
const CATEGORICAL = 2;
