import { corrupt } from "../../errors.ts";
import { type Booster, boosterOf } from "../../formats/lightgbm/booster.ts";
import type { Artifact } from "../../model/artifact.ts";
import { type DictNode, dictGet, isNode, type Value } from "../../model/value.ts";
import type { Work } from "../../work.ts";
import { attributePath, indexPath } from "../path.ts";
import { checkedTree, indicesOf, numbersOf, tensorIn } from "./columns.ts";
import type { LinearLeaf, SplitTest, Tree, TreeEnsemble } from "./ensemble.ts";
import { modelsOf, withSchema } from "./held.ts";

/** Bits of `decision_type`, and what its third and fourth say of missing values. */
const IS_CATEGORY = 1;
const DEFAULT_LEFT = 2;
const MISSING_ZERO = 1;
const MISSING_NAN = 2;

export async function lightgbmEnsembles(artifact: Artifact): Promise<readonly TreeEnsemble[]> {
  const found: TreeEnsemble[] = [];
  for (const { raw, path, schema } of await modelsOf(artifact, "lightgbm")) {
    const booster = boosterOf(raw.root);
    const ensemble = booster === undefined ? undefined : lightgbmEnsemble(booster, path);
    if (ensemble !== undefined) found.push(withSchema(ensemble, schema));
  }
  return found;
}

/** `holder`: the address of what the model lies in; "" for a file of its own. */
export function lightgbmEnsemble(booster: Booster, holder: string): TreeEnsemble | undefined {
  const { trees, features, featureCount, outputs, isAveraged } = booster;
  if (trees.length === 0) return undefined;
  const base = attributePath(holder, "trees");
  const version = Number(/^v(\d+)$/.exec(booster.version ?? "")?.[1] ?? 0);
  return {
    path: holder,
    library: "lightgbm",
    treeCount: trees.length,
    ...(features.length > 0 ? { features } : {}),
    ...(featureCount === undefined ? {} : { featureCount }),
    outputs,
    aggregate: isAveraged ? "mean" : "sum",
    base: Array.from({ length: outputs }, () => 0),
    outputOf: (index) => index % outputs,
    weightOf: () => 1,
    precision: { feature: "float64", sum: "float64" },
    holds: [base],
    pathOf: (index) => indexPath(base, index),
    tree: (index, work) => readTree(trees[index], indexPath(base, index), version, work),
  };
}

/** The columns of one tree in the file: inner nodes and leaves are numbered apart, a leaf is -1, -2, ... as a child. */
async function readTree(node: Value | undefined, path: string, version: number, work: Work): Promise<Tree> {
  if (!isNode(node) || node.kind !== "dict") throw corrupt(`${path} is no tree`);
  const column = async (name: string): Promise<Float64Array> => {
    const tensor = tensorIn(dictGet(node, name));
    if (tensor === undefined) throw corrupt(`${path} has no ${name}`);
    return numbersOf(tensor, work);
  };
  const optional = async (name: string): Promise<Float64Array | undefined> =>
    tensorIn(dictGet(node, name)) === undefined ? undefined : column(name);
  const leaves = await column("leaf_value");
  const inner = leaves.length - 1;
  const nodeCount = inner + leaves.length;
  const ofNodes = async (name: string): Promise<Float64Array> => (inner === 0 ? new Float64Array(0) : column(name));
  const children = async (name: string): Promise<Int32Array> => {
    const given = await ofNodes(name);
    return Int32Array.from({ length: nodeCount }, (_, at) => {
      const child = given[at] ?? -1;
      return at >= inner ? -1 : child >= 0 ? child : inner - child - 1;
    });
  };
  const decisions = Int32Array.from(await ofNodes("decision_type"));
  const splits = await ofNodes("split_feature");
  const given = await ofNodes("threshold");
  const isOld = version === 0 && dictGet(node, "num_cat") === undefined;
  const isCategory = (at: number): boolean => ((decisions[at] ?? 0) & IS_CATEGORY) !== 0;
  const categories = await categoriesOf(node, path, isOld, given, isCategory, inner);
  const [gain, nodeCover, leafCover] = [
    await optional("split_gain"),
    (await optional("internal_weight")) ?? (await optional("internal_count")),
    (await optional("leaf_weight")) ?? (await optional("leaf_count")),
  ];
  const missing = (at: number): number => ((decisions[at] ?? 0) >> 2) & 3;
  const missingLeft = Uint8Array.from({ length: nodeCount }, (_, at) => {
    if (at >= inner) return 0;
    // A missing value is 0 where the split does not know of missing ones.
    if (missing(at) === 0 || isOld) return zeroGoesLeft(at) ? 1 : 0;
    return isCategory(at) ? 0 : ((decisions[at] ?? 0) & DEFAULT_LEFT) === 0 ? 0 : 1;
  });
  function zeroGoesLeft(at: number): boolean {
    if (isCategory(at)) return version < 4 && categories.get(at)?.includes(0) === true;
    return 0 <= (given[at] ?? Number.NaN);
  }
  const zeroIsMissing = Uint8Array.from({ length: nodeCount }, (_, at) =>
    at < inner && !isOld && !isCategory(at) && missing(at) === MISSING_ZERO ? 1 : 0,
  );
  for (let at = 0; at < inner; at++)
    if (missing(at) > MISSING_NAN) throw corrupt(`${path}: node ${at} has the decision type ${decisions[at]}`);
  const values = new Float64Array(nodeCount);
  values.set((await optional("internal_value"))?.subarray(0, inner) ?? []);
  values.set(leaves, inner);
  return checkedTree(
    {
      nodeCount,
      feature: Int32Array.from({ length: nodeCount }, (_, at) => (at < inner ? (splits[at] ?? -1) : -1)),
      threshold: Float64Array.from({ length: nodeCount }, (_, at) =>
        at < inner && !categories.has(at) ? (given[at] ?? Number.NaN) : Number.NaN,
      ),
      left: await children("left_child"),
      right: await children("right_child"),
      missingLeft,
      ...(zeroIsMissing.includes(1) ? { zeroIsMissing } : {}),
      test:
        categories.size === 0
          ? "<="
          : Array.from({ length: nodeCount }, (_, at): SplitTest => (categories.has(at) ? "in" : "<=")),
      ...(categories.size === 0 ? {} : { categories }),
      outputs: 1,
      values,
      ...(gain === undefined ? {} : { gain: joined(gain, undefined, inner, nodeCount) }),
      ...(nodeCover === undefined && leafCover === undefined
        ? {}
        : { cover: joined(nodeCover, leafCover, inner, nodeCount) }),
      ...(dictGet(node, "is_linear") === 1n ? { linear: await linearLeaves(path, column, inner, leaves.length) } : {}),
    },
    path,
    work,
  );
}

