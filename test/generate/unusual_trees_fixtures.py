"""Writes test/fixtures/trees/unusual: ensembles in settings that few use, and the raw predictions of their libraries.

    python unusual_trees_fixtures.py ../fixtures/trees/unusual      # requirements-tree-pairs.txt

expected.json has the rows that were predicted and what came out, as float64 in hexadecimal, little-endian. Rows have
categories as their codes.
"""

import json
import sys
from pathlib import Path

import numpy as np

ROWS = 240
SHOWN = 12


def hexes(numbers):
    return np.ascontiguousarray(np.asarray(numbers, dtype="<f8")).tobytes().hex()


class Writer:
    def __init__(self, folder):
        self.folder = folder
        self.expected = {}

    def put(self, name, rows, raw, trees):
        raw = np.asarray(raw, dtype=float).reshape(SHOWN, -1)
        rows = np.asarray(rows, dtype=float)
        self.expected[name] = {
            "trees": trees, "features": rows.shape[1], "outputs": raw.shape[1], "rows": hexes(rows), "raw": hexes(raw),
        }


def data():
    random = np.random.RandomState(5)
    x = random.standard_normal((ROWS, 4)).astype(np.float32)
    value = x[:, 0] * 2 + np.sin(x[:, 1] * 3) + (x[:, 2] > 0)
    missing = x.copy()
    missing[random.uniform(size=x.shape) < 0.15] = np.nan
    codes = x.astype(float).copy()
    codes[:, 1], codes[:, 3] = random.randint(0, 60, ROWS), random.randint(0, 5, ROWS) * 37
    coded = value + codes[:, 1] % 4 + codes[:, 3] % 3
    codes[random.uniform(size=x.shape) < 0.1] = np.nan
    return x, missing, codes, value, coded


def xgboost(writer):
    import pandas as pd
    import xgboost

    x, missing, codes, value, coded = data()
    targets = np.c_[value, value * 2 + x[:, 3]]
    levels = np.digitize(value, [-0.5, 1.5])
    table = pd.DataFrame(codes[:, [0, 2]], columns=["a", "b"])
    table["k"] = pd.Categorical(np.nan_to_num(codes[:, 1]).astype(int) % 7)

    def save(name, settings, y, given=x, trees=3, **more):
        matrix = xgboost.DMatrix(given, y, **more)
        booster = xgboost.train({"max_depth": 2, "nthread": 1, "seed": 1, **settings}, matrix, trees)
        booster.save_model(writer.folder / f"xgb-{name}.ubj")
        first = given.iloc[:SHOWN] if isinstance(given, pd.DataFrame) else given[:SHOWN]
        raw = booster.predict(xgboost.DMatrix(first, **more), output_margin=True)
        writer.put(f"xgb-{name}.ubj", first, raw, len(booster.get_dump()))

    save("vector-missing", {"multi_strategy": "multi_output_tree"}, targets, missing)
    save("targets", {"base_score": "[0.25, -1.5]"}, targets)
    save("quantiles", {"objective": "reg:quantileerror", "quantile_alpha": [0.1, 0.9]}, value)
    save("dart-classes", {"booster": "dart", "rate_drop": 0.5, "one_drop": 1, "objective": "multi:softprob", "num_class": 3}, levels)
    save("forest-classes", {"num_parallel_tree": 2, "subsample": 0.7, "objective": "multi:softprob", "num_class": 3}, levels, trees=2)
    save("raw", {"objective": "binary:logitraw", "base_score": 0.3}, (value > 0.5).astype(int))
    save("labels", {"objective": "binary:logistic"}, (targets > 0).astype(int))
    save("tweedie", {"objective": "reg:tweedie"}, np.abs(value))
    save("pruned", {"gamma": 30, "tree_method": "exact", "max_depth": 4}, value, missing)
    save("categories", {"max_cat_to_onehot": 2, "max_depth": 3}, coded, table, enable_categorical=True)


