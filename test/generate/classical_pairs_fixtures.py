"""Writes test/fixtures/pairs/classical: scikit-learn and statsmodels models, pandas tables and plain parameters, in versions and formats.

    python -m venv venv && venv/bin/pip install -r test/generate/requirements-classical-pairs.txt
    venv/bin/python test/generate/classical_pairs_fixtures.py test/fixtures/pairs/classical

What each pair is to be found to be stands in test/core/diff/pairs-classical.test.ts and pairs-parameters.test.ts.
"""

import json
import pickle
import shutil
import sqlite3
import sys
import warnings
import zipfile
from pathlib import Path

import joblib
import mlflow.sklearn
import msgpack
import numpy as np
import pandas as pd
import skops.io
import statsmodels.api as sm
import tomli_w
import yaml
from mlflow.models import infer_signature
from skl2onnx import to_onnx
from sklearn.ensemble import GradientBoostingRegressor, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

warnings.filterwarnings("ignore")
HERE = Path(sys.argv[1])
shutil.rmtree(HERE, ignore_errors=True)
HERE.mkdir(parents=True)

NAMES = ["age", "income", "tenure"]


def data(seed, extra=()):
    random = np.random.default_rng(seed)
    x = pd.DataFrame(random.normal(size=(80, 3 + len(extra))) * 2 + 5, columns=[*NAMES, *extra])
    score = x.to_numpy() @ np.array([0.8, -1.1, 0.4, 0.3])[: 3 + len(extra)] + random.normal(size=80) / 4
    return x, np.where(score > np.median(score), "good", "bad"), score


def dump(name, value):
    (HERE / name).write_bytes(pickle.dumps(value, protocol=4))


# One pipeline in the formats for it, and two versions as MLflow keeps them.
def pipeline(x, y, **settings):
    return Pipeline([("scale", StandardScaler()), ("clf", LogisticRegression(**settings))]).fit(x, y)


x, y, score = data(0)
model = pipeline(x, y)
dump("model.pkl", model)
joblib.dump(model, HERE / "model.joblib", compress=3)
skops.io.dump(model, HERE / "model.skops", compression=zipfile.ZIP_DEFLATED)
(HERE / "model.onnx").write_bytes(
    to_onnx(model, x.to_numpy()[:1].astype(np.float32), options={"zipmap": False}).SerializeToString()
)
mlflow.sklearn.save_model(model, HERE / "mlflow-1", signature=infer_signature(x, y), pip_requirements=["scikit-learn"])
x2, y2, _ = data(1, ["debt"])
mlflow.sklearn.save_model(
    pipeline(x2, y2, C=0.5), HERE / "mlflow-2", signature=infer_signature(x2, y2), pip_requirements=["scikit-learn"]
)
x3, y3, _ = data(2)
dump("model-retrained.pkl", pipeline(x3, y3))

for name, ensemble, target in (
    ("forest", RandomForestClassifier(3, max_depth=3, random_state=0), y),
    ("boosting", GradientBoostingRegressor(n_estimators=3, max_depth=2, random_state=0), score),
):
    fitted = ensemble.fit(x, target)
    dump(f"{name}.pkl", fitted)
    joblib.dump(fitted, HERE / f"{name}.joblib", compress=3)
    skops.io.dump(fitted, HERE / f"{name}.skops", compression=zipfile.ZIP_DEFLATED)
    options = {"zipmap": False} if name == "forest" else None
    (HERE / f"{name}.onnx").write_bytes(to_onnx(fitted, x.to_numpy()[:1].astype(np.float32), options=options).SerializeToString())

# statsmodels: fitted twice, and with the data left out.
def least_squares(seed):
    x, _, score = data(seed)
    return sm.OLS(pd.Series(score, name="score"), sm.add_constant(x)).fit()


least_squares(0).save(HERE / "ols.pkl")
least_squares(1).save(HERE / "ols-refitted.pkl")
least_squares(0).save(HERE / "ols-without-data.pkl", remove_data=True)

# Tables.
table = pd.DataFrame(
    {
        "age": [31, 45, 27, 52],
        "income": [1.5, 2.25, 3.1, 0.7],
        "city": pd.Categorical(["Graz", "Linz", "Wien", "Graz"]),
        "name": ["Ada", "Bo", "Cy", "Di"],
    }
)
dump("table.pkl", table)
dump("table-row-added.pkl", pd.concat([table, table.iloc[[1]].assign(age=61)], ignore_index=True).astype({"city": table.city.dtype}))
dump("table-row-removed.pkl", table.drop(index=2))
dump("table-dtype.pkl", table.astype({"age": "float64"}))
dump("table-narrow.pkl", table.astype({"income": "float32"}))
dump("table-category-added.pkl", table.assign(city=table.city.cat.add_categories(["Rust"])))
dump("table-category-renamed.pkl", table.assign(city=table.city.cat.rename_categories({"Wien": "Vienna"})))
dump("table-column-added.pkl", table.assign(debt=[0.0, 1.0, 2.0, 3.5]))
dump("table-column-renamed.pkl", table.rename(columns={"income": "salary"}))
dump("table-sorted.pkl", table.sort_values("income"))
dump("table-text.pkl", table.assign(name=["Ada", "Bo", "Cyd", "Di"]))

# Parameters as text, of one model in every format for them: all digits, and six.
def parameters(digits=None):
    cut = (lambda value: float(f"{value:.{digits}g}")) if digits else float
    classifier, scaler = model["clf"], model["scale"]
    return {
        "coef": [[cut(value) for value in row] for row in classifier.coef_],
        "intercept": [cut(value) for value in classifier.intercept_],
        "scale": {"mean": [cut(value) for value in scaler.mean_], "var": [cut(value) for value in scaler.var_]},
        "classes": ["bad", "good"],
        "iterations": int(classifier.n_iter_[0]),
        "fitted": True,
    }


for stem, document in (("params", parameters()), ("params-6", parameters(6))):
    (HERE / f"{stem}.json").write_text(json.dumps(document, indent=1))
    (HERE / f"{stem}.yaml").write_text(yaml.safe_dump(document, sort_keys=False))
    (HERE / f"{stem}.toml").write_text(tomli_w.dumps(document))
    (HERE / f"{stem}.msgpack").write_bytes(msgpack.packb(document))
    dump(f"{stem}.pkl", document)
    (HERE / f"{stem}.db").unlink(missing_ok=True)
    with sqlite3.connect(HERE / f"{stem}.db") as database:
        database.execute("create table parameters (name text primary key, value text)")
        flat = {key: value for key, value in document.items() if key != "scale"}
        flat |= {f"scale.{key}": value for key, value in document["scale"].items()}
        for key, value in flat.items():
            database.execute("insert into parameters values (?, ?)", (key, json.dumps(value)))
    database.close()
dump("params-arrays.pkl", {key: np.array(value) if key in ("coef", "intercept") else value for key, value in parameters().items()})
single = {key: np.array(value, dtype=np.float32) for key, value in parameters().items() if key in ("coef", "intercept")}
(HERE / "params-single.msgpack").write_bytes(msgpack.packb({key: value.tolist() for key, value in single.items()}, use_single_float=True))
