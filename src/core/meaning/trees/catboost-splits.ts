import { type CatboostModel, dictIn, itemsIn } from "../../formats/catboost/model.ts";
import { float32Text } from "../../model/float-text.ts";
import { type DictNode, dictGet, isNode, type Value } from "../../model/value.ts";
import { numbersOf, tensorIn } from "./columns.ts";
import type { SplitTest } from "./ensemble.ts";

/** What one number of a split stands for. */
export interface Split {
  readonly feature: number;
  readonly test: SplitTest;
  readonly threshold: number;
  readonly category?: number;
  readonly missingLeft: boolean;
}

export function columnIn(tree: Value | undefined, key: string): Value | undefined {
  return isNode(tree) && tree.kind === "dict" ? dictGet(tree, key) : undefined;
}

export async function numbersIn(value: Value | undefined): Promise<readonly number[]> {
  if (typeof value === "number" || typeof value === "bigint") return [Number(value)];
  if (isNode(value) && value.kind === "decimal") return [value.nearest];
  const tensor = tensorIn(value);
  return tensor === undefined ? [] : [...(await numbersOf(tensor))];
}

/**
 * Splits by their number: borders of float features, then of estimated ones, values of one-hot features, borders of
 * statistics. The last are no columns of the input: they come behind those, with a name that says what they are of.
 */
export async function splitsOf({
  node,
  features,
}: CatboostModel): Promise<{ readonly splits: readonly Split[]; readonly names: readonly string[] }> {
  const info = dictIn(node, "features_info");
  const names = features.map((name, i) => (name === "" ? String(i) : name));
  const splits: Split[] = [];
  const columns = new Map(["float_features", "categorical_features"].map((key) => [key, columnsOf(info, key)]));
  const flat = (key: string, index: Value | undefined): number => columns.get(key)?.get(index) ?? -2;
  for (const feature of itemsIn(info, "float_features") ?? []) {
    const missingLeft = columnIn(feature, "nan_value_treatment") === "AsTrue";
    const index = Number(columnIn(feature, "flat_feature_index") ?? -2n);
    for (const threshold of await numbersIn(columnIn(feature, "borders")))
      splits.push({ feature: index, test: ">", threshold, missingLeft });
  }
  const made = async (key: string, name: (feature: Value, i: number) => string): Promise<void> => {
    for (const [i, feature] of (itemsIn(info, key) ?? []).entries()) {
      const borders = await numbersIn(columnIn(feature, "borders"));
      if (borders.length === 0) continue;
      names.push(name(feature, i));
      for (const threshold of borders)
        splits.push({ feature: names.length - 1, test: ">", threshold, missingLeft: false });
    }
  };
  await made("estimated_features", (_, i) => `estimated ${i}`);
  for (const feature of itemsIn(info, "one_hot_features") ?? []) {
    const index = flat("categorical_features", columnIn(feature, "cat_feature_index"));
    for (const category of await numbersIn(columnIn(feature, "values")))
      splits.push({ feature: index, test: "in", threshold: Number.NaN, category, missingLeft: false });
  }
  await made("ctrs", (feature) => {
    const parts = (itemsIn(feature, "elements") ?? []).map((element) =>
      elementName(element, (key, index) => names[flat(key, index)]),
    );
    const type = columnIn(feature, "ctr_type");
    return `${typeof type === "string" ? type : "ctr"}(${parts.join(", ")})`;
  });
  return { splits, names };
}

/** Columns of the input by the index among those of a kind; of two with one index the first. */
function columnsOf(info: DictNode | undefined, key: string): ReadonlyMap<Value | undefined, number> {
  const found = new Map<Value | undefined, number>();
  for (const feature of itemsIn(info, key) ?? []) {
    const index = columnIn(feature, "feature_index");
    if (!found.has(index)) found.set(index, Number(columnIn(feature, "flat_feature_index") ?? -2n));
  }
  return found;
}

/** "kind", "age > 0.5", "flag = 12": a column, or the side of a split, that a statistic is taken over. */
function elementName(element: Value, nameOf: (key: string, index: Value) => string | undefined): string {
  const float = columnIn(element, "float_feature_index");
  const border = numberIn(columnIn(element, "border"));
  if (float !== undefined && border !== undefined)
    return `${nameOf("float_features", float) ?? "?"} > ${float32Text(border)}`;
  const category = columnIn(element, "one_hot_feature_index") ?? columnIn(element, "cat_feature_index");
  const name = category === undefined ? undefined : nameOf("categorical_features", category);
  const value = columnIn(element, "value");
  return typeof value === "bigint" ? `${name ?? "?"} = ${value}` : (name ?? "?");
}

function numberIn(value: Value | undefined): number | undefined {
  if (isNode(value) && value.kind === "decimal") return value.nearest;
  return typeof value === "number" || typeof value === "bigint" ? Number(value) : undefined;
}
