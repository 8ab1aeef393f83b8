import { corrupt } from "../../errors.ts";
import type { Artifact, Estimator, Schema } from "../../model/artifact.ts";
import { isNode, type Node, type ObjectNode, type TensorNode } from "../../model/value.ts";
import type { Work } from "../../work.ts";
import { attributeOf, classOf } from "../anatomy.ts";
import { attributePath, indexPath } from "../path.ts";
import { isSklearnTree, treeAttributes } from "../sklearn/tree.ts";
import { checkedTree, indicesOf, numbersOf, tensorIn } from "./columns.ts";
import type { Tree, TreeEnsemble } from "./ensemble.ts";
import { histEnsemble } from "./sklearn-hist.ts";
import { baseOfBoosting } from "./sklearn-init.ts";

/** Trees that are averaged: what a forest predicts is the mean of what its trees predict. */
const FORESTS: ReadonlySet<string> = new Set([
  "RandomForestClassifier",
  "RandomForestRegressor",
  "ExtraTreesClassifier",
  "ExtraTreesRegressor",
  "BaggingClassifier",
  "BaggingRegressor",
  "BalancedRandomForestClassifier",
  "RandomSurvivalForest",
  "ExtraSurvivalTrees",
]);
/** Trees that are not added up: each one votes, or tells how deep a row falls. */
const APART: ReadonlySet<string> = new Set([
  "AdaBoostClassifier",
  "AdaBoostRegressor",
  "IsolationForest",
  "RUSBoostClassifier",
  "RandomTreesEmbedding",
]);
const BOOSTINGS: ReadonlySet<string> = new Set([
  "GradientBoostingClassifier",
  "GradientBoostingRegressor",
  "GradientBoostingSurvivalAnalysis",
]);
/** Libraries of ensembles in scikit-learn's own form. */
const MAKERS: ReadonlySet<string> = new Set(["scikit-learn", "imbalanced-learn", "scikit-survival"]);
const HISTOGRAMS: ReadonlySet<string> = new Set(["HistGradientBoostingClassifier", "HistGradientBoostingRegressor"]);

/** scikit-learn's ensembles and those that are built on them, and trees that are part of none, in the order of the file. */
export async function sklearnEnsembles(artifact: Artifact): Promise<readonly TreeEnsemble[]> {
  const found: TreeEnsemble[] = [];
  const claimed = new Set<Node>();
  // imbalanced-learn keeps copies of a forest's trees in its pipelines of sampler and tree.
  const copies: string[] = [];
  for (const estimator of artifact.estimators) {
    if (copies.some((prefix) => estimator.path.startsWith(prefix))) {
      if (isSklearnTree(estimator.node)) claimed.add(estimator.node);
      continue;
    }
    const ensemble = isSklearnTree(estimator.node)
      ? undefined
      : await ensembleOf(estimator, artifact.framework?.version, claimed);
    if (ensemble === undefined) continue;
    found.push(ensemble);
    if (ensemble.library === "imbalanced-learn") copies.push(`${attributePath(ensemble.path, "pipelines_")}[`);
  }
  return [...found, ...loneTrees(artifact, claimed)].filter(({ treeCount }) => treeCount > 0);
}

function loneTrees(artifact: Artifact, claimed: ReadonlySet<Node>): readonly TreeEnsemble[] {
  const found: TreeEnsemble[] = [];
  for (const { node, path, version, schema } of artifact.estimators)
    if (isSklearnTree(node) && !claimed.has(node)) {
      const shape = valueShape(node);
      const isCounted = (shape[2] ?? 1) > 1 ? isBefore(version ?? artifact.framework?.version, 1, 3) : false;
      found.push(forestOf({ path, library: "scikit-learn", ...given(schema) }, [{ node, path }], { isCounted }));
    }
  return found;
}

