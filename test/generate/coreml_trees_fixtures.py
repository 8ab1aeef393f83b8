"""Writes test/fixtures/trees/coreml: trees that coremltools made of scikit-learn's and XGBoost's, beside the models that
they were made of, with raw predictions of those, for Core ML itself runs on macOS only.

    python coreml_trees_fixtures.py ../fixtures/trees/coreml      # requirements-coreml-trees.txt
"""

import json
import os
import sys

import coremltools
import joblib
import numpy as np
import xgboost
from sklearn.ensemble import (
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

FEATURES = ["age", "debt", "income"]


def rows():
    rng = np.random.RandomState(7)
    # Values that are float32 already: scikit-learn and XGBoost take no others.
    return rng.normal(size=(120, len(FEATURES))).astype(np.float32).astype(np.float64)


def sklearn_models(x):
    number = x[:, 0] * 2 - np.where(x[:, 1] > 0.3, x[:, 2], 1)
    binary = (number > 0).astype(int)
    three = np.digitize(number, [-1, 1])
    return {
        "tree-regressor": DecisionTreeRegressor(max_depth=4, random_state=0).fit(x, number),
        "tree-classifier": DecisionTreeClassifier(max_depth=4, random_state=0).fit(x, three),
        "forest-regressor": RandomForestRegressor(5, max_depth=4, random_state=0).fit(x, number),
        "forest-binary": RandomForestClassifier(5, max_depth=4, random_state=0).fit(x, binary),
        "forest-classifier": RandomForestClassifier(5, max_depth=4, random_state=0).fit(x, three),
        "boosting-regressor": GradientBoostingRegressor(n_estimators=6, max_depth=3, random_state=0).fit(x, number),
        "boosting-binary": GradientBoostingClassifier(n_estimators=6, max_depth=3, random_state=0).fit(x, binary),
        "linear": LinearRegression().fit(x, number),
        "pipeline": Pipeline(
            [("scale", StandardScaler()), ("forest", RandomForestRegressor(3, max_depth=3, random_state=0))]
        ).fit(x, number),
    }


def raw_of(model, x):
    """What the trees add up to, before it is made into probabilities."""
    if isinstance(model, Pipeline):
        return raw_of(model[-1], model[:-1].transform(x))
    if isinstance(model, GradientBoostingClassifier):
        return model.decision_function(x)
    if isinstance(model, RandomForestClassifier):
        # Of two classes coremltools keeps the second one; trees of more classes it adds up without averaging.
        share = model.predict_proba(x)
        return share[:, 1:] if share.shape[1] == 2 else share * len(model.estimators_)
    if hasattr(model, "predict_proba"):
        return model.predict_proba(x)
    return model.predict(x)


def write(folder):
    os.makedirs(folder, exist_ok=True)
    x = rows()
    expected = {}
    for name, model in sklearn_models(x).items():
        converted = coremltools.converters.sklearn.convert(model, FEATURES, "target")
        save(folder, name, converted)
        joblib.dump(model, os.path.join(folder, f"{name}.joblib"))
        if name == "linear":
            continue
        given = model[:-1].transform(x[:40]) if isinstance(model, Pipeline) else x[:40]
        put(expected, name, given, raw_of(model, x[:40]), "scikit-learn")
    number = x[:, 0] * 2 - np.where(x[:, 1] > 0.3, x[:, 2], 1)
    holes = np.where(np.random.RandomState(3).uniform(size=x.shape) < 0.15, np.nan, x)
    for name, objective, labels, more in (
        ("xgb-regressor", "reg:squarederror", number, {}),
        ("xgb-binary", "binary:logistic", (number > 0).astype(int), {}),
        ("xgb-classifier", "multi:softprob", np.digitize(number, [-1, 1]), {"num_class": 3}),
    ):
        data = xgboost.DMatrix(holes, labels, feature_names=FEATURES)
        booster = xgboost.train({"objective": objective, "max_depth": 3, "base_score": 0.5, **more}, data, 5)
        booster.save_model(os.path.join(folder, f"{name}.json"))
        classes = {"mode": "classifier", "n_classes": more.get("num_class", 2)} if objective != "reg:squarederror" else {}
        save(folder, name, coremltools.converters.xgboost.convert(booster, FEATURES, "target", **classes))
        margin = booster.predict(xgboost.DMatrix(holes[:40], feature_names=FEATURES), output_margin=True)
        # coremltools leaves out what every class starts from, which no probability shows.
        put(expected, name, holes[:40], margin - 0.5 if name == "xgb-classifier" else margin, "xgboost")
    with open(os.path.join(folder, "expected.json"), "w") as file:
        json.dump(expected, file, indent=1)
        file.write("\n")


def save(folder, name, converted):
    with open(os.path.join(folder, f"{name}.mlmodel"), "wb") as file:
        file.write(converted.get_spec().SerializeToString())


def put(expected, name, given, raw, library):
    raw = np.asarray(raw, dtype=np.float64).reshape(len(given), -1)
    expected[name] = {
        "library": library,
        "features": given.shape[1],
        "outputs": raw.shape[1],
        "rows": np.ascontiguousarray(given).tobytes().hex(),
        "raw": raw.tobytes().hex(),
    }


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    write(sys.argv[1])
