"""Every estimator of scikit-learn, fitted on next to nothing, with two settings other than their defaults where there are such.

    python all_estimators_fixtures.py ../fixtures/estimators     # in the environments of requirements-companions-{old,new}.txt

Writes <version>.json: for each class the pickle (zlib, base64), the settings with whether each is the default (null where
there is none), the learned public attributes that are arrays of numbers (dtype, shape, digest of the values) and the names
of the features that it was fitted on.
"""

import base64
import hashlib
import inspect
import json
import os
import pickle
import sys
import warnings
import zlib

import numpy as np
import pandas as pd
import sklearn
from sklearn.base import BaseEstimator
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils import all_estimators

warnings.simplefilter("ignore")
np.seterr(all="ignore")
rng = np.random.RandomState(3)
NAMES = ["age", "height", "income"]
X = pd.DataFrame(np.abs(rng.standard_normal((24, 3)).round(1)) + 0.1, columns=NAMES)
Y = np.array(["no", "yes"] * 12)
NUMBERS = (X["age"] * 2 - X["height"]).to_numpy() + 3
DOCUMENTS = ["the cat sat", "a dog ran", "the dog sat", "a cat ran home"] * 3
NO_SETTINGS = {"random_state", "n_jobs", "verbose", "copy", "copy_x", "copy_X"}
# Small instead of a hundred trees.
SMALL = {"n_estimators": 2, "max_iter": 5, "n_iter": 5, "n_components": 2, "n_quantiles": 5, "max_leaf_nodes": 4, "hidden_layer_sizes": (3,)}


def needed(cls):
    """Arguments without which a class cannot be made."""
    parts = {
        "estimator": LogisticRegression(C=0.5),
        "estimators": [("a", LogisticRegression(C=0.5)), ("b", DecisionTreeClassifier(max_depth=1))],
        "base_estimator": LogisticRegression(C=0.5),
        "steps": [("scale", StandardScaler()), ("line", LogisticRegression())],
        "transformers": [("scale", StandardScaler(), ["age", "income"])],
        "transformer_list": [("scale", StandardScaler())],
        "param_grid": {"C": [0.5, 2.0]},
        "param_distributions": {"C": [0.5, 2.0]},
        "dictionary": np.eye(3),
        "components": np.eye(3),
    }
    required = [p.name for p in inspect.signature(cls.__init__).parameters.values() if p.default is p.empty]
    found = {name: parts[name] for name in required if name in parts}
    if cls.__name__ in ("VotingRegressor", "StackingRegressor"):
        found["estimators"] = [("a", LinearRegression(positive=True))]
    if cls.__name__ in ("MultiOutputRegressor", "RegressorChain"):
        found = {k: LinearRegression(positive=True) for k in found}
    if cls.__name__ == "ColumnTransformer":
        found["remainder"] = "passthrough"
    return found


def made(cls):
    arguments = needed(cls)
    known = inspect.signature(cls.__init__).parameters
    arguments.update({name: value for name, value in SMALL.items() if name in known and name not in arguments})
    return cls(**arguments)


def fit(model):
    name = type(model).__name__
    tags = [
        lambda: model.fit(X, Y),
        lambda: model.fit(X, NUMBERS),
        lambda: model.fit(X),
        lambda: model.fit(X, np.c_[NUMBERS, NUMBERS + 1]),
        lambda: model.fit(X, np.c_[Y == "yes", NUMBERS > 3].astype(int)),
        lambda: model.fit(DOCUMENTS),
        lambda: model.fit(X.to_numpy()[:, 0], NUMBERS),
        lambda: model.fit([{"a": 1.0, "b": 2}, {"a": 3.0}]),
        lambda: model.fit([[1, 2], [2]]),
        lambda: model.fit(np.c_[X, X].reshape(24, 3, 2)),
        lambda: model.fit(Y),
    ]
    if "Regressor" in name or name.endswith(("CV", "SVR")) or name.startswith("PLS") or name == "CCA":
        tags[0], tags[1] = tags[1], tags[0]
    for attempt in tags:
        try:
            attempt()
            return True
        except Exception:
            continue
    return False


def learned(model):
    found = {}
    for name, value in sorted(vars(model).items()):
        if not name.endswith("_") or name.startswith("_") or not isinstance(value, np.ndarray):
            continue
        if value.dtype.kind not in "iufb" or value.dtype.fields or value.size == 0:
            continue
        values = np.ascontiguousarray(value)
        found[name] = {"dtype": str(value.dtype), "shape": list(value.shape), "sha256": hashlib.sha256(values.tobytes()).hexdigest()}
    return found


def same(default, value):
    default, value = (each.item() if isinstance(each, np.generic) else each for each in (default, value))
    if isinstance(default, float) and isinstance(value, float) and np.isnan(default) and np.isnan(value):
        return True
    # What is no plain value has no text to be compared by.
    return type(value) in (type(None), bool, int, float, str, tuple, list, type) and type(default) is type(value) and default == value or callable(default) and default is value


def settings(model):
    parameters = inspect.signature(type(model).__init__).parameters
    out = {}
    for name, value in model.get_params(deep=False).items():
        default = parameters[name].default if name in parameters else inspect.Parameter.empty
        if isinstance(value, BaseEstimator) or name in ("steps", "transformers", "transformer_list", "estimators"):
            continue
        out[name] = None if default is inspect.Parameter.empty else bool(same(default, value))
    return out


def main(folder):
    os.makedirs(folder, exist_ok=True)
    out = {}
    for name, cls in all_estimators():
        try:
            model = made(cls)
        except Exception as why:
            print("not made", name, why)
            continue
        if not fit(model):
            print("not fitted", name)
        if name == "FunctionTransformer":
            model = FunctionTransformer(np.log1p, kw_args={"where": True}).fit(X)
        # Where a classifier's state keeps what it was fitted on, as few rows as there are keep it small.
        data = zlib.compress(pickle.dumps(model, protocol=4), 9)
        out[name] = {"pickle": base64.b64encode(data).decode(), "settings": settings(model), "learned": learned(model)}
        names = getattr(model, "feature_names_in_", None)
        if names is not None:
            out[name]["features"] = list(names)
    version = ".".join(sklearn.__version__.split(".")[:2])
    with open(os.path.join(folder, version + ".json"), "w") as file:
        json.dump({"version": sklearn.__version__, "models": out}, file, separators=(",", ":"))
        file.write("\n")


if __name__ == "__main__":
    main(sys.argv[1])
