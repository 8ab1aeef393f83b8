import type { Schema } from "../model/artifact.ts";
import { isNode, type Node, type ObjectNode, type Value } from "../model/value.ts";
import type { Work } from "../work.ts";
import { type Attribute, attributesOfObject, classOf } from "./anatomy.ts";
import { namedParts } from "./named-parts.ts";
import { isSklearnTree, treeAttributes } from "./sklearn/tree.ts";
import { readNames, readTexts } from "./texts.ts";

/** What is known of an estimator's input and output beyond what it says itself: told by what it is a part of. */
export interface Inherited {
  /** Names of the columns it was fitted on. */
  readonly features?: readonly string[];
  /** Labels behind the encoded classes 0, 1, ... it was fitted on. */
  readonly classes?: readonly string[];
}

/** Names and labels of one estimator. */
export interface Facts {
  readonly features?: readonly string[];
  readonly featureCount?: number;
  readonly classes?: readonly string[];
  readonly categories?: readonly (readonly string[] | undefined)[];
  readonly vocabularySize?: number;
}

/** What reading facts needs, and what it remembers: facts of a node are read once. */
export interface Reading {
  readonly work: Work;
  readonly inherited: Map<Node, Inherited>;
}

const FEATURE_NAMES = ["feature_names_in_", "_feature_names_in", "feature_names_", "_feature_name"];
const FEATURE_COUNTS = ["n_features_in_", "n_features_", "n_features", "_n_features_in", "_n_features"];
const CLASSES = ["classes_", "_classes"];
const VOCABULARIES = ["vocabulary_", "key_to_index", "vocab"];
/** Attributes whose last dimension is the features. */
const PER_FEATURE = ["coef_", "mean_", "scale_", "data_min_", "center_", "max_abs_", "statistics_"];

/** Pipelines in searches in pipelines: deeper ones speak for themselves only. */
const MAX_DEPTH = 20;

/** What an estimator's own state, and what it is a part of, tell of its input and output. */
export async function learnFacts(node: ObjectNode, reading: Reading, depth = 0): Promise<Facts> {
  const attributes = isSklearnTree(node) ? treeAttributes(node) : (attributesOfObject(node) ?? []);
  const get = (name: string): Value | undefined => attributes.find((a) => a.name === name)?.value;
  const told = reading.inherited.get(node);
  const { first, last } = depth < MAX_DEPTH ? await learnFromParts(get, reading, depth) : {};
  const own = (await firstNames(FEATURE_NAMES, get, reading.work)) ?? first?.features;
  const featureCount = countOf(FEATURE_COUNTS, get) ?? own?.length ?? first?.featureCount ?? impliedCount(attributes);
  const features = own ?? (told?.features?.length === featureCount ? told?.features : undefined);
  const ownClasses = (await firstTexts(CLASSES, get, reading.work)) ?? last?.classes;
  const classes =
    told?.classes !== undefined && (ownClasses === undefined || isEncoding(ownClasses, told.classes))
      ? told.classes
      : ownClasses;
  const categories = await readCategories(get("categories_"), reading.work);
  const vocabularySize = vocabularySizeOf(get);
  return {
    ...(features === undefined ? {} : { features }),
    ...(featureCount === undefined ? {} : { featureCount }),
    ...(classes === undefined ? {} : { classes }),
    ...(categories === undefined ? {} : { categories }),
    ...(vocabularySize === undefined ? {} : { vocabularySize }),
  };
}

/** A pipeline takes what its first step takes and answers as its last; a search is what its best estimator is. */
async function learnFromParts(
  get: (name: string) => Value | undefined,
  reading: Reading,
  depth: number,
): Promise<{ readonly first?: Facts; readonly last?: Facts }> {
  const best = get("best_estimator_");
  if (isNode(best) && best.kind === "object") {
    const facts = await learnFacts(best, reading, depth + 1);
    return { first: facts, last: facts };
  }
  const steps = (namedParts(get("steps")) ?? []).map((part) => part.value).filter((part) => part !== "passthrough");
  const first = steps[0] ?? namedParts(get("transformer_list"))?.[0]?.value;
  const last = steps.at(-1);
  return {
    ...(isNode(first) && first.kind === "object" ? { first: await learnFacts(first, reading, depth + 1) } : {}),
    ...(isNode(last) && last.kind === "object" ? { last: await learnFacts(last, reading, depth + 1) } : {}),
  };
}

