import type { Fact, Schema, Told } from "../../model/artifact.ts";
import { type DictNode, dictGet, isNode, type Value } from "../../model/value.ts";

/** What a LightGBM model says of itself: text and dump have the same keys. */
export interface Booster {
  readonly node: DictNode;
  /** Of the text: `v4`. */
  readonly version?: string;
  readonly objective?: string;
  readonly featureCount?: number;
  /** Trees of an iteration: one for each class. */
  readonly outputs: number;
  readonly isAveraged: boolean;
  readonly features: readonly string[];
  readonly trees: readonly Value[];
}

/** Undefined where the value is no LightGBM model. */
export function boosterOf(root: Value | undefined): Booster | undefined {
  if (!isNode(root) || root.kind !== "dict") return undefined;
  const trees = dictGet(root, "trees");
  const last = countIn(root, "max_feature_idx");
  if (!isNode(trees) || trees.kind !== "list" || last === undefined) return undefined;
  const [version, objective] = [dictGet(root, "version"), dictGet(root, "objective")];
  const names = dictGet(root, "feature_names");
  const features = isNode(names) && names.kind === "list" ? names.items.filter((item) => typeof item === "string") : [];
  const isAveraged = dictGet(root, "average_output") === true;
  return {
    node: root,
    ...(typeof version === "string" ? { version } : {}),
    ...(typeof objective === "string" ? { objective } : {}),
    featureCount: last + 1,
    outputs: Math.max(1, countIn(root, "num_tree_per_iteration") ?? countIn(root, "num_class") ?? 1),
    isAveraged,
    // A model that says fewer names than it has features has lost some.
    features: features.length === last + 1 ? features : [],
    trees: trees.items,
  };
}

function countIn(root: DictNode, key: string): number | undefined {
  const value = dictGet(root, key);
  return typeof value === "bigint" && value >= 0n && value < 2n ** 31n ? Number(value) : undefined;
}

export function toldBy({ features, featureCount, node }: Booster): Told {
  const categories = categoriesOf(node, features);
  const schema: Schema = {
    ...(features.length > 0 ? { features } : {}),
    ...(featureCount === undefined ? {} : { featureCount }),
    ...(categories.length > 0 ? { categories } : {}),
  };
  return { framework: { name: "lightgbm" }, schema, settings: ["parameters"] };
}

/** Of pandas columns, where the parameters say which columns they are. */
function categoriesOf(node: DictNode, features: readonly string[]): NonNullable<Schema["categories"]> {
  const parameters = dictGet(node, "parameters");
  const lists = dictGet(node, "pandas_categorical");
  const given =
    isNode(parameters) && parameters.kind === "dict" ? dictGet(parameters, "categorical_feature") : undefined;
  if ((typeof given !== "string" && typeof given !== "bigint") || !isNode(lists) || lists.kind !== "list") return [];
  const columns = String(given).split(",").map(Number);
  if (columns.length !== lists.items.length || !columns.every(Number.isInteger)) return [];
  return lists.items.flatMap((list, i) => {
    const feature = features[columns[i] ?? -1];
    const isTexts = isNode(list) && list.kind === "list" && list.items.every((item) => typeof item === "string");
    return feature === undefined || !isTexts
      ? []
      : [{ path: `pandas_categorical[${i}]`, feature, values: list.items.filter((item) => typeof item === "string") }];
  });
}

export function factsOf({ version, objective, trees, outputs }: Booster): readonly Fact[] {
  return [
    ...(version === undefined ? [] : [{ id: "lightgbm.version", label: "Version of the text", value: version }]),
    ...(objective === undefined ? [] : [{ id: "lightgbm.objective", label: "Objective", value: objective }]),
    { id: "lightgbm.trees", label: "Trees", value: String(trees.length) },
    ...(outputs > 1 ? [{ id: "lightgbm.outputs", label: "Trees of an iteration", value: String(outputs) }] : []),
  ];
}
