"""Writes test/fixtures/mojo: H2O's own MOJOs of trees, with what H2O predicts of rows as hex. Needs Java. Later
versions of the package write no MOJOs.

    python mojo_fixtures.py ../fixtures/mojo      # requirements-mojo.txt
"""

import json
import os
import sys

import h2o
import numpy as np
from h2o.estimators import (
    H2OGradientBoostingEstimator,
    H2OIsolationForestEstimator,
    H2ORandomForestEstimator,
)

NUMBERS = ["age", "debt"]
LEVELS = [f"place{i:02d}" for i in range(40)]
FEATURES = [*NUMBERS, "place", "kind"]
KINDS = ["a", "b", "c"]


def columns(count):
    """Numbers, a factor of forty levels, one of three, holes in all of them."""
    rng = np.random.RandomState(11)
    age, debt = rng.normal(size=count), rng.normal(size=count)
    place, kind = rng.randint(len(LEVELS), size=count), rng.randint(len(KINDS), size=count)
    number = age * 2 + np.where(place % 3 == 0, 2.0, -1.0) - np.where(kind == 1, debt, 0.5)
    holes = rng.uniform(size=(4, count)) < 0.1
    number += holes[1] * 3
    return [age, debt, place, kind], holes, number


def frame_of(values, holes, more):
    def cells(k, name):
        if name in NUMBERS:
            return ["NA" if hole else repr(float(value)) for value, hole in zip(values[k], holes[k])]
        levels = LEVELS if name == "place" else KINDS
        return ["NA" if hole else levels[value] for value, hole in zip(values[k], holes[k])]

    types = {name: "numeric" if name in NUMBERS else "enum" for name in FEATURES}
    data = {name: cells(k, name) for k, name in enumerate(FEATURES)}
    for name, column in more.items():
        data[name] = list(column)
        types[name] = "enum" if isinstance(column[0], str) else "numeric"
    return h2o.H2OFrame(data, column_types=types, na_strings=["NA"])


def write(folder):
    os.makedirs(folder, exist_ok=True)
    values, holes, number = columns(400)
    frame = frame_of(
        values,
        holes,
        {
            "number": [float(each) for each in number],
            "two": ["yes" if each > 0 else "no" for each in number],
            "three": [KINDS[each] for each in np.digitize(number, [-1.5, 1.5])],
        },
    )
    small = {"ntrees": 4, "max_depth": 4, "seed": 1}
    models = {
        "gbm-regression": (H2OGradientBoostingEstimator(**small), "number", "identity"),
        "gbm-binomial": (H2OGradientBoostingEstimator(**small), "two", "logit"),
        "gbm-multinomial": (H2OGradientBoostingEstimator(**small), "three", "softmax"),
        "gbm-poisson": (H2OGradientBoostingEstimator(distribution="poisson", **small), "count", "log"),
        "drf-regression": (H2ORandomForestEstimator(**small), "number", "identity"),
        "drf-binomial": (H2ORandomForestEstimator(**small), "two", "first"),
        "drf-double": (H2ORandomForestEstimator(binomial_double_trees=True, **small), "two", "shares"),
        "drf-multinomial": (H2ORandomForestEstimator(**small), "three", "shares"),
        "isolation": (H2OIsolationForestEstimator(**small), None, "none"),
    }
    frame["count"] = (frame["number"] + 10).floor()
    expected = {}
    for name, (model, target, link) in models.items():
        model.train(x=FEATURES, y=target, training_frame=frame)
        file = model.download_mojo(path=folder)
        os.replace(file, os.path.join(folder, f"{name}.zip"))
        predicted = model.predict(frame[:60, :]).as_data_frame()
        if target in ("two", "three"):
            predicted = predicted.drop(columns=["predict"])
        rows = np.array([[np.nan if holes[k][i] else values[k][i] for k in range(4)] for i in range(60)])
        told = np.ascontiguousarray(predicted.to_numpy(dtype=np.float64))
        expected[name] = {
            "features": len(FEATURES),
            "outputs": told.shape[1],
            "link": link,
            "rows": rows.tobytes().hex(),
            "predicted": told.tobytes().hex(),
        }
    with open(os.path.join(folder, "expected.json"), "w") as file:
        json.dump(expected, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    h2o.init(nthreads=1, max_mem_size="1g", port=54777, name="fixtures", bind_to_localhost=True)
    try:
        write(os.path.abspath(sys.argv[1]))
    finally:
        h2o.cluster().shutdown()
