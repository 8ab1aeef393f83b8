import { attributeOf } from "../../meaning/anatomy.ts";
import { LIMITS } from "../../limits.ts";
import type { Schema } from "../../model/artifact.ts";
import { classNameOf, isNode, type ObjectNode, type Value } from "../../model/value.ts";

export const INSTANCES = "weka.core.Instances";

/** An attribute of a data set. */
export interface WekaAttribute {
  readonly name: string;
  /** Labels of a nominal attribute. */
  readonly values?: readonly string[];
}

/** The attributes of a data set, the class among them. */
export interface WekaHeader {
  readonly attributes: readonly WekaAttribute[];
  /** -1 where none is set. */
  readonly classIndex: number;
}

/** By what holds them: any number of models of a file may share one. */
const headers = new WeakMap<Value & object, WekaHeader | undefined>();

/** The header that a `weka.core.Instances` holds; undefined for any other value. */
export function headerOf(value: Value | undefined): WekaHeader | undefined {
  if (!isNode(value) || classNameOf(value) !== INSTANCES) return undefined;
  if (!headers.has(value)) headers.set(value, readHeader(value));
  return headers.get(value);
}

function readHeader(value: Value): WekaHeader | undefined {
  const labels: Labels = new Map();
  const attributes = itemsOf(attributeOf(value, "m_Attributes")).map((each) => attribute(each, labels));
  const classIndex = attributeOf(value, "m_ClassIndex");
  if (attributes.length === 0 || attributes.includes(undefined)) return undefined;
  return {
    attributes: attributes.filter((each) => each !== undefined),
    classIndex: typeof classIndex === "bigint" ? Number(classIndex) : -1,
  };
}

/** Numbers are 0, nominal ones 1, then texts, dates, and relations. */
const NOMINAL = 1n;

/** Labels by what holds them: attributes may share them, in a file of a hostile writer any number of them. */
type Labels = Map<Value | undefined, readonly string[]>;

function attribute(value: Value, labels: Labels): WekaAttribute | undefined {
  const name = attributeOf(value, "m_Name");
  if (typeof name !== "string") return undefined;
  if (attributeOf(value, "m_Type") !== NOMINAL) return { name };
  // Before Weka 3.8 the labels were the attribute's own.
  const holder = attributeOf(value, "m_AttributeInfo") ?? value;
  const held = attributeOf(holder, "m_Values");
  const values = labels.get(held) ?? itemsOf(held).filter((each) => typeof each === "string");
  labels.set(held, values);
  return { name, values };
}

/** Of a list, or of Weka's own vector. */
function itemsOf(value: Value | undefined): readonly Value[] {
  if (!isNode(value)) return [];
  if (value.kind === "list") return value.items;
  if (value.kind !== "object") return [];
  if (value.items !== undefined) return value.items;
  const objects = itemsOf(attributeOf(value, "m_Objects"));
  const size = attributeOf(value, "m_Size");
  return typeof size === "bigint" && size >= 0n ? objects.slice(0, Number(size)) : objects;
}

/**
 * Filters that a model puts its data through, whose input is the data as given: of those that one model has, the first
 * here is the first it applies. What a model keeps itself may be what they made: columns for labels, intervals.
 */
const FILTERS = [
  "m_Missing",
  "m_MissingFilter",
  "m_ReplaceMissingFilter",
  "m_ReplaceMissingValues",
  "m_missingValuesReplacer",
  "m_replaceMissing",
  "m_nominalToBinary",
  "m_nominalToBinaryFilter",
  "m_Disc",
  "m_DiscretizeFilter",
  "m_MissingValuesFilter",
  "m_disTransform",
];

/** Models that are a filter and a model of what it makes. Elsewhere the same name is a later filter. */
const FILTERED =
  /^weka\.(?:classifiers\.meta\.(?:Filtered|RandomizableFiltered)Classifier|clusterers\.FilteredClusterer)$/;

/** Attributes in which a model keeps the header of its data. */
const HELD = [
  "m_BaseFormat",
  "m_Instances",
  "m_Info",
  "m_structure",
  "m_data",
  "m_instances",
  "m_Header",
  "m_header",
  "m_Train",
  "m_train",
  "m_ClusterCentroids",
  "m_clusterInstances",
];
const DEPTH = 4;

/** Models whose parts learned from the same attributes and the same class as the whole. */
const SAME_DATA =
  /^weka\.classifiers\.(?:trees\.RandomForest|meta\.(?:AdaBoostM1|AdditiveRegression|Bagging|CostSensitiveClassifier|CVParameterSelection|MultiScheme|RandomCommittee|RandomSubSpace|Vote))$/;

/** The header of the data given to a model, that it keeps itself or in its parts; undefined where that is unsure. */
export function heldHeader(value: Value | undefined, depth = 0): WekaHeader | undefined {
  if (!isNode(value) || depth > DEPTH) return undefined;
  if (value.kind === "list") return heldHeader(value.items[0], depth + 1);
  if (value.kind !== "object") return undefined;
  const className = classNameOf(value) ?? "";
  const inputOf = (filter: string) => headerOf(attributeOf(attributeOf(value, filter), "m_InputFormat"));
  if (FILTERED.test(className)) return inputOf("m_Filter");
  for (const name of FILTERS) {
    const found = inputOf(name);
    if (found !== undefined) return found;
  }
  for (const name of HELD) {
    const held = attributeOf(value, name);
    const found = headerOf(isNode(held) && held.kind === "list" ? held.items[0] : held);
    if (found !== undefined) return found;
  }
  const parts = SAME_DATA.test(className) ? ["m_Classifiers", "m_Classifier"] : [];
  for (const name of [...parts, "m_root", "m_Tree", "theRules", "m_cobwebTree"]) {
    const found = heldHeader(attributeOf(value, name), depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

export function schemaOf({ attributes, classIndex }: WekaHeader): Schema {
  const inputs = attributes.filter((_, i) => i !== classIndex);
  const target = attributes[classIndex];
  let left: number = LIMITS.namedValues;
  const nominal = inputs.filter(({ values }) => values !== undefined && (left -= values.length) >= 0);
  return {
    features: inputs.map(({ name }) => name),
    featureCount: inputs.length,
    ...(target !== undefined && { outputs: [target.name] }),
    ...(target?.values !== undefined && { classes: target.values }),
    ...(nominal.length > 0 && {
      categories: nominal.map(({ name, values = [] }) => ({ path: "", feature: name, values })),
    }),
  };
}

/** Names of the rows of a Logistic's coefficients: the intercept, then the attributes that its filters leave. */
export function coefficientNames(classifier: ObjectNode): readonly string[] | undefined {
  const header = headerOf(attributeOf(classifier, "m_structure"));
  if (header === undefined) return undefined;
  return ["(intercept)", ...header.attributes.filter((_, i) => i !== header.classIndex).map(({ name }) => name)];
}
