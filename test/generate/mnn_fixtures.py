"""Writes test/fixtures/mnn: a small network converted by MNN as float32, float16 and 4-bit weights, with the values that
went in as hex, and those of four bits as MNN's own dump of the file has them.

    python mnn_fixtures.py ../fixtures/mnn      # requirements-mnn.txt
"""

import json
import os
import subprocess
import sys
import tempfile

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

FOLDER = sys.argv[1]
os.makedirs(FOLDER, exist_ok=True)
rng = np.random.default_rng(11)


def normal(*shape):
    return rng.standard_normal(shape).astype(np.float32)


def truncated(array):
    """As mnnconvert makes float16: towards zero."""
    halves = array.astype(np.float16)
    return np.where(np.abs(halves.astype(np.float32)) > np.abs(array), np.nextafter(halves, np.float16(0)), halves)


ARRAYS = {"w": normal(4, 3, 3, 3), "b": normal(4), "dw": normal(4, 1, 3, 3), "fc": normal(5, 64), "fb": normal(5)}
ARRAYS["slope"] = normal(4, 1, 1)
ARRAYS["shape"] = np.array([1, -1], np.int64)
ARRAYS["half"] = normal(5)
NODES = [
    helper.make_node("Conv", ["x", "w", "b"], ["c"], "conv", kernel_shape=[3, 3], pads=[1, 1, 1, 1]),
    helper.make_node("PRelu", ["c", "slope"], ["p"], "prelu"),
    helper.make_node("Conv", ["p", "dw"], ["d"], "depth", kernel_shape=[3, 3], group=4, pads=[1, 1, 1, 1]),
    helper.make_node("Reshape", ["d", "shape"], ["r"], "flat"),
    helper.make_node("Gemm", ["r", "fc", "fb"], ["g"], "gemm", transB=1),
    helper.make_node("Add", ["g", "half"], ["y"], "add"),
]
graph = helper.make_graph(
    NODES,
    "net",
    [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3, 4, 4])],
    [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 5])],
    [numpy_helper.from_array(array, name) for name, array in ARRAYS.items()],
)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
model.ir_version = 8
# Which operator has what: mnnconvert names them by their outputs.
PLACES = {"c.weight": "w", "c.bias": "b", "d.weight": "dw", "g__matmul_converted.weight": "fc", "slope": "slope", "half": "half"}
expected = {"float": {place: ARRAYS[name].tobytes().hex() for place, name in PLACES.items()}}
halves = {place.replace(".weight", ".quanParameter"): ARRAYS[name] for place, name in PLACES.items() if name != "b"}
expected["half"] = {place: truncated(array).tobytes().hex() for place, array in halves.items()}

with tempfile.TemporaryDirectory() as temporary:
    source = os.path.join(temporary, "net.onnx")
    onnx.save(model, source)
    for name, options in (("float", []), ("half", ["--fp16"]), ("four", ["--weightQuantBits", "4", "--weightQuantAsymmetric"])):
        target = os.path.join(FOLDER, f"{name}.mnn")
        subprocess.run(["mnnconvert", "-f", "ONNX", "--modelFile", source, "--MNNModel", target, "--bizCode", "test", *options], check=True)
    dump = os.path.join(temporary, "four.json")
    subprocess.run(["mnnconvert", "-f", "MNN", "--modelFile", os.path.join(FOLDER, "four.mnn"), "--JsonFile", dump], check=True)
    with open(dump) as file:
        operators = {operator["name"]: operator for operator in json.load(file)["oplists"]}
expected["four"] = {}
for place, name in PLACES.items():
    if not place.endswith(".weight"):
        continue
    compressed = operators[place.removesuffix(".weight")]["main"]["quanParameter"]
    buffer = np.array(compressed["buffer"], np.int8).astype(np.uint8)
    dimensions = int(buffer[0])
    start = 2 + 2 * dimensions
    table = buffer[start : start + 16].astype(np.int8)
    packed = buffer[start + 16 :]
    indices = np.stack([packed >> 4, packed & 15], axis=1).ravel()[: ARRAYS[name].size]
    values = table[indices]
    # What was stored is what went in, to half a step of its scale.
    steps = np.repeat(np.array(compressed["alpha"]), values.size // len(compressed["alpha"]))
    assert np.all(np.abs(values * steps - ARRAYS[name].ravel()) <= 0.51 * steps + 1e-4)
    expected["four"][place.replace(".weight", ".quanParameter.weight")] = values.tobytes().hex()
with open(os.path.join(FOLDER, "expected.json"), "w") as file:
    json.dump(expected, file, indent=1)
    file.write("\n")
