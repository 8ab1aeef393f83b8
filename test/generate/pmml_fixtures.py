"""Writes test/fixtures/pmml: models of scikit-learn as nyoka exports them, some pickled as well, and what scikit-learn says of rows.

    python pmml_fixtures.py ../fixtures/pmml      # requirements-pmml.txt
"""

import json
import os
import pickle
import re
import struct
import sys

import numpy as np
from nyoka import skl_to_pmml
from sklearn.cluster import KMeans
from sklearn.datasets import load_iris
from sklearn.ensemble import GradientBoostingRegressor, RandomForestClassifier, RandomForestRegressor
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import Pipeline
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

NAMES = ["sepal length", "sepal width", "petal length", "petal width"]


def bits(value):
    return struct.pack("<d", float(value)).hex()


def rows_of(matrix):
    return [[bits(value) for value in row] for row in np.atleast_2d(matrix)]


def main(folder):
    os.makedirs(folder, exist_ok=True)
    X, y = load_iris(return_X_y=True)
    rng = np.random.default_rng(7)
    X = X + rng.normal(0, 0.01, X.shape)
    target = X @ np.array([0.5, -1.0, 2.0, 0.25]) + rng.normal(0, 0.1, len(X))
    probe = X[::7]
    models = {
        "tree-classifier": (DecisionTreeClassifier(max_depth=4, random_state=0), y),
        "tree-regressor": (DecisionTreeRegressor(max_depth=4, random_state=0), target),
        "forest-classifier": (RandomForestClassifier(4, max_depth=4, random_state=0), y),
        "forest-regressor": (RandomForestRegressor(4, max_depth=4, random_state=0), target),
        "boosting-regressor": (GradientBoostingRegressor(n_estimators=5, random_state=0), target),
        "linear": (LinearRegression(), target),
        "logistic": (LogisticRegression(max_iter=1000), y),
        "mlp": (MLPClassifier((5,), max_iter=500, random_state=0), y),
        "svc": (SVC(C=10.0), y),
        "naive-bayes": (GaussianNB(), y),
        "kmeans": (KMeans(3, n_init=1, random_state=0), None),
    }
    expected = {"rows": rows_of(probe), "models": {}}
    for name, (model, labels) in models.items():
        pipeline = Pipeline([("model", model)])
        pipeline.fit(X, labels)
        path = os.path.join(folder, f"{name}.pmml")
        try:
            skl_to_pmml(pipeline, NAMES, "target", path)
        except Exception as error:  # nyoka is older than this scikit-learn
            print(name, "not exported:", repr(error)[:120])
            continue
        if name in ("tree-classifier", "forest-regressor", "boosting-regressor", "linear"):
            with open(os.path.join(folder, f"{name}.pkl"), "wb") as out:
                pickle.dump(pipeline, out)
        text = open(path, encoding="utf-8").read()
        # The one part that is another one each time.
        text = re.sub(r"<Timestamp>[^<]*</Timestamp>", "<Timestamp>2026-01-01 00:00:00</Timestamp>", text)
        open(path, "w", encoding="utf-8").write(text)
        known = {}
        if hasattr(model, "predict_proba"):
            known["predict_proba"] = rows_of(model.predict_proba(probe))
        known["predict"] = rows_of(np.asarray(model.predict(probe), float))[0]
        for attribute in ("coef_", "intercept_", "cluster_centers_", "theta_", "var_"):
            if hasattr(model, attribute) and not callable(getattr(model, attribute)):
                known[attribute] = rows_of(getattr(model, attribute))
        if hasattr(model, "coefs_"):
            known["coefs_"] = [rows_of(each) for each in model.coefs_]
            known["intercepts_"] = [rows_of(each)[0] for each in model.intercepts_]
        expected["models"][name] = known
    with open(os.path.join(folder, "expected.json"), "w", encoding="utf-8") as out:
        json.dump(expected, out, indent=1)
        out.write("\n")


main(sys.argv[1])
