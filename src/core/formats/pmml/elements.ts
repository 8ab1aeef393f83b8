/** Attributes that name or number things: text, whatever it looks like. */
const TEXTS = new Set(
  (
    "name field id version displayName displayValue fieldName vectorId itemRef antecedent consequent from targetCategory " +
    "parameterName predictorName targetVariableName modelName algorithmName outputNeuron copyright description defaultChild ref function " +
    "functionName property extender segmentId variable defaultValue missingValueReplacement reasonCode label neuronId"
  ).split(" "),
);

/** Elements whose `value` is a label and no number. */
const LABELLED = new Set([
  "Value",
  "ScoreDistribution",
  "OutputField",
  "CategoricalPredictor",
  "TargetValue",
  "TargetValueCount",
  "TargetValueStat",
  "PairCounts",
  "PPCell",
  "Item",
  "Extension",
  "Category",
]);

export function isText(element: string, attribute: string): boolean {
  if (attribute === "value") return LABELLED.has(element);
  if (attribute === "") return element === "Timestamp" || element === "Annotation" || element === "Extension";
  return TEXTS.has(attribute);
}

/** Attributes and texts that are real numbers: one is not another kind of number for having no fraction. */
const REALS = new Set(
  (
    "coefficient intercept beta weight bias value score width threshold altitude rescaleConstant rescaleFactor recordCount " +
    "confidence support lift probability partialScore initialScore baselineScore mean variance standardDeviation minimum " +
    "maximum median gamma coef0 constant leftMargin rightMargin importance low high lowValue highValue orig norm count " +
    "absoluteValue fieldWeight similarityScale"
  ).split(" "),
);

export function isReal(attribute: string): boolean {
  return REALS.has(attribute);
}

/** What tells elements of one name apart: the address of one of them. */
const IDENTITIES: Readonly<Record<string, string>> = {
  DataField: "name",
  DerivedField: "name",
  DefineFunction: "name",
  OutputField: "name",
  ParameterField: "name",
  UnivariateStats: "field",
  BayesInput: "fieldName",
  BayesOutput: "fieldName",
  PairCounts: "value",
  TargetValueStat: "value",
  NeuralOutput: "outputNeuron",
  RegressionTable: "targetCategory",
  Characteristic: "name",
  SimpleRule: "id",
  Neuron: "id",
  NeuralInput: "id",
  VectorInstance: "id",
  Taxonomy: "name",
  Target: "field",
};

export function identityOf(element: string): string | undefined {
  return Object.hasOwn(IDENTITIES, element) ? IDENTITIES[element] : undefined;
}

/** Rows of tables, also where there is but one: models of one and of several predictors are then held against each other. */
const ROWS = new Set(
  (
    "Value Interval MiningField OutputField NumericPredictor CategoricalPredictor PCell PCovCell PPCell Parameter Predictor " +
    "Con ScoreDistribution TargetValue TargetValueCount Coefficient SupportVector FieldRef Item ItemRef AssociationRule " +
    "ClusteringField KNNInput InstanceField DiscretizeBin LinearNorm MatCell ParameterField Segment"
  ).split(" "),
);

export function isRow(element: string): boolean {
  return ROWS.has(element);
}
