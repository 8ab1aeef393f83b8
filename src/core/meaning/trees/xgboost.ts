import { corrupt } from "../../errors.ts";
import { countIn, dictIn, type Learner, learnerOf } from "../../formats/xgboost/learner.ts";
import { formatElement } from "../../model/decode.ts";
import type { Artifact } from "../../model/artifact.ts";
import { type DictNode, dictGet, isNode, type Value } from "../../model/value.ts";
import { readElements } from "../../model/window.ts";
import type { Work } from "../../work.ts";
import { attributePath } from "../path.ts";
import { checkedTree, indicesOf, numbersOf, tensorIn } from "./columns.ts";
import type { SplitTest, Tree, TreeEnsemble } from "./ensemble.ts";
import { modelsOf, withSchema } from "./held.ts";
import { dumpEnsemble } from "./xgboost-dump.ts";

/** Objectives whose base score is a probability (of binary:logitraw until 1.3), or the exponential of what the trees add to. */
const LOGIT = /^(?:binary:logistic|reg:logistic)$/;
const LOG = /^(?:count:poisson|reg:gamma|reg:tweedie|survival:aft|survival:cox)$/;
/** What XGBoost keeps probabilities between: `kRtEps`, in float32. */
const NEAR_0 = Math.fround(1e-6);
const NEAR_1 = Math.fround(1 - NEAR_0);

export async function xgboostEnsembles(artifact: Artifact): Promise<readonly TreeEnsemble[]> {
  const found: TreeEnsemble[] = [];
  for (const { raw, path, isHeld, schema } of await modelsOf(artifact, "xgboost")) {
    const learner = learnerOf(raw.root);
    const ensemble =
      learner === undefined ? dumpEnsemble(raw.root, path) : await xgboostEnsemble(learner, path, isHeld);
    if (ensemble !== undefined) found.push(withSchema(ensemble, schema));
  }
  return found;
}

/**
 * `holder`: the address of what the model lies in, "" for a file of its own; `isHeld` where that is an object. Undefined where
 * there are no trees.
 */
export async function xgboostEnsemble(
  learner: Learner,
  holder: string,
  isHeld = true,
): Promise<TreeEnsemble | undefined> {
  const { model, features, featureCount, classCount = 0, targetCount = 1 } = learner;
  const trees = model === undefined ? undefined : dictGet(model.node, "trees");
  if (model === undefined || !isNode(trees) || trees.kind !== "list" || trees.items.length === 0) return undefined;
  const outputs = Math.max(1, classCount > 1 ? classCount : targetCount);
  const groups = tensorIn(dictGet(model.node, "tree_info"));
  const info = groups === undefined ? new Int32Array(0) : await indicesOf(groups);
  const drops = tensorIn(learner.weightDrop);
  const weights = drops === undefined ? undefined : await numbersOf(drops);
  const isVector = leafSize(trees.items[0]) > 1;
  // What a Booster keeps beside its configuration has the address that it has in a file.
  const within = isHeld ? model.path.replace(/^Model\./, "") : model.path;
  const base = within.split(".").reduce(attributePath, holder);
  const pathOf = (index: number): string => `${base}.trees[${index}]`;
  return {
    path: holder,
    library: "xgboost",
    treeCount: trees.items.length,
    ...(features.length > 0 ? { features } : {}),
    ...(featureCount === undefined ? {} : { featureCount }),
    outputs,
    aggregate: "sum",
    base: await baseOf(learner, outputs),
    outputOf: (index) => (isVector ? undefined : (info[index] ?? 0)),
    weightOf: (index) => weights?.[index] ?? 1,
    precision: { feature: "float32", sum: "float32" },
    holds: [base],
    pathOf,
    tree: (index, work) => readTree(trees.items[index], pathOf(index), work),
  };
}

/** What the trees add to: the base score where the objective computes. 1.0 and newer save it where it predicts. */
async function baseOf({ baseScore, objective = "", version }: Learner, outputs: number): Promise<readonly number[]> {
  const texts = await scoreTexts(baseScore);
  const isMargin = version === undefined;
  // From 3.1 on, which writes a list, a probability of 0 or 1 is kept off the ends: where all labels are the same.
  const isClamped = typeof baseScore === "string" && baseScore.startsWith("[") && LOGIT.test(objective);
  const margins = texts.map((text) => {
    const written = Math.fround(Number(text));
    const score = isClamped ? Math.min(Math.max(written, NEAR_0), NEAR_1) : written;
    if (isMargin) return score;
    if (LOGIT.test(objective) || (objective === "binary:logitraw" && /^1\.[0-2]\b/.test(version)))
      return Math.fround(-Math.fround(Math.log(Math.fround(Math.fround(1 / score) - 1))));
    return LOG.test(objective) ? Math.fround(Math.log(score)) : score;
  });
  return Array.from({ length: outputs }, (_, k) => margins[k] ?? margins[0] ?? Number.NaN);
}