def lightgbm(writer):
    import lightgbm

    x, missing, codes, value, coded = data()
    zero = np.where(np.abs(missing) < 0.5, 0, missing).astype(float)
    levels = np.digitize(value, [-0.5, 1.5])
    wide = {"cat_smooth": 1, "min_data_per_group": 1, "cat_l2": 1}

    def save(name, settings, y, given=x.astype(float), **more):
        small = {"num_leaves": 5, "verbose": -1, "seed": 1, "num_threads": 1, "min_data_in_leaf": 5}
        booster = lightgbm.train({**small, **settings}, lightgbm.Dataset(given, y, **more), 3)
        booster.save_model(writer.folder / f"lgb-{name}.txt")
        writer.put(f"lgb-{name}.txt", given[:SHOWN], booster.predict(given[:SHOWN], raw_score=True), booster.num_trees())

    save("linear-missing", {"linear_tree": True}, value, missing.astype(float))
    save("linear-classes", {"linear_tree": True, "objective": "multiclass", "num_class": 3}, levels)
    save("categories-missing", wide, coded, codes, categorical_feature=[1, 3])
    save("zero-and-nan", {"zero_as_missing": True}, value, zero)
    save("no-missing", {"use_missing": False}, value, zero)
    save("nothing-learnt", {"min_data_in_leaf": 1000, "objective": "binary"}, (value > 0.5).astype(int))


def catboost(writer):
    from catboost import CatBoostClassifier, CatBoostRegressor

    x, missing, _, value, _ = data()
    small = {"iterations": 3, "depth": 2, "verbose": 0, "thread_count": 1, "allow_writing_files": False, "random_seed": 1}

    def save(name, model, y, given=x):
        model.fit(given, y)
        model.save_model(str(writer.folder / f"cat-{name}.cbm"))
        raw = model.predict(given[:SHOWN], prediction_type="RawFormulaVal")
        writer.put(f"cat-{name}.cbm", given[:SHOWN], raw, model.tree_count_)

    save("targets", CatBoostRegressor(loss_function="MultiRMSE", **small), np.c_[value, value * 2])
    save("uncertain", CatBoostRegressor(loss_function="RMSEWithUncertainty", **small), value)
    save("lossguide-classes", CatBoostClassifier(grow_policy="Lossguide", max_leaves=5, **{**small, "depth": 4}), np.digitize(value, [-0.5, 1.5]))
    save("depthwise-missing", CatBoostRegressor(grow_policy="Depthwise", nan_mode="Max", **small), value, missing)


def scikit_learn(writer):
    import joblib
    from sklearn.ensemble import (
        ExtraTreesRegressor,
        GradientBoostingClassifier,
        HistGradientBoostingClassifier,
        RandomForestClassifier,
        RandomForestRegressor,
    )
    from sklearn.tree import DecisionTreeRegressor

    x, missing, _, value, _ = data()
    levels = np.digitize(value, [-0.5, 1.5])
    small = {"n_estimators": 2, "max_depth": 2, "random_state": 0}

    def save(name, model, y, predicted, given=x):
        model.fit(given, y)
        joblib.dump(model, writer.folder / f"skl-{name}.joblib", compress=9)
        trees = getattr(model, "_predictors", None) or getattr(model, "estimators_", [model])
        count = sum(len(each) for each in trees) if hasattr(model, "_predictors") else np.size(trees)
        writer.put(f"skl-{name}.joblib", given[:SHOWN], predicted(model, given[:SHOWN]), int(count))

    def padded(model, given):
        parts = model.predict_proba(given)
        width = max(part.shape[1] for part in parts)
        return np.concatenate([np.pad(part, ((0, 0), (0, width - part.shape[1]))) for part in parts], 1)

    save("targets-missing", ExtraTreesRegressor(**small), np.c_[value, value * 2], lambda m, g: m.predict(g), missing)
    save("labels", RandomForestClassifier(**small), np.c_[levels, value > 0], padded)
    save("monotone", RandomForestRegressor(monotonic_cst=[1, 0, 0, -1], **small), value, lambda m, g: m.predict(g))
    save("one-class", RandomForestClassifier(**small), np.zeros(ROWS, int), lambda m, g: m.predict_proba(g))
    save("boosting-zero", GradientBoostingClassifier(init="zero", subsample=0.5, **small), levels, lambda m, g: m.decision_function(g))
    save("hist-missing", HistGradientBoostingClassifier(max_iter=2, max_leaf_nodes=4), levels, lambda m, g: m.decision_function(g), missing)
    save("pruned", DecisionTreeRegressor(ccp_alpha=0.05, criterion="absolute_error"), value, lambda m, g: m.predict(g))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    made = Writer(target)
    for make in (xgboost, lightgbm, catboost, scikit_learn):
        make(made)
    (target / "expected.json").write_text(json.dumps(made.expected, indent=1))
