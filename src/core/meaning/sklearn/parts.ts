import { isNode, type ObjectNode, type Value } from "../../model/value.ts";
import { attributeOf, attributesOfObject, classOf } from "../anatomy.ts";
import { type Inherited, learnFacts } from "../facts.ts";
import { namedParts } from "../named-parts.ts";
import type { Reading } from "../reading.ts";
import { columnsOf } from "./columns.ts";
import { outputNames } from "./output-names.ts";

/**
 * Classes whose parts are fitted on the columns the whole was fitted on, in the same order, and the attributes that
 * hold those parts. `encodes`: the parts see class numbers 0, 1, ... in place of the labels.
 */
const SAME_INPUT: Readonly<Record<string, { readonly attributes: readonly string[]; readonly encodes?: true }>> = {
  RandomForestClassifier: { attributes: ["estimators_"], encodes: true },
  ExtraTreesClassifier: { attributes: ["estimators_"], encodes: true },
  RandomForestRegressor: { attributes: ["estimators_"] },
  ExtraTreesRegressor: { attributes: ["estimators_"] },
  RandomTreesEmbedding: { attributes: ["estimators_"] },
  IsolationForest: { attributes: [] },
  GradientBoostingClassifier: { attributes: ["estimators_"] },
  GradientBoostingRegressor: { attributes: ["estimators_"] },
  AdaBoostClassifier: { attributes: ["estimators_"] },
  AdaBoostRegressor: { attributes: ["estimators_"] },
  VotingClassifier: { attributes: ["estimators_"], encodes: true },
  VotingRegressor: { attributes: ["estimators_"] },
  StackingClassifier: { attributes: ["estimators_"], encodes: true },
  StackingRegressor: { attributes: ["estimators_"] },
  DecisionTreeClassifier: { attributes: ["tree_"], encodes: true },
  DecisionTreeRegressor: { attributes: ["tree_"] },
  ExtraTreeClassifier: { attributes: ["tree_"], encodes: true },
  ExtraTreeRegressor: { attributes: ["tree_"] },
  GridSearchCV: { attributes: ["best_estimator_"] },
  RandomizedSearchCV: { attributes: ["best_estimator_"] },
  HalvingGridSearchCV: { attributes: ["best_estimator_"] },
  HalvingRandomSearchCV: { attributes: ["best_estimator_"] },
  TunedThresholdClassifierCV: { attributes: ["estimator_"] },
  FixedThresholdClassifier: { attributes: ["estimator_"] },
  CalibratedClassifierCV: { attributes: ["calibrated_classifiers_"] },
  _CalibratedClassifier: { attributes: ["estimator", "base_estimator"] },
  OneVsRestClassifier: { attributes: ["estimators_"] },
  MultiOutputClassifier: { attributes: ["estimators_"] },
  MultiOutputRegressor: { attributes: ["estimators_"] },
  TransformedTargetRegressor: { attributes: ["regressor_"] },
  SelectFromModel: { attributes: ["estimator_"] },
};

/** Tells the parts of a composite estimator what it knows of their input: names of columns, labels of classes. */
export async function tellParts(node: ObjectNode, reading: Reading): Promise<void> {
  const { name } = classOf(node);
  const attributes = attributesOfObject(node) ?? [];
  const steps = attributes.find((attribute) => attribute.name === "steps");
  if (steps !== undefined && namedParts(steps.value) !== undefined) return tellSteps(node, steps.value, reading);
  if (name === "ColumnTransformer") return tellColumns(node, reading);
  if (name === "FeatureUnion") return tellUnion(node, reading);
  const row = Object.hasOwn(SAME_INPUT, name) ? SAME_INPUT[name] : undefined;
  if (row === undefined) return;
  const { features, classes } = await learnFacts(node, reading);
  const told: Inherited = {
    ...(features === undefined ? {} : { features }),
    ...(row.encodes && classes !== undefined ? { classes } : {}),
  };
  for (const attribute of row.attributes)
    for (const part of objectsIn(attributeOf(node, attribute))) reading.inherited.set(part, told);
}

/** Each step gets what the steps before it give, as long as that is certain. */
async function tellSteps(node: ObjectNode, steps: Value, reading: Reading): Promise<void> {
  let features = (await learnFacts(node, reading)).features;
  for (const { value } of namedParts(steps) ?? []) {
    if (!isNode(value) || value.kind !== "object") continue;
    if (features !== undefined) reading.inherited.set(value, { features });
    features = await outputNames(value, features, reading);
  }
}

async function tellColumns(node: ObjectNode, reading: Reading): Promise<void> {
  const { features } = await learnFacts(node, reading);
  for (const { value, columns } of columnsOf(node, features) ?? [])
    if (columns !== undefined && isNode(value) && value.kind === "object")
      reading.inherited.set(value, { features: columns });
}

async function tellUnion(node: ObjectNode, reading: Reading): Promise<void> {
  const { features } = await learnFacts(node, reading);
  if (features === undefined) return;
  for (const { value } of namedParts(attributeOf(node, "transformer_list")) ?? [])
    if (isNode(value) && value.kind === "object") reading.inherited.set(value, { features });
}

/** The objects of an attribute: itself, or the items of a list or object array. */
function objectsIn(value: Value | undefined): readonly ObjectNode[] {
  if (!isNode(value)) return [];
  if (value.kind === "object") return [value];
  const items = value.kind === "list" ? value.items : value.kind === "tensor" ? (value.objects ?? []) : [];
  return items.filter((item): item is ObjectNode => isNode(item) && item.kind === "object");
}
