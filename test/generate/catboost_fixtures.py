"""Writes test/fixtures/catboost: small models in both forms and in pickles, and CatBoost's raw predictions.

    python catboost_fixtures.py ../fixtures/catboost      # requirements-catboost.txt

expected.json has the rows that were predicted and what came out, as float64 in hexadecimal, little-endian. Where rows have
categories, those are given as the numbers that CatBoost makes of them.
"""

import json
import os
import pickle
import sys

import catboost
import numpy as np
import pandas as pd

ROWS = 150
SHOWN = 16


def hexes(numbers):
    return np.ascontiguousarray(np.asarray(numbers, dtype="<f8")).tobytes().hex()


def models():
    random = np.random.RandomState(21)
    x = random.standard_normal((ROWS, 4)).astype(np.float32)
    value = x[:, 0] * 2 + np.sin(x[:, 1] * 3)
    level = np.array(["low", "mid", "high"])[np.digitize(value, [-1.0, 1.0])]
    missing = x.copy()
    missing[random.uniform(size=x.shape) < 0.15] = np.nan
    small = dict(iterations=4, depth=3, verbose=0, thread_count=1, allow_writing_files=False, random_seed=1)
    table = pd.DataFrame(x, columns=["age", "income", "debt", "term"])

    yield "regression", x, catboost.CatBoostRegressor(**small).fit(table, value)
    yield "missing_max", missing, catboost.CatBoostRegressor(nan_mode="Max", **small).fit(missing, value)
    yield "missing_min", missing, catboost.CatBoostRegressor(nan_mode="Min", **small).fit(missing, value)
    yield "binary", x, catboost.CatBoostClassifier(**small).fit(x, (value > 0).astype(int))
    yield "classes", x, catboost.CatBoostClassifier(**small).fit(x, level)
    yield "lossguide", x, catboost.CatBoostRegressor(grow_policy="Lossguide", max_leaves=6, **small).fit(x, value)
    yield "depthwise", x, catboost.CatBoostClassifier(grow_policy="Depthwise", **small).fit(x, level)
    mixed = pd.DataFrame(x[:, :2], columns=["a", "b"])
    mixed["kind"] = np.array(["u", "v", "w"])[random.randint(0, 3, ROWS)]
    tilted = value + np.where(mixed["kind"] == "v", 3, 0)
    yield "statistics", None, catboost.CatBoostRegressor(one_hot_max_size=1, **small).fit(mixed, tilted, cat_features=["kind"])
    yield "one_hot", None, catboost.CatBoostRegressor(one_hot_max_size=5, **small).fit(mixed, tilted, cat_features=["kind"])


def write(folder):
    os.makedirs(folder, exist_ok=True)
    expected = {}
    for name, x, model in models():
        model.save_model(os.path.join(folder, f"{name}.cbm"))
        if name in ("regression", "classes", "statistics", "one_hot", "lossguide", "depthwise"):
            model.save_model(os.path.join(folder, f"{name}.json"), format="json")
        if name == "classes":
            with open(os.path.join(folder, f"{name}.pkl"), "wb") as file:
                pickle.dump(model, file, protocol=4)
        scale, bias = model.get_scale_and_bias()
        row = {
            "trees": model.tree_count_,
            "names": model.feature_names_,
            "values": hexes(model.get_leaf_values()),
            "scale": scale,
            "bias": hexes(bias if isinstance(bias, list) else [bias]),
        }
        try:
            row["weights"] = hexes(model.get_leaf_weights())
        except AssertionError:
            # It counts the leaves of some models wrongly.
            print(f"CatBoost does not tell the weights of {name}")
        if x is not None:
            raw = np.asarray(model.predict(x[:SHOWN], prediction_type="RawFormulaVal")).reshape(SHOWN, -1)
            row.update(features=x.shape[1], outputs=raw.shape[1], rows=hexes(x[:SHOWN]), raw=hexes(raw))
        expected[name] = row
    with open(os.path.join(folder, "expected.json"), "w") as file:
        json.dump(expected, file, indent=1)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    write(sys.argv[1])