async function ensembleOf(
  estimator: Estimator,
  fileVersion: string | undefined,
  claimed: Set<Node>,
): Promise<TreeEnsemble | undefined> {
  const { node, path, library, schema } = estimator;
  if (library === undefined || !MAKERS.has(library)) return undefined;
  const { name } = classOf(node);
  const version = estimator.version ?? fileVersion;
  const about: About = { path, library, ...given(schema) };
  if (HISTOGRAMS.has(name)) return histEnsemble(estimator);
  const isBoosting = BOOSTINGS.has(name);
  const isForest = FORESTS.has(name) || APART.has(name);
  const trees = isBoosting || isForest ? memberTrees(node, path) : ownTree(node, path);
  if (trees === undefined || trees.length === 0 || trees.some((tree) => claimed.has(tree.node))) return undefined;
  for (const tree of trees) claimed.add(tree.node);
  if (isBoosting) return boostingOf(about, trees, estimator, version);
  // A tree whose sample had not all classes has fewer values: what the whole predicts is then no plain mean.
  const isUneven = trees.some((tree) => outputsOf(tree.node) !== outputsOf((trees[0] as Member).node));
  return forestOf(about, trees, {
    isCounted: name.endsWith("Classifier") ? isBefore(version, 1, 3) : false,
    isApart: APART.has(name) || isUneven,
  });
}

