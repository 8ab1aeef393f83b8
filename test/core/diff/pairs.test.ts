import { describe, expect, it } from "vitest";
import type { DiffReport, Verdict } from "../../../src/core/diff/report.ts";
import { english } from "../../../src/core/model/sentence.ts";
import { testPath, withArtifact } from "../../support/open-file.ts";
import { compare, judgement, verdicts } from "./comparisons.ts";

/** Old, new, what is said of them, and how many parameters have which verdict. */
type Row = readonly [string, string, string, Readonly<Partial<Record<Verdict, number>>>];

/** Versions of one model, written by scikit-learn, pandas, SciPy and PyTorch (test/generate/pairs_fixtures.py). */
const VERSIONS: readonly Row[] = [
  [
    "pipeline.joblib",
    "pipeline-retrained.joblib",
    "Retrained: 6 of 7 parameters changed, largest relative change 190 % in steps.clf.coef_[fair, 3]. Classes and hyper-parameters are unchanged.",
    { identical: 1, changed: 6 },
  ],
  [
    "pipeline.joblib",
    "pipeline-settings.joblib",
    "Retrained: 2 of 7 parameters changed, largest relative change 59 % in steps.clf.coef_[fair, 0]. Hyper-parameter steps.clf.C is 0.5 instead of 1.0.",
    { identical: 5, changed: 2 },
  ],
  [
    "pipeline.joblib",
    "pipeline-inserted.joblib",
    "Retrained: 3 of 7 parameters changed, largest relative change 58 % in steps.clf.intercept_[bad]. Step reduce was added. 6 parameters were added, steps.reduce.mean_ first.",
    { identical: 4, added: 6, changed: 3 },
  ],
  [
    "pipeline-inserted.joblib",
    "pipeline.joblib",
    "Retrained: 3 of 7 parameters changed, largest relative change 140 % in steps.clf.intercept_[bad]. Step reduce was removed. 6 parameters were removed, steps.reduce.mean_ first.",
    { identical: 4, changed: 3, removed: 6 },
  ],
  [
    "steps-ab.joblib",
    "steps-ba.joblib",
    "Retrained: 8 of 9 parameters changed, largest relative change 3730-fold in steps.b.var_[0]. Steps a and b changed places.",
    { identical: 1, changed: 8 },
  ],
  [
    "old-library.joblib",
    "new-library.joblib",
    "Only the type changed: steps.scale.n_samples_seen_ is float64 instead of int64, and every value is the same. 4 hyper-parameters differ, steps.clf.penalty first. It was written by scikit-learn 1.9.1 instead of 1.2.2.",
    { "recast-lossless": 1, identical: 6 },
  ],
  [
    "named.joblib",
    "named-swapped.joblib",
    "Only reordered: the values of coef_ are the old ones, and moved with their names. 4 of 4 features are in another order; the first is age, which moved from position 1 to 2.",
    { identical: 2, permuted: 1 },
  ],
  [
    "named.joblib",
    "named-class-renamed.joblib",
    "Each of the 3 parameters is identical. Class 'bad' is now 'default'.",
    { identical: 3 },
  ],
  [
    "named.joblib",
    "named-float32.joblib",
    "Only rounding: 2 of 3 parameters are the old ones rounded to float32. Features, classes and hyper-parameters are unchanged.",
    { identical: 1, rounded: 2 },
  ],
  [
    "named.joblib",
    "named-float16.joblib",
    "Only rounding: 2 of 3 parameters are the old ones rounded to float16. Features, classes and hyper-parameters are unchanged.",
    { identical: 1, rounded: 2 },
  ],
  [
    "named.joblib",
    "named-float32-and-back.joblib",
    "Only rounding: 2 of 3 parameters are the old ones rounded to float32. Features, classes and hyper-parameters are unchanged.",
    { identical: 1, rounded: 2 },
  ],
  [
    "named.joblib",
    "named-float16-and-back.joblib",
    "Only rounding: 2 of 3 parameters are the old ones rounded to float16. Features, classes and hyper-parameters are unchanged.",
    { identical: 1, rounded: 2 },
  ],
  [
    "named.joblib",
    "named-6.json",
    "Only rounding: each of the 2 parameters is the old one printed with 6 significant digits. One parameter was removed: n_iter_. The new side holds no hyper-parameters.",
    { "decimal-truncated": 2, removed: 1 },
  ],
  [
    "named.joblib",
    "named-9.json",
    "Only rounding: each of the 2 parameters is the old one printed with 9 significant digits. One parameter was removed: n_iter_. The new side holds no hyper-parameters.",
    { "decimal-truncated": 2, removed: 1 },
  ],
  [
    "named.joblib",
    "named-16.json",
    "Only rounding: each of the 2 parameters is the old one printed with 16 significant digits. One parameter was removed: n_iter_. The new side holds no hyper-parameters.",
    { "decimal-truncated": 2, removed: 1 },
  ],
  [
    "named.joblib",
    "named-17.json",
    "Only renamed: each of the 2 parameters has another path and the same values. One parameter was removed: n_iter_. The new side holds no hyper-parameters.",
    { renamed: 2, removed: 1 },
  ],
  [
    "encoder.joblib",
    "encoder-more.joblib",
    "Neither side holds parameters; what else they hold differs. Category 'violet' of x0 is new. _n_features_outs differs.",
    {},
  ],
  [
    "words.joblib",
    "words-more.joblib",
    "Neither side holds parameters; what else they hold differs. The vocabulary has 7 terms; it had 5.",
    {},
  ],
  ["dense.joblib", "sparse.joblib", "Its one parameter is identical.", { identical: 1 }],
  ["sparse.joblib", "dense.joblib", "Its one parameter is identical.", { identical: 1 }],
  [
    "net.safetensors",
    "net-module.safetensors",
    "Only renamed: each of the 4 parameters has another path and the same values.",
    { renamed: 4 },
  ],
  [
    "net.safetensors",
    "net-bf16.safetensors",
    "Only rounding: each of the 4 parameters is the old one rounded to bfloat16.",
    { rounded: 4 },
  ],
  [
    "net.safetensors",
    "net-float16.safetensors",
    "Only rounding: each of the 4 parameters is the old one rounded to float16.",
    { rounded: 4 },
  ],
  [
    "net.safetensors",
    "net-renamed.safetensors",
    "Only renamed: 2.weight is now head.weight, with the same values.",
    { identical: 3, renamed: 1 },
  ],
  [
    "net.safetensors",
    "net-bit.safetensors",
    "Not retrained: 0.weight[3, 5] is -0.27238047 instead of -0.2723805; all other values are the same.",
    { identical: 3, changed: 1 },
  ],
  [
    "net.safetensors",
    "net-rows.safetensors",
    "Only reordered: the values of 0.weight are the old ones in another order.",
    { identical: 3, permuted: 1 },
  ],
  [
    "layer.safetensors",
    "layer-int8-tensor.pt",
    "Only quantised: weight.int_repr is the old one to within half a step. One parameter was added: weight.scale. 2 other values differ, weight.zero_point first.",
    { quantised: 1, added: 1 },
  ],
  [
    "layer-spread.safetensors",
    "layer-int8-channel.pt",
    "Only quantised: weight.int_repr is the old one to within half a step. 2 parameters were added, weight.scale first. 2 other values differ, weight.axis first.",
    { quantised: 1, added: 2 },
  ],
  [
    "layer.safetensors",
    "layer-int8-affine.pt",
    "Only quantised: weight.int_repr is the old one to within half a step. One parameter was added: weight.scale. 2 other values differ, weight.zero_point first.",
    { quantised: 1, added: 1 },
  ],
  [
    "layer.safetensors",
    "layer-int8-stored.safetensors",
    "Only quantised: weight is the old one to within half a step.",
    { quantised: 1 },
  ],
  [
    "layer.safetensors",
    "layer-int8-back.safetensors",
    "Only quantised: weight is the old one to within half a step.",
    { quantised: 1 },
  ],
  [
    "logistic.pkl",
    "logistic-mixed-up.safetensors",
    "Mixed up: coef_ has the old values in the order of columns, read as rows. It predicts something else. One parameter was removed: n_iter_. The new side holds no hyper-parameters.",
    { permuted: 1, identical: 1, removed: 1 },
  ],
  ["table.joblib", "table-changed.joblib", "Another table: column income changed.", { identical: 1, changed: 1 }],
];

