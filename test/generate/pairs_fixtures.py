"""Writes test/fixtures/pairs: versions of small models, made by the real libraries, to be compared two by two.

    python pairs_fixtures.py new ../fixtures/pairs
    python pairs_fixtures.py old ../fixtures/pairs

Versions are in requirements-pairs.txt (new) and requirements-sample.txt (old: the one model that an older scikit-learn
wrote). The same run gives the same models; what each pair is to be found to be stands in test/core/diff/pairs.test.ts.
"""

import json
import sqlite3
import sys
from pathlib import Path

import joblib
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

FEATURES = ["age", "income", "tenure", "balance"]
CLASSES = np.array(["bad", "fair", "good"])


def data(seed=0):
    random = np.random.default_rng(seed)
    x = random.normal(size=(120, len(FEATURES))) * [10, 3, 1, 0.5] + [40, 7, 2, 1]
    score = x @ [0.1, -0.4, 0.7, 1.1] + random.normal(scale=0.3, size=120)
    return x, np.digitize(score, np.quantile(score, [0.3, 0.7]))


def new(folder):
    import pandas as pd

    sklearn_versions(folder, pd)
    upgraded(folder, "new-library")
    encoders(folder)
    tables(folder, pd)
    networks(folder)
    across(folder)
    boosters(folder)


def old(folder):
    upgraded(folder, "old-library")


def upgraded(folder, name):
    """The same parameters, in the layout of the library that saves them: solvers differ between releases, these do not."""
    x, y = data()
    model = pipeline(x, CLASSES[y])
    scale, classifier = model["scale"], model["clf"]
    scale.mean_, scale.var_, scale.scale_ = np.arange(4) / 3, np.arange(4, 8) / 7, np.sqrt(np.arange(4, 8) / 7)
    classifier.coef_, classifier.intercept_ = np.arange(12).reshape(3, 4) / 11 - 0.5, np.array([0.1, -0.25, 0.15])
    classifier.n_iter_ = np.array([17], np.int32)
    joblib.dump(model, folder / f"{name}.joblib")


def pipeline(x, y, steps=(), **settings):
    model = LogisticRegression(max_iter=500, **settings)
    return Pipeline([("scale", StandardScaler()), *steps, ("clf", model)]).fit(x, y)


def sklearn_versions(folder, pd):
    from sklearn.decomposition import PCA
    from sklearn.preprocessing import MaxAbsScaler

    x, y = data()
    labels = CLASSES[y]
    frame = pd.DataFrame(x, columns=FEATURES)
    joblib.dump(pipeline(x, labels), folder / "pipeline.joblib")
    joblib.dump(pipeline(*((a := data(1))[0], CLASSES[a[1]])), folder / "pipeline-retrained.joblib")
    joblib.dump(pipeline(x, labels, C=0.5), folder / "pipeline-settings.joblib")
    joblib.dump(pipeline(x, labels, [("reduce", PCA(3, random_state=0))]), folder / "pipeline-inserted.joblib")
    one, other = ("a", MaxAbsScaler()), ("b", StandardScaler())
    for name, steps in (("ab", [one, other]), ("ba", [other, one])):
        joblib.dump(Pipeline([*steps, ("clf", LogisticRegression(max_iter=500))]).fit(x, labels), folder / f"steps-{name}.joblib")

    model = LogisticRegression(max_iter=500).fit(frame, labels)
    joblib.dump(model, folder / "named.joblib")
    order = [2, 0, 3, 1]
    swapped = LogisticRegression(max_iter=500).fit(frame, labels)
    swapped.coef_ = swapped.coef_[:, order]
    swapped.feature_names_in_ = swapped.feature_names_in_[order]
    joblib.dump(swapped, folder / "named-swapped.joblib")
    renamed = LogisticRegression(max_iter=500).fit(frame, labels)
    renamed.classes_ = np.array(["default", "fair", "good"])
    joblib.dump(renamed, folder / "named-class-renamed.joblib")
    for name, dtype in (("float32", np.float32), ("float16", np.float16)):
        narrow = LogisticRegression(max_iter=500).fit(frame, labels)
        narrow.coef_ = narrow.coef_.astype(dtype)
        narrow.intercept_ = narrow.intercept_.astype(dtype)
        joblib.dump(narrow, folder / f"named-{name}.joblib")
        narrow.coef_ = narrow.coef_.astype(np.float64)
        narrow.intercept_ = narrow.intercept_.astype(np.float64)
        joblib.dump(narrow, folder / f"named-{name}-and-back.joblib")
    for digits in (6, 9, 16, 17):
        texts = lambda a: [texts(each) for each in a] if np.ndim(a) else float(f"{a:.{digits}g}")
        document = {"coef": texts(model.coef_), "intercept": texts(model.intercept_)}
        (folder / f"named-{digits}.json").write_text(json.dumps(document))


