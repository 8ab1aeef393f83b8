"""Writes test/fixtures/onnx: tensors in every encoding, external data, classical models with ONNX Runtime's predictions.

    python onnx_fixtures.py ../fixtures/onnx      # requirements-onnx.txt
"""

import json
import os
import sys

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from skl2onnx import to_onnx
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier, RandomForestRegressor
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

NUMBERS = [
    "FLOAT", "UINT8", "INT8", "UINT16", "INT16", "INT32", "INT64", "BOOL", "FLOAT16", "DOUBLE", "UINT32", "UINT64",
    "COMPLEX64", "COMPLEX128", "BFLOAT16", "FLOAT8E4M3FN", "FLOAT8E4M3FNUZ", "FLOAT8E5M2", "FLOAT8E5M2FNUZ", "UINT4",
    "INT4", "FLOAT4E2M1", "UINT2", "INT2",
]


def values_of(name):
    """Six numbers of a type, negative ones and the largest among them."""
    if name.startswith("UINT") or name == "BOOL":
        bits = 1 if name == "BOOL" else int(name[4:])
        return [0, 1, 2**bits - 1, 1, 0, 2**bits - 2]
    if name.startswith("INT"):
        bits = int(name[3:])
        return [0, 1, -(2 ** (bits - 1)), 2 ** (bits - 1) - 1, -1, 0]
    if name.startswith("COMPLEX"):
        return [0, 1 + 2j, -1.5j, 0.1 - 0.3j, 3, -4]
    return [0.0, -0.0, 1.0, -1.5, 0.5, 3.0]


def tensors(expected):
    made = []
    for name in NUMBERS:
        number = getattr(TensorProto, name)
        dtype = helper.tensor_dtype_to_np_dtype(number)
        array = np.array(values_of(name)).astype(dtype).reshape(2, 3)
        raw = numpy_helper.from_array(array, f"raw_{name}")
        made.append(raw)
        made.append(helper.make_tensor(f"list_{name}", number, [2, 3], array.flatten().tolist()))
        for kind in ("raw", "list"):
            expected[f"{kind}_{name}"] = {"shape": [2, 3], "hex": raw.raw_data.hex()}
    scalar = helper.make_tensor("scalar", TensorProto.FLOAT, [], [0.1])
    expected["scalar"] = {"shape": [], "hex": np.float32(0.1).tobytes().hex()}
    empty = helper.make_tensor("empty", TensorProto.INT64, [0], [])
    expected["empty"] = {"shape": [0], "hex": ""}
    text = helper.make_tensor("text", TensorProto.STRING, [2], ["a", "é"])
    return [*made, scalar, empty, text]


def model_of(nodes, inputs, outputs, **more):
    graph = helper.make_graph(nodes, "g", inputs, outputs, **more)
    return helper.make_model(graph, producer_name="model-loupe", producer_version="1", ir_version=10)


def flat_trees():
    """Two trees of the operator that came with ai.onnx.ml 5, one of them a lone split."""
    numbers = lambda values: helper.make_tensor("", TensorProto.FLOAT, [len(values)], values)
    node = helper.make_node(
        "TreeEnsemble",
        ["x"],
        ["y"],
        domain="ai.onnx.ml",
        n_targets=2,
        aggregate_function=1,
        tree_roots=[0, 3],
        nodes_modes=helper.make_tensor("", TensorProto.UINT8, [4], [0, 1, 3, 2]),
        nodes_featureids=[0, 1, 2, 3],
        nodes_splits=numbers([0.1, -0.2, 0.3, 0.05]),
        nodes_truenodeids=[1, 0, 2, 4],
        nodes_trueleafs=[0, 1, 1, 1],
        nodes_falsenodeids=[2, 1, 3, 5],
        nodes_falseleafs=[0, 1, 1, 1],
        leaf_targetids=[0, 1, 0, 1, 1, 0],
        leaf_weights=numbers([1.5, -2.25, 0.1, 4.0, 8.5, -16.0]),
    )
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", 4])
    y = helper.make_tensor_value_info("y", TensorProto.FLOAT, ["N", 2])
    graph = helper.make_graph([node], "g", [x], [y])
    opsets = [helper.make_opsetid("", 21), helper.make_opsetid("ai.onnx.ml", 5)]
    return helper.make_model(graph, producer_name="model-loupe", ir_version=10, opset_imports=opsets)


