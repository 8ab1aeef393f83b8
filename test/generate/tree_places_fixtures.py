"""Writes test/fixtures/trees/places: ensembles of trees in other estimators and of other libraries, each trained twice, with
raw predictions as hex.

    python tree_places_fixtures.py ../fixtures/trees/places      # requirements-tree-places.txt
"""

import json
import os
import pickle
import sys
import warnings

import numpy as np
import pandas as pd
from imblearn.ensemble import RUSBoostClassifier
from sklearn.compose import TransformedTargetRegressor
from sklearn.ensemble import (
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    IsolationForest,
    RandomForestRegressor,
    StackingRegressor,
)
from sklearn.multioutput import MultiOutputRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import QuantileTransformer, StandardScaler
from sklearn.svm import LinearSVR
from sksurv.ensemble import GradientBoostingSurvivalAnalysis, RandomSurvivalForest
from sksurv.util import Surv

SMALL = {"n_estimators": 3, "max_depth": 3}


def data(seed):
    rng = np.random.RandomState(seed)
    x = pd.DataFrame({"age": rng.normal(size=80), "debt": rng.gamma(2, 2, size=80)}).astype(np.float32)
    return x, (x["age"] * 2 + x["debt"] + rng.normal(size=80)).to_numpy(dtype=np.float64)


def models(seed):
    x, y = data(seed)
    seen = Surv.from_arrays(y > 3, np.abs(y).round(0) + 1)
    with_holes = x.copy()
    with_holes.iloc[::5, 0] = np.nan
    with_holes["city"] = pd.Categorical(np.array(["a", "b", "c", "d"])[np.arange(80) % 4])
    forest = RandomForestRegressor(**SMALL, random_state=seed)
    return {
        "survival-forest": (RandomSurvivalForest(**SMALL, random_state=0).fit(x, seen), x),
        "survival-boosting": (GradientBoostingSurvivalAnalysis(**SMALL, random_state=0).fit(x, seen), x),
        "rus-boosting": (RUSBoostClassifier(n_estimators=3, random_state=0).fit(x, y > 4), x),
        "hist": (
            HistGradientBoostingClassifier(max_iter=3, max_depth=3, categorical_features="from_dtype").fit(
                with_holes, np.digitize(y, [2, 5])
            ),
            with_holes.assign(city=with_holes["city"].cat.codes.astype(float)),
        ),
        "target": (TransformedTargetRegressor(forest, transformer=QuantileTransformer(n_quantiles=9)).fit(x, y), x),
        "outputs": (MultiOutputRegressor(GradientBoostingRegressor(**SMALL)).fit(x, np.c_[y, -y]), x),
        "stacking": (
            StackingRegressor([("svr", make_pipeline(StandardScaler(), LinearSVR())), ("forest", forest)], cv=2).fit(x, y),
            x,
        ),
        "isolation": (IsolationForest(n_estimators=3, max_samples=16, random_state=0).fit(x), x),
    }


def raw_of(name, model, x):
    """What the first ensemble in the file adds up to, as the library tells it; None where it tells no such thing."""
    if name == "survival-forest":
        both = [model.predict_cumulative_hazard_function(x, return_array=True), model.predict_survival_function(x, return_array=True)]
        return np.stack(both, axis=2).reshape(len(x), -1)
    if name == "survival-boosting":
        return model.predict(x)
    if name == "hist":
        shown = x.assign(city=pd.Categorical.from_codes(x["city"].astype(int), categories=["a", "b", "c", "d"]))
        return model.decision_function(shown)
    if name == "target":
        return model.regressor_.predict(x)
    if name == "outputs":
        return model.estimators_[0].predict(x)
    if name == "stacking":
        return model.named_estimators_["forest"].predict(x)
    return None


def write(folder):
    os.makedirs(folder, exist_ok=True)
    expected = {}
    for seed in (0, 1):
        for name, (model, x) in models(seed).items():
            with open(os.path.join(folder, f"{name}-{seed}.pkl"), "wb") as file:
                pickle.dump(model, file)
            raw = raw_of(name, model, x[:20])
            if seed == 1 or raw is None:
                continue
            raw = np.ascontiguousarray(np.asarray(raw, dtype=np.float64).reshape(20, -1))
            given = np.ascontiguousarray(x[:20].to_numpy(dtype=np.float64))
            expected[name] = {
                "features": given.shape[1],
                "outputs": raw.shape[1],
                "rows": given.tobytes().hex(),
                "raw": raw.tobytes().hex(),
            }
    with open(os.path.join(folder, "expected.json"), "w") as file:
        json.dump(expected, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    warnings.filterwarnings("ignore")
    write(sys.argv[1])
