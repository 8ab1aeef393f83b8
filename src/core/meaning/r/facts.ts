import { isNode, type ObjectNode, type Value } from "../../model/value.ts";
import { classOf } from "../anatomy.ts";
import type { Facts } from "../facts.ts";
import { type Reading, spend, textsOf } from "../reading.ts";
import { COMMON, FAMILIES, type Family, type Way } from "./families.ts";
import { fieldAt, fieldOf, keysIn, levelsByName, levelsOf, namesAlong, textsIn } from "./names.ts";

const NO_FAMILY: Family = { of: /^/ };
/** Columns that a function of R adds to the variables of a formula: `(weights)`, `(offset)`. */
const ADDED = /^\([\w.]+\)$/;
/** Columns that caret puts beside the predictors. */
const BESIDE: ReadonlySet<string> = new Set([".outcome", ".weights"]);
/** A model in a model in a model speaks for itself only. */
const MAX_DEPTH = 3;

/** The row of a model's class. */
export function familyOf(className: string): Family {
  return FAMILIES.find(({ of }) => of.test(className)) ?? NO_FAMILY;
}

/**
 * What a model of R takes and gives, as it says itself: the variables of its formula as R names them (`log(x)` is one), or the
 * columns that it was fitted to, in order.
 */
export async function rFacts(node: ObjectNode, reading: Reading, depth = 0): Promise<Facts> {
  const className = classOf(node).name;
  const family = familyOf(className);
  const part = family.part === undefined ? undefined : fieldAt(node, family.part);
  if (isNode(part) && part.kind === "object" && depth < MAX_DEPTH) return rFacts(part, reading, depth + 1);
  const told = await learned(node, [...(family.features ?? []), ...(COMMON.features ?? [])], reading);
  const classes = classesOf(node, family, told?.target);
  const featureCount = told?.features.length ?? (await countOf(node, family, reading));
  const lists = [...(family.levels ?? []), ...(COMMON.levels ?? [])];
  const levels = told === undefined ? [] : levelsIn(node, lists, told.features);
  if (!spend(reading, (told?.features.length ?? 0) + (classes?.length ?? 0) + levels.length)) return {};
  return {
    ...(told === undefined ? {} : { features: told.features }),
    ...(featureCount === undefined ? {} : { featureCount }),
    ...(classes === undefined ? {} : { classes }),
    ...(told?.target === undefined ? {} : { outputs: [told.target] }),
    ...(levels.length === 0 ? {} : { levels }),
  };
}

interface Variables {
  readonly features: readonly string[];
  readonly target?: string;
}

async function learned(node: ObjectNode, ways: readonly Way[], reading: Reading): Promise<Variables | undefined> {
  for (const [how, at] of ways) {
    const value = fieldAt(node, at);
    if (value === undefined) continue;
    const found = how === "terms" ? await variablesOf(value, reading) : plainly(how, value);
    if (found !== undefined && found.features.length > 0) return found;
  }
  return undefined;
}

/** The variables of a formula that a table was made of, without the response. */
async function variablesOf(terms: Value, reading: Reading): Promise<Variables | undefined> {
  const variables = textsIn(fieldAt(terms, "dataClasses/names")) ?? namesAlong(fieldOf(terms, "factors"), 0);
  const [response] = (await textsOf(fieldOf(terms, "response"), reading)) ?? [];
  if (variables === undefined || response === undefined) return undefined;
  const target = variables[Number(response) - 1];
  const features = variables.filter((name, i) => i !== Number(response) - 1 && !ADDED.test(name));
  return target === undefined ? { features } : { features, target };
}

function plainly(how: Way[0], value: Value): Variables | undefined {
  if (how === "predictors") return predictorsOf(value);
  const features = namesBy(how, value);
  return features && { features };
}

function namesBy(how: Way[0], value: Value): readonly string[] | undefined {
  switch (how) {
    case "texts":
      return textsIn(value);
    case "keys":
      return keysIn(value);
    case "rows":
      return namesAlong(value, 0);
    case "columns":
      return namesAlong(value, 1);
    case "factor":
      return levelsOf(value);
    case "terms":
    case "predictors":
      return undefined;
  }
}

/** Of the table of a recipe's variables, or of the data that caret was given. */
function predictorsOf(table: Value): Variables | undefined {
  const columns = keysIn(table);
  if (columns?.includes(".outcome") === true) return { features: columns.filter((name) => !BESIDE.has(name)) };
  const names = textsIn(fieldOf(table, "variable"));
  const roles = textsIn(fieldOf(table, "role"));
  if (names === undefined || roles?.length !== names.length) return undefined;
  const outcomes = names.filter((_, i) => roles[i] === "outcome");
  const [target] = outcomes.length === 1 ? outcomes : [];
  const features = names.filter((_, i) => roles[i] === "predictor");
  return target === undefined ? { features } : { features, target };
}

function classesOf(node: ObjectNode, family: Family, target: string | undefined): readonly string[] | undefined {
  // A forest without a response tells the data from what it made up.
  if (fieldOf(node, "type") === "unsupervised") return undefined;
  for (const [how, at] of [...(family.classes ?? []), ...(COMMON.classes ?? [])]) {
    const value = fieldAt(node, at);
    const found = value === undefined ? undefined : namesBy(how, value);
    if (found !== undefined) return found;
  }
  // A binomial model of a factor: its first level is a failure, the other a success.
  const name = fieldAt(node, "family/family");
  if (target === undefined || typeof name !== "string" || !name.endsWith("binomial")) return undefined;
  const levels = levelsOf(fieldOf(fieldOf(node, "model"), target));
  return levels?.length === 2 ? levels : undefined;
}

async function countOf(node: ObjectNode, { count }: Family, reading: Reading): Promise<number | undefined> {
  if (count === undefined) return undefined;
  const text = (await textsOf(fieldAt(node, count[0]), reading))?.[count[1]];
  return text !== undefined && /^\d{1,9}(?:\.0)?$/.test(text) ? Number(text) : undefined;
}

/** Levels of those features that are factors, from the first list that has them. */
function levelsIn(
  node: ObjectNode,
  lists: readonly string[],
  features: readonly string[],
): NonNullable<Facts["levels"]> {
  const known = new Set(features);
  for (const at of lists) {
    const value = fieldAt(node, at);
    const pairs =
      isNode(value) && value.kind === "list" ? inOrder(value.items, features) : levelsByName(value, at === TABLES);
    const found = pairs.filter(([name]) => known.has(name));
    if (found.length > 0) return found.map(([feature, values]) => ({ feature, values, at: at.split("/") }));
  }
  return [];
}

/** Of a naive Bayes model: a matrix for each feature, a column for each of its levels. */
const TABLES = "tables";

/** A list without names that has an item for each feature. */
function inOrder(items: readonly Value[], features: readonly string[]): ReturnType<typeof levelsByName> {
  if (items.length !== features.length) return [];
  return features.flatMap((name, i) => {
    const levels = textsIn(items[i]);
    return levels === undefined ? [] : [[name, levels] as const];
  });
}

/** Names of the settings of a model's class. */
export function settingsOf(node: ObjectNode): ReadonlySet<string> {
  const { settings } = familyOf(classOf(node).name);
  return new Set(settings?.split(" "));
}

/** True for texts that are names of what is taken or given, not a choice. */
export function isSchemaText(name: string): boolean {
  return NAMES.has(name);
}

const NAMES: ReadonlySet<string> = new Set(
  "terms lev levels ylevels classes classnames xNames coefnames vcoefnames var.names response.name namesx feature_names obsLevels".split(
    " ",
  ),
);