def encoders(folder):
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.preprocessing import OneHotEncoder

    rows = [["red", "s"], ["green", "m"], ["blue", "l"]]
    joblib.dump(OneHotEncoder().fit(rows), folder / "encoder.joblib")
    joblib.dump(OneHotEncoder().fit([*rows, ["violet", "m"]]), folder / "encoder-more.joblib")
    texts = ["the cat sat", "the dog ran"]
    joblib.dump(CountVectorizer().fit(texts), folder / "words.joblib")
    joblib.dump(CountVectorizer().fit([*texts, "a bird flew"]), folder / "words-more.joblib")


def tables(folder, pd):
    import scipy.sparse as sparse

    weights = np.where(np.arange(60).reshape(6, 10) % 7 == 0, np.arange(60).reshape(6, 10) / 7, 0.0)
    joblib.dump({"coef": weights}, folder / "dense.joblib")
    joblib.dump({"coef": sparse.csr_matrix(weights)}, folder / "sparse.joblib")
    table = pd.DataFrame({"age": [31, 45, 27], "income": [1.5, 2.25, 3.0], "city": ["Graz", "Linz", "Wien"]})
    joblib.dump(table, folder / "table.joblib")
    joblib.dump(table.assign(income=[1.5, 2.5, 3.0]), folder / "table-changed.joblib")


def networks(folder):
    import torch
    from safetensors.torch import save_file

    torch.manual_seed(3)
    net = torch.nn.Sequential(torch.nn.Linear(8, 6), torch.nn.ReLU(), torch.nn.Linear(6, 2))
    state = {key: tensor.clone() for key, tensor in net.state_dict().items()}
    torch.save(state, folder / "net.pt")
    save_file(state, folder / "net.safetensors")
    save_file({f"module.{key}": tensor for key, tensor in state.items()}, folder / "net-module.safetensors")
    save_file({key: tensor.to(torch.bfloat16) for key, tensor in state.items()}, folder / "net-bf16.safetensors")
    save_file({key: tensor.half() for key, tensor in state.items()}, folder / "net-float16.safetensors")
    renamed = {"head.weight" if key == "2.weight" else key: tensor for key, tensor in state.items()}
    save_file(renamed, folder / "net-renamed.safetensors")
    flipped = {key: tensor.clone() for key, tensor in state.items()}
    flipped["0.weight"].view(torch.int32)[3, 5] ^= 1
    save_file(flipped, folder / "net-bit.safetensors")
    perms = state["0.weight"][[1, 0, 2, 5, 4, 3]].clone()
    save_file({**state, "0.weight": perms}, folder / "net-rows.safetensors")
    layer(folder)
    onnx_network(folder, state)


def layer(folder):
    """One layer with enough values to tell its steps by, quantised by PyTorch: as stored, and brought back to float32."""
    import torch
    from safetensors.torch import save_file

    weight = torch.nn.Linear(32, 48).weight.detach().clone()
    save_file({"weight": weight}, folder / "layer.safetensors")
    per_tensor = torch.quantize_per_tensor(weight, float(weight.abs().max()) / 127, 0, torch.qint8)
    spread = weight * torch.linspace(0.2, 2, 48).unsqueeze(1)
    save_file({"weight": spread}, folder / "layer-spread.safetensors")
    scales = spread.abs().amax(dim=1).double() / 127
    per_channel = torch.quantize_per_channel(spread, scales, torch.zeros(48, dtype=torch.int64), 0, torch.qint8)
    low = float(weight.min())
    step = (float(weight.max()) - low) / 255
    affine = torch.quantize_per_tensor(weight, step, round(-low / step), torch.quint8)
    for name, quantised in (("tensor", per_tensor), ("channel", per_channel), ("affine", affine)):
        torch.save({"weight": quantised}, folder / f"layer-int8-{name}.pt")
    save_file({"weight": per_tensor.int_repr()}, folder / "layer-int8-stored.safetensors")
    save_file({"weight": per_tensor.dequantize().contiguous()}, folder / "layer-int8-back.safetensors")


