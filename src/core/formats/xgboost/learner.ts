import type { Fact, Schema, Told } from "../../model/artifact.ts";
import { type DictNode, dictGet, isNode, type Value } from "../../model/value.ts";

/** The parts of a saved model that say what it is, whichever of its forms they were in. */
export interface Learner {
  /** Address of the learner: `learner`, or `Model.learner` in what a Booster pickles. */
  readonly path: string;
  readonly node: DictNode;
  readonly version?: string;
  readonly objective?: string;
  /** gbtree, dart or gblinear. */
  readonly booster?: string;
  readonly featureCount?: number;
  readonly classCount?: number;
  readonly targetCount?: number;
  readonly features: readonly string[];
  /** The forest, with its address; absent for gblinear. */
  readonly model?: { readonly path: string; readonly node: DictNode };
  readonly weightDrop?: Value;
  readonly baseScore?: Value;
}

/** Undefined where the value is no XGBoost model. */
export function learnerOf(root: Value | undefined): Learner | undefined {
  const outer = dictIn(root, "Model");
  const holder = outer ?? root;
  const node = dictIn(holder, "learner");
  if (node === undefined) return undefined;
  const path = outer === undefined ? "learner" : "Model.learner";
  const version = textIn(holder, "version");
  const parameters = dictIn(node, "learner_model_param");
  const booster = dictIn(node, "gradient_booster");
  const objective = textIn(dictIn(node, "objective"), "name");
  const name = textIn(booster, "name");
  // DART holds a gbtree; 1.x nested an ordinary one as well.
  const inner = dictIn(booster, "gbtree");
  const forest = dictIn(inner ?? booster, "model");
  const counts = {
    featureCount: countIn(parameters, "num_feature"),
    classCount: countIn(parameters, "num_class"),
    targetCount: countIn(parameters, "num_target"),
  };
  // 3.4 writes DART as a gbtree whose forest has the weights.
  const weightDrop = [booster, forest].flatMap((each) => (each && dictGet(each, "weight_drop")) ?? []).at(0);
  const baseScore = parameters === undefined ? undefined : dictGet(parameters, "base_score");
  return {
    path,
    node,
    ...(version === undefined ? {} : { version }),
    ...(objective === undefined ? {} : { objective }),
    ...(name === undefined ? {} : { booster: weightDrop === undefined ? name : "dart" }),
    ...Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== undefined)),
    features: textsIn(node, "feature_names"),
    ...(forest !== undefined && dictGet(forest, "trees") !== undefined
      ? { model: { path: `${path}.gradient_booster.${inner === undefined ? "" : "gbtree."}model`, node: forest } }
      : {}),
    ...(weightDrop === undefined ? {} : { weightDrop }),
    ...(baseScore === undefined ? {} : { baseScore }),
  };
}

/** What the model says of itself, in the words of the artifact. */
export function toldBy({ version, features, featureCount, path }: Learner): Told {
  const schema: Schema = {
    ...(features.length > 0 ? { features } : {}),
    ...(featureCount === undefined ? {} : { featureCount }),
  };
  return {
    framework: { name: "xgboost", ...(version === undefined ? {} : { version }) },
    schema,
    // What a Booster pickles has the configuration beside the model.
    ...(path === "learner" ? {} : { settings: ["Config"] }),
  };
}

export function factsOf({ booster, objective, classCount, model, node }: Learner): readonly Fact[] {
  const trees = model === undefined ? undefined : dictGet(model.node, "trees");
  const best = textIn(dictIn(node, "attributes"), "best_iteration");
  const rows: readonly (readonly [string, string, string | undefined])[] = [
    ["xgboost.booster", "Booster", booster],
    ["xgboost.objective", "Objective", objective],
    ["xgboost.classes", "Classes", classCount === undefined || classCount === 0 ? undefined : String(classCount)],
    ["xgboost.trees", "Trees", isNode(trees) && trees.kind === "list" ? String(trees.items.length) : undefined],
    ["xgboost.best-iteration", "Best iteration", best],
  ];
  return rows.flatMap(([id, label, value]) => (value === undefined ? [] : [{ id, label, value }]));
}

export function dictIn(value: Value | undefined, key: string): DictNode | undefined {
  const found = isNode(value) && value.kind === "dict" ? dictGet(value, key) : undefined;
  return isNode(found) && found.kind === "dict" ? found : undefined;
}

export function textIn(value: Value | undefined, key: string): string | undefined {
  const found = isNode(value) && value.kind === "dict" ? dictGet(value, key) : undefined;
  return typeof found === "string" ? found : undefined;
}

/** Settings are texts in JSON and UBJSON, and numbers in the old form. */
export function countIn(value: Value | undefined, key: string): number | undefined {
  const found = isNode(value) && value.kind === "dict" ? dictGet(value, key) : undefined;
  if (typeof found === "bigint") return Number(found);
  return typeof found === "string" && /^\d{1,15}$/.test(found) ? Number(found) : undefined;
}

function textsIn(node: DictNode, key: string): readonly string[] {
  const found = dictGet(node, key);
  if (!isNode(found) || found.kind !== "list") return [];
  const texts = found.items.filter((item) => typeof item === "string");
  return texts.length === found.items.length ? texts : [];
}
