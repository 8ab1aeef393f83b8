import { type Pair, testPairs } from "./pair-table.ts";

/** One pipeline in the formats for it, MLflow's folders, and statsmodels (test/generate/classical_pairs_fixtures.py). */
const MODELS: readonly Pair[] = [
  [
    "model.pkl",
    "model.joblib",
    "The same model in another container: pickle before, joblib, zlib now; each of the 7 parameters is identical. Features, classes and hyper-parameters are unchanged.",
    { identical: 7 },
  ],
  [
    "model.pkl",
    "model.skops",
    "The same model in another container: pickle before, skops, zip now; each of the 7 parameters is identical. Features, classes and hyper-parameters are unchanged.",
    { identical: 7 },
  ],
  [
    "model.joblib",
    "model.skops",
    "The same model in another container: joblib, zlib before, skops, zip now; each of the 7 parameters is identical. Features, classes and hyper-parameters are unchanged.",
    { identical: 7 },
  ],
  [
    "model.pkl",
    "mlflow-1",
    "The same model in another container: pickle before, mlflow, folder now; each of the 7 parameters is identical. Features, classes and hyper-parameters are unchanged.",
    { identical: 7 },
  ],
  [
    "mlflow-1",
    "model.skops",
    "The same model in another container: mlflow, folder before, skops, zip now; each of the 7 parameters is identical. Features, classes and hyper-parameters are unchanged.",
    { identical: 7 },
  ],
  [
    "model.pkl",
    "model.onnx",
    "Only rounding: each of the 4 parameters is the old one rounded to float32. 3 parameters were removed, steps.scale.n_samples_seen_ first. The new side holds no hyper-parameters.",
    { rounded: 4, removed: 3 },
  ],
  [
    "mlflow-1",
    "model.onnx",
    "Only rounding: each of the 4 parameters is the old one rounded to float32. 3 parameters were removed, steps.scale.n_samples_seen_ first. The new side holds no hyper-parameters.",
    { rounded: 4, removed: 3 },
  ],
  [
    "mlflow-1",
    "mlflow-2",
    "Retrained: 5 of 7 parameters changed, largest relative change 90 % in steps.clf.intercept_[good]. Feature debt was added. The model takes 4 features; it took 3.",
    { identical: 2, changed: 5 },
  ],
  [
    "mlflow-2",
    "mlflow-1",
    "Retrained: 5 of 7 parameters changed, largest relative change 878 % in steps.clf.intercept_[good]. Feature debt was removed. The model takes 3 features; it took 4.",
    { identical: 2, changed: 5 },
  ],
  [
    "model.pkl",
    "model-retrained.pkl",
    "Retrained: 5 of 7 parameters changed, largest relative change 191 % in steps.clf.intercept_[good]. Features, classes and hyper-parameters are unchanged.",
    { identical: 2, changed: 5 },
  ],
  [
    "model-retrained.pkl",
    "mlflow-1",
    "Retrained: 5 of 7 parameters changed, largest relative change 210 % in steps.clf.intercept_[good]. Features, classes and hyper-parameters are unchanged.",
    { identical: 2, changed: 5 },
  ],
  [
    "model.onnx",
    "model-retrained.pkl",
    "Retrained: each of the 3 parameters changed, largest relative change 191 % in steps.clf.intercept_[0]. Parameters that only one side has: 4 added, 1 removed. The old side holds no hyper-parameters.",
    { added: 4, changed: 3, removed: 1 },
  ],
  [
    "ols.pkl",
    "ols-refitted.pkl",
    "Retrained: 16 of 24 parameters changed, largest relative change 60 % in params[const]. Features are unchanged.",
    { changed: 16, identical: 8 },
  ],
  [
    "ols.pkl",
    "ols-without-data.pkl",
    "Each of the 11 parameters is identical. 13 parameters were removed, model.weights first. 14 other values differ, model.weights first.",
    { identical: 11, removed: 13 },
  ],
];

