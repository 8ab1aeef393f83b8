"""Writes protobuf's text form of models that are there in binary, by protobuf itself:
test/fixtures/onnx/*.pbtxt of the ONNX fixtures, and test/fixtures/tensorflow/graph.{pb,pbtxt}, a frozen graph.

    python protobuf_text_fixtures.py ../fixtures      # requirements-protobuf-text.txt
"""

import pathlib
import sys

import numpy as np
import onnx
from google.protobuf import text_format
from tensorboard.compat.proto.graph_pb2 import GraphDef

FOLDER = pathlib.Path(sys.argv[1])
for name in ("linear", "tensors", "forest_regressor"):
    model = onnx.load(FOLDER / "onnx" / f"{name}.onnx", load_external_data=False)
    (FOLDER / "onnx" / f"{name}.pbtxt").write_text(text_format.MessageToString(model, as_utf8=True))

graph = GraphDef()


def constant(name, dtype, shape):
    node = graph.node.add(name=name, op="Const")
    node.attr["dtype"].type = dtype
    tensor = node.attr["value"].tensor
    tensor.dtype = dtype
    for size in shape:
        tensor.tensor_shape.dim.add(size=size)
    return tensor


content = np.array([[0.1, -0.0, np.nan], [np.inf, 1e-45, 3.5]], dtype="<f4")
constant("raw", 1, content.shape).tensor_content = content.tobytes()
constant("listed", 1, content.shape).float_val.extend(content.ravel().tolist())
constant("doubles", 2, (2,)).double_val.extend([0.1, -5e-324])
constant("filled", 1, (2, 3)).float_val.append(0.5)
constant("halves", 19, (2,)).half_val.extend([0x3C00, 0xFC00])
constant("integers", 9, (3,)).int64_val.extend([-(2**63), 2**63 - 1, 7])
constant("flags", 10, (2,)).bool_val.extend([True, False])
constant("text", 7, (2,)).string_val.extend(["\u00e9\n\"'\\".encode(), b"\x00\xff\x7f8"])
node = graph.node.add(name="y", op="MatMul", input=["x", "raw"])
node.attr["transpose_a"].b = True
node.attr["alpha"].f = 0.1
node.attr["data_format"].s = b"NHWC"
node.attr["T"].type = 1
node.attr["_class"].list.s.append(b"loc:@raw")
graph.versions.producer = 27
(FOLDER / "tensorflow").mkdir(exist_ok=True)
(FOLDER / "tensorflow" / "graph.pb").write_bytes(graph.SerializeToString(deterministic=True))
(FOLDER / "tensorflow" / "graph.pbtxt").write_text(text_format.MessageToString(graph))
