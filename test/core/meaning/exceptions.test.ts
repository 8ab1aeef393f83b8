import { describe, expect, it } from "vitest";
import { scalarDType } from "../../../src/core/model/dtype.ts";
import type { Artifact } from "../../../src/core/model/artifact.ts";
import type { ScalarNode, Value } from "../../../src/core/model/value.ts";
import { arrayNode, artifactOf, dictOf, float64Bytes, objectOf, tensorOf } from "../../support/artifacts.ts";
import { floats, texts } from "../../support/estimators.ts";

const estimator = (path: string, state: Readonly<Record<string, Value>>): Promise<Artifact> => {
  const dot = path.lastIndexOf(".");
  return artifactOf(objectOf(path.slice(0, dot), path.slice(dot + 1), dictOf(state)));
};
const labels = ({ parameters }: Artifact, path: string): readonly (readonly string[] | undefined)[] | undefined =>
  parameters.find((parameter) => parameter.path === path)?.axes.map((axis) => axis?.labels);
const features = { feature_names_in_: texts("a", "b", "c"), n_features_in_: 3n };

describe("names are not put where a class keeps something else under a known attribute", () => {
  it("an SVC of three classes has an intercept for each pair of them", async () => {
    const state = { ...features, classes_: texts("x", "y", "z"), intercept_: floats([3], 1, 2, 3) };
    for (const name of ["SVC", "NuSVC"])
      expect(labels(await estimator(`sklearn.svm._classes.${name}`, state), "intercept_")).toEqual([
        ["x / y", "x / z", "y / z"],
      ]);
    expect(labels(await estimator("sklearn.svm._classes.LinearSVC", state), "intercept_")).toEqual([["x", "y", "z"]]);
  });

  it("an SVC of two classes has one, of the second", async () => {
    const state = { classes_: texts("x", "y"), intercept_: floats([1], 1) };
    expect(labels(await estimator("sklearn.svm._classes.SVC", state), "intercept_")).toEqual([["y"]]);
  });

  it("positions of support vectors are no mask of features", async () => {
    const positions = arrayNode(tensorOf(scalarDType("int32"), [3], new Uint8Array(12)));
    const state = { ...features, support_: positions };
    expect(labels(await estimator("sklearn.svm._classes.SVC", state), "support_")).toEqual([undefined]);
    const mask = arrayNode(tensorOf(scalarDType("bool"), [3], new Uint8Array(3)));
    const selector = await estimator("sklearn.feature_selection._rfe.RFE", { ...features, support_: mask });
    expect(labels(selector, "support_")).toEqual([["a", "b", "c"]]);
  });

  it("scores of the iterations are not of the features", async () => {
    const state = { ...features, scores_: floats([3], 1, 2, 3) };
    const bayes = await estimator("sklearn.linear_model._bayes.BayesianRidge", state);
    expect(labels(bayes, "scores_")).toEqual([undefined]);
    const selector = await estimator("sklearn.feature_selection._univariate_selection.SelectKBest", state);
    expect(labels(selector, "scores_")).toEqual([["a", "b", "c"]]);
  });

  it("PLS turned its coefficients round in 1.3", async () => {
    const state = { ...features, coef_: floats([3, 3], 1, 2, 3, 4, 5, 6, 7, 8, 9) };
    const names = ["a", "b", "c"];
    const pls = (version?: string): Promise<Artifact> =>
      estimator("sklearn.cross_decomposition._pls.PLSRegression", {
        ...state,
        ...(version === undefined ? {} : { _sklearn_version: version }),
      });
    expect(labels(await pls("1.2.2"), "coef_")).toEqual([names, undefined]);
    expect(labels(await pls("0.24.2"), "coef_")).toEqual([names, undefined]);
    expect(labels(await pls("1.5.0"), "coef_")).toEqual([undefined, names]);
    expect(labels(await pls(), "coef_")).toEqual([undefined, undefined]);
  });
});

describe("settings", () => {
  it("a numpy number that equals the default is the default", async () => {
    const scalar = (value: number): ScalarNode => ({
      kind: "scalar",
      tensor: tensorOf(scalarDType("float64"), [], float64Bytes(value)),
    });
    const lars = async (eps: number): Promise<boolean | undefined> =>
      (
        await estimator("sklearn.linear_model._least_angle.LassoLars", { eps: scalar(eps), _sklearn_version: "1.5.0" })
      ).values.find(({ path }) => path === "eps")?.isDefault;
    expect(await lars(Number.EPSILON)).toBe(true);
    expect(await lars(0.5)).toBe(false);
  });

  it("of an XGBoost regressor are settings although it learns nothing under a name of its own", async () => {
    const { values, parameters } = await estimator("xgboost.sklearn.XGBRegressor", {
      n_estimators: 10n,
      learning_rate: 0.5,
      missing: Number.NaN,
      _Booster: objectOf("xgboost.core", "Booster", dictOf({ handle: null })),
    });
    expect(values.filter(({ role }) => role === "hyperparameter").map(({ path }) => path)).toEqual([
      "n_estimators",
      "learning_rate",
      "missing",
    ]);
    expect(parameters).toEqual([]);
  });
});
