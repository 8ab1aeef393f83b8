"""Writes test/fixtures/trees/kinds-<version>: every kind of tree ensemble of one scikit-learn version, and what it gives.

    python tree_kinds_fixtures.py ../fixtures/trees

Run with scikit-learn 0.20.4 and 0.22.2.post1 (Python 3.7), and in the environments of requirements-companions-{old,new}.txt.
expected.json has the rows, and either the raw predictions (float64 in hexadecimal) or, where trees are not averaged, the
leaf of each row in each tree, as apply() of the trees has it, and the value there.
"""

import json
import os
import pickle
import sys
import warnings

import numpy as np
import sklearn
from sklearn.ensemble import (
    AdaBoostClassifier,
    AdaBoostRegressor,
    BaggingClassifier,
    BaggingRegressor,
    ExtraTreesRegressor,
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    IsolationForest,
    RandomForestClassifier,
    RandomTreesEmbedding,
    VotingClassifier,
)
from sklearn.linear_model import LogisticRegression
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor, ExtraTreeRegressor

warnings.simplefilter("ignore")
ROWS = 80
SHOWN = 12


def hexes(numbers):
    return np.ascontiguousarray(np.asarray(numbers, dtype="<f8")).tobytes().hex()


def bagging(kind, base, **settings):
    name = "estimator" if "estimator" in kind().get_params() else "base_estimator"
    return kind(**{name: base}, n_estimators=3, random_state=0, **settings)


def boosted(kind, base):
    return bagging(kind, base)


def models():
    random = np.random.RandomState(5)
    x = random.standard_normal((ROWS, 4)).round(2)
    value = x[:, 0] * 2 - x[:, 2] + random.standard_normal(ROWS) * 0.1
    level = np.array(["low", "mid", "high"])[np.digitize(value, [-1.0, 1.0])]
    binary = (value > 0).astype(int)
    small = {"n_estimators": 3, "max_depth": 3, "random_state": 0}

    yield "extra", x, ExtraTreesRegressor(**small).fit(x, value), "predict"
    yield "forest", x, RandomForestClassifier(**small).fit(x, level), "predict_proba"
    yield "tree", x, DecisionTreeClassifier(max_depth=3, random_state=0).fit(x, binary), "predict_proba"
    yield "bagging", x, bagging(BaggingRegressor, DecisionTreeRegressor(max_depth=3)).fit(x, value), "predict"
    subset = bagging(BaggingClassifier, DecisionTreeClassifier(max_depth=3), max_features=0.5, bootstrap_features=True)
    yield "bagging_features", x, subset.fit(x, level), "predict_proba"
    yield "boosting", x, GradientBoostingRegressor(**small).fit(x, value), "predict"
    yield "boosting_classes", x, GradientBoostingClassifier(**small).fit(x, level), "decision_function"
    yield "boosting_quantile", x, GradientBoostingRegressor(loss="quantile", **small).fit(x, value), "predict"
    votes = VotingClassifier([("trees", RandomForestClassifier(**small)), ("line", LogisticRegression())], voting="soft")
    yield "voting", x, votes.fit(x, level), "trees"
    isolation = IsolationForest(n_estimators=3, max_samples=16, max_features=3, random_state=0)
    yield "isolation", x, isolation.fit(x), "apply"
    yield "embedding", x, RandomTreesEmbedding(n_estimators=2, max_depth=3, random_state=0).fit(x), "apply"
    yield "ada", x, boosted(AdaBoostClassifier, DecisionTreeClassifier(max_depth=2)).fit(x, binary), "apply"
    yield "ada_values", x, boosted(AdaBoostRegressor, ExtraTreeRegressor(max_depth=2)).fit(x, value), "apply"
    try:
        from imblearn.ensemble import BalancedRandomForestClassifier
    except ImportError:
        return
    yield "balanced", x, BalancedRandomForestClassifier(**small).fit(x, level), "predict_proba"


def leaves(model, rows):
    subsets = getattr(model, "estimators_features_", None)
    found = []
    for index, tree in enumerate(model.estimators_):
        given = rows if subsets is None else rows[:, subsets[index]]
        found.append(tree.tree_.apply(given.astype(np.float32)).tolist())
    return found


def main(folder):
    folder = os.path.join(folder, "kinds-" + ".".join(sklearn.__version__.split(".")[:2]))
    os.makedirs(folder, exist_ok=True)
    expected = {}
    for name, x, model, method in models():
        with open(os.path.join(folder, name + ".pkl"), "wb") as file:
            pickle.dump(model, file, protocol=4)
        rows = x[:SHOWN]
        told = {"features": rows.shape[1], "rows": hexes(rows)}
        if method == "apply":
            expected[name] = {**told, "outputs": int(model.estimators_[0].tree_.value[0].size), "leaves": leaves(model, rows)}
            continue
        raw = model.estimators_[0].predict_proba(rows) if method == "trees" else getattr(model, method)(rows)
        raw = np.asarray(raw).reshape(SHOWN, -1)
        expected[name] = {**told, "outputs": raw.shape[1], "raw": hexes(raw)}
    with open(os.path.join(folder, "expected.json"), "w") as file:
        json.dump(expected, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    main(sys.argv[1])
