import { toNumber } from "../../model/decode.ts";
import { isNode, type ObjectNode, type Value } from "../../model/value.ts";
import { readElements } from "../../model/window.ts";
import { attributeOf, classOf, dictPairs } from "../anatomy.ts";
import { learnFacts } from "../facts.ts";
import { namedParts } from "../named-parts.ts";
import { namesOf, type Reading, spend, textsOf } from "../reading.ts";
import { ifReadable, labelOf } from "../texts.ts";
import { columnsOf } from "./columns.ts";

type Names = readonly string[] | undefined;
type Rule = (node: ObjectNode, input: Names, reading: Reading, depth: number) => Promise<Names> | Names;

/** Pipelines in pipelines: deeper ones are not followed. */
const MAX_DEPTH = 20;
/** What following one step counts as, in names: steps that share their steps multiply. */
const STEP = 200;

const same: Rule = (_node, input) => input;

/**
 * What the columns that a fitted transformer gives are called (scikit-learn's `get_feature_names_out`), for those where
 * it follows from the state alone. A transformer that is not here, or whose state leaves a doubt, gives unknown names.
 */
const RULES: Readonly<Record<string, Rule>> = {
  StandardScaler: same,
  MinMaxScaler: same,
  MaxAbsScaler: same,
  RobustScaler: same,
  Normalizer: same,
  Binarizer: same,
  PowerTransformer: same,
  QuantileTransformer: same,
  OrdinalEncoder: same,
  TfidfTransformer: same,
  SimpleImputer: imputed,
  TargetEncoder: (node, input) => (attributeOf(node, "target_type_") === "multiclass" ? undefined : input),
  KBinsDiscretizer: (node, input) => (attributeOf(node, "encode") === "ordinal" ? input : undefined),
  FunctionTransformer: (node, input) => (isIdentity(node) ? input : undefined),
  OneHotEncoder: oneHot,
  CountVectorizer: (node, _input, reading) => vocabulary(node, reading),
  TfidfVectorizer: (node, _input, reading) => vocabulary(node, reading),
  DictVectorizer: (node, _input, reading) => namesOf(attributeOf(node, "feature_names_"), reading),
  PCA: numbered,
  IncrementalPCA: numbered,
  TruncatedSVD: numbered,
  FactorAnalysis: numbered,
  FastICA: numbered,
  NMF: numbered,
  SparsePCA: numbered,
  ColumnTransformer: columnTransformer,
  FeatureUnion: featureUnion,
};

/** Names of a fitted transformer's output columns; undefined when they are not certain. */
export async function outputNames(node: ObjectNode, input: Names, reading: Reading, depth = 0): Promise<Names> {
  if (depth > MAX_DEPTH || !spend(reading, STEP + (input?.length ?? 0))) return undefined;
  const facts = await learnFacts(node, reading);
  const names =
    facts.features ?? (facts.featureCount === undefined || facts.featureCount === input?.length ? input : undefined);
  const steps = namedParts(attributeOf(node, "steps"));
  if (steps !== undefined) {
    let passed: Names = names;
    for (const { value } of steps) {
      if (isNode(value) && value.kind === "object") passed = await outputNames(value, passed, reading, depth + 1);
    }
    return passed;
  }
  const { name } = classOf(node);
  return Object.hasOwn(RULES, name) ? RULES[name]?.(node, names, reading, depth) : undefined;
}

/** An imputer drops columns that had no value at all, and may add columns that say what was missing. */
async function imputed(node: ObjectNode, input: Names): Promise<Names> {
  const statistics = attributeOf(node, "statistics_");
  if (input === undefined) return undefined;
  if ((attributeOf(node, "indicator_") ?? null) !== null || !isNode(statistics) || statistics.kind !== "tensor")
    return undefined;
  const { tensor, objects } = statistics;
  if (tensor.shape.length !== 1 || tensor.shape[0] !== input.length) return undefined;
  if (objects !== undefined) return objects.every((item) => typeof item === "string") ? input : undefined;
  if (tensor.dtype.kind !== "f") return input;
  const bytes = await ifReadable(() => readElements(tensor, 0, input.length));
  if (bytes === undefined) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let i = 0; i < input.length; i++)
    if (Number.isNaN(toNumber(tensor.dtype, view, i * tensor.dtype.itemSize))) return undefined;
  return input;
}

/** `func=None` is the identity; names go through when the transformer says so or none could change them. */
function isIdentity(node: ObjectNode): boolean {
  return attributeOf(node, "func") === null && attributeOf(node, "feature_names_out") === "one-to-one";
}