/** One model in several formats, by their own libraries. */
const FORMATS: readonly Row[] = [
  [
    "net.pt",
    "net.safetensors",
    "The same model in another container: torch, zip before, safetensors now; each of the 4 parameters is identical.",
    { identical: 4 },
  ],
  [
    "net.pt",
    "net.onnx",
    "The same model in another container: torch, zip before, onnx now; each of the 4 parameters is identical.",
    { identical: 4 },
  ],
  [
    "net.safetensors",
    "net-turned.onnx",
    "Only reshaped: 2 of 4 parameters hold the same values in another shape.",
    { reshaped: 2, identical: 2 },
  ],
  [
    "logistic.pkl",
    "logistic.z.joblib",
    "The same model in another container: pickle before, joblib, zlib now; each of the 3 parameters is identical. Classes and hyper-parameters are unchanged.",
    { identical: 3 },
  ],
  [
    "logistic.pkl",
    "logistic.skops",
    "The same model in another container: pickle before, skops, zip now; each of the 3 parameters is identical. Classes and hyper-parameters are unchanged.",
    { identical: 3 },
  ],
  [
    "logistic.pkl",
    "logistic.onnx",
    "Only rounding: each of the 2 parameters is the old one rounded to float32. One parameter was removed: n_iter_. The new side holds no hyper-parameters.",
    { rounded: 2, removed: 1 },
  ],
  [
    "logistic.onnx",
    "logistic.pkl",
    "Only precision: each of the 2 parameters has more digits; rounded to float32 it is the old one. One parameter was added: n_iter_. The old side holds no hyper-parameters.",
    { added: 1, changed: 2 },
  ],
  [
    "binary.pkl",
    "binary.onnx",
    "Only rounding: each of the 2 parameters is the old one rounded to float32. Parameters that only one side has: 1 added, 2 removed. The new side holds no hyper-parameters.",
    { added: 1, rounded: 2, removed: 2 },
  ],
  [
    "linear.pkl",
    "linear.onnx",
    "Only rounding: each of the 2 parameters is the old one rounded to float32. One parameter was removed: singular_. The new side holds no hyper-parameters.",
    { rounded: 2, removed: 1 },
  ],
  [
    "scaled.pkl",
    "scaled.onnx",
    "Only rounding: each of the 4 parameters is the old one rounded to float32. 3 parameters were removed, steps.scale.n_samples_seen_ first. The new side holds no hyper-parameters.",
    { rounded: 4, removed: 3 },
  ],
  [
    "scaled.pkl",
    "scaled.skops",
    "The same model in another container: pickle before, skops, zip now; each of the 7 parameters is identical. Classes and hyper-parameters are unchanged.",
    { identical: 7 },
  ],
  [
    "mlp.pkl",
    "mlp.onnx",
    "Only rounding: each of the 4 parameters is the old one rounded to float32. Parameters that only one side has: 2 added, 25 removed. The new side holds no hyper-parameters.",
    { rounded: 4, added: 2, removed: 25 },
  ],
  [
    "logistic.pkl",
    "logistic.npz",
    "Each of the 2 parameters is identical. One parameter was removed: n_iter_. The new side holds no hyper-parameters.",
    { identical: 2, removed: 1 },
  ],
  [
    "logistic.pkl",
    "logistic.json",
    "Each of the 2 parameters is identical. One parameter was removed: n_iter_. The new side holds no hyper-parameters.",
    { identical: 2, removed: 1 },
  ],
  ["xgb.json", "xgb.ubj", "Each of the 130 parameters is identical.", { identical: 130 }],
  [
    "xgb.json",
    "xgb.pkl",
    "Only renamed: each of the 130 parameters has another path and the same values. The old side holds no hyper-parameters. n_classes_ differs.",
    { renamed: 130 },
  ],
  [
    "xgb.json",
    "xgb-booster.pkl",
    "Each of the 130 parameters is identical. The old side holds no hyper-parameters.",
    { identical: 130 },
  ],
  [
    "xgb-booster.pkl",
    "xgb.pkl",
    "Only renamed: each of the 130 parameters has another path and the same values. 40 hyper-parameters differ, n_estimators first. n_classes_ differs.",
    { renamed: 130 },
  ],
  [
    "lgb.txt",
    "lgb.pkl",
    "Only renamed: each of the 114 parameters has another path and the same values. 5 parameters were added, _class_map[0] first. 20 hyper-parameters differ, boosting_type first.",
    { renamed: 114, added: 5 },
  ],
  [
    "lgb.txt",
    "lgb-booster.pkl",
    "Each of the 114 parameters is identical. Hyper-parameter params is new: {'boosting_type': 'gbdt', 'colsample_bytree': 1.0, 'learning_rate': 0.1, 'max_depth': -1, 'min_child_samples': 20, 'min_child_weight': 0.001, 'min_split_gain': 0.0, 'num_leaves': 4, 'random_state': No…. 17 other values differ, _network first.",
    { identical: 114 },
  ],
  [
    "logistic.pkl",
    "net.safetensors",
    "A different model: the two sides have no parameter in common (3 removed, 4 added). The new side holds no hyper-parameters. 2 other values differ, n_features_in_ first.",
    { added: 4, removed: 3 },
  ],
  [
    "binary.onnx",
    "binary.pkl",
    "Only precision: each of the 2 parameters has more digits; rounded to float32 it is the old one. Parameters that only one side has: 2 added, 1 removed. The old side holds no hyper-parameters.",
    { added: 2, changed: 2, removed: 1 },
  ],
  [
    "scaled.onnx",
    "scaled.pkl",
    "Only precision: each of the 4 parameters has more digits; rounded to float32 it is the old one. 3 parameters were added, steps.scale.n_samples_seen_ first. The old side holds no hyper-parameters.",
    { added: 3, changed: 4 },
  ],
  [
    "mlp.onnx",
    "mlp.pkl",
    "Only precision: each of the 4 parameters has more digits; rounded to float32 it is the old one. Parameters that only one side has: 25 added, 2 removed. The old side holds no hyper-parameters.",
    { added: 25, changed: 4, removed: 2 },
  ],
  [
    "logistic.pkl",
    "logistic.safetensors",
    "Each of the 2 parameters is identical. One parameter was removed: n_iter_. The new side holds no hyper-parameters.",
    { identical: 2, removed: 1 },
  ],
];

