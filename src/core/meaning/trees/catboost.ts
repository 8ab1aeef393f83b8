import { corrupt } from "../../errors.ts";
import { type CatboostModel, catboostModelOf } from "../../formats/catboost/model.ts";
import type { Artifact } from "../../model/artifact.ts";
import { dictGet, isNode, type Value } from "../../model/value.ts";
import type { Work } from "../../work.ts";
import { attributePath, indexPath } from "../path.ts";
import { columnIn, numbersIn, type Split, splitsOf } from "./catboost-splits.ts";
import { checkedTree, indicesOf, numbersOf, tensorIn } from "./columns.ts";
import type { SplitTest, Tree, TreeEnsemble } from "./ensemble.ts";
import { modelsOf, withSchema } from "./held.ts";

/** An oblivious tree of this many levels is a million nodes when it is written out. */
const MOST_LEVELS = 20;

export async function catboostEnsembles(artifact: Artifact): Promise<readonly TreeEnsemble[]> {
  const found: TreeEnsemble[] = [];
  for (const { raw, path, schema } of await modelsOf(artifact, "catboost")) {
    const model = catboostModelOf(raw.root);
    const ensemble = model === undefined ? undefined : await catboostEnsemble(model, path);
    if (ensemble !== undefined) found.push(withSchema(ensemble, schema));
  }
  return found;
}

/** `holder`: the address of what the model lies in; "" for a file of its own. */
async function catboostEnsemble(model: CatboostModel, holder: string): Promise<TreeEnsemble | undefined> {
  const { node, trees, isOblivious } = model;
  const first = trees[0];
  // A tree that could not be read is as it was in the file.
  if (!isNode(first) || first.kind !== "dict" || tensorIn(dictGet(first, "splits")) === undefined) return undefined;
  const base = attributePath(holder, isOblivious ? "oblivious_trees" : "trees");
  const { splits, names } = await splitsOf(model);
  const { scale, bias } = await scaleAndBias(node);
  const outputs = Math.max(1, outputsOf(model));
  const pathOf = (index: number): string => indexPath(base, index);
  return {
    path: holder,
    library: "catboost",
    treeCount: trees.length,
    features: names,
    featureCount: names.length,
    outputs,
    aggregate: "sum",
    base: Array.from({ length: outputs }, (_, k) => bias[k] ?? bias[0] ?? 0),
    outputOf: () => undefined,
    weightOf: () => scale,
    precision: { feature: "float32", sum: "float64" },
    holds: [base, attributePath(holder, "features_info")],
    pathOf,
    tree: (index, work) =>
      (isOblivious ? obliviousTree : steppedTree)(trees[index], pathOf(index), { splits, outputs }, work),
  };
}

function outputsOf({ node, trees, isOblivious }: CatboostModel): number {
  const told = dictGet(node, "approx_dimension");
  if (typeof told === "bigint") return Number(told);
  // The export does not tell: a tree has so many values for each leaf.
  const values = tensorIn(columnIn(trees[0], "leaf_values"))?.shape[0] ?? 1;
  const weights = tensorIn(columnIn(trees[0], "leaf_weights"))?.shape[0];
  if (weights !== undefined && weights > 0) return values / weights;
  const size = tensorIn(isOblivious ? columnIn(trees[0], "splits") : undefined)?.shape[0] ?? 0;
  return values / 2 ** size;
}

async function scaleAndBias(
  node: CatboostModel["node"],
): Promise<{ readonly scale: number; readonly bias: readonly number[] }> {
  return {
    scale: (await numbersIn(dictGet(node, "scale")))[0] ?? 1,
    bias: await numbersIn(dictGet(node, "bias")),
  };
}

/** What all trees of a model share. */
interface Parts {
  readonly splits: readonly Split[];
  readonly outputs: number;
}

/** The first question is that of the last level: leaves are then numbered from right to left. */
async function obliviousTree(
  tree: Value | undefined,
  path: string,
  { splits, outputs }: Parts,
  work: Work,
): Promise<Tree> {
  const [levels, values] = [tensorIn(columnIn(tree, "splits")), tensorIn(columnIn(tree, "leaf_values"))];
  if (levels === undefined || values === undefined) throw corrupt(`${path} has no splits or no leaf_values`);
  const asked = await indicesOf(levels);
  const depth = asked.length;
  if (depth > MOST_LEVELS) throw corrupt(`${path} has ${depth} levels`);
  const leaves = await numbersOf(values);
  const inner = 2 ** depth - 1;
  if (leaves.length !== (inner + 1) * outputs)
    throw corrupt(`${path} has ${leaves.length} values for ${inner + 1} leaves`);
  const weights = tensorIn(columnIn(tree, "leaf_weights"));
  const cover = weights === undefined ? undefined : await numbersOf(weights);
  // Node i has the children 2i + 1 (true) and 2i + 2 (false); the first level asks for the highest bit.
  const build = new TreeBuilder(2 * inner + 1, outputs);
  for (let at = 0; at < inner; at++) {
    if (work.isDue()) await work.checkpoint();
    const level = Math.floor(Math.log2(at + 1));
    build.split(at, splitAt(splits, asked[depth - 1 - level] ?? -1, path), 2 * at + 1, 2 * at + 2);
  }
  for (let place = 0; place <= inner; place++) {
    const leaf = inner - place;
    build.leaf(inner + place, leaves.subarray(leaf * outputs, (leaf + 1) * outputs), cover?.[leaf]);
  }
  return checkedTree(build.tree(cover?.length === inner + 1), path, work);
}