def onnx_network(folder, state):
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    tensors = {key: tensor.numpy() for key, tensor in state.items()}
    graph = helper.make_graph(
        [
            helper.make_node("Gemm", ["x", "0.weight", "0.bias"], ["h"], transB=1),
            helper.make_node("Relu", ["h"], ["r"]),
            helper.make_node("Gemm", ["r", "2.weight", "2.bias"], ["y"], transB=1),
        ],
        "net",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 8])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", 2])],
        [numpy_helper.from_array(tensor, key) for key, tensor in tensors.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    onnx.checker.check_model(model)
    onnx.save(model, folder / "net.onnx")
    turned = helper.make_graph(
        [
            helper.make_node("MatMul", ["x", "first"], ["p"]),
            helper.make_node("Add", ["p", "0.bias"], ["h"]),
            helper.make_node("Relu", ["h"], ["r"]),
            helper.make_node("MatMul", ["r", "second"], ["q"]),
            helper.make_node("Add", ["q", "2.bias"], ["y"]),
        ],
        "net",
        graph.input,
        graph.output,
        [
            numpy_helper.from_array(np.ascontiguousarray(tensors["0.weight"].T), "first"),
            numpy_helper.from_array(np.ascontiguousarray(tensors["2.weight"].T), "second"),
            numpy_helper.from_array(tensors["0.bias"], "0.bias"),
            numpy_helper.from_array(tensors["2.bias"], "2.bias"),
        ],
    )
    onnx.save(helper.make_model(turned, opset_imports=[helper.make_opsetid("", 17)]), folder / "net-turned.onnx")


def across(folder):
    """One model in many formats."""
    import pickle

    import skops.io
    from safetensors.numpy import save_file
    from skl2onnx import to_onnx
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.linear_model import LinearRegression
    from sklearn.neural_network import MLPClassifier

    x, y = data()
    models = {
        "logistic": LogisticRegression(max_iter=500).fit(x, CLASSES[y]),
        "binary": LogisticRegression(max_iter=500).fit(x, y > 0),
        "linear": LinearRegression().fit(x, y),
        "scaled": pipeline(x, CLASSES[y]),
        "mlp": MLPClassifier((5,), max_iter=30, random_state=0).fit(x, y),
        "forest": RandomForestClassifier(3, max_depth=3, random_state=0).fit(x, y),
    }
    for name, model in models.items():
        (folder / f"{name}.pkl").write_bytes(pickle.dumps(model, protocol=4))
        if name in ("logistic", "scaled"):
            joblib.dump(model, folder / f"{name}.z.joblib", compress=3)
            skops.io.dump(model, folder / f"{name}.skops")
        (folder / f"{name}.onnx").write_bytes(
            to_onnx(model, x[:1].astype(np.float32), options={"zipmap": False} if name != "linear" else None).SerializeToString()
        )
    model = models["logistic"]
    tensors = {"coef_": model.coef_, "intercept_": model.intercept_}
    # coef_ is in Fortran order, which this writer does not heed: the values of the second file are mixed up.
    save_file({key: np.ascontiguousarray(array) for key, array in tensors.items()}, folder / "logistic.safetensors")
    save_file(tensors, folder / "logistic-mixed-up.safetensors")
    np.savez(folder / "logistic.npz", **tensors)
    (folder / "logistic.json").write_text(json.dumps({key: array.tolist() for key, array in tensors.items()}))
    (folder / "logistic.db").unlink(missing_ok=True)
    with sqlite3.connect(folder / "logistic.db") as database:
        database.execute("create table parameters (name text primary key, value text)")
        for key, array in tensors.items():
            database.execute("insert into parameters values (?, ?)", (key, json.dumps(array.tolist())))


def boosters(folder):
    """Boosters alone, in their wrappers, and as they are pickled."""
    import pickle

    import lightgbm
    import xgboost

    x, y = data()
    wrapper = xgboost.XGBClassifier(n_estimators=3, max_depth=2, n_jobs=1).fit(x, y)
    for kind in ("json", "ubj"):
        wrapper.get_booster().save_model(folder / f"xgb.{kind}")
    (folder / "xgb.pkl").write_bytes(pickle.dumps(wrapper, protocol=4))
    (folder / "xgb-booster.pkl").write_bytes(pickle.dumps(wrapper.get_booster(), protocol=4))
    leaves = lightgbm.LGBMClassifier(n_estimators=3, num_leaves=4, n_jobs=1, verbose=-1, deterministic=True).fit(x, y)
    leaves.booster_.save_model(folder / "lgb.txt")
    (folder / "lgb.pkl").write_bytes(pickle.dumps(leaves, protocol=4))
    (folder / "lgb-booster.pkl").write_bytes(pickle.dumps(leaves.booster_, protocol=4))


if __name__ == "__main__":
    target = Path(sys.argv[2])
    target.mkdir(parents=True, exist_ok=True)
    {"new": new, "old": old}[sys.argv[1]](target)
