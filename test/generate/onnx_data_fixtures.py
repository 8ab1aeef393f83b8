"""Writes test/fixtures/onnx-data: sequences, maps and optionals as the test data of the onnx package, 6-bit floats, and
every value as hex.

    python onnx_data_fixtures.py ../fixtures/onnx-data      # requirements-onnx-data.txt
"""

import json
import os
import sys

import numpy as np
from onnx import TensorProto, helper, numpy_helper

FOLDER = sys.argv[1]
os.makedirs(FOLDER, exist_ok=True)
expected = {}


def put(name, proto, values):
    with open(os.path.join(FOLDER, f"{name}.pb"), "wb") as file:
        file.write(proto.SerializeToString())
    expected[name] = {path: [list(v.shape), v.tobytes().hex()] for path, v in values.items()}


a, b = np.arange(6, dtype=np.float32).reshape(2, 3) / 4, np.array([7, -8], dtype=np.int64)
put("sequence", numpy_helper.from_list([a, a * 2, a[0]], "x"), {"x[0]": a, "x[1]": a * 2, "x[2]": a[0]})
put("unnamed", numpy_helper.from_list([b]), {"sequence[0]": b})
put("nested", numpy_helper.from_list([[a, a], [a[1]]], "n"), {"n[0][0]": a, "n[0][1]": a, "n[1][0]": a[1]})
put("map", numpy_helper.from_dict({3: a, -5: a * 3}, "m"), {"m[3]": a, "m[-5]": a * 3})
put("maps", numpy_helper.from_list([{1: a}, {2: a[0], 9: a[1]}], "s"), {"s[0][1]": a, "s[1][2]": a[0], "s[1][9]": a[1]})
put("optional", numpy_helper.from_optional(b, "o"), {"o[0]": b})
texts = numpy_helper.from_dict({1: a}, "t")
texts.key_type = TensorProto.STRING
del texts.keys[:]
texts.string_keys.append("größe".encode())
put("texts", texts, {'t["größe"]': a})

SIX = {
    TensorProto.FLOAT6E2M3: [0.0, -0.0, 1.0, -7.5, 0.125, 3.75, 6.5],
    TensorProto.FLOAT6E3M2: [0.0, -0.0, 1.0, -28.0, 0.0625, 3.5, 20.0],
}
for number, values in SIX.items():
    name = TensorProto.DataType.Name(number)
    array = np.array(values).astype(helper.tensor_dtype_to_np_dtype(number))
    raw = numpy_helper.from_array(array, f"raw_{name}")
    listed = helper.make_tensor(f"list_{name}", number, [7], values)
    assert (numpy_helper.to_array(listed) == array).all()
    for tensor in (raw, listed):
        with open(os.path.join(FOLDER, f"{tensor.name}.pb"), "wb") as file:
            file.write(tensor.SerializeToString())
        expected[tensor.name] = {"numbers": values, "hex": raw.raw_data.hex()}
with open(os.path.join(FOLDER, "expected.json"), "w") as file:
    json.dump(expected, file, indent=1, ensure_ascii=False)
    file.write("\n")
