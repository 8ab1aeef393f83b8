import { corrupt } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import type { Artifact } from "../../model/artifact.ts";
import { type DictNode, dictGet, isNode, type Value } from "../../model/value.ts";
import { indexPath, keyPath } from "../path.ts";
import { numbersOf, tensorIn } from "./columns.ts";
import type { SplitTest, TreeEnsemble } from "./ensemble.ts";
import { type NodeTables, rowsOfTrees, treeOfNodes } from "./node-tables.ts";

/**
 * `TreeEnsembleParameters` of Core ML, of a whole model or of one in a pipeline.
 * https://github.com/apple/coremltools/blob/main/mlmodel/format/TreeEnsemble.proto
 */
export async function coremlEnsembles(artifact: Artifact): Promise<readonly TreeEnsemble[]> {
  const { root, format } = artifact;
  if (format !== "coreml" || !isNode(root) || root.kind !== "dict") return [];
  const found: TreeEnsemble[] = [];
  await collect({ model: root, path: "", isAlone: true }, artifact, found, 0);
  return found;
}

/** Pipelines in pipelines. */
const DEPTH = 8;
/** Kinds of model that have trees, and kinds that hold models. */
const TREES = ["treeEnsembleRegressor", "treeEnsembleClassifier"];
const PIPELINES = ["pipeline", "pipelineRegressor", "pipelineClassifier"];

interface Place {
  readonly model: DictNode;
  readonly path: string;
  /** Its input is that of the file: nothing before it makes other features. */
  readonly isAlone: boolean;
}

async function collect(place: Place, artifact: Artifact, found: TreeEnsemble[], depth: number): Promise<void> {
  if (depth > DEPTH) return;
  for (const [i, key] of place.model.keys.entries()) {
    const value = place.model.values[i];
    if (typeof key !== "string" || !isNode(value) || value.kind !== "dict") continue;
    const path = keyPath(place.path, key);
    if (TREES.includes(key)) {
      const parameters = dictGet(value, "treeEnsemble");
      if (isNode(parameters) && parameters.kind === "dict")
        found.push(
          await ensembleOf(
            { model: parameters, path: keyPath(path, "treeEnsemble"), isAlone: place.isAlone },
            key === "treeEnsembleClassifier",
            artifact,
          ),
        );
    }
    if (!PIPELINES.includes(key)) continue;
    // A classifier's or regressor's pipeline is a message in a message.
    const held = dictGet(value, "pipeline");
    const [pipeline, at] =
      isNode(held) && held.kind === "dict" ? [held, keyPath(path, "pipeline")] : ([value, path] as const);
    const models = dictGet(pipeline, "models");
    if (!isNode(models) || models.kind !== "list") continue;
    for (const [k, model] of models.items.entries()) {
      if (!isNode(model) || model.kind !== "dict") continue;
      const isAlone = place.isAlone && models.items.slice(0, k).every((each) => isGathering(each));
      await collect({ model, path: indexPath(keyPath(at, "models"), k), isAlone }, artifact, found, depth + 1);
    }
  }
}

/** A step that only puts the inputs side by side, in their order. */
function isGathering(model: Value): boolean {
  return isNode(model) && model.kind === "dict" && model.keys.length === 1 && model.keys[0] === "featureVectorizer";
}

/** CatBoost names the inputs of its export by their place. */
function isNumbered(name: string, index: number): boolean {
  return name === `feature_${index}`;
}

/** By `TreeNodeBehavior`. */
const BEHAVIOURS = ["<=", "<", ">=", ">", "==", "!=", "LEAF"] as const;
const TESTS: Readonly<Record<string, SplitTest>> = {
  "<=": "<=",
  "<": "<",
  ">=": ">=",
  ">": ">",
  "==": "==",
  "!=": "!=",
  LEAF: "<=",
};

async function ensembleOf(
  { model, path, isAlone }: Place,
  isClassifier: boolean,
  { schema }: Artifact,
): Promise<TreeEnsemble> {
  const tables = await tablesOf(model, path);
  const trees = rowsOfTrees(tables, path);
  const told = dictGet(model, "numPredictionDimensions");
  const last = tables.weightTargets.reduce((most, target) => Math.max(most, target), 0);
  const outputs = Math.max(typeof told === "bigint" ? Number(told) : 1, last + 1);
  if (!(outputs <= LIMITS.namedValues)) throw corrupt(`${path} has ${outputs} outputs`);
  const base = await columnIn(model, "basePredictionValue");
  const pathOf = (index: number): string => indexPath(`${path}.trees`, index);
  return {
    path,
    library: "coreml",
    treeCount: trees.length,
    ...(isAlone && schema.features !== undefined && !schema.features.every(isNumbered)
      ? { features: schema.features }
      : {}),
    ...(isAlone && schema.featureCount !== undefined ? { featureCount: schema.featureCount } : {}),
    ...(isClassifier && schema.classes !== undefined ? { classes: schema.classes } : {}),
    outputs,
    aggregate: "sum",
    base: Array.from({ length: outputs }, (_, k) => base[k] ?? 0),
    outputOf: () => undefined,
    weightOf: () => 1,
    precision: { feature: "float64", sum: "float64" },
    holds: [path],
    pathOf,
    tree: (index, work) =>
      treeOfNodes({ tables, tests: TESTS, outputs, isBinary: false }, trees[index], pathOf(index), work),
  };
}

async function tablesOf(model: DictNode, path: string): Promise<NodeTables> {
  const nodes = dictGet(model, "nodes");
  const leaves = dictGet(model, "evaluationInfo");
  const ids = await columnIn(nodes, "nodeId");
  const treeIds = await columnIn(nodes, "treeId");
  const weightRows = await columnIn(leaves, "node");
  const behaviours = await columnIn(nodes, "nodeBehavior");
  return {
    modes: Array.from(behaviours, (behaviour, row) => {
      const mode = BEHAVIOURS[behaviour];
      if (mode === undefined) throw corrupt(`${path}: node ${ids[row]} has the behaviour ${behaviour}`);
      return mode;
    }),
    treeIds,
    ids,
    features: await columnIn(nodes, "branchFeatureIndex"),
    thresholds: await columnIn(nodes, "branchFeatureValue"),
    yes: await columnIn(nodes, "trueChildNodeId"),
    no: await columnIn(nodes, "falseChildNodeId"),
    missing: await columnIn(nodes, "missingValueTracksTrueChild"),
    weightTrees: weightRows.map((row) => treeIds[row] ?? -1),
    weightNodes: weightRows.map((row) => ids[row] ?? -1),
    weightTargets: await columnIn(leaves, "evaluationIndex"),
    weights: await columnIn(leaves, "evaluationValue"),
  };
}

async function columnIn(holder: Value | undefined, name: string): Promise<Float64Array> {
  const tensor = isNode(holder) && holder.kind === "dict" ? tensorIn(dictGet(holder, name)) : undefined;
  return tensor === undefined ? new Float64Array(0) : numbersOf(tensor);
}