function joined(
  nodes: Float64Array | undefined,
  leaves: Float64Array | undefined,
  inner: number,
  nodeCount: number,
): Float64Array {
  const all = new Float64Array(nodeCount);
  all.set(nodes?.subarray(0, inner) ?? []);
  all.set(leaves?.subarray(0, nodeCount - inner) ?? [], inner);
  return all;
}

/**
 * Categories that go left: the threshold is the number of a set of bits in `cat_threshold`. The first versions had one
 * category a split, which is the threshold itself.
 */
async function categoriesOf(
  node: DictNode,
  path: string,
  isOld: boolean,
  threshold: Float64Array,
  isCategory: (at: number) => boolean,
  inner: number,
): Promise<ReadonlyMap<number, readonly number[]>> {
  const found = new Map<number, readonly number[]>();
  const nodes = Array.from({ length: inner }, (_, at) => at).filter(isCategory);
  if (nodes.length === 0) return found;
  if (isOld) return new Map(nodes.map((at) => [at, [threshold[at] ?? Number.NaN]]));
  const bounds = tensorIn(dictGet(node, "cat_boundaries"));
  const sets = tensorIn(dictGet(node, "cat_threshold"));
  if (bounds === undefined || sets === undefined) throw corrupt(`${path} splits by category and has no sets of them`);
  const [starts, words] = [await indicesOf(bounds), await numbersOf(sets)];
  for (const at of nodes) {
    const set = threshold[at] ?? -1;
    const [from, to] = [starts[set] ?? -1, starts[set + 1] ?? -1];
    if (from < 0 || to < from || to > words.length)
      throw corrupt(`${path}: node ${at} has the set ${set}, which is not there`);
    const categories: number[] = [];
    for (let word = from; word < to; word++)
      for (let bit = 0; bit < 32; bit++)
        if ((((words[word] ?? 0) >>> bit) & 1) === 1) categories.push((word - from) * 32 + bit);
    found.set(at, categories);
  }
  return found;
}

async function linearLeaves(
  path: string,
  column: (name: string) => Promise<Float64Array>,
  inner: number,
  leaves: number,
): Promise<ReadonlyMap<number, LinearLeaf>> {
  const [constants, counts] = [await column("leaf_const"), await column("num_features")];
  const [features, coefficients] = [await column("leaf_features"), await column("leaf_coeff")];
  if (features.length !== coefficients.length)
    throw corrupt(`${path}: ${features.length} features, ${coefficients.length} coefficients`);
  const found = new Map<number, LinearLeaf>();
  let at = 0;
  for (let leaf = 0; leaf < leaves; leaf++) {
    const count = counts[leaf] ?? -1;
    if (count < 0 || at + count > features.length) throw corrupt(`${path}: leaf ${leaf} has ${count} features`);
    found.set(inner + leaf, {
      constant: constants[leaf] ?? Number.NaN,
      features: [...features.subarray(at, at + count)],
      coefficients: [...coefficients.subarray(at, at + count)],
    });
    at += count;
  }
  return found;
}
