import { type Sentence, say } from "../../model/sentence.ts";

/** How the values under the other name follow from those under the one. */
export type Derivation =
  /** As they are, in C order. */
  | "same"
  /** 1 / value. */
  | "reciprocal"
  /** -value. */
  | "negative"
  /** Both signs of each: of two classes one score is the other's negative. Or as they are, where only one is held. */
  | "both-signs";

/** One meaning that two libraries have different names for. */
export interface MeaningRow {
  /** Group 1, where there is one, tells several apart: the model that it belongs to, or its number. */
  readonly one: RegExp;
  readonly other: RegExp;
  /** Makes the same key of both sides' group 1. */
  readonly key?: (found: string) => string;
  readonly derivation: Derivation;
  readonly because: Sentence;
  /** In its place where both signs are held. */
  readonly becauseBoth?: Sentence;
}

const layer = (found: string): string => (found === "" ? "0" : found);

/**
 * scikit-learn's attributes against what skl2onnx makes of them (operators of ai.onnx.ml, initialisers of a multi-layer
 * perceptron) and coremltools (fields of Core ML's messages), and a weight against its quantised form in PyTorch. Operators: https://onnx.ai/onnx/operators/
 */
export const MEANINGS: readonly MeaningRow[] = [
  {
    one: /(?:^|\.)coef_$/,
    other: /(?:^|\.)coefficients$/,
    derivation: "both-signs",
    because: say("coef_ is what ONNX calls coefficients, row after row"),
    becauseBoth: say("coef_ is what ONNX calls coefficients, which hold its negative for the first class as well"),
  },
  {
    one: /(?:^|\.)intercept_$/,
    other: /(?:^|\.)intercepts$/,
    derivation: "both-signs",
    because: say("intercept_ is what ONNX calls intercepts"),
    becauseBoth: say("intercept_ is what ONNX calls intercepts, which hold its negative for the first class as well"),
  },
  {
    one: /(?:^|\.)mean_$/,
    other: /(?:^|\.)offset$/,
    derivation: "same",
    because: say("what a scaler subtracts is mean_ here and offset in ONNX"),
  },
  {
    one: /(?:^|\.)scale_$/,
    other: /(?:^|\.)scale$/,
    derivation: "reciprocal",
    because: say("a scaler divides by scale_, and in ONNX multiplies by scale, its reciprocal"),
  },
  {
    one: /(?:^|\.)coef_$/,
    other: /(?:^|\.)glm(?:Regressor|Classifier)\.weights\[0\]\.value$/,
    derivation: "same",
    because: say("coef_ is what Core ML calls weights, a list for each output"),
  },
  {
    one: /(?:^|\.)intercept_$/,
    other: /(?:^|\.)glm(?:Regressor|Classifier)\.offset$/,
    derivation: "same",
    because: say("intercept_ is what Core ML calls offset"),
  },
  {
    one: /(?:^|\.)mean_$/,
    other: /(?:^|\.)scaler\.shiftValue$/,
    derivation: "negative",
    because: say("a scaler subtracts mean_, and in Core ML adds shiftValue, its negative"),
  },
  {
    one: /(?:^|\.)scale_$/,
    other: /(?:^|\.)scaler\.scaleValue$/,
    derivation: "reciprocal",
    because: say("a scaler divides by scale_, and in Core ML multiplies by scaleValue, its reciprocal"),
  },
  {
    one: /(?:^|\.)coefs_\[(\d+)\]$/,
    other: /^coefficient(\d*)$/,
    key: layer,
    derivation: "same",
    because: say("the weights of one layer, which skl2onnx numbers from the second on"),
  },
  {
    one: /(?:^|\.)intercepts_\[(\d+)\]$/,
    other: /^intercepts(\d*)$/,
    key: layer,
    derivation: "same",
    because: say("the biases of one layer, which skl2onnx numbers from the second on"),
  },
  {
    one: /^(.+)$/,
    other: /^(.+)\.int_repr$/,
    derivation: "same",
    because: say("int_repr holds the integers that a quantised tensor is stored as"),
  },
];

/** What a class is called by another library, or within its wrapper: the same kind of model. */
const FAMILIES: readonly RegExp[] = [
  /^(LogisticRegression(CV)?|SGDClassifier|LinearSVC|RidgeClassifier(CV)?|Perceptron|LinearClassifier|RegressionModel|glmClassifier)$/,
  /^(LinearRegression|Ridge(CV)?|Lasso(CV)?|ElasticNet(CV)?|SGDRegressor|LinearSVR|LinearRegressor|RegressionModel|glmRegressor)$/,
  /^((RandomForest|ExtraTrees|GradientBoosting|HistGradientBoosting|DecisionTree)Classifier|[Tt]reeEnsemble(Classifier)?|TreeModel|MiningModel)$/,
  /^((RandomForest|ExtraTrees|GradientBoosting|HistGradientBoosting|DecisionTree)Regressor|[Tt]reeEnsemble(Regressor)?|TreeModel|MiningModel)$/,
  /^(XGB(RF)?Classifier|[Tt]reeEnsemble(Classifier)?|TreeModel|MiningModel)$/,
  /^(XGB(RF)?Regressor|XGBRanker|[Tt]reeEnsemble(Regressor)?|TreeModel|MiningModel)$/,
  /^(LGBMClassifier|[Tt]reeEnsemble(Classifier)?|TreeModel|MiningModel)$/,
  /^(LGBM(Regressor|Ranker)|[Tt]reeEnsemble(Regressor)?|TreeModel|MiningModel)$/,
  /^(CatBoostClassifier|[Tt]reeEnsemble(Classifier)?|TreeModel|MiningModel)$/,
  /^(CatBoost(Regressor|Ranker)?|[Tt]reeEnsemble(Regressor)?|TreeModel|MiningModel)$/,
  /^(Booster|XGB(RF)?Classifier|XGB(RF)?Regressor|XGBRanker|XGBModel|LGBMClassifier|LGBMRegressor|LGBMRanker|LGBMModel)$/,
];

/** What holds a model whose class it does not tell. */
const HOLDERS =
  /^(Pipeline|PMMLPipeline|pipeline(Classifier|Regressor)?|(Grid|Randomized|HalvingGrid|HalvingRandom)SearchCV|TransformedTargetRegressor)$/;

/**
 * True when two different names of classes may stand for one model: a converter or a wrapper gave it another. Two classes
 * of one library are two models, whatever their family.
 */
export function mayBeOneClass(
  old: { readonly library: string; readonly className: string },
  next: { readonly library: string; readonly className: string },
): boolean {
  const isWrapped = old.className === "Booster" || next.className === "Booster";
  if (old.library === next.library && !isWrapped) return false;
  if (old.library !== next.library && (HOLDERS.test(old.className) || HOLDERS.test(next.className))) return true;
  return FAMILIES.some((family) => family.test(old.className) && family.test(next.className));
}