function reportOf(old: string, next: string): Promise<DiffReport> {
  const file = (name: string): string => testPath(`fixtures/pairs/${name}`);
  return withArtifact(file(old), (before) => withArtifact(file(next), (after) => compare(before, after)));
}

describe.each([
  ["versions", VERSIONS],
  ["formats", FORMATS],
] as const)("%s of a model", (_, rows) => {
  it.each(rows)("%s against %s", async (old, next, sentence, summary) => {
    const report = await reportOf(old, next);
    expect(judgement(report)).toBe(sentence);
    expect(report.summary).toEqual(summary);
    expect(report.complete).toBe(true);
  });
});

describe("parameters that two libraries call by other names", () => {
  it("are paired with what the names mean, and both signs are said to be held", async () => {
    const report = await reportOf("binary.pkl", "binary.onnx");
    expect(verdicts(report)).toMatchObject({
      "coef_ -> LinearClassifier.coefficients": "rounded",
      "intercept_ -> LinearClassifier.intercepts": "rounded",
    });
    const coefficients = report.entries.find(({ oldPath }) => oldPath === "coef_");
    expect(coefficients?.detail).toMatchObject({ by: "meaning", derivation: "both-signs", dtype: "float32" });
    expect(coefficients?.paired && english(coefficients.paired)).toBe(
      "coef_ is what ONNX calls coefficients, which hold its negative for the first class as well",
    );
    expect(report.schema).toEqual([]);
  });

  it("include a scale that is the other's reciprocal", async () => {
    const report = await reportOf("scaled.pkl", "scaled.onnx");
    expect(verdicts(report)).toMatchObject({
      "steps.scale.mean_ -> Scaler.offset": "rounded",
      "steps.scale.scale_ -> Scaler.scale": "rounded",
      "steps.clf.coef_ -> LinearClassifier.coefficients": "rounded",
    });
    const scale = report.entries.find(({ path }) => path === "Scaler.scale");
    expect(scale?.detail).toMatchObject({ derivation: "reciprocal", derived: "old" });
  });

  it("include matrices with rows as columns", async () => {
    const report = await reportOf("net.safetensors", "net-turned.onnx");
    expect(verdicts(report)).toMatchObject({ "0.weight -> first": "reshaped", "2.weight -> second": "reshaped" });
    expect(report.entries.find(({ path }) => path === "first")?.detail).toMatchObject({ transposed: "true" });
  });

  it("tell where the new side has the digits that the old one lost", async () => {
    const report = await reportOf("logistic.onnx", "logistic.pkl");
    const coef = report.entries.find(({ path }) => path === "coef_");
    expect(coef?.detail).toMatchObject({ refined: "float32", shape: "[12] → [3, 4]" });
  });
});
