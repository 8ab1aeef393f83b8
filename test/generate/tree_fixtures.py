"""Writes test/fixtures/trees/sklearn-<generation>: fitted tree models, and the raw predictions of scikit-learn.

    python tree_fixtures.py old ../fixtures/trees      # requirements-sample.txt
    python tree_fixtures.py new ../fixtures/trees      # requirements-fixtures.txt

expected.json has the rows that were predicted and what came out, as float64 in hexadecimal, little-endian.
"""

import json
import os
import sys

import joblib
import numpy as np
import pandas as pd
from sklearn.ensemble import (
    AdaBoostClassifier,
    ExtraTreesClassifier,
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

ROWS = 120
SHOWN = 16


def hexes(numbers):
    return np.ascontiguousarray(np.asarray(numbers, dtype="<f8")).tobytes().hex()


def models(generation):
    random = np.random.RandomState(11)
    x = random.standard_normal((ROWS, 4)).round(2)
    value = x[:, 0] * 2 + np.sin(x[:, 1] * 3) + random.standard_normal(ROWS) * 0.1
    level = np.digitize(value, [-1.0, 1.0])
    names = np.array(["low", "mid", "high"])[level]
    binary = (value > 0).astype(int)
    missing = x.copy()
    missing[random.uniform(size=x.shape) < 0.15] = np.nan
    mixed = missing.copy()
    mixed[:, 2] = random.randint(0, 7, ROWS)
    tilted = value + np.isin(mixed[:, 2], [1, 4, 6]) * 3
    small = {"n_estimators": 4, "max_depth": 3, "random_state": 0}

    yield "tree", x, DecisionTreeRegressor(max_depth=4, random_state=0).fit(x, value), "predict"
    yield "tree_classes", x, DecisionTreeClassifier(max_depth=4, random_state=0).fit(x, names), "predict_proba"
    yield "tree_outputs", x, DecisionTreeRegressor(max_depth=3, random_state=0).fit(x, np.c_[value, -x]), "predict"
    yield "forest", x, RandomForestRegressor(**small).fit(x, value), "predict"
    yield "forest_classes", x, RandomForestClassifier(**small).fit(x, names), "predict_proba"
    weighted = RandomForestClassifier(class_weight="balanced", **small).fit(x, binary)
    yield "forest_weighted", x, weighted, "predict_proba"
    yield "extra_trees", x, ExtraTreesClassifier(**small).fit(x, binary), "predict_proba"
    yield "boosting", x, GradientBoostingRegressor(loss="huber", **small).fit(x, value), "predict"
    yield "boosting_zero", x, GradientBoostingRegressor(init="zero", **small).fit(x, value), "predict"
    yield "boosting_binary", x, GradientBoostingClassifier(**small).fit(x, binary), "decision_function"
    exponential = GradientBoostingClassifier(loss="exponential", **small).fit(x, binary)
    yield "boosting_exponential", x, exponential, "decision_function"
    yield "boosting_classes", x, GradientBoostingClassifier(**small).fit(x, names), "decision_function"
    few = {"max_iter": 4, "max_leaf_nodes": 8, "min_samples_leaf": 4, "random_state": 0}
    yield "hist", missing, HistGradientBoostingRegressor(**few).fit(missing, value), "predict"
    yield "hist_binary", missing, HistGradientBoostingClassifier(**few).fit(missing, binary), "decision_function"
    yield "hist_classes", missing, HistGradientBoostingClassifier(**few).fit(missing, names), "decision_function"
    categorical = HistGradientBoostingRegressor(categorical_features=[2], **few).fit(mixed, tilted)
    yield "hist_categories", mixed, categorical, "predict"
    table = pd.DataFrame(x, columns=["a", "b", "c", "d"])
    piped = make_pipeline(FunctionTransformer(), RandomForestRegressor(**small)).fit(table, value)
    yield "pipeline", table, piped, "predict"
    if generation == "new":
        yield "tree_missing", missing, DecisionTreeClassifier(max_depth=4, random_state=0).fit(missing, names), "predict_proba"
        yield "forest_missing", missing, RandomForestRegressor(**small).fit(missing, value), "predict"
    yield "ada", x, AdaBoostClassifier(n_estimators=3, random_state=0).fit(x, binary), None


def write(generation, folder):
    folder = os.path.join(folder, f"sklearn-{generation}")
    os.makedirs(folder, exist_ok=True)
    expected = {}
    for name, x, model, method in models(generation):
        joblib.dump(model, os.path.join(folder, f"{name}.joblib"), compress=("zlib", 9), protocol=4)
        if method is None:
            continue
        rows = x[:SHOWN]
        raw = np.asarray(getattr(model, method)(rows)).reshape(SHOWN, -1)
        expected[name] = {
            "features": rows.shape[1],
            "outputs": raw.shape[1],
            "rows": hexes(rows),
            "raw": hexes(raw),
        }
    with open(os.path.join(folder, "expected.json"), "w") as file:
        json.dump(expected, file, indent=1)


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in ("old", "new"):
        raise SystemExit(__doc__)
    write(sys.argv[1], sys.argv[2])
