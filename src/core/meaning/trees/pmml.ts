import type { Artifact } from "../../model/artifact.ts";
import { type DictNode, dictGet, isNode, type Value } from "../../model/value.ts";
import { indexPath, keyPath } from "../path.ts";
import type { TreeEnsemble } from "./ensemble.ts";
import { type PmmlFields, pmmlTree, type TreeSource } from "./pmml-tree.ts";
import { dictIn, fieldsTested, isExpressible, textOf } from "./pmml-predicates.ts";

/**
 * Tree models of PMML: those of a segmentation that adds, averages or counts votes as one ensemble, others alone.
 * https://dmg.org/pmml/v4-4-1/TreeModel.html and MultipleModels.html
 */
export async function pmmlEnsembles(artifact: Artifact): Promise<readonly TreeEnsemble[]> {
  const { root } = artifact;
  // By its form: what was converted is still the model that it was.
  if (!isNode(root) || root.kind !== "dict") return [];
  const found: TreeEnsemble[] = [];
  collect(root, "", artifact, found, 0);
  return found;
}

/** Segmentations within segmentations: a chain of a boosting and what follows it is two deep. */
const DEPTH = 16;
const MODELS = ["TreeModel", "MiningModel"] as const;

function collect(holder: DictNode, path: string, artifact: Artifact, found: TreeEnsemble[], depth: number): void {
  if (depth > DEPTH) return;
  for (const kind of MODELS)
    for (const [model, at] of modelsIn(holder, kind, path)) {
      const ensemble = kind === "TreeModel" ? loneTree(model, at, artifact) : segmented(model, at, artifact);
      if (ensemble !== undefined) found.push(ensemble);
      else if (kind === "MiningModel")
        for (const [segment, place] of segmentsOf(model, at)) collect(segment, place, artifact, found, depth + 1);
    }
}

/** One model of a kind, or several. */
function modelsIn(holder: DictNode, kind: string, path: string): readonly (readonly [DictNode, string])[] {
  const value = dictGet(holder, kind);
  const at = keyPath(path, kind);
  if (!isNode(value)) return [];
  if (value.kind === "dict") return [[value, at]];
  return value.kind === "list" ? dictsOf(value.items, at) : [];
}

function dictsOf(items: readonly Value[], path: string): readonly (readonly [DictNode, string])[] {
  return items.flatMap((item, i) =>
    isNode(item) && item.kind === "dict" ? [[item, indexPath(path, i)] as const] : [],
  );
}

function segmentsOf(model: DictNode, path: string): readonly (readonly [DictNode, string])[] {
  const segmentation = dictIn(model, "Segmentation");
  const segments = segmentation === undefined ? undefined : dictGet(segmentation, "Segment");
  const at = keyPath(keyPath(path, "Segmentation"), "Segment");
  return isNode(segments) && segments.kind === "list" ? dictsOf(segments.items, at) : [];
}

function loneTree(model: DictNode, path: string, artifact: Artifact): TreeEnsemble | undefined {
  const nodes = dictIn(model, "nodes");
  if (nodes === undefined || !isExpressible(nodes)) return undefined;
  return ensembleOf([{ model, nodes, path, weight: 1 }], model, path, artifact, { aggregate: "sum", isVote: false });
}

const METHODS: Readonly<Record<string, { readonly aggregate: "sum" | "mean"; readonly isVote: boolean }>> = {
  sum: { aggregate: "sum", isVote: false },
  "x-weightedSum": { aggregate: "sum", isVote: false },
  weightedSum: { aggregate: "sum", isVote: false },
  average: { aggregate: "mean", isVote: false },
  weightedAverage: { aggregate: "mean", isVote: false },
  majorityVote: { aggregate: "mean", isVote: true },
  weightedMajorityVote: { aggregate: "mean", isVote: true },
};

