"""Writes test/fixtures/trees/copies: models, and what converters make of them: XGBoost's splits by category in ONNX, LightGBM,
XGBoost and forests in PMML (needs Java), CatBoost in its own JSON, Core ML and PMML.

    python tree_copies_fixtures.py ../fixtures/trees/copies      # requirements-tree-copies.txt
"""

import os
import pickle
import sys
import warnings

import catboost
import lightgbm
import numpy as np
import pandas as pd
import xgboost
from onnxmltools import convert_lightgbm, convert_xgboost
from onnxmltools.convert.common.data_types import FloatTensorType
from sklearn.ensemble import RandomForestRegressor
from sklearn2pmml import make_pmml_pipeline, sklearn2pmml

SMALL = {"n_estimators": 4, "max_depth": 3}
NAMES = ["f0", "f1", "f2"]


def data():
    rng = np.random.RandomState(0)
    city = pd.Categorical.from_codes(rng.randint(6, size=300), list("abcdef"))
    x = pd.DataFrame({"f0": rng.normal(size=300), "f1": rng.normal(size=300)}).astype(np.float32)
    y = (x["f0"] * 2 + np.where(city.codes % 2 == 0, 2, -1)).to_numpy()
    return x, x.assign(f2=city), y


def write(folder):
    os.makedirs(folder, exist_ok=True)

    def at(name):
        return os.path.join(folder, name)

    def put(name, content):
        with open(at(name), "wb") as file:
            file.write(content)

    x, with_city, y = data()
    # More categories than `max_cat_to_onehot` are split as sets, fewer are asked one by one.
    for name, limit in (("xgb-sets", 2), ("xgb-onehot", 100)):
        model = xgboost.XGBRegressor(**SMALL, enable_categorical=True, max_cat_to_onehot=limit).fit(with_city, y)
        model.save_model(at(f"{name}.json"))
        put(f"{name}.onnx", convert_xgboost(model, initial_types=[("x", FloatTensorType([None, 3]))]).SerializeToString())
    forest = RandomForestRegressor(**SMALL, random_state=0).fit(x.astype(np.float64), y)
    put("forest.pkl", pickle.dumps(forest))
    lgb = lightgbm.LGBMRegressor(**SMALL, verbose=-1).fit(x.astype(np.float64), y)
    lgb.booster_.save_model(at("lgb.txt"))
    put("lgb.pkl", pickle.dumps(lgb))
    put("lgb.onnx", convert_lightgbm(lgb, initial_types=[("x", FloatTensorType([None, 2]))]).SerializeToString())
    xgb = xgboost.XGBRegressor(**SMALL).fit(x.astype(np.float64), y)
    xgb.save_model(at("xgb.json"))
    for name, model in (("forest", forest), ("lgb", lgb), ("xgb", xgb)):
        sklearn2pmml(make_pmml_pipeline(model, NAMES[:2], ["y"]), at(f"{name}.pmml"))
    for policy in ("SymmetricTree", "Depthwise", "Lossguide"):
        model = catboost.CatBoostRegressor(
            iterations=4, depth=3, grow_policy=policy, random_seed=0, verbose=0, allow_writing_files=False
        ).fit(x.set_axis(["age", "debt"], axis=1), y)
        name = f"cat-{policy.lower()}"
        model.save_model(at(f"{name}.cbm"))
        model.save_model(at(f"{name}.json"), format="json")
        if policy == "SymmetricTree":
            model.save_model(at(f"{name}.mlmodel"), format="coreml", export_parameters={"prediction_type": "raw"})
            model.save_model(at(f"{name}.pmml"), format="pmml")
    words = pd.DataFrame(
        {"age": x["f0"], "text": ["red blue" if each > 0 else "tiny big" for each in y], "place": list(x.to_numpy())}
    )
    model = catboost.CatBoostClassifier(
        iterations=2, depth=2, random_seed=0, verbose=0, allow_writing_files=False, text_features=["text"], embedding_features=["place"]
    ).fit(words[:60], (y > 0).astype(int)[:60])
    model.save_model(at("cat-text.cbm"))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    warnings.filterwarnings("ignore")
    write(os.path.abspath(sys.argv[1]))
