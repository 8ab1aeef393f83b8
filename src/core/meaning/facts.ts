import { dictGet, isNode, type ObjectNode, type Value } from "../model/value.ts";
import { attributesOfObject, classOf } from "./anatomy.ts";
import { ArtifactError } from "../errors.ts";
import { heldBooster } from "./boosters.ts";
import { GENSIM_COUNTS } from "./gensim.ts";
import { namedParts } from "./named-parts.ts";
import { namesOf, type Reading, spend, textsOf } from "./reading.ts";
import { rFacts } from "./r/facts.ts";
import { statsmodelsNames } from "./statsmodels.ts";
import { isSklearnTree, treeAttributes } from "./sklearn/tree.ts";

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
  /** What is predicted. */
  readonly outputs?: readonly string[];
  /** Levels of features, and the fields below the estimator that list them. */
  readonly levels?: readonly {
    readonly feature: string;
    readonly values: readonly string[];
    readonly at: readonly string[];
  }[];
  /** Labels of the rows of a table, for its columns. */
  readonly rows?: readonly string[];
  /** Of its library, where its bytes tell. */
  readonly version?: string;
}

type Get = (name: string) => Value | undefined;

const FEATURE_NAMES = ["feature_names_in_", "_feature_names_in", "feature_names_", "_feature_name"];
/** Before 1.4 XGBoost kept the names beside the model, not in it. */
const BOOSTER_NAMES = [...FEATURE_NAMES, "feature_names"];
const FEATURE_COUNTS = ["n_features_in_", "n_features_", "n_features", "_n_features_in", "_n_features"];
const CLASSES = ["classes_", "_classes"];
const VOCABULARIES = ["vocabulary_", "key_to_index", "vocab", "token2id"];
/** Attributes whose last dimension is the features. */
const PER_FEATURE = ["coef_", "mean_", "scale_", "data_min_", "center_", "max_abs_", "statistics_"];

/** Pipelines in searches in pipelines: deeper ones speak for themselves only. */
const MAX_DEPTH = 20;
/** More labels than this are not compared with codes. */
const ENCODED_CLASSES = 10_000;

/** What an estimator's own state, and what it is a part of, tell of its input and output. */
export async function learnFacts(node: ObjectNode, reading: Reading): Promise<Facts> {
  const own = await ownFacts(node, reading, 0);
  const told = reading.inherited.get(node);
  if (told === undefined) return own;
  const features = own.features ?? (told.features?.length === own.featureCount ? told.features : undefined);
  const isEncoded = told.classes !== undefined && (own.classes === undefined || isEncoding(own.classes, told.classes));
  const classes = isEncoded ? told.classes : own.classes;
  return {
    ...own,
    ...(features === undefined ? {} : { features }),
    ...(classes === undefined ? {} : { classes }),
  };
}

/** What its own state tells. A composite speaks through its parts: in through the first, out through the last. */
async function ownFacts(node: ObjectNode, reading: Reading, depth: number): Promise<Facts> {
  const known = reading.facts.get(node);
  if (known !== undefined) return known;
  if (isSklearnTree(node)) {
    const facts = factsOfTree(node);
    reading.facts.set(node, facts);
    return facts;
  }
  if (classOf(node).module === "R") {
    const facts = await rFacts(node, reading);
    reading.facts.set(node, facts);
    return facts;
  }
  // Until it is known: a pipeline that is its own first step.
  reading.facts.set(node, {});
  const byName = new Map<string, Value>();
  for (const { name, value } of attributesOfObject(node) ?? []) byName.set(name, value);
  const get: Get = (name) => byName.get(name);
  const { first, last } = depth < MAX_DEPTH ? await factsOfParts(get, reading, depth) : {};
  const held = await heldBooster(node, reading.work);
  const booster = held instanceof ArtifactError ? undefined : held?.raw.told;
  const wrapped = get("_Booster");
  const inner = isNode(wrapped) && wrapped.kind === "object" ? await ownFacts(wrapped, reading, depth + 1) : undefined;
  const version = booster?.framework?.version ?? inner?.version;
  const features =
    booster?.schema?.features ??
    (await firstOf(held === undefined ? FEATURE_NAMES : BOOSTER_NAMES, get, (value) => namesOf(value, reading))) ??
    (await statsmodelsNames(node, reading)) ??
    first?.features;
  const featureCount =
    countOf(get) ?? features?.length ?? booster?.schema?.featureCount ?? first?.featureCount ?? impliedCount(node, get);
  const codes = reading.inherited.get(node)?.classes?.length;
  const classes =
    (await firstOf(CLASSES, get, (value) => (areCodes(value, codes) ? nothing : textsOf(value, reading)))) ??
    booster?.schema?.classes ??
    countedClasses(node, get) ??
    last?.classes;
  const categories = await readCategories(get("categories_"), reading);
  const isOfWords = classOf(node).module.startsWith("gensim.");
  const vocabularySize = vocabularySizeOf(get) ?? (isOfWords ? countOf(get, GENSIM_COUNTS) : undefined);
  const facts: Facts = {
    ...(features === undefined ? {} : { features }),
    ...(featureCount === undefined ? {} : { featureCount }),
    ...(classes === undefined ? {} : { classes }),
    ...(categories === undefined ? {} : { categories }),
    ...(vocabularySize === undefined ? {} : { vocabularySize }),
    ...(version === undefined ? {} : { version }),
  };
  reading.facts.set(node, facts);
  return facts;
}