/** Ensembles of trees in the formats for them. */
const TREES: readonly Pair[] = [
  [
    "forest.pkl",
    "forest.skops",
    "The same model in another container: pickle before, skops, zip now; each of the 36 parameters is identical. Features, classes and hyper-parameters are unchanged.",
    { identical: 36 },
  ],
  [
    "forest.joblib",
    "forest.skops",
    "The same model in another container: joblib, zlib before, skops, zip now; each of the 36 parameters is identical. Features, classes and hyper-parameters are unchanged.",
    { identical: 36 },
  ],
  [
    "forest.pkl",
    "forest.onnx",
    "Only rounding: each of the 3 trees is the old one rounded to float32. On one side, leaf values are divided by the number of trees. On one side, missing values have no direction of their own.",
    { added: 12, removed: 36 },
  ],
  [
    "forest.onnx",
    "forest.joblib",
    "Only precision: each of the 3 trees has more digits; rounded to float32 it is the old one. On one side, leaf values are divided by the number of trees. On one side, missing values have no direction of their own.",
    { added: 36, removed: 12 },
  ],
  [
    "boosting.pkl",
    "boosting.joblib",
    "The same model in another container: pickle before, joblib, zlib now; each of the 39 parameters is identical. Features and hyper-parameters are unchanged.",
    { identical: 39 },
  ],
  [
    "boosting.pkl",
    "boosting.onnx",
    "Only rounding: each of the 3 trees is the old one rounded to float32. On one side, leaf values are multiplied with the weights of their trees. On one side, missing values have no direction of their own.",
    { added: 13, removed: 39 },
  ],
  [
    "boosting.skops",
    "boosting.pkl",
    "Each of the 38 parameters is identical. One parameter was added: _rng._bit_generator.state.key. 6 other values differ, estimators_[0, 0].random_state first.",
    { identical: 38, added: 1 },
  ],
];

/** A pandas table and what became of it. */
const TABLES: readonly Pair[] = [
  [
    "table.pkl",
    "table-row-added.pkl",
    "Another table: 5 rows instead of 4; the new ones are at the end. name differs.",
    { changed: 3 },
  ],
  [
    "table-row-added.pkl",
    "table.pkl",
    "Another table: 4 rows instead of 5; the last ones are gone. name differs.",
    { changed: 3 },
  ],
  [
    "table.pkl",
    "table-row-removed.pkl",
    "Another table: 3 rows instead of 4. Column index was added. name differs.",
    { added: 1, changed: 3 },
  ],
  [
    "table.pkl",
    "table-dtype.pkl",
    "Only the type changed: age is float64 instead of int64, and every value is the same.",
    { "recast-lossless": 1, identical: 2 },
  ],
  [
    "table-dtype.pkl",
    "table.pkl",
    "Only the type changed: age is int64 instead of float64, and every value is the same.",
    { "recast-lossless": 1, identical: 2 },
  ],
  [
    "table.pkl",
    "table-narrow.pkl",
    "Only rounding: income is the old one rounded to float32.",
    { identical: 2, rounded: 1 },
  ],
  [
    "table-narrow.pkl",
    "table.pkl",
    "Only rounding: income is the old one printed with 3 significant digits.",
    { identical: 2, "decimal-truncated": 1 },
  ],
  [
    "table.pkl",
    "table-category-added.pkl",
    "Each of the 3 numeric columns is identical. Category 'Rust' of city is new.",
    { identical: 3 },
  ],
  [
    "table.pkl",
    "table-category-renamed.pkl",
    "Each of the 3 numeric columns is identical. Category 'Wien' of city is now 'Vienna'.",
    { identical: 3 },
  ],
  [
    "table-category-added.pkl",
    "table.pkl",
    "Each of the 3 numeric columns is identical. Category 'Rust' of city was removed.",
    { identical: 3 },
  ],
  [
    "table.pkl",
    "table-column-added.pkl",
    "Each of the 3 numeric columns is identical. Column debt was added.",
    { identical: 3, added: 1 },
  ],
  [
    "table.pkl",
    "table-column-renamed.pkl",
    "Only renamed: income is now salary, with the same values.",
    { identical: 2, renamed: 1 },
  ],
  [
    "table-column-added.pkl",
    "table.pkl",
    "Each of the 3 numeric columns is identical. Column debt was removed.",
    { identical: 3, removed: 1 },
  ],
  [
    "table.pkl",
    "table-sorted.pkl",
    "Another table: each of the 3 columns changed. Column index was added. name differs.",
    { added: 1, changed: 2, permuted: 1 },
  ],
  ["table.pkl", "table-text.pkl", "Each of the 3 numeric columns is identical. name differs.", { identical: 3 }],
];

testPairs("classical", "models", MODELS);
testPairs("classical", "ensembles of trees", TREES);
testPairs("classical", "tables", TABLES);
