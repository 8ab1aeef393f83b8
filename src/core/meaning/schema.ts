import type { Estimator, Schema } from "../model/artifact.ts";
import { type DictNode, dictGet, isNode, type Value } from "../model/value.ts";
import type { Work } from "../work.ts";
import { topEstimators } from "./framework.ts";
import { areRecords } from "./records.ts";
import { readNames } from "./texts.ts";

/** Keys of a dict that are lists of names by convention. */
const FEATURE_KEYS = ["feature_names", "features", "feature_names_in_", "columns"];
const CLASS_KEYS = ["classes", "classes_", "labels"];

/** Names that lie beside the parameters they belong to. */
export type DictFacts = Pick<Schema, "features" | "featureCount" | "classes">;

/** The schema of the whole file: of its one model, with what a dict around it says. */
export function schemaOfFile(estimators: readonly Estimator[], dictFacts: DictFacts): Schema {
  const top = topEstimators(estimators);
  const model = top.length === 1 ? top[0]?.schema : undefined;
  const parts = model === undefined ? [] : estimators;
  const categories = model?.categories ?? parts.flatMap(({ schema }) => schema.categories ?? []);
  const vocabularySize = parts.find(({ schema }) => schema.vocabularySize !== undefined)?.schema.vocabularySize;
  return {
    ...dictFacts,
    ...model,
    ...(categories.length === 0 ? {} : { categories }),
    ...(vocabularySize === undefined ? {} : { vocabularySize }),
  };
}

/** Names that a dict of parameters keeps beside them. */
export async function factsOfDict(value: Value | undefined, work: Work): Promise<DictFacts> {
  if (!isNode(value) || value.kind !== "dict" || areRecords(value)) return {};
  const features = await namesUnder(value, FEATURE_KEYS, work);
  const classes = await namesUnder(value, CLASS_KEYS, work);
  return {
    ...(features === undefined ? {} : { features, featureCount: features.length }),
    ...(classes === undefined ? {} : { classes }),
  };
}

async function namesUnder(dict: DictNode, keys: readonly string[], work: Work): Promise<readonly string[] | undefined> {
  for (const key of keys) {
    const names = await readNames(dictGet(dict, key), work);
    if (names !== undefined && names.length > 0) return names;
  }
  return undefined;
}
