"""Versions of one XGBoost model, for the comparison of trees: python -m pip install -r requirements-xgboost-new.txt

Writes test/fixtures/trees/versions: base (8 trees), more (base trained on for 3 rounds), leaf (base with one leaf of tree
3 changed, loaded and saved again by the library), fewer (base without its last two trees), other (retrained on other data),
and base again as UBJSON.
"""

import json
import pathlib

import numpy as np
import xgboost as xgb

FOLDER = pathlib.Path(__file__).parent.parent / "fixtures" / "trees" / "versions"
NAMES = ["age", "income", "balance", "tenure"]
SETTINGS = {"objective": "reg:squarederror", "max_depth": 3, "eta": 0.3, "seed": 7, "nthread": 1}


def data(seed):
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(200, len(NAMES))).astype(np.float32)
    target = rows @ np.array([1.0, -2.0, 0.5, 0.25]) + 0.1 * rng.normal(size=200)
    return xgb.DMatrix(rows, label=target, feature_names=NAMES)


def save(booster, name):
    booster.save_model(FOLDER / name)


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    base = xgb.train(SETTINGS, data(1), num_boost_round=8)
    save(base, "base.json")
    save(base, "base.ubj")
    save(xgb.train(SETTINGS, data(1), num_boost_round=3, xgb_model=base), "more.json")
    save(base[0:6], "fewer.json")
    save(xgb.train(SETTINGS, data(2), num_boost_round=8), "other.json")
    text = json.loads((FOLDER / "base.json").read_text())
    tree = text["learner"]["gradient_booster"]["model"]["trees"][3]
    leaf = tree["left_children"].index(-1)
    tree["split_conditions"][leaf] += 0.25
    edited = xgb.Booster()
    edited.load_model(bytearray(json.dumps(text).encode()))
    save(edited, "leaf.json")


main()