/** `estimators_` or `tree_`: what all trees lie in. */
function homeOf(path: string, [first]: readonly Member[]): string {
  const inside = (first?.path ?? path).slice(path.length);
  return path + inside.replace(/(.)\[.*$/, "$1");
}

type About = Pick<TreeEnsemble, "path" | "library" | "features" | "featureCount" | "classes">;

function given({ features, featureCount, classes }: Schema): Omit<About, "path" | "library"> {
  return {
    ...(features === undefined ? {} : { features }),
    ...(featureCount === undefined ? {} : { featureCount }),
    ...(classes === undefined ? {} : { classes }),
  };
}

/** A `sklearn.tree._tree.Tree` and its address. */
interface Member {
  readonly node: ObjectNode;
  readonly path: string;
  /** Of a tree that was given some of the columns: which ones, by the tree's own number of them. */
  readonly columns?: TensorNode["tensor"];
}

function ownTree(node: ObjectNode, path: string): readonly Member[] | undefined {
  const tree = attributeOf(node, "tree_");
  return isNode(tree) && tree.kind === "object" && isSklearnTree(tree)
    ? [{ node: tree, path: attributePath(path, "tree_") }]
    : undefined;
}

/** The trees of `estimators_`: a list for forests, an array of [stages, outputs] for gradient boosting. */
function memberTrees(node: ObjectNode, path: string): readonly Member[] | undefined {
  const members = attributeOf(node, "estimators_");
  if (!isNode(members)) return undefined;
  const base = attributePath(path, "estimators_");
  const items = members.kind === "list" ? members.items : members.kind === "tensor" ? members.objects : undefined;
  if (items === undefined) return undefined;
  const width = widthOf(members);
  const lists = attributeOf(node, "estimators_features_");
  const subsets = isNode(lists) && lists.kind === "list" ? lists.items : [];
  const trees: Member[] = [];
  for (const [i, item] of items.entries()) {
    const at = width === undefined ? indexPath(base, i) : indexPath(base, Math.floor(i / width), i % width);
    const [tree] = isNode(item) && item.kind === "object" ? (ownTree(item, at) ?? []) : [];
    if (tree === undefined) return undefined;
    const columns = tensorIn(subsets[i]);
    trees.push(columns === undefined ? tree : { ...tree, columns });
  }
  return trees;
}

function widthOf(members: Node): number | undefined {
  if (members.kind !== "tensor" || members.tensor.shape.length !== 2) return undefined;
  return Math.max(1, members.tensor.shape[1] ?? 1);
}

/** `isCounted`: values are weights of samples by class, what is predicted are fractions; undefined where only they can tell. */
interface Counting {
  readonly isCounted: boolean | undefined;
  readonly isApart?: boolean;
}

function forestOf(about: About, trees: readonly Member[], { isCounted, isApart }: Counting): TreeEnsemble {
  const outputs = trees[0] === undefined ? 1 : outputsOf(trees[0].node);
  return {
    ...about,
    treeCount: trees.length,
    outputs,
    aggregate: isApart === true ? "each" : "mean",
    base: Array.from({ length: outputs }, () => 0),
    outputOf: () => undefined,
    weightOf: () => 1,
    precision: { feature: "float32", sum: "float64" },
    holds: [homeOf(about.path, trees)],
    pathOf: (index) => trees[index]?.path ?? "",
    tree: async (index, work) => {
      const tree = await readTree(trees[index], work);
      const classes = valueShape(trees[index]?.node)[2] ?? outputs;
      return (isCounted ?? !areFractions(tree, classes)) ? withFractions(tree, classes) : tree;
    },
  };
}

async function boostingOf(
  about: About,
  trees: readonly Member[],
  { node }: Estimator,
  version: string | undefined,
): Promise<TreeEnsemble> {
  const members = attributeOf(node, "estimators_");
  const outputs = (isNode(members) ? widthOf(members) : undefined) ?? 1;
  const rate = attributeOf(node, "learning_rate");
  const weight = typeof rate === "number" ? rate : typeof rate === "bigint" ? Number(rate) : Number.NaN;
  return {
    ...about,
    treeCount: trees.length,
    outputs,
    aggregate: "sum",
    base: await baseOfBoosting(node, outputs, isBefore(version, 1, 4) === true),
    outputOf: (index) => index % outputs,
    weightOf: () => weight,
    precision: { feature: "float32", sum: "float64" },
    holds: [homeOf(about.path, trees)],
    pathOf: (index) => trees[index]?.path ?? "",
    tree: (index, work) => readTree(trees[index], work),
  };
}

/** Undefined where the version is not known. */
function isBefore(version: string | undefined, major: number, minor: number): boolean | undefined {
  const parts = /^(\d+)\.(\d+)/.exec(version ?? "");
  if (parts === null) return undefined;
  const found = [Number(parts[1]), Number(parts[2])] as const;
  return found[0] < major || (found[0] === major && found[1] < minor);
}

/** Nodes, n_outputs, the largest number of classes. */
function valueShape(node: ObjectNode | undefined): readonly number[] {
  return tensorIn(attributeOf(node, "values"))?.shape ?? [];
}

function outputsOf(node: ObjectNode): number {
  return valueShape(node)
    .slice(1)
    .reduce((product, size) => product * size, 1);
}

async function readTree(member: Member | undefined, work: Work): Promise<Tree> {
  if (member === undefined) throw corrupt("there is no such tree");
  const { node, path } = member;
  const attributes = treeAttributes(node);
  const column = (name: string): TensorNode["tensor"] | undefined =>
    tensorIn(attributes.find((attribute) => attribute.name === name)?.value);
  const needed = (name: string): TensorNode["tensor"] => {
    const tensor = column(name);
    if (tensor === undefined) throw corrupt(`${path} has no ${name}`);
    return tensor;
  };
  const [left, right] = [
    await indicesOf(needed("children_left"), work),
    await indicesOf(needed("children_right"), work),
  ];
  const splits = await indicesOf(needed("feature"), work);
  const [threshold, value] = [await numbersOf(needed("threshold"), work), needed("value")];
  const columns = member.columns === undefined ? undefined : await indicesOf(member.columns);
  // What a leaf splits on is -2; what makes a leaf is that it has no children.
  const feature = splits.map((index, at) =>
    left[at] === -1 ? -1 : columns === undefined ? index : (columns[index] ?? -2),
  );
  const [missing, cover] = [column("missing_go_to_left"), column("weighted_n_node_samples")];
  return checkedTree(
    {
      nodeCount: left.length,
      feature,
      threshold,
      left,
      right,
      ...(missing === undefined ? {} : { missingLeft: Uint8Array.from(await numbersOf(missing, work)) }),
      test: "<=",
      outputs: outputsOf(node),
      values: await numbersOf(value, work),
      ...(cover === undefined ? {} : { cover: await numbersOf(cover, work) }),
    },
    path,
    work,
  );
}

/** True when the values of the root's first output sum up to one, as they do from scikit-learn 1.3 on. */
function areFractions({ values }: Tree, classes: number): boolean {
  return Math.abs(values.subarray(0, classes).reduce((sum, value) => sum + value, 0) - 1) < 1e-9;
}

/** scikit-learn before 1.3 keeps weights of samples by class and divides when it predicts, 0 by 1. */
function withFractions(tree: Tree, classes: number): Tree {
  const values = new Float64Array(tree.values.length);
  for (let start = 0; start < values.length; start += classes) {
    const sum = tree.values.subarray(start, start + classes).reduce((total, value) => total + value, 0);
    for (let at = start; at < start + classes; at++) values[at] = (tree.values[at] ?? 0) / (sum === 0 ? 1 : sum);
  }
  return { ...tree, values };
}
