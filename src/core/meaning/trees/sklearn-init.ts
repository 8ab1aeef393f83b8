import { isNode, type ObjectNode } from "../../model/value.ts";
import { attributeOf, classOf } from "../anatomy.ts";
import { scalarTensor } from "../numbers.ts";
import { numbersOf, tensorIn } from "./columns.ts";

/** Probabilities are kept this far from 0 and 1: the float32 epsilon. */
const NEAREST = 2 ** -23;

/** Estimators that gradient boosting started from before 0.21, and where they keep what they predict. */
const BEFORE_0_21: Readonly<Record<string, string>> = {
  MeanEstimator: "mean",
  QuantileEstimator: "quantile",
  LogOddsEstimator: "prior",
  ScaledLogOddsEstimator: "prior",
  PriorProbabilityEstimator: "priors",
};

/**
 * What scikit-learn's gradient boosting starts from, one number per output: the link of what `init_` predicts, which is a
 * dummy estimator unless told otherwise. NaN where it depends on the input. Versions before 1.4 do not centre the logarithms
 * of several classes. https://github.com/scikit-learn/scikit-learn/blob/main/sklearn/ensemble/_gb.py
 */
export async function baseOfBoosting(
  node: ObjectNode,
  outputs: number,
  isUncentred: boolean,
): Promise<readonly number[]> {
  const init = attributeOf(node, "init_");
  const unknown = Array.from({ length: outputs }, () => Number.NaN);
  if (init === "zero") return unknown.map(() => 0);
  if (!isNode(init) || init.kind !== "object") return unknown;
  const { name } = classOf(init);
  if (name === "ZeroEstimator") return unknown.map(() => 0);
  if (Object.hasOwn(BEFORE_0_21, name)) {
    const start = attributeOf(init, BEFORE_0_21[name] ?? "") ?? null;
    const tensor = tensorIn(start) ?? scalarTensor(start);
    const found = tensor === undefined ? [] : [...(await numbersOf(tensor))];
    return found.length === outputs ? found : unknown;
  }
  if (name === "DummyRegressor") {
    const constant = tensorIn(attributeOf(init, "constant_"));
    const found = constant === undefined ? [] : [...(await numbersOf(constant))];
    return found.length === outputs ? found : unknown;
  }
  const prior = tensorIn(attributeOf(init, "class_prior_"));
  if (name !== "DummyClassifier" || attributeOf(init, "strategy") !== "prior" || prior === undefined) return unknown;
  const chances = [...(await numbersOf(prior))].map((chance) => Math.min(Math.max(chance, NEAREST), 1 - NEAREST));
  if (outputs === 1) {
    const chance = chances[1];
    if (chance === undefined) return unknown;
    const logit = Math.log(chance / (1 - chance));
    return [attributeOf(node, "loss") === "exponential" ? logit / 2 : logit];
  }
  if (chances.length !== outputs) return unknown;
  const logs = chances.map(Math.log);
  const mean = isUncentred ? 0 : logs.reduce((sum, log) => sum + log, 0) / outputs;
  return logs.map((log) => log - mean);
}