/** `5E-1`, from 3.1 on `[5E-1]` or one for each output; a float in the old binary form. */
async function scoreTexts(value: Value | undefined): Promise<readonly string[]> {
  if (typeof value === "string") return value.replace(/^\[|\]$/g, "").split(",");
  const tensor = tensorIn(value);
  if (tensor === undefined) return [];
  const bytes = await readElements({ ...tensor, shape: [1] }, 0, 1);
  return [formatElement(tensor.dtype, new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), 0)];
}

function leafSize(tree: Value | undefined): number {
  return countIn(dictIn(tree, "tree_param"), "size_leaf_vector") ?? 0;
}

async function readTree(node: Value | undefined, path: string, work: Work): Promise<Tree> {
  if (!isNode(node) || node.kind !== "dict") throw corrupt(`${path} is no tree`);
  const column = (name: string): Promise<Float64Array> => {
    const tensor = tensorIn(dictGet(node, name));
    if (tensor === undefined) throw corrupt(`${path} has no ${name}`);
    return numbersOf(tensor, work);
  };
  const left = Int32Array.from(await column("left_children"));
  const nodeCount = left.length;
  const isLeaf = (at: number): boolean => left[at] === -1;
  const right = Int32Array.from(await column("right_children"), (child, at) => (isLeaf(at) ? -1 : child));
  const feature = Int32Array.from(await column("split_indices"), (index, at) => (isLeaf(at) ? -1 : index));
  const conditions = await column("split_conditions");
  const categories = await categoriesOf(node, path, column);
  const tests =
    categories.size === 0 ? "<" : Array.from(left, (_, at): SplitTest => (categories.has(at) ? "not-in" : "<"));
  const outputs = Math.max(1, leafSize(node));
  return checkedTree(
    {
      nodeCount,
      feature,
      threshold: conditions.map((value, at) => (categories.has(at) || isLeaf(at) ? Number.NaN : value)),
      left,
      right,
      missingLeft: Uint8Array.from(await column("default_left")),
      test: tests,
      ...(categories.size === 0 ? {} : { categories }),
      outputs,
      values:
        outputs === 1
          ? conditions.map((value, at) => (isLeaf(at) ? value : 0))
          : await vectorLeaves(node, left, outputs, column),
      gain: await column("loss_changes"),
      cover: await column("sum_hessian"),
    },
    path,
    work,
  );
}

/** Categories that go right, by node: `categories_sizes[i]` of them from `categories_segments[i]` on. */
async function categoriesOf(
  node: DictNode,
  path: string,
  column: (name: string) => Promise<Float64Array>,
): Promise<ReadonlyMap<number, readonly number[]>> {
  const found = new Map<number, readonly number[]>();
  if (tensorIn(dictGet(node, "categories_nodes")) === undefined) return found;
  const nodes = await column("categories_nodes");
  if (nodes.length === 0) return found;
  const [values, starts, sizes] = [
    await column("categories"),
    await column("categories_segments"),
    await column("categories_sizes"),
  ];
  for (const [i, at] of nodes.entries()) {
    const [start, size] = [starts[i] ?? -1, sizes[i] ?? -1];
    if (start < 0 || size < 0 || start + size > values.length)
      throw corrupt(`${path}: node ${at} has categories ${start} to ${start + size} of ${values.length}`);
    found.set(at, [...values.subarray(start, start + size)]);
  }
  return found;
}

/**
 * Leaves of several outputs: from 3.1 on in `leaf_weights`, in the order that the leaf's right child says; before that
 * every node has its weights.
 */
async function vectorLeaves(
  node: DictNode,
  left: Int32Array,
  outputs: number,
  column: (name: string) => Promise<Float64Array>,
): Promise<Float64Array> {
  const isSplit = tensorIn(dictGet(node, "leaf_weights")) !== undefined;
  const weights = await column(isSplit ? "leaf_weights" : "base_weights");
  const places = isSplit ? await column("right_children") : undefined;
  const values = new Float64Array(left.length * outputs);
  for (const [at, child] of left.entries()) {
    if (child !== -1) continue;
    const from = (places?.[at] ?? at) * outputs;
    if (from < 0 || from + outputs > weights.length)
      throw corrupt(`leaf ${at} has the weights ${from} of ${weights.length}`);
    values.set(weights.subarray(from, from + outputs), at * outputs);
  }
  return values;
}
