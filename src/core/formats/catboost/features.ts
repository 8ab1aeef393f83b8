import type { DictNode, ListNode, Value } from "../../model/value.ts";
import type { Flatbuffer, Table } from "../flatbuffers/table.ts";
import { windowOf } from "./trees.ts";

/** catboost/libs/model/flatbuffers/features.fbs, ctr_data.fbs */
const NAN_TREATMENTS = ["AsIs", "AsFalse", "AsTrue"];
export const CTR_TYPES = [
  "Borders",
  "Buckets",
  "BinarizedTargetMeanValue",
  "FloatTargetMeanValue",
  "Counter",
  "FeatureFreq",
];

function dict(entries: Readonly<Record<string, Value | undefined>>): DictNode {
  const pairs = Object.entries(entries).filter((pair): pair is [string, Value] => pair[1] !== undefined);
  return { kind: "dict", keys: pairs.map(([key]) => key), values: pairs.map(([, value]) => value) };
}

const list = (items: Value[]): ListNode => ({ kind: "list", type: "list", items });

/** What splits are made of, in the order in which splits are numbered: borders of features, values, borders of statistics. */
export async function featuresOf(model: Table, buffer: Flatbuffer): Promise<DictNode> {
  const floats = await each(model, 5, async (feature) => ({
    feature_id: (await feature.text(4)) ?? "",
    feature_index: BigInt(feature.i32(1, -1)),
    flat_feature_index: BigInt(feature.i32(2, -1)),
    has_nans: feature.bool(0),
    nan_value_treatment: NAN_TREATMENTS[feature.i8(5)] ?? String(feature.i8(5)),
    borders: await bordersOf(feature, 3, buffer),
  }));
  const named = (field: number): Promise<Value | undefined> =>
    each(model, field, async (feature) => ({
      feature_id: (await feature.text(2)) ?? "",
      feature_index: BigInt(feature.i32(0, -1)),
      flat_feature_index: BigInt(feature.i32(1, -1)),
    }));
  const oneHot = await each(model, 6, async (feature) => {
    const vector = await feature.vector(1, 4);
    const names = await feature.texts(2);
    return {
      cat_feature_index: BigInt(feature.i32(0, -1)),
      values: windowOf(buffer.source, "int32", vector?.start ?? 0, vector?.count ?? 0),
      string_values: names.length === 0 ? undefined : list(names),
    };
  });
  const ctrs = await each(model, 7, async (feature) => {
    const ctr = await feature.table(0);
    const base = await ctr?.table(0);
    return {
      ctr_type: CTR_TYPES[base?.i8(1) ?? 0] ?? String(base?.i8(1)),
      elements: await elementsOf(await base?.table(0), buffer),
      target_border_classifier_idx: classifierOf(base),
      target_border_idx: BigInt(ctr?.i32(1) ?? 0),
      prior_numerator: ctr?.f32(2, 0) ?? 0,
      prior_denominator: ctr?.f32(3, 1) ?? 1,
      shift: ctr?.f32(4, 0) ?? 0,
      scale: ctr?.f32(5, 1) ?? 1,
      borders: await bordersOf(feature, 1, buffer),
    };
  });
  const estimated = await each(model, 13, async (feature) => ({
    source_feature_index: BigInt(feature.i32(0, -1)),
    local_index: BigInt(feature.i32(2, -1)),
    borders: await bordersOf(feature, 3, buffer),
  }));
  return dict({
    float_features: floats,
    categorical_features: await named(4),
    one_hot_features: oneHot,
    ctrs,
    text_features: await named(12),
    embedding_features: await named(18),
    estimated_features: estimated,
  });
}

/** Which way of making classes of the target the counts are by; absent for the first, as in the export. */
export function classifierOf(base: Table | undefined): Value | undefined {
  const index = base?.i32(2) ?? 0;
  return index === 0 ? undefined : BigInt(index);
}

/** Undefined where there are none: the export then has no such key. */
async function each(
  model: Table,
  field: number,
  make: (feature: Table) => Promise<Readonly<Record<string, Value | undefined>>>,
): Promise<Value | undefined> {
  const items: Value[] = [];
  for await (const feature of model.tables(field)) items.push(dict(await make(feature)));
  return items.length === 0 ? undefined : list(items);
}

async function bordersOf(feature: Table, field: number, buffer: Flatbuffer): Promise<Value> {
  const vector = await feature.vector(field, 4);
  return windowOf(buffer.source, "float32", vector?.start ?? 0, vector?.count ?? 0);
}

/** The features that a statistic is taken over together. */
export async function elementsOf(combination: Table | undefined, buffer: Flatbuffer): Promise<Value> {
  if (combination === undefined) return list([]);
  const items: Value[] = (await combination.integers(0)).map((index) => dict({ cat_feature_index: BigInt(index) }));
  for (const [field, name] of [
    [1, "float_feature_index"],
    [2, "one_hot_feature_index"],
  ] as const) {
    const vector = await combination.vector(field, 8);
    if (vector === undefined) continue;
    const view = await buffer.bytes(vector, 8);
    for (let i = 0; i < vector.count; i++) {
      const at = view.getInt32(i * 8, true);
      items.push(
        field === 1
          ? dict({ [name]: BigInt(at), border: view.getFloat32(i * 8 + 4, true) })
          : dict({ [name]: BigInt(at), value: BigInt(view.getInt32(i * 8 + 4, true)) }),
      );
    }
  }
  return list(items);
}