def write(folder):
    os.makedirs(folder, exist_ok=True)
    at = lambda name: os.path.join(folder, name)
    expected = {}
    info = helper.make_tensor_value_info
    x = info("x", TensorProto.FLOAT, ["N", 3])
    y = info("y", TensorProto.FLOAT, None)
    made = tensors(expected)
    sparse = helper.make_sparse_tensor(
        helper.make_tensor("sparse", TensorProto.FLOAT, [2], [1.5, -2.5]),
        helper.make_tensor("sparse_indices", TensorProto.INT64, [2], [1, 5]),
        [2, 3],
    )
    branch = lambda name, value: helper.make_graph(
        [helper.make_node("Add", ["x", name], ["out"])],
        name,
        [],
        [info("out", TensorProto.FLOAT, None)],
        [helper.make_tensor(name, TensorProto.FLOAT, [1], [value])],
    )
    nodes = [
        helper.make_node("Constant", [], ["c"], value=helper.make_tensor("", TensorProto.FLOAT, [2], [7.0, 8.0])),
        helper.make_node("Constant", [], ["floats"], value_floats=[0.25, -0.1, 3.0]),
        helper.make_node("Constant", [], ["ints"], value_ints=[1, -(2**63), 300]),
        helper.make_node("If", ["cond"], ["i"], name="choose", then_branch=branch("one", 1.0), else_branch=branch("two", 2.0)),
        helper.make_node("Conv", ["x", "raw_FLOAT"], ["y"], name="conv", kernel_shape=[3, 3], auto_pad="SAME_UPPER"),
        helper.make_node("LeakyRelu", ["y"], ["z"], alpha=0.1),
    ]
    model = model_of(nodes, [x], [y], initializer=made, sparse_initializer=[sparse])
    helper.set_model_props(model, {"author": "nobody"})
    with open(at("tensors.onnx"), "wb") as file:
        file.write(model.SerializeToString())
    with open(at("tensor.pb"), "wb") as file:
        file.write(made[1].SerializeToString())

    # The onnx package appends to a file that is there.
    if os.path.exists(at("external.bin")):
        os.remove(at("external.bin"))
    weights = np.arange(12, dtype=np.float32).reshape(3, 4) / 7
    external = model_of([helper.make_node("MatMul", ["x", "w"], ["y"])], [x], [y], initializer=[numpy_helper.from_array(weights, "w")])
    onnx.save(external, at("external.onnx"), save_as_external_data=True, location="external.bin", size_threshold=0)
    expected["external"] = weights.tobytes().hex()

    random = np.random.RandomState(3)
    data = random.standard_normal((40, 4)).astype(np.float32)
    kinds = np.digitize(data[:, 0] + 0.5 * data[:, 1], [-0.5, 0.5])
    sums = np.stack([data[:, 0] * 2 - data[:, 2], data[:, 1]], axis=1)
    rows = random.standard_normal((8, 4)).astype(np.float32)
    models = {
        "forest_classifier": RandomForestClassifier(3, max_depth=3, random_state=0).fit(data, kinds),
        "forest_regressor": RandomForestRegressor(3, max_depth=3, random_state=0).fit(data, sums),
        "boosting_binary": GradientBoostingClassifier(n_estimators=3, max_depth=2, random_state=0).fit(data, kinds > 0),
        "linear": make_pipeline(StandardScaler(), LogisticRegression()).fit(data, np.array(["a", "b", "c"])[kinds]),
    }
    flat = flat_trees()
    expected["rows"] = rows.tolist()
    expected["predictions"] = {}
    for name, fitted in models.items():
        options = {} if name == "forest_regressor" else {id(fitted): {"zipmap": False, "raw_scores": name == "boosting_binary"}}
        converted = to_onnx(fitted, data[:1], options=options if name != "linear" else {"zipmap": False})
        with open(at(f"{name}.onnx"), "wb") as file:
            file.write(converted.SerializeToString())
        session = onnxruntime.InferenceSession(converted.SerializeToString())
        outputs = session.run(None, {session.get_inputs()[0].name: rows})
        expected["predictions"][name] = np.asarray(outputs[-1], dtype=np.float64).tolist()
    with open(at("flat_trees.onnx"), "wb") as file:
        file.write(flat.SerializeToString())
    session = onnxruntime.InferenceSession(flat.SerializeToString())
    expected["predictions"]["flat_trees"] = np.asarray(session.run(None, {"x": rows})[0], dtype=np.float64).tolist()
    with open(at("expected.json"), "w") as file:
        json.dump(expected, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    write(sys.argv[1])
