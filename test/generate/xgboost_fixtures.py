"""Writes test/fixtures/xgboost/<generation>: small models in each form that XGBoost saves, and its raw predictions.

    python xgboost_fixtures.py old ../fixtures/xgboost      # requirements-xgboost-old.txt
    python xgboost_fixtures.py new ../fixtures/xgboost      # requirements-xgboost-new.txt

expected.json has the rows that were predicted and what came out, as float64 in hexadecimal, little-endian; the arrays of
the first tree; and what the model says of itself.
"""

import json
import os
import sys

import numpy as np
import pandas as pd
import xgboost

ROWS = 120
SHOWN = 16
TREE_ARRAYS = {
    "base_weights": "<f4",
    "left_children": "<i4",
    "right_children": "<i4",
    "parents": "<i4",
    "split_indices": "<i4",
    "split_conditions": "<f4",
    "default_left": "<u1",
    "loss_changes": "<f4",
    "sum_hessian": "<f4",
}


def hexes(numbers, dtype="<f8"):
    return np.ascontiguousarray(np.asarray(numbers, dtype=dtype)).tobytes().hex()


def models(generation):
    random = np.random.RandomState(3)
    x = random.standard_normal((ROWS, 4)).astype(np.float32)
    value = (x[:, 0] * 2 + np.sin(x[:, 1] * 3)).astype(np.float32)
    level = np.digitize(value, [-1.0, 1.0])
    x[random.uniform(size=x.shape) < 0.15] = np.nan
    mixed = x.copy()
    mixed[:, 2] = random.randint(0, 9, ROWS)
    tilted = value + np.isin(mixed[:, 2], [1, 4, 6]) * 3
    table = pd.DataFrame(x, columns=["age", "income", "debt", "term"])
    small = {"max_depth": 3, "base_score": 0.5, "seed": 1, "nthread": 1}

    def data(features, label, **more):
        return xgboost.DMatrix(features, label=label, **more)

    def train(settings, matrix, rounds=3):
        return xgboost.train({**small, **settings}, matrix, rounds)

    yield "regression", x, train({}, data(table, value))
    yield "logistic", x, train({"objective": "binary:logistic", "base_score": 0.3}, data(x, value > 0))
    yield "poisson", x, train({"objective": "count:poisson", "base_score": 1.5}, data(x, np.abs(value)))
    yield "classes", x, train({"objective": "multi:softprob", "num_class": 3}, data(x, level))
    yield "dart", x, train({"booster": "dart", "rate_drop": 0.5, "one_drop": 1}, data(x, value), 4)
    yield "forest", x, train({"num_parallel_tree": 2, "subsample": 0.8, "eta": 1}, data(x, value), 2)
    yield "pruned", x, train({"gamma": 20, "max_depth": 4, "tree_method": "exact"}, data(x, value))
    yield "linear", x, xgboost.train({"booster": "gblinear", "nthread": 1}, data(np.nan_to_num(x), value), 3)
    kinds = ["q", "q", "c", "q"]
    categories = data(mixed, tilted, feature_types=kinds, enable_categorical=True)
    yield "categories", mixed, train({"tree_method": "hist", "max_cat_to_onehot": 1}, categories)
    one_hot = data(mixed, tilted, feature_types=kinds, enable_categorical=True)
    yield "one_hot", mixed, train({"tree_method": "hist", "max_cat_to_onehot": 100}, one_hot)
    if generation == "new":
        both = data(x, np.c_[value, -value])
        yield "targets", x, train({"tree_method": "hist"}, both, 2)
        yield "vectors", x, train({"tree_method": "hist", "multi_strategy": "multi_output_tree"}, both, 2)
        columns = pd.DataFrame(
            {
                "number": pd.Categorical(mixed[:, 2].astype(int) + 40),
                "text": pd.Categorical(np.array(["u", "vv", "www"])[level]),
                "plain": x[:, 0],
            }
        )
        yield "frame", None, train({"tree_method": "hist"}, data(columns, tilted, enable_categorical=True))


def write(generation, folder):
    folder = os.path.join(folder, generation)
    os.makedirs(folder, exist_ok=True)
    expected = {}
    for name, x, model in models(generation):
        has_categories = name in ("categories", "one_hot")
        forms = ["json", "ubj"] + (["deprecated"] if generation == "old" and not has_categories else [])
        for form in forms:
            with open(os.path.join(folder, f"{name}.{'model' if form == 'deprecated' else form}"), "wb") as file:
                file.write(model.save_raw(form))
        if name in ("regression", "categories", "linear"):
            model.dump_model(os.path.join(folder, f"{name}.dump"), with_stats=name == "regression")
            model.dump_model(os.path.join(folder, f"{name}.dump.json"), with_stats=True, dump_format="json")
        document = json.loads(bytes(model.save_raw("json")).decode())
        learner = document["learner"]
        booster = learner["gradient_booster"]
        trees = booster.get("gbtree", booster)["model"].get("trees", [])
        row = {
            "version": ".".join(map(str, document["version"])),
            "objective": learner["objective"]["name"],
            "trees": len(trees),
            "names": learner["feature_names"],
        }
        if trees:
            row["tree"] = {key: hexes(trees[-1][key], dtype) for key, dtype in TREE_ARRAYS.items()}
        else:
            row["weights"] = hexes(booster["model"]["weights"], "<f4")
        if x is not None and trees:
            rows = x[:SHOWN]
            matrix = xgboost.DMatrix(
                rows,
                feature_names=model.feature_names,
                feature_types=model.feature_types,
                enable_categorical=True,
            )
            raw = np.asarray(model.predict(matrix, output_margin=True)).reshape(SHOWN, -1)
            row.update(features=rows.shape[1], outputs=raw.shape[1], rows=hexes(rows), raw=hexes(raw))
        expected[name] = row
    with open(os.path.join(folder, "expected.json"), "w") as file:
        json.dump(expected, file, indent=1)


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in ("old", "new"):
        raise SystemExit(__doc__)
    write(sys.argv[1], sys.argv[2])