/** The trees of a segmentation, when it has nothing else, every tree is for every row, and what they give is combined. */
function segmented(model: DictNode, path: string, artifact: Artifact): TreeEnsemble | undefined {
  const segmentation = dictIn(model, "Segmentation");
  const method = segmentation === undefined ? "" : textOf(dictGet(segmentation, "multipleModelMethod"));
  const combined = Object.hasOwn(METHODS, method) ? METHODS[method] : undefined;
  const segments = segmentsOf(model, path);
  if (combined === undefined || segments.length === 0) return undefined;
  const isWeighted = /weighted/i.test(method);
  const trees: TreeSource[] = [];
  for (const [segment, at] of segments) {
    const tree = dictIn(segment, "TreeModel");
    const nodes = tree === undefined ? undefined : dictIn(tree, "nodes");
    if (tree === undefined || nodes === undefined || dictGet(segment, "True") === undefined || !isExpressible(nodes))
      return undefined;
    const weight = isWeighted ? (numberIn(segment, "weight") ?? 1) : 1;
    trees.push({ model: tree, nodes, path: keyPath(at, "TreeModel"), weight });
  }
  const total = trees.reduce((sum, { weight }) => sum + weight, 0);
  const isShare = isWeighted && combined.aggregate === "mean";
  const shared = isShare ? trees.map((tree) => ({ ...tree, weight: (tree.weight * trees.length) / total })) : trees;
  return ensembleOf(shared, model, path, artifact, combined);
}

function ensembleOf(
  trees: readonly TreeSource[],
  model: DictNode,
  path: string,
  artifact: Artifact,
  { aggregate, isVote }: { readonly aggregate: "sum" | "mean"; readonly isVote: boolean },
): TreeEnsemble {
  const { schema } = artifact;
  const features = new Map((schema.features ?? []).map((name, i) => [name, i]));
  for (const { nodes } of trees)
    for (const name of fieldsTested(nodes)) if (!features.has(name)) features.set(name, features.size);
  const isClassifier = dictGet(model, "functionName") === "classification";
  const classes = isClassifier ? (schema.classes ?? classesIn(trees)) : undefined;
  const fields: PmmlFields = { features, categories: categoriesIn(artifact), ...(classes && { classes }), isVote };
  const rescale = rescaleOf(model);
  const isFloat = [model, ...trees.map((tree) => tree.model)].some(
    (each) => dictGet(each, "mathContext") === "float" || dictGet(each, "x-mathContext") === "float",
  );
  const precision = isFloat ? "float32" : "float64";
  const outputs = classes?.length ?? 1;
  return {
    path,
    library: "pmml",
    treeCount: trees.length,
    features: [...features.keys()],
    featureCount: features.size,
    ...(classes && { classes }),
    outputs,
    aggregate,
    base: Array.from({ length: outputs }, () => rescale.constant),
    outputOf: (index) => (classes === undefined && index >= 0 ? 0 : undefined),
    weightOf: (index) => (trees[index]?.weight ?? 1) * rescale.factor,
    precision: { feature: precision, sum: precision },
    holds: [path],
    pathOf: (index) => trees[index]?.path ?? path,
    tree: (index, work) => pmmlTree(trees[index], fields, work),
  };
}

/** What the sum is multiplied with, and then what is added to it. */
function rescaleOf(model: DictNode): { readonly factor: number; readonly constant: number } {
  const targets = dictIn(model, "Targets");
  const held = targets === undefined ? undefined : dictIn(targets, "Target");
  const [only, more] = held?.values ?? [];
  const target = more === undefined && isNode(only) && only.kind === "dict" ? only : held;
  if (target === undefined) return { factor: 1, constant: 0 };
  return { factor: numberIn(target, "rescaleFactor") ?? 1, constant: numberIn(target, "rescaleConstant") ?? 0 };
}

/** Labels that trees give where the file's schema names none, in the order in which they come up. */
function classesIn(trees: readonly TreeSource[]): readonly string[] {
  const classes = new Set<string>();
  for (const { nodes } of trees) {
    const score = dictGet(nodes, "score");
    const values = isNode(score) && score.kind === "dict" ? dictGet(score, "value") : score;
    if (isNode(values) && values.kind === "list")
      for (const item of values.items) if (typeof item === "string") classes.add(item);
  }
  return [...classes];
}

/** Categories of fields, by field: a category's place is its number. */
function categoriesIn({ schema }: Artifact): ReadonlyMap<string, ReadonlyMap<string, number>> {
  return new Map(
    (schema.categories ?? []).map(({ feature, values }) => [feature, new Map(values.map((value, i) => [value, i]))]),
  );
}

function numberIn(holder: DictNode, key: string): number | undefined {
  const value = dictGet(holder, key);
  if (typeof value === "bigint") return Number(value);
  return isNode(value) && value.kind === "decimal" ? value.nearest : undefined;
}