/** A tree whose nodes say how far on each of their sides goes; a side that goes nowhere ends in the node's leaf. */
async function steppedTree(
  tree: Value | undefined,
  path: string,
  { splits, outputs }: Parts,
  work: Work,
): Promise<Tree> {
  const column = async (key: string): Promise<Float64Array> => {
    const tensor = tensorIn(columnIn(tree, key));
    if (tensor === undefined) throw corrupt(`${path} has no ${key}`);
    return numbersOf(tensor, work);
  };
  const [asked, steps, leafOf, leaves] = [
    await column("splits"),
    await column("steps"),
    await column("leaf_of_node"),
    await column("leaf_values"),
  ];
  const weights = tensorIn(columnIn(tree, "leaf_weights"));
  const cover = weights === undefined ? undefined : await numbersOf(weights);
  const count = asked.length;
  const build = new TreeBuilder(count, outputs);
  const putLeaf = (at: number, node: number): number => {
    const leaf = leafOf[node] ?? -1;
    if (leaf < 0 || (leaf + 1) * outputs > leaves.length) throw corrupt(`${path}: node ${node} has the leaf ${leaf}`);
    build.leaf(at, leaves.subarray(leaf * outputs, (leaf + 1) * outputs), cover?.[leaf]);
    return at;
  };
  for (let at = 0; at < count; at++) {
    if (work.isDue()) await work.checkpoint();
    const [no, yes] = [steps[at * 2] ?? 0, steps[at * 2 + 1] ?? 0];
    if (no === 0 && yes === 0) putLeaf(at, at);
    else {
      const side = (step: number): number => (step === 0 ? putLeaf(build.add(), at) : at + step);
      build.split(at, splitAt(splits, asked[at] ?? -1, path), side(yes), side(no));
    }
  }
  return checkedTree(build.tree(cover !== undefined), path, work);
}

function splitAt(splits: readonly Split[], index: number, path: string): Split {
  const split = splits[index];
  if (split === undefined) throw corrupt(`${path} asks for the split ${index} of ${splits.length}`);
  return split;
}

/** Columns while nodes are put into them. */
class TreeBuilder {
  private readonly feature: number[];
  private readonly threshold: number[];
  private readonly left: number[];
  private readonly right: number[];
  private readonly missing: number[];
  private readonly tests: SplitTest[];
  private readonly values: number[];
  private readonly cover: number[];
  private readonly categories = new Map<number, readonly number[]>();
  private readonly outputs: number;

  constructor(count: number, outputs: number) {
    const filled = <T>(value: T): T[] => Array.from({ length: count }, () => value);
    this.outputs = outputs;
    this.feature = filled(-1);
    this.threshold = filled(Number.NaN);
    this.left = filled(-1);
    this.right = filled(-1);
    this.missing = filled(0);
    this.tests = filled<SplitTest>(">");
    // The file tells the weights of leaves alone.
    this.cover = filled(Number.NaN);
    this.values = Array.from({ length: count * outputs }, () => 0);
  }

  /** One more node; its number. */
  add(): number {
    this.feature.push(-1);
    this.threshold.push(Number.NaN);
    this.left.push(-1);
    this.right.push(-1);
    this.missing.push(0);
    this.tests.push(">");
    this.cover.push(Number.NaN);
    for (let k = 0; k < this.outputs; k++) this.values.push(0);
    return this.feature.length - 1;
  }

  split(at: number, split: Split, left: number, right: number): void {
    this.feature[at] = split.feature;
    this.threshold[at] = split.threshold;
    this.tests[at] = split.test;
    this.missing[at] = split.missingLeft ? 1 : 0;
    this.left[at] = left;
    this.right[at] = right;
    if (split.category !== undefined) this.categories.set(at, [split.category]);
  }

  leaf(at: number, values: Float64Array, cover: number | undefined): void {
    for (let k = 0; k < this.outputs; k++) this.values[at * this.outputs + k] = values[k] ?? 0;
    this.cover[at] = cover ?? Number.NaN;
  }

  tree(hasCover: boolean): Tree {
    const { categories } = this;
    return {
      nodeCount: this.feature.length,
      feature: Int32Array.from(this.feature),
      threshold: Float64Array.from(this.threshold),
      left: Int32Array.from(this.left),
      right: Int32Array.from(this.right),
      missingLeft: Uint8Array.from(this.missing),
      test: categories.size === 0 ? ">" : this.tests,
      ...(categories.size === 0 ? {} : { categories }),
      outputs: this.outputs,
      values: Float64Array.from(this.values),
      ...(hasCover ? { cover: Float64Array.from(this.cover) } : {}),
    };
  }
}
