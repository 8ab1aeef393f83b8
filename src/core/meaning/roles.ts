import { isNode, type ObjectNode, type Value } from "../model/value.ts";
import { type Attribute, attributesOfObject, classOf } from "./anatomy.ts";
import { libraryOf } from "./libraries.ts";
import { GENSIM_OPTIONS } from "./gensim.ts";
import { isSchemaText, settingsOf } from "./r/facts.ts";
import { isRModel } from "./r/models.ts";
import { isSklearnTree } from "./sklearn/tree.ts";
import { isTorchModule } from "./torch/modules.ts";
import { constructorParameters } from "./sklearn/defaults-of.ts";
import { isWekaScheme, WEKA, WEKA_OPTIONS } from "./weka/options.ts";

/** State that is kept with the file's framework, not among the model's values. */
export const VERSION_ATTRIBUTE = "_sklearn_version";

/** `constant`: a plain value that a class sets on itself, neither chosen nor learned (`nu` of an SVC). */
export type AttributeRole = "hyperparameter" | "fitted" | "value" | "constant";

/** scikit-learn's convention: what was learned ends in an underscore; what starts with one is private. */
function isLearned(name: string): boolean {
  return name.endsWith("_") && !name.startsWith("_");
}

/** True for an object that has a life of its own in a model: an estimator, a transformer, a tree, a booster. */
export function isEstimator(value: Value | undefined): value is ObjectNode {
  if (!isNode(value) || value.kind !== "object") return false;
  const known = judged.get(value);
  if (known !== undefined) return known;
  const isOne = judge(value);
  judged.set(value, isOne);
  return isOne;
}

const judged = new WeakMap<ObjectNode, boolean>();

function judge(value: ObjectNode): boolean {
  if (isSklearnTree(value) || isTorchModule(value)) return true;
  const attributes = attributesOfObject(value);
  if (attributes === undefined || attributes.length === 0) return false;
  const { module, name: className } = classOf(value);
  if (WEKA.test(module)) return isWekaScheme(module, className);
  // Of two fields of one name, an estimator would have only the last.
  if (module === "R") return isRModel(className, attributes) && fieldCount(value) === attributes.length;
  return libraryOf(module) !== undefined || attributes.some(({ name }) => isLearned(name));
}

function fieldCount({ state }: ObjectNode): number {
  return isNode(state) && state.kind === "dict" ? state.keys.length : 0;
}

/** Objects of other libraries whose settings are known by name. */
const SETTINGS: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ["lightgbm.basic.Booster", new Set(["params"])],
  ["xgboost.core.Booster", new Set<string>()],
]);

/** Layers of Keras: their arrays are variables, everything else is their configuration. */
const KERAS = /^keras(?:\.|$)/;
const KERAS_VARIABLE = "keras.Variable";

function holdsVariable(value: Value, depth = 0): boolean {
  if (!isNode(value) || depth > 8) return false;
  if (value.kind === "tensor") return value.className === KERAS_VARIABLE;
  if (value.kind === "dict") return value.values.some((item) => holdsVariable(item, depth + 1));
  return value.kind === "list" && value.items.some((item) => holdsVariable(item, depth + 1));
}

/** Nodes of a setting that are looked at for an array: tables of pandas keep theirs some ten levels down. */
const SEARCHED = 500;

function holdsArray(setting: Value): boolean {
  const seen = new Set<Value>([setting]);
  for (const value of seen) {
    if (seen.size > SEARCHED || !isNode(value)) continue;
    if (value.kind === "tensor") return true;
    for (const part of partsOf(value)) if (isNode(part)) seen.add(part);
  }
  return false;
}

/** What may hold the arrays of a setting; an estimator speaks for itself. */
function partsOf(value: Value): readonly Value[] {
  if (!isNode(value)) return [];
  if (value.kind === "list") return value.items.slice(0, SEARCHED);
  if (value.kind === "dict") return value.values.slice(0, SEARCHED);
  if (value.kind !== "object" || judge(value)) return [];
  return [...value.args, value.state ?? null];
}

/** Estimators that follow the convention although nothing that they learn has a name of its own. */
const WRAPPERS = /^xgboost\.(?:sklearn|dask)(?:\.|$)/;

/**
 * Tells a constructor's parameters from fitted state. scikit-learn classes: by the names of the constructor where the
 * version is one of the known ones, else by the convention. Other libraries follow the convention when the object
 * shows it (some attribute ends in an underscore), and then only for plain values: their arrays are state.
 */
export function attributeRoles(
  node: ObjectNode,
  attributes: readonly Attribute[],
  toldVersion?: string,
): (a: Attribute) => AttributeRole {
  const { module, name: className } = classOf(node);
  if (isSklearnTree(node)) return () => "fitted";
  if (KERAS.test(module)) return ({ value }) => (holdsVariable(value) ? "fitted" : "hyperparameter");
  if (WEKA.test(module)) return ({ name }) => (WEKA_OPTIONS.has(name) ? "hyperparameter" : "fitted");
  if (module === "R") {
    const chosen = settingsOf(node);
    // Texts and code say how a model was made.
    return ({ name, value }) =>
      chosen.has(name) || (typeof value === "string" && !isSchemaText(name)) ? "hyperparameter" : "fitted";
  }
  if (module.startsWith("gensim."))
    return ({ name, value }) => (GENSIM_OPTIONS.has(name) && isPlainSetting(value) ? "hyperparameter" : "value");
  const version = versionIn(attributes);
  const isSklearn = module === "sklearn" || module.startsWith("sklearn.");
  const settings = SETTINGS.get(`${module}.${className}`);
  if (settings !== undefined) return ({ name }) => (settings.has(name) ? "hyperparameter" : "fitted");
  const library = libraryOf(module);
  const known = library === undefined ? undefined : constructorParameters(className, toldVersion ?? version, library);
  if (known !== undefined)
    return ({ name, value }) => {
      // Other libraries keep what they learned under the names of their parameters, too.
      if (known.has(name)) return isSklearn || !holdsArray(value) ? "hyperparameter" : "fitted";
      return name.startsWith("_") || name.endsWith("_") || !isPlainSetting(value) ? "fitted" : "constant";
    };
  if (isSklearn && version !== undefined)
    return ({ name }) => (name.startsWith("_") || name.endsWith("_") ? "fitted" : "hyperparameter");
  const isWrapper = WRAPPERS.test(module);
  if (!isWrapper && !attributes.some(({ name }) => isLearned(name))) return () => (isSklearn ? "fitted" : "value");
  return ({ name, value }) =>
    name.startsWith("_") || name.endsWith("_") || !isPlainSetting(value) ? "fitted" : "hyperparameter";
}

/**
 * True for private lists of whole numbers, and dicts of such: column positions and counts that an estimator notes for
 * itself. They are no parameters; what it learned as numbers, scikit-learn keeps in arrays.
 */
export function isBookkeeping({ name, value }: Attribute): boolean {
  if (!name.startsWith("_") || !isNode(value)) return false;
  if (value.kind === "dict") return value.values.length > 0 && value.values.every(isWholeNumbers);
  return isWholeNumbers(value);
}

function isWholeNumbers(value: Value): boolean {
  return isNode(value) && value.kind === "list" && value.items.every((item) => typeof item === "bigint");
}

/** The scikit-learn version that an object's own state records. */
export function versionIn(attributes: readonly Attribute[]): string | undefined {
  const value = attributes.find(({ name }) => name === VERSION_ATTRIBUTE)?.value;
  return typeof value === "string" ? value : undefined;
}

function isPlainSetting(value: Value): boolean {
  return !isNode(value) || value.kind === "float" || value.kind === "global";
}
