"""Writes test/fixtures/trees/pairs: one tree ensemble in several forms and versions, by the real libraries.

    python tree_pairs_fixtures.py new ../fixtures/trees/pairs
    python tree_pairs_fixtures.py old ../fixtures/trees/pairs

Versions are in requirements-tree-pairs.txt (new) and requirements-xgboost-old.txt (old: the binary form that XGBoost 3 no
longer writes). The same run gives the same models; what each pair is to be found to be stands in
test/core/diff/trees/pairs.test.ts.
"""

import json
import pickle
import sys
from pathlib import Path

import numpy as np


def data(seed=0):
    random = np.random.default_rng(seed)
    x = random.normal(size=(120, 4)) * [10, 3, 1, 0.5] + [40, 7, 2, 1]
    score = x @ [0.1, -0.4, 0.7, 1.1] + random.normal(scale=0.3, size=120)
    return x, score, np.digitize(score, np.quantile(score, [0.3, 0.7])), (score > np.median(score)).astype(int)


def new(folder):
    scikit_learn(folder)
    xgboost_new(folder)
    lightgbm(folder)
    catboost(folder)


def scikit_learn(folder):
    import onnx
    from skl2onnx import to_onnx
    from sklearn.ensemble import (
        AdaBoostClassifier,
        BaggingClassifier,
        ExtraTreesClassifier,
        GradientBoostingClassifier,
        GradientBoostingRegressor,
        IsolationForest,
        RandomForestClassifier,
        RandomForestRegressor,
        VotingRegressor,
    )
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

    x, score, three, two = data()
    forest = {"max_depth": 2, "random_state": 0}
    models = {
        "forest-classes": RandomForestClassifier(3, **forest).fit(x, three),
        "forest-binary": RandomForestClassifier(3, **forest).fit(x, two),
        "forest-regressor": RandomForestRegressor(7, **forest).fit(x, score),
        "forest-outputs": RandomForestRegressor(3, **forest).fit(x, np.c_[score, x[:, 0] - score]),
        "extra": ExtraTreesClassifier(3, **forest).fit(x, three),
        "boosting-classes": GradientBoostingClassifier(n_estimators=2, **forest).fit(x, three),
        "boosting-binary": GradientBoostingClassifier(n_estimators=3, **forest).fit(x, two),
        "boosting-regressor": GradientBoostingRegressor(n_estimators=3, **forest).fit(x, score),
        "tree-classes": DecisionTreeClassifier(**forest).fit(x, three),
        "tree-regressor": DecisionTreeRegressor(**forest).fit(x, score),
        "ada": AdaBoostClassifier(DecisionTreeClassifier(max_depth=2), n_estimators=3, random_state=0).fit(x, three),
        "isolation": IsolationForest(n_estimators=3, max_samples=16, random_state=0).fit(x),
        "scaled": make_pipeline(StandardScaler(), RandomForestClassifier(3, **forest)).fit(x, three),
        "voting": VotingRegressor(
            [("a", RandomForestRegressor(2, **forest)), ("b", GradientBoostingRegressor(n_estimators=3, **forest))]
        ).fit(x, score),
        "bagging": BaggingClassifier(DecisionTreeClassifier(max_depth=2), 3, random_state=0).fit(x, three),
    }
    for name, model in models.items():
        (folder / f"{name}.pkl").write_bytes(pickle.dumps(model, protocol=4))
        options = {"zipmap": False} if hasattr(model, "predict_proba") else None
        # The converter of isolation forests knows no newer operators.
        target = {"": 15, "ai.onnx.ml": 3} if name == "isolation" else None
        copy = to_onnx(model, x[:1].astype(np.float32), options=options, target_opset=target)
        (folder / f"{name}.onnx").write_bytes(copy.SerializeToString())
    # Trees of other sizes.
    grown = RandomForestRegressor(10, random_state=0, min_samples_leaf=5)
    (folder / "forest-grown.pkl").write_bytes(pickle.dumps(grown.fit(x, score), protocol=4))
    (folder / "forest-grown-retrained.pkl").write_bytes(pickle.dumps(grown.fit(*data(1)[:2]), protocol=4))
    # One number of one tree is its neighbour in float32.
    for key, name in (("target_weights", "leaf"), ("nodes_values", "threshold")):
        copy = onnx.load(folder / "forest-regressor.onnx")
        attribute = next(a for a in copy.graph.node[0].attribute if a.name == key)
        attribute.floats[0] = np.nextafter(np.float32(attribute.floats[0]), np.float32(np.inf))
        (folder / f"forest-regressor-{name}.onnx").write_bytes(copy.SerializeToString())
    retrained = RandomForestRegressor(7, **forest).fit(*data(1)[:2])
    copy = to_onnx(retrained, x[:1].astype(np.float32))
    (folder / "forest-regressor-retrained.onnx").write_bytes(copy.SerializeToString())
    # The same library's, rounded in place.
    for tree in models["forest-regressor"].estimators_:
        tree.tree_.threshold[:] = tree.tree_.threshold.astype(np.float32)
        tree.tree_.value[:] = tree.tree_.value.astype(np.float32)
    (folder / "forest-regressor-rounded.pkl").write_bytes(pickle.dumps(models["forest-regressor"], protocol=4))