/** True when `own` is 0, 1, ... (as integers or floats), one for each of `labels`. */
function isEncoding(own: readonly string[], labels: readonly string[]): boolean {
  return own.length === labels.length && own.every((text, i) => text === `${i}` || text === `${i}.0`);
}

async function firstNames(
  names: readonly string[],
  get: (name: string) => Value | undefined,
  work: Work,
): Promise<readonly string[] | undefined> {
  for (const name of names) {
    const found = await readNames(get(name), work);
    if (found !== undefined && found.length > 0) return found;
  }
  return undefined;
}

async function firstTexts(
  names: readonly string[],
  get: (name: string) => Value | undefined,
  work: Work,
): Promise<readonly string[] | undefined> {
  for (const name of names) {
    const found = await readTexts(get(name), work);
    if (found !== undefined) return found;
  }
  return undefined;
}

function countOf(names: readonly string[], get: (name: string) => Value | undefined): number | undefined {
  for (const name of names) {
    const value = get(name);
    if (typeof value === "bigint" && value >= 0n && value <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(value);
  }
  return undefined;
}

function impliedCount(attributes: readonly Attribute[]): number | undefined {
  for (const { name, value } of attributes) {
    if (!PER_FEATURE.includes(name) || !isNode(value) || value.kind !== "tensor") continue;
    const count = value.tensor.shape.at(-1);
    if (count !== undefined && value.objects === undefined) return count;
  }
  return undefined;
}

async function readCategories(
  value: Value | undefined,
  work: Work,
): Promise<readonly (readonly string[] | undefined)[] | undefined> {
  if (!isNode(value) || value.kind !== "list") return undefined;
  const lists: (readonly string[] | undefined)[] = [];
  for (const item of value.items) lists.push(await readTexts(item, work));
  return lists.some((list) => list !== undefined) ? lists : undefined;
}

function vocabularySizeOf(get: (name: string) => Value | undefined): number | undefined {
  for (const name of VOCABULARIES) {
    const value = get(name);
    if (isNode(value) && value.kind === "dict" && value.keys.length > 0) return value.keys.length;
  }
  return undefined;
}

/** The schema of one estimator, categories addressed below its path. */
export function schemaOf(node: ObjectNode, path: string, facts: Facts): Schema {
  const { features, featureCount, classes, categories, vocabularySize } = facts;
  const prefix = path === "" ? "" : `${path}.`;
  const steps = stepsOf(node);
  return {
    ...(features === undefined ? {} : { features }),
    ...(featureCount === undefined ? {} : { featureCount }),
    ...(classes === undefined ? {} : { classes }),
    ...(steps === undefined ? {} : { steps }),
    ...(vocabularySize === undefined ? {} : { vocabularySize }),
    ...(categories === undefined
      ? {}
      : {
          categories: categories.flatMap((values, i) =>
            values === undefined
              ? []
              : [{ path: `${prefix}categories_[${i}]`, feature: features?.[i] ?? `x${i}`, values }],
          ),
        }),
  };
}

/** Names of the attributes that hold an estimator's named parts, the fitted ones first. */
const NAMED_PARTS = ["steps", "transformers_", "transformer_list", "estimators"];

function stepsOf(node: ObjectNode): Schema["steps"] {
  const attributes = attributesOfObject(node) ?? [];
  for (const name of NAMED_PARTS) {
    const parts = namedParts(attributes.find((a) => a.name === name)?.value);
    if (parts !== undefined) return parts.map((part) => ({ name: part.name, className: partClass(part.value) }));
  }
  return undefined;
}

function partClass(value: Value): string {
  if (typeof value === "string") return value;
  return isNode(value) && value.kind === "object" ? classOf(value).name : "None";
}
