import { describe, expect, it } from "vitest";
import { fromBytes } from "../../../src/core/bytes/source.ts";
import { constructorParameters, isDefaultSetting } from "../../../src/core/meaning/sklearn/defaults-of.ts";
import { scalarDType } from "../../../src/core/model/dtype.ts";
import type { Value } from "../../../src/core/model/value.ts";
import { tuple } from "../../support/estimators.ts";

const isDefault = (className: string, version: string | undefined, name: string, value: Value) =>
  isDefaultSetting(className, version, name, value);

describe("defaults of scikit-learn's constructors", () => {
  it("follow the version that wrote the file", () => {
    expect(isDefault("LogisticRegression", "1.2.2", "penalty", "l2")).toBe(true);
    expect(isDefault("LogisticRegression", "1.9.1", "penalty", "l2")).toBe(false);
    expect(isDefault("LogisticRegression", "1.9.1", "penalty", "deprecated")).toBe(true);
    expect(constructorParameters("LogisticRegression", "1.2.2")?.has("multi_class")).toBe(true);
    expect(constructorParameters("LogisticRegression", "1.9.1")?.has("multi_class")).toBe(false);
    expect(isDefault("DecisionTreeClassifier", "1.4.1.post1", "max_depth", null)).toBe(true);
    // From 0.18 on, the first to write its version into the file.
    expect(isDefault("RandomForestClassifier", "0.18.1", "n_estimators", 10n)).toBe(true);
    expect(isDefault("RandomForestClassifier", "0.21.3", "n_estimators", "warn")).toBe(true);
    expect(isDefault("RandomForestClassifier", "0.22.1", "n_estimators", 10n)).toBe(false);
    expect(isDefault("LogisticRegression", "0.19.2", "solver", "liblinear")).toBe(true);
    expect(isDefault("LogisticRegression", "1.0.2", "solver", "lbfgs")).toBe(true);
    // Deprecated classes, and those of modules that another took the place of.
    expect(isDefault("Imputer", "0.20.3", "strategy", "mean")).toBe(true);
    expect(isDefault("GridSearchCV", "0.19.1", "refit", true)).toBe(true);
    expect(constructorParameters("GMM", "0.18.2")?.has("n_components")).toBe(true);
  });

  it("compare numbers as Python does, and nothing else", () => {
    expect(isDefault("LogisticRegression", "1.2.2", "C", 1)).toBe(true);
    expect(isDefault("LogisticRegression", "1.2.2", "C", 1n)).toBe(true);
    expect(isDefault("LogisticRegression", "1.2.2", "C", 1.0000000000000002)).toBe(false);
    expect(isDefault("LogisticRegression", "1.2.2", "tol", 1e-4)).toBe(true);
    expect(isDefault("LogisticRegression", "1.2.2", "dual", 0n)).toBe(false);
    expect(isDefault("SimpleImputer", "1.2.2", "missing_values", Number.NaN)).toBe(true);
    expect(isDefault("MinMaxScaler", "1.2.2", "feature_range", tuple(0n, 1n))).toBe(true);
    expect(isDefault("MinMaxScaler", "1.2.2", "feature_range", tuple(-1n, 1n))).toBe(false);
    const float64 = { kind: "global", module: "numpy", name: "float64", offset: 0 } as const;
    expect(isDefault("OneHotEncoder", "1.2.2", "dtype", float64)).toBe(true);
    expect(isDefault("OneHotEncoder", "1.2.2", "dtype", { ...float64, name: "float32" })).toBe(false);
  });

  it("are unknown where nothing is known for certain", () => {
    for (const version of [undefined, "0.17.1", "2.0.0", "1.9.dev0", "1.2.x"])
      expect([version, isDefault("LogisticRegression", version, "C", 1)]).toEqual([version, undefined]);
    expect(isDefault("MyEstimator", "1.2.2", "C", 1)).toBeUndefined();
    expect(isDefault("LogisticRegression", "1.2.2", "toString", 1)).toBeUndefined();
    expect(isDefault("constructor", "1.2.2", "C", 1)).toBeUndefined();
    // An array in the place of a tuple may have the same numbers.
    const alphas: Value = {
      kind: "tensor",
      tensor: { dtype: scalarDType("float64"), shape: [3], order: "C", offset: 0, data: fromBytes(new Uint8Array(24)) },
      className: "numpy.ndarray",
      offset: 0,
    };
    expect(isDefault("RidgeCV", "0.24.2", "alphas", alphas)).toBeUndefined();
    expect(isDefault("RidgeCV", "0.24.2", "scoring", alphas)).toBe(false);
    // A parameter that has no default has none to differ from.
    expect(isDefault("GridSearchCV", "1.2.2", "param_grid", null)).toBeUndefined();
    expect(constructorParameters("LogisticRegression", "0.17.1")).toBeUndefined();
  });
});
