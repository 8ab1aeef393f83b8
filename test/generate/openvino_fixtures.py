"""Writes test/fixtures/openvino: OpenVINO models as .xml and .bin, and the values that OpenVINO reads from them.

    python openvino_fixtures.py ../fixtures/openvino      # requirements-openvino.txt
"""

import json
import os
import struct
import sys

import numpy as np
import openvino as ov
import openvino.opset13 as ops
from openvino import Type

WHOLE = np.array([[1, 0, 1], [1, 0, 0], [0, 1, 1]])
TYPES = {
    "f64": np.array([[0.1, -0.0], [np.inf, 5e-324]]),
    "f32": np.array([[0.1, -0.0], [np.inf, 1e-45]]),
    "f16": np.array([0.1, -2, 65504]),
    "bf16": np.array([0.1, -2, 3e38]),
    "i8": np.array([-128, 0, 127]),
    "i16": np.array([-32768, 1]),
    "i32": np.array([-(2**31), 1]),
    "i64": np.array([-(2**53), 1]),
    "u8": np.array([0, 255]),
    "u16": np.array([0, 65535]),
    "u32": np.array([0, 2**32 - 1]),
    "u64": np.array([0, 2**53]),
    "boolean": np.array([1, 0, 1]),
    "i4": np.array([-8, 7, 1, -1, 3]),
    "u4": np.array([0, 15, 1, 2, 3]),
    "u2": np.array([0, 1, 2, 3, 1]),
    "u3": np.array([0, 7, 1, 2, 3, 4, 5, 6, 7, 3, 0]),
    "u6": np.array([0, 63, 1, 32, 21, 42, 17]),
    "u1": WHOLE,
    "nf4": np.array(
        [-1.0, -0.6961928, -0.52507305, -0.3949175, -0.28444138, -0.18477343, -0.091050036, 0.0]
        + [0.0795803, 0.1609302, 0.2461123, 0.33791524, 0.44070983, 0.562617, 0.72295684, 1.0]
    ),
    "f8e4m3": np.array([0.125, -448, 1]),
    "f8e5m2": np.array([0.125, -57344, 1]),
    "f8e8m0": np.array([0.5, 1, 4]),
    "f4e2m1": np.array([0.5, -6, 1]),
}


def bits(value):
    return struct.pack("<d", float(value)).hex()


def values_of(constant):
    """As double, by OpenVINO's own conversion: what it reads the bytes as."""
    model = ov.Model([ops.convert(constant, "f64")], [])
    return ov.Core().compile_model(model, "CPU")([])[0]


def main(folder):
    os.makedirs(folder, exist_ok=True)
    expected, results = {}, []
    for name, array in TYPES.items():
        kind = getattr(Type, name)
        try:
            constant = ops.constant(array, dtype=kind, name=f"const_{name}")
        except Exception as error:
            print(name, "not made:", repr(error)[:100])
            continue
        # The processor's conversion goes through float32: of types with bytes of their own, those.
        known = {"shape": list(array.shape)}
        if kind.bitwidth < 8 or name.startswith("f8"):
            known["values"] = [bits(v) for v in values_of(constant).ravel()]
        else:
            known["bytes"] = np.ascontiguousarray(constant.data).tobytes().hex()
        expected[name] = known
        results.append(ops.result(constant, name=f"out_{name}"))
    x = ops.parameter([-1, 3], np.float32, name="x")
    x.output(0).set_names({"x"})
    weight = ops.constant(np.arange(6).reshape(3, 2) / 8, dtype=np.float32, name="weight")
    product = ops.matmul(x, weight, False, False, name="product")
    product.output(0).set_names({"y"})
    words = ov.op.Constant(ov.Tensor(np.array(["one", "", "drei"])))
    words.set_friendly_name("words")
    outputs = [ops.result(product, name="out_product"), *results, ops.result(words, name="out_words")]
    model = ov.Model(outputs, [x], "fixture")
    model.set_rt_info("demo", ["conversion_parameters", "framework"])
    model.set_rt_info(["red", "green"], ["model_info", "labels"])
    ov.serialize(model, os.path.join(folder, "types.xml"), os.path.join(folder, "types.bin"))
    with open(os.path.join(folder, "expected.json"), "w", encoding="utf-8") as out:
        json.dump(expected, out, indent=1)
        out.write("\n")


main(sys.argv[1])
