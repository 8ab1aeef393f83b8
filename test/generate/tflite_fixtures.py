"""Writes test/fixtures/tflite: a model by the tflite package's builders, and what the package reads back from it.

    python test/generate/tflite_fixtures.py        (requirements-tflite.txt)
"""

import importlib
import json
import pathlib

import flatbuffers
import numpy as np
import tflite

HERE = pathlib.Path(__file__).resolve().parent.parent / "fixtures" / "tflite"
HERE.mkdir(parents=True, exist_ok=True)
T = tflite.TensorType
b = flatbuffers.Builder(1024)


def offsets(items):
    b.StartVector(4, len(items), 4)
    for item in reversed(items):
        b.PrependUOffsetTRelative(item)
    return b.EndVector()


def vector(array, align=None):
    return b.CreateNumpyVector(np.ascontiguousarray(array))


def table(name, **fields):
    module = importlib.import_module(f"tflite.{name}")
    getattr(module, f"{name}Start")(b)
    for field, value in fields.items():
        getattr(module, f"{name}Add{field}")(b, value)
    return getattr(module, f"{name}End")(b)


rng = np.random.default_rng(5)
weights = rng.integers(-128, 128, (2, 3, 3, 1)).astype("i1")
bias = np.array([7, -9], dtype="<i4")
halves = np.array([0.5, -0.0, 65504], dtype="<f2")
packed = np.array([0x10, 0x82, 0x0F], dtype="u1")
labels = ["cat", "größe", ""]
texts = [label.encode() for label in labels]
ends = np.cumsum([8 + 4 * len(texts)] + [len(t) for t in texts])
strings = np.concatenate([np.array([len(texts), *ends], dtype="<u4").view("u1"), np.frombuffer(b"".join(texts), "u1")])
contents = [None, weights, bias, halves, packed, strings, np.frombuffer(b"1.5.0" + bytes(11), "u1")]
buffers = []
for content in contents:
    data = None if content is None else vector(np.frombuffer(content.tobytes(), "u1"))
    buffers.append(table("Buffer", **({} if data is None else {"Data": data})))


def quantization(scale, zero, dimension=0):
    s, z = vector(np.array(scale, dtype="<f4")), vector(np.array(zero, dtype="<i8"))
    return table("QuantizationParameters", Scale=s, ZeroPoint=z, QuantizedDimension=dimension
    )


def tensor(name, kind, shape, buffer=0, quant=None, signature=None):
    n, s = b.CreateString(name), vector(np.array(shape, dtype="<i4"))
    fields = {"Name": n, "Shape": s, "Type": kind, "Buffer": buffer}
    if quant is not None:
        fields["Quantization"] = quant
    if signature is not None:
        fields["ShapeSignature"] = vector(np.array(signature, dtype="<i4"))
    return table("Tensor", **fields)


def subgraph(name, tensors, inputs, outputs, operators=()):
    t, o, n = offsets(tensors), offsets(list(operators)), b.CreateString(name)
    i, u = vector(np.array(inputs, dtype="<i4")), vector(np.array(outputs, dtype="<i4"))
    return table("SubGraph", Tensors=t, Inputs=i, Outputs=u, Operators=o, Name=n)


options = table("Conv2DOptions", Padding=1, StrideW=2, StrideH=3, FusedActivationFunction=3
)
i, o = vector(np.array([0, 1, 2], dtype="<i4")), vector(np.array([3], dtype="<i4"))
conv = table("Operator", OpcodeIndex=0, Inputs=i, Outputs=o, BuiltinOptionsType=1, BuiltinOptions=options)
i, o = vector(np.array([3, -1], dtype="<i4")), vector(np.array([3], dtype="<i4"))
custom = vector(np.frombuffer(b"\x01\x02\x03", "u1"))
own = table("Operator", OpcodeIndex=1, Inputs=i, Outputs=o, CustomOptions=custom)
main = subgraph(
    "main",
    [
        tensor("in", T.INT8, [1, 8, 8, 1], quant=quantization([0.25], [-3]), signature=[-1, 8, 8, 1]),
        tensor("w", T.INT8, weights.shape, 1, quantization([0.5, 0.125], [0, 0])),
        tensor("b", T.INT32, [2], 2),
        tensor("out", T.INT8, [1, 4, 3, 2]),
        tensor("h", T.FLOAT16, [3], 3),
        tensor("q4", T.INT4, [5], 4),
        tensor("labels", T.STRING, [3], 5),
    ],
    [0], [3], [conv, own],
)
other = subgraph("body", [tensor("b", T.INT32, [2, 1], 2), tensor("", T.FLOAT32, [])], [], [])
n = b.CreateString("MyOp")
codes = [
    table("OperatorCode", DeprecatedBuiltinCode=3, BuiltinCode=3, Version=2),
    table("OperatorCode", DeprecatedBuiltinCode=32, BuiltinCode=32, CustomCode=n),
]
n = b.CreateString("x")
inputs = offsets([table("TensorMap", Name=n, TensorIndex=0)])
n = b.CreateString("y")
outputs = offsets([table("TensorMap", Name=n, TensorIndex=3)])
n = b.CreateString("serve")
signature = table("SignatureDef", Inputs=inputs, Outputs=outputs, SignatureKey=n, SubgraphIndex=0)
n = b.CreateString("min_runtime_version")
metadata = table("Metadata", Name=n, Buffer=6)
c, s, u, m, d = offsets(codes), offsets([main, other]), offsets(buffers), offsets([metadata]), offsets([signature])
n = b.CreateString("made by hand")
b.Finish(
    table("Model", Version=3, OperatorCodes=c, Subgraphs=s, Description=n, Buffers=u, Metadata=m, SignatureDefs=d
    ),
    file_identifier=b"TFL3",
)
content = bytes(b.Output())
(HERE / "model.tflite").write_bytes(content)

# As the package reads it.
model = tflite.Model.GetRootAs(content, 0)
expected = {}
for at in range(model.SubgraphsLength()):
    graph = model.Subgraphs(at)
    for index in range(graph.TensorsLength()):
        each = graph.Tensors(index)
        if model.Buffers(each.Buffer()).DataLength() == 0:
            continue
        name = each.Name().decode()
        expected[name if at == 0 else f"{graph.Name().decode()}/{name}"] = {
            "type": int(each.Type()),
            "shape": [int(d) for d in each.ShapeAsNumpy()],
            "hex": model.Buffers(each.Buffer()).DataAsNumpy().tobytes().hex(),
        }
(HERE / "model.json").write_text(json.dumps(expected, indent=1) + "\n")
