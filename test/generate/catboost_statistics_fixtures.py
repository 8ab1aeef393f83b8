"""Writes test/fixtures/catboost/statistics: models that split by statistics of categories, and CatBoost's raw predictions.

    python catboost_statistics_fixtures.py ../fixtures/catboost/statistics      # requirements-catboost.txt

expected.json has rows of all columns, categories as the numbers that CatBoost makes of them (it says which in the Python code
that it exports), and what came out, as float64 in hexadecimal, little-endian. The last rows have categories that training
did not see.
"""

import json
import os
import sys
import tempfile

import catboost
import numpy as np
import pandas as pd

ROWS = 1000
SHOWN = 24
UNSEEN = 0x7FFFFFFF
CATEGORIES = ["kind", "place", "flag"]


def hexes(numbers):
    return np.ascontiguousarray(np.asarray(numbers, dtype="<f8")).tobytes().hex()


def table():
    random = np.random.RandomState(3)
    x = random.standard_normal((ROWS, 2)).astype(np.float32)
    frame = pd.DataFrame({"a": x[:, 0]})
    # Categories between numbers: a column's place is not its number among those of its kind.
    frame["kind"] = np.array(list("uvwxy"))[random.randint(0, 5, ROWS)]
    frame["b"] = x[:, 1]
    frame["place"] = np.array([f"p{i}" for i in range(12)])[random.randint(0, 12, ROWS)]
    frame["flag"] = np.array(["yes", "no"])[random.randint(0, 2, ROWS)]
    both = (frame["kind"] == "v") & (frame["flag"] == "yes") & (frame["a"] > 0)
    value = x[:, 0] * 2 + both * 4 + frame["place"].str[1:].astype(int) % 3
    return frame, value.to_numpy()


def models():
    frame, value = table()
    small = dict(iterations=6, depth=3, verbose=0, thread_count=1, allow_writing_files=False, random_seed=1)
    level = np.digitize(value, [0, 2])
    one, several = catboost.CatBoostRegressor, catboost.CatBoostClassifier
    alone = dict(max_ctr_complexity=1, one_hot_max_size=1, **small)
    yield "usual", value, one(**small)
    yield "buckets", value, one(simple_ctr=["Buckets:TargetBorderCount=2"], **alone)
    yield "means", value, one(simple_ctr=["BinarizedTargetMeanValue"], **alone)
    yield "counted", value, one(simple_ctr=["Counter"], counter_calc_method="Full", **alone)
    yield "classifiers", value, one(simple_ctr=["Borders:TargetBorderCount=3", "Borders:TargetBorderCount=1"], **alone)
    # What two categories tell together, more than either alone, and another column turns around.
    kind, place = frame["kind"].map("uvwxy".index), frame["place"].str[1:].astype(int)
    effects = np.random.RandomState(5).standard_normal((5, 12)) * 5
    turned = np.where((frame["a"] > 0) ^ (frame["flag"] == "yes"), 1.5, 0.5)
    combined = effects[kind, place] * turned
    deep = {**small, "depth": 6, "iterations": 4, "model_size_reg": 0}
    yield "combined", combined, one(max_ctr_complexity=4, combinations_ctr=["Borders:Prior=0.5"], simple_ctr=["Borders"], **deep)
    # A category that tells nothing until it is known on which side of two other splits a row is.
    side = np.where(frame["a"] > 0, 1, -1) * np.where(frame["flag"] == "yes", 1, -1)
    effects = np.array([-2, -1, 0.5, 1, 1.5])[kind]
    sided = 3 * (frame["a"] > 0) + 2 * (frame["flag"] == "yes") + effects * side
    yield "sided", sided, one(max_ctr_complexity=4, combinations_ctr=["Borders:Prior=0.5"], simple_ctr=["Borders"], **deep)
    yield "binary", (value > 1).astype(int), several(**small)
    yield "classes", level, several(**small)
    yield "depthwise", value, one(grow_policy="Depthwise", max_ctr_complexity=2, **small)


def shown(frame):
    rows = frame.iloc[:SHOWN].copy()
    rows.loc[SHOWN - 3, "kind"] = "zz"
    rows.loc[SHOWN - 2, "place"] = "zz"
    rows.loc[SHOWN - 1, ["kind", "place", "flag"]] = "zz"
    return rows


def hashes(model, pool):
    """Numbers of categories, from the code that CatBoost exports of a model."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.py")
        model.save_model(path, format="python", pool=pool)
        names = {}
        with open(path) as file:
            exec(compile(file.read(), path, "exec"), names)
        return names["cat_features_hashes"]


def write(folder):
    os.makedirs(folder, exist_ok=True)
    expected = {}
    frame, _ = table()
    # Symmetric trees alone are exported as code: numbers of categories are those of any model.
    numbers = None
    for name, value, model in models():
        pool = catboost.Pool(frame, value, cat_features=CATEGORIES)
        model.fit(pool)
        model.save_model(os.path.join(folder, f"{name}.cbm"))
        if name in ("buckets", "means", "sided"):
            model.save_model(os.path.join(folder, f"{name}.json"), format="json", pool=pool)
        numbers = numbers or hashes(model, pool)
        rows = shown(frame)
        raw = np.asarray(model.predict(rows, prediction_type="RawFormulaVal")).reshape(SHOWN, -1)
        for column in CATEGORIES:
            rows[column] = [numbers.get(each, UNSEEN) for each in rows[column]]
        expected[name] = {
            "trees": model.tree_count_,
            "features": rows.shape[1],
            "outputs": raw.shape[1],
            "rows": hexes(rows.to_numpy(dtype=np.float64)),
            "raw": hexes(raw),
        }
    with open(os.path.join(folder, "expected.json"), "w") as file:
        json.dump(expected, file, indent=1)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    write(sys.argv[1])
