import type { Fact, Schema, Told } from "../../model/artifact.ts";
import { formatElement } from "../../model/decode.ts";
import { type DictNode, dictGet, isNode, type Value } from "../../model/value.ts";
import { readElements } from "../../model/window.ts";

/** What a CatBoost model says of itself; its two forms have the same keys. */
export interface CatboostModel {
  readonly node: DictNode;
  readonly version?: string;
  readonly loss?: string;
  /** Flat names by index; "" where there is none. */
  readonly features: readonly string[];
  readonly isOblivious: boolean;
  readonly trees: readonly Value[];
}

/** Undefined where the value is no CatBoost model. */
export function catboostModelOf(root: Value | undefined): CatboostModel | undefined {
  if (!isNode(root) || root.kind !== "dict") return undefined;
  const info = dictIn(root, "features_info");
  const oblivious = itemsIn(root, "oblivious_trees");
  const trees = oblivious ?? itemsIn(root, "trees");
  const notes = dictIn(root, "model_info");
  if (info === undefined && trees === undefined && notes === undefined) return undefined;
  const build = notes === undefined ? undefined : dictGet(notes, "catboost_version_info");
  const version = typeof build === "string" ? releaseOf(build) : undefined;
  const params = dictIn(root, "params");
  const loss = dictGet(dictIn(params, "loss_function") ?? EMPTY, "type");
  return {
    node: root,
    ...(version === undefined ? {} : { version }),
    ...(typeof loss === "string" ? { loss } : {}),
    features: featureNames(info),
    isOblivious: oblivious !== undefined,
    trees: trees ?? [],
  };
}

/**
 * The release in CatBoost's notes of its build, which are what it calls its version wherever it writes one; undefined where
 * they name none. Another text is a version by itself.
 */
export function releaseOf(build: string): string | undefined {
  return build.startsWith("Git info:") ? /\bBranch: \S*?v(\d+(?:\.\d+)+)(?=\s|$)/.exec(build)?.[1] : build;
}

const EMPTY: DictNode = { kind: "dict", keys: [], values: [] };

const FEATURE_LISTS = ["float_features", "categorical_features", "text_features", "embedding_features"];

function featureNames(info: DictNode | undefined): readonly string[] {
  const names: string[] = [];
  for (const key of FEATURE_LISTS)
    for (const feature of itemsIn(info, key) ?? []) {
      if (!isNode(feature) || feature.kind !== "dict") continue;
      const index = dictGet(feature, "flat_feature_index");
      const id = dictGet(feature, "feature_id");
      if (typeof index === "bigint" && index >= 0n && index < 10_000_000n)
        names[Number(index)] = typeof id === "string" ? id : "";
    }
  return Array.from(names, (name) => name ?? "");
}

/** Labels of classes, which are texts or numbers. */
export async function classesOf({ node }: CatboostModel): Promise<readonly string[] | undefined> {
  const notes = dictIn(node, "model_info");
  const parameters = dictIn(notes, "class_params") ?? dictIn(notes, "multiclass_params");
  const value = parameters === undefined ? undefined : dictGet(parameters, "class_names");
  if (!isNode(value)) return undefined;
  if (value.kind === "list") {
    const texts = value.items.filter((item) => typeof item === "string");
    return texts.length === value.items.length && texts.length > 0 ? texts : undefined;
  }
  if (value.kind !== "tensor" || value.tensor.shape.length !== 1) return undefined;
  const { tensor } = value;
  const count = Math.min(tensor.shape[0] ?? 0, MOST_CLASSES);
  const bytes = await readElements(tensor, 0, count);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from(
    { length: count },
    (_, i) => tensor.texts?.text(i) ?? formatElement(tensor.dtype, view, i * tensor.dtype.itemSize),
  );
}

/** More labels than this are data. */
const MOST_CLASSES = 100_000;

export function toldBy({ version, features }: CatboostModel, classes: readonly string[] | undefined): Told {
  const isNamed = features.length > 0 && features.every((name) => name !== "");
  const schema: Schema = {
    ...(isNamed ? { features } : {}),
    ...(features.length > 0 ? { featureCount: features.length } : {}),
    ...(classes === undefined ? {} : { classes }),
  };
  return {
    framework: { name: "catboost", ...(version === undefined ? {} : { version }) },
    schema,
    settings: ["params"],
  };
}

export function factsOf({ loss, trees, isOblivious, node }: CatboostModel): readonly Fact[] {
  const finished = dictGet(dictIn(node, "model_info") ?? EMPTY, "train_finish_time");
  return [
    ...(loss === undefined ? [] : [{ id: "catboost.loss", label: "Loss", value: loss }]),
    { id: "catboost.trees", label: "Trees", value: `${trees.length}${isOblivious ? ", oblivious" : ""}` },
    ...(typeof finished === "string" ? [{ id: "catboost.trained", label: "Trained", value: finished }] : []),
  ];
}

export function dictIn(value: Value | undefined, key: string): DictNode | undefined {
  const found = isNode(value) && value.kind === "dict" ? dictGet(value, key) : undefined;
  return isNode(found) && found.kind === "dict" ? found : undefined;
}

export function itemsIn(value: Value | undefined, key: string): readonly Value[] | undefined {
  const found = isNode(value) && value.kind === "dict" ? dictGet(value, key) : undefined;
  return isNode(found) && found.kind === "list" ? found.items : undefined;
}