/** XGBoost from 2.0 on keeps how many classes there are, which are 0, 1, ...: `classes_` is made of that. */
function countedClasses(node: ObjectNode, get: Get): readonly string[] | undefined {
  const count = get("n_classes_");
  if (typeof count !== "bigint" || count > ENCODED_CLASSES || !classOf(node).module.startsWith("xgboost."))
    return undefined;
  return Array.from({ length: Number(count) }, (_, index) => String(index));
}

/** A tree knows how many features it was made for, and nothing else: half of a forest's estimators are such. */
function factsOfTree(node: ObjectNode): Facts {
  const attributes = treeAttributes(node);
  const featureCount = countOf((name) => attributes.find((attribute) => attribute.name === name)?.value);
  return featureCount === undefined ? {} : { featureCount };
}

/** A pipeline takes what its first step takes and answers as its last; a search is what its best estimator is. */
async function factsOfParts(
  get: Get,
  reading: Reading,
  depth: number,
): Promise<{ readonly first?: Facts; readonly last?: Facts }> {
  const factsOf = async (value: Value | undefined): Promise<Facts | undefined> =>
    isNode(value) && value.kind === "object" ? ownFacts(value, reading, depth + 1) : undefined;
  const best = await factsOf(get("best_estimator_"));
  if (best !== undefined) return { first: best, last: best };
  const booster = await factsOf(get("_Booster"));
  if (booster !== undefined) return { first: booster };
  const steps = (namedParts(get("steps")) ?? []).map((part) => part.value).filter((part) => part !== "passthrough");
  const first = await factsOf(steps[0] ?? namedParts(get("transformer_list"))?.[0]?.value);
  const last = await factsOf(steps.at(-1));
  return { ...(first === undefined ? {} : { first }), ...(last === undefined ? {} : { last }) };
}

const nothing = Promise.resolve(undefined);

/**
 * True for class numbers of a part whose whole has the labels, as many as there are labels: they are 0, 1, ..., and
 * reading them for each tree of a forest would cost more than all the rest.
 */
function areCodes(value: Value | undefined, labels: number | undefined): boolean {
  if (labels === undefined || !isNode(value) || value.kind !== "tensor" || value.objects !== undefined) return false;
  const { dtype, shape } = value.tensor;
  return (dtype.kind === "i" || dtype.kind === "f") && shape.length === 1 && shape[0] === labels;
}

/** True when `own` is 0, 1, ... (as integers or floats), one for each of `labels`. */
function isEncoding(own: readonly string[], labels: readonly string[]): boolean {
  if (own.length !== labels.length || own.length > ENCODED_CLASSES) return false;
  return own.every((text, i) => text === `${i}` || text === `${i}.0`);
}

async function firstOf(
  names: readonly string[],
  get: Get,
  read: (value: Value | undefined) => Promise<readonly string[] | undefined>,
): Promise<readonly string[] | undefined> {
  for (const name of names) {
    const found = await read(get(name));
    if (found !== undefined && found.length > 0) return found;
  }
  return undefined;
}

function countOf(get: Get, names: readonly string[] = FEATURE_COUNTS): number | undefined {
  for (const name of names) {
    const value = get(name);
    if (typeof value === "bigint" && value >= 0n && value <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(value);
  }
  return undefined;
}

function impliedCount(node: ObjectNode, get: Get): number | undefined {
  // pygam has many coefficients for a feature, and their number among its statistics.
  if (classOf(node).module.startsWith("pygam.")) {
    const noted = get("statistics_");
    const count = isNode(noted) && noted.kind === "dict" ? dictGet(noted, "m_features") : undefined;
    return countOf((name) => (name === "n_features_in_" ? count : undefined));
  }
  for (const name of PER_FEATURE) {
    const value = get(name);
    if (!isNode(value) || value.kind !== "tensor" || value.objects !== undefined) continue;
    const count = value.tensor.shape.at(-1);
    if (count !== undefined) return count;
  }
  return undefined;
}

async function readCategories(
  value: Value | undefined,
  reading: Reading,
): Promise<readonly (readonly string[] | undefined)[] | undefined> {
  if (!isNode(value) || value.kind !== "list" || !spend(reading, value.items.length)) return undefined;
  const lists: (readonly string[] | undefined)[] = [];
  for (const item of value.items) lists.push(await textsOf(item, reading));
  return lists.some((list) => list !== undefined) ? lists : undefined;
}

function vocabularySizeOf(get: Get): number | undefined {
  for (const name of VOCABULARIES) {
    const value = get(name);
    if (isNode(value) && value.kind === "dict" && value.keys.length > 0) return value.keys.length;
  }
  return undefined;
}
