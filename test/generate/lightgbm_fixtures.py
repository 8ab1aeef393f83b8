"""Writes test/fixtures/lightgbm/<generation>: small models as text and as dumps, and LightGBM's raw predictions.

    python lightgbm_fixtures.py old ../fixtures/lightgbm      # requirements-boosting-old.txt
    python lightgbm_fixtures.py new ../fixtures/lightgbm      # requirements-boosting-new.txt

expected.json has the rows that were predicted and what came out, as float64 in hexadecimal, little-endian.
"""

import json
import os
import sys

import lightgbm
import numpy as np
import pandas as pd

ROWS = 150
SHOWN = 16


def hexes(numbers):
    return np.ascontiguousarray(np.asarray(numbers, dtype="<f8")).tobytes().hex()


def models(generation):
    random = np.random.RandomState(9)
    x = random.standard_normal((ROWS, 4)).round(3)
    value = x[:, 0] * 2 + np.sin(x[:, 1] * 3)
    level = np.digitize(value, [-1.0, 1.0])
    full = x.copy()
    x[random.uniform(size=x.shape) < 0.15] = np.nan
    zeros = np.where(random.uniform(size=x.shape) < 0.3, 0.0, x)
    mixed = x.copy()
    mixed[:, 2] = random.randint(0, 40, ROWS)
    tilted = value + np.isin(mixed[:, 2] % 7, [1, 4, 6]) * 3
    small = {"num_leaves": 6, "min_data_in_leaf": 5, "verbose": -1, "seed": 1, "num_threads": 1, "min_data_per_group": 5}

    def train(settings, features, label, rounds=4, **more):
        data = lightgbm.Dataset(features, label=label, params={**small, **settings}, **more)
        return lightgbm.train({**small, **settings}, data, rounds)

    yield "regression", x, train({}, pd.DataFrame(x, columns=["age", "income", "debt", "term"]), value)
    yield "binary", x, train({"objective": "binary"}, x, (value > 0).astype(int))
    yield "classes", x, train({"objective": "multiclass", "num_class": 3}, x, level)
    yield "dart", x, train({"boosting": "dart", "drop_rate": 0.5, "skip_drop": 0.0}, x, value)
    forest = {"boosting": "rf", "bagging_freq": 1, "bagging_fraction": 0.6}
    yield "forest", x, train(forest, x, value)
    yield "forest_classes", x, train({**forest, "objective": "multiclass", "num_class": 3}, x, level)
    yield "zeros", zeros, train({"zero_as_missing": True}, zeros, value)
    yield "no_missing", full, train({"use_missing": False}, full, value)
    yield "categories", mixed, train({}, mixed, tilted, categorical_feature=[2])
    yield "linear", x, train({"linear_tree": True}, x, value)
    yield "stump", x, train({"min_data_in_leaf": 1000}, x, value, 2)


def write(generation, folder):
    folder = os.path.join(folder, generation)
    os.makedirs(folder, exist_ok=True)
    expected = {}
    for name, x, model in models(generation):
        model.save_model(os.path.join(folder, f"{name}.txt"))
        if name in ("regression", "categories", "stump"):
            with open(os.path.join(folder, f"{name}.json"), "w") as file:
                json.dump(model.dump_model(), file)
        rows = x[:SHOWN].copy()
        # What a split by missing values does with them shows only when there are some.
        rows[3, :] = np.nan
        rows[4, :] = 0.0
        raw = np.asarray(model.predict(rows, raw_score=True)).reshape(SHOWN, -1)
        if name.startswith("forest"):
            # Its raw score is a sum, which LightGBM divides before it is anything else.
            raw = raw / (model.num_trees() // raw.shape[1])
        expected[name] = {
            "trees": model.num_trees(),
            "names": model.feature_name(),
            "importances": [int(each) for each in model.feature_importance()],
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