/** `feature_category` for each category that was not dropped. */
async function oneHot(node: ObjectNode, input: Names, reading: Reading): Promise<Names> {
  const categories = attributeOf(node, "categories_");
  const combiner = attributeOf(node, "feature_name_combiner") ?? "concat";
  const hasInfrequent = attributeOf(node, "_infrequent_enabled") === true;
  if (input === undefined || combiner !== "concat" || hasInfrequent) return undefined;
  if (!isNode(categories) || categories.kind !== "list" || categories.items.length !== input.length) return undefined;
  const dropped = await droppedCategories(node, input.length, reading);
  if (dropped === undefined) return undefined;
  const names: string[] = [];
  for (const [i, list] of categories.items.entries()) {
    const values = await textsOf(list, reading);
    if (values === undefined || !spend(reading, values.length)) return undefined;
    for (const [j, value] of values.entries()) if (dropped[i] !== j) names.push(`${input[i]}_${value}`);
  }
  return names;
}

/** The position of the dropped category of each feature, -1 for none; undefined when it cannot be told. */
async function droppedCategories(
  node: ObjectNode,
  count: number,
  reading: Reading,
): Promise<readonly number[] | undefined> {
  const dropped = attributeOf(node, "_drop_idx_after_grouping") ?? attributeOf(node, "drop_idx_") ?? null;
  if (dropped === null)
    return (attributeOf(node, "drop") ?? null) === null ? Array.from({ length: count }, () => -1) : undefined;
  const texts = await textsOf(dropped, reading);
  if (texts === undefined || texts.length !== count) return undefined;
  const positions = texts.map((text) => (text === "None" ? -1 : Number(text)));
  return positions.every(Number.isInteger) ? positions : undefined;
}

/** Terms in the order of their column numbers. */
async function vocabulary(node: ObjectNode, reading: Reading): Promise<Names> {
  const terms = attributeOf(node, "vocabulary_");
  if (!isNode(terms) || terms.kind !== "dict" || !spend(reading, terms.keys.length)) return undefined;
  const pairs = dictPairs(terms);
  const names: (string | undefined)[] = pairs.map(() => undefined);
  for (const { key, value } of pairs) {
    const column = Number(await labelOf(value));
    if (typeof key !== "string" || !Number.isInteger(column) || column < 0 || column >= names.length) return undefined;
    names[column] = key;
  }
  return names.every((name): name is string => name !== undefined) ? names : undefined;
}

/** `pca0`, `pca1`, ...: the class's name in lower case with the number of the component. */
function numbered(node: ObjectNode): Names {
  const components = attributeOf(node, "components_");
  if (!isNode(components) || components.kind !== "tensor" || components.tensor.shape.length !== 2) return undefined;
  const prefix = classOf(node).name.toLowerCase();
  return Array.from({ length: components.tensor.shape[0] ?? 0 }, (_, i) => `${prefix}${i}`);
}

async function columnTransformer(node: ObjectNode, input: Names, reading: Reading, depth: number): Promise<Names> {
  const parts = columnsOf(node, input);
  if (parts === undefined) return undefined;
  return joined(
    parts.map(({ name, value, columns }) => ({ name, value, input: columns })),
    attributeOf(node, "verbose_feature_names_out"),
    reading,
    depth,
  );
}

async function featureUnion(node: ObjectNode, input: Names, reading: Reading, depth: number): Promise<Names> {
  const parts = namedParts(attributeOf(node, "transformer_list"));
  if (parts === undefined) return undefined;
  // Before 1.5 a union had no choice: names always carry their part's name.
  const isVerbose = attributeOf(node, "verbose_feature_names_out") ?? true;
  return joined(
    parts.map(({ name, value }) => ({ name, value, input })),
    isVerbose,
    reading,
    depth,
  );
}

async function joined(
  parts: readonly { readonly name: string; readonly value: Value; readonly input: Names }[],
  isVerbose: Value | undefined,
  reading: Reading,
  depth: number,
): Promise<Names> {
  if (typeof isVerbose !== "boolean") return undefined;
  const all: string[] = [];
  for (const { name, value, input } of parts) {
    if (value === "drop" || input?.length === 0) continue;
    const names = await namesThrough(value, input, reading, depth);
    if (names === undefined || !spend(reading, names.length)) return undefined;
    for (const column of names) all.push(isVerbose ? `${name}__${column}` : column);
  }
  return all;
}

async function namesThrough(value: Value, input: Names, reading: Reading, depth: number): Promise<Names> {
  if (value === "passthrough") return input;
  if (!isNode(value) || value.kind !== "object") return undefined;
  return outputNames(value, input, reading, depth + 1);
}