def xgboost_new(folder):
    import xgboost
    from onnxmltools.convert import convert_xgboost
    from onnxmltools.convert.common.data_types import FloatTensorType

    x, score, three, two = data()
    for name, kind, y in (
        ("xgb-classes", xgboost.XGBClassifier, three),
        ("xgb-binary", xgboost.XGBClassifier, two),
        ("xgb-regressor", xgboost.XGBRegressor, score),
    ):
        model = kind(n_estimators=3, max_depth=2, n_jobs=1).fit(x, y)
        booster = model.get_booster()
        booster.save_model(folder / f"{name}.json")
        copy = convert_xgboost(model, initial_types=[("x", FloatTensorType([None, 4]))])
        (folder / f"{name}.onnx").write_bytes(copy.SerializeToString())
        if name == "xgb-regressor":
            # The same trees on another base.
            attribute = next(a for a in copy.graph.node[0].attribute if a.name == "base_values")
            attribute.floats[0] += 0.5
            (folder / f"{name}-base.onnx").write_bytes(copy.SerializeToString())
        booster.dump_model(folder / f"{name}.dump.txt", with_stats=True)


def lightgbm(folder):
    import lightgbm
    from onnxmltools.convert import convert_lightgbm
    from onnxmltools.convert.common.data_types import FloatTensorType

    x, score, three, two = data()
    settings = {"n_estimators": 3, "num_leaves": 4, "n_jobs": 1, "verbose": -1, "deterministic": True}
    for name, kind, y, more in (
        ("lgb-classes", lightgbm.LGBMClassifier, three, {}),
        ("lgb-binary", lightgbm.LGBMClassifier, two, {}),
        ("lgb-forest", lightgbm.LGBMRegressor, score, {"boosting_type": "rf", "subsample_freq": 1, "subsample": 0.6}),
        ("lgb-linear", lightgbm.LGBMRegressor, x[:, 0] * (1 + (x[:, 2] > 2)), {"linear_tree": True}),
    ):
        model = kind(**settings, **more).fit(x, y)
        model.booster_.save_model(folder / f"{name}.txt")
        (folder / f"{name}.json").write_text(json.dumps(model.booster_.dump_model()))
        if not more:
            copy = convert_lightgbm(model, initial_types=[("x", FloatTensorType([None, 4]))], zipmap=False)
            (folder / f"{name}.onnx").write_bytes(copy.SerializeToString())


def catboost(folder):
    from catboost import CatBoostClassifier, CatBoostRegressor

    x, score, three, two = data()
    settings = {"depth": 2, "verbose": False, "allow_writing_files": False, "thread_count": 1, "learning_rate": 0.3}
    for name, kind, y, more in (
        ("cat-classes", CatBoostClassifier, three, {}),
        ("cat-binary", CatBoostClassifier, two, {}),
        ("cat-regressor", CatBoostRegressor, score, {}),
        ("cat-lossguide", CatBoostClassifier, two, {"grow_policy": "Lossguide", "depth": 3}),
    ):
        model = kind(iterations=4, **{**settings, **more}).fit(x, y)
        model.save_model(str(folder / f"{name}.cbm"))
        model.save_model(str(folder / f"{name}.json"), format="json")
        if not more:
            model.save_model(str(folder / f"{name}.onnx"), format="onnx")
    (folder / "cat-lossguide.pkl").write_bytes(pickle.dumps(model, protocol=4))
    model = CatBoostRegressor(iterations=6, **settings).fit(x, score)
    model.save_model(str(folder / "cat-regressor-more.cbm"))
    model = CatBoostRegressor(iterations=4, **settings).fit(*data(1)[:2])
    model.save_model(str(folder / "cat-regressor-retrained.cbm"))
    one = json.loads((folder / "cat-regressor.json").read_text())
    one["oblivious_trees"][2]["leaf_values"][1] += 0.25
    (folder / "cat-regressor-leaf.json").write_text(json.dumps(one))


def old(folder):
    import xgboost

    x, score, three, two = data()
    for name, y, more in (
        ("xgb-old-classes", three, {"objective": "multi:softprob", "num_class": 3}),
        ("xgb-old-poisson", np.abs(score), {"objective": "count:poisson"}),
        ("xgb-old-dart", score, {"booster": "dart", "rate_drop": 0.5, "one_drop": 1}),
        ("xgb-old-linear", score, {"booster": "gblinear"}),
    ):
        trees = {} if name.endswith("linear") else {"max_depth": 2}
        booster = xgboost.train({"nthread": 1, "seed": 0, **trees, **more}, xgboost.DMatrix(x, y), 3)
        for form, ending in (("deprecated", "model"), ("json", "json"), ("ubj", "ubj")):
            file = folder / f"{name}.{form}"
            booster.save_model(file)
            file.rename(folder / f"{name}.{ending}")
        (folder / f"{name}.pkl").write_bytes(pickle.dumps(booster, protocol=4))
        if name == "xgb-old-classes":
            booster = xgboost.train({"nthread": 1, "seed": 0, "eta": 0.1, **trees, **more}, xgboost.DMatrix(x, y), 3)
            booster.save_model(folder / "retrained.deprecated")
            (folder / "retrained.deprecated").rename(folder / f"{name}-retrained.model")
    (folder / "xgb-old-poisson.pkl").unlink()


if __name__ == "__main__":
    target = Path(sys.argv[2])
    target.mkdir(parents=True, exist_ok=True)
    {"new": new, "old": old}[sys.argv[1]](target)
