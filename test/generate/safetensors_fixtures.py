"""Writes test/fixtures/safetensors: files by the safetensors library, and its verdict over headers good and bad.

    python test/generate/safetensors_fixtures.py        (requirements-numpy-new.txt)
"""

import base64
import json
import pathlib
import struct

import numpy as np
import safetensors
from safetensors import SafetensorError, TensorSpec, deserialize, serialize
from safetensors.numpy import save_file

HERE = pathlib.Path(__file__).resolve().parent.parent / "fixtures" / "safetensors"
HERE.mkdir(parents=True, exist_ok=True)
expected = {}


def note(name, tensors, metadata=None):
    expected[name] = {"tensors": tensors, "metadata": metadata}


# By its numpy interface: names that need quoting and sorting, -0 and NaN payloads, empty and 0-d tensors.
doubles = np.array([0x8000000000000000, 1, 0x7FF8000000000001, 0x3FB999999999999A], dtype="<u8").view("<f8")
arrays = {
    "layer1.0.weight": np.arange(6, dtype="<f4").reshape(2, 3),
    'quote"back\\slash\n\x01': np.array([1], dtype="<i2"),
    "größe": np.array([-128, 127], dtype="i1"),
    "\U0001f40d": np.array([True, False]),
    "\uffff": np.array([False, True]),
    "__proto__": np.array([7], dtype="<u8"),
    "scalar": np.array(0.1),
    "empty": np.zeros((0, 3), dtype="<f2"),
    "doubles": doubles,
    "int64": np.array([-(2**63), 2**63 - 1], dtype="<i8"),
    "complex": np.array([1 - 2j], dtype="<c8"),
}
save_file(arrays, HERE / "numpy.safetensors", metadata={"format": "np"})
note(
    "numpy.safetensors",
    {name: {"dtype": str(a.dtype), "shape": list(a.shape), "hex": a.tobytes().hex()} for name, a in arrays.items()},
    {"format": "np"},
)

# Every element type that the library writes, the same 16 bytes each.
content = np.arange(0xF0, 0x100, dtype="u1")
WRITABLE = {
    "bool": 1, "int8": 1, "uint8": 1, "int16": 2, "uint16": 2, "int32": 4, "uint32": 4, "int64": 8, "uint64": 8,
    "float16": 2, "float32": 4, "float64": 8, "bfloat16": 2, "complex64": 8, "float8_e4m3fn": 1, "float8_e5m2": 1,
    "float8_e8m0fnu": 1, "float8_e4m3fnuz": 1, "float8_e5m2fnuz": 1,
}
specs = {
    f"t_{name}": TensorSpec(dtype=name, shape=[16 // size], data_ptr=content.ctypes.data, data_len=16)
    for name, size in WRITABLE.items()
}
specs["t_float4_e2m1fn"] = TensorSpec(
    dtype="float4_e2m1fn_x2", shape=[16], data_ptr=content.ctypes.data, data_len=16
)
(HERE / "dtypes.safetensors").write_bytes(serialize(specs))
shapes = {f"t_{name}": [16 // size] for name, size in WRITABLE.items()} | {"t_float4_e2m1fn": [32]}
note(
    "dtypes.safetensors",
    {key: {"dtype": key[2:], "shape": shape, "hex": content.tobytes().hex()} for key, shape in shapes.items()},
)

(HERE / "none.safetensors").write_bytes(serialize({}))
note("none.safetensors", {})


# The verdict of the library: what does it take, what does it refuse?
def tensor(start, end, dtype="U8", shape=None, **more):
    return {"dtype": dtype, "shape": [end - start] if shape is None else shape, "data_offsets": [start, end], **more}


ONE = '{"dtype":"U8","shape":[1],"data_offsets":[0,1]}'
CASES = {
    "no tensors": ("{}", b""),
    "padded": ("{}   \n\t\r", b""),
    "padded with zeros": ("{}\0\0", b""),
    "white space first": ("  {}", b""),
    "byte order mark": (b"\xef\xbb\xbf{}", b""),
    "another value after it": ("{}{}", b""),
    "a list": ("[]", b""),
    "an unknown field": ({"a": tensor(0, 1, more={"x": [1, {}]})}, b"x"),
    "a field twice": ('{"a":{"dtype":"U8","dtype":"U8","shape":[1],"data_offsets":[0,1]}}', b"x"),
    "a name twice, the same": ('{"a":%s,"a":%s}' % (ONE, ONE), b"x"),
    "a name twice, another range": ('{"a":%s,"a":%s}' % (ONE, ONE.replace("[0,1]", "[1,2]")), b"xy"),
    "metadata twice": ('{"__metadata__":{},"__metadata__":{}}', b""),
    "a metadata key twice": ('{"__metadata__":{"a":"1","a":"2"}}', b""),
    "metadata of null": ('{"__metadata__":null}', b""),
    "metadata of a list": ('{"__metadata__":[]}', b""),
    "metadata with a number": ('{"__metadata__":{"a":1}}', b""),
    "metadata with an object": ('{"__metadata__":{"a":{"b":"c"}}}', b""),
    "fields as a list": ('{"a":["U8",[1],[0,1]]}', b"x"),
    "fields as a short list": ('{"a":["U8",[1]]}', b"x"),
    "fields as a long list": ('{"a":["U8",[1],[0,1],1]}', b"x"),
    "a number for a tensor": ('{"a":1}', b""),
    "null for a tensor": ('{"a":null}', b""),
    "no dtype": ('{"a":{"shape":[1],"data_offsets":[0,1]}}', b"x"),
    "no shape": ('{"a":{"dtype":"U8","data_offsets":[0,1]}}', b"x"),
    "no data_offsets": ('{"a":{"dtype":"U8","shape":[1]}}', b"x"),
    "three data_offsets": ('{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1,2]}}', b"x"),
    "one data_offset": ('{"a":{"dtype":"U8","shape":[1],"data_offsets":[0]}}', b"x"),
    "a dimension with a fraction": ('{"a":{"dtype":"U8","shape":[1.0],"data_offsets":[0,1]}}', b"x"),
    "a dimension with an exponent": ('{"a":{"dtype":"U8","shape":[1e0],"data_offsets":[0,1]}}', b"x"),
    "a negative dimension": ('{"a":{"dtype":"U8","shape":[-1],"data_offsets":[0,1]}}', b"x"),
    "minus zero": ('{"a":{"dtype":"U8","shape":[1],"data_offsets":[-0,1]}}', b"x"),
    "a dimension as text": ('{"a":{"dtype":"U8","shape":["1"],"data_offsets":[0,1]}}', b"x"),
    "a dtype as a number": ('{"a":{"dtype":8,"shape":[1],"data_offsets":[0,1]}}', b"x"),
    "an offset over 64 bits": ('{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,18446744073709551616]}}', b"x"),
    "a scalar": ({"a": tensor(0, 4, "F32", [])}, b"xxxx"),
    "header in another order": ({"b": tensor(1, 2), "a": tensor(0, 1)}, b"xy"),
    "a hole at the start": ({"a": tensor(1, 2)}, b"xx"),
    "a hole in the middle": ({"a": tensor(0, 1), "b": tensor(2, 3)}, b"xxx"),
    "an overlap": ({"a": tensor(0, 2), "b": tensor(1, 3)}, b"xxx"),
    "empty tensors at the edges": ({"a": tensor(0, 0), "b": tensor(0, 1), "c": tensor(1, 1)}, b"x"),
    "empty tensors in one place": ({"a": tensor(0, 0), "b": tensor(0, 0)}, b""),
    "an empty tensor inside of another": ({"a": tensor(0, 2), "b": tensor(1, 1)}, b"xx"),
    "bytes after the last": ({"a": tensor(0, 1)}, b"xx"),
    "bytes missing": ({"a": tensor(0, 2)}, b"x"),
    "a shape of more": ({"a": tensor(0, 2, shape=[3])}, b"xx"),
    "a shape of less": ({"a": tensor(0, 2, shape=[1])}, b"xx"),
    "an end before the start": ({"a": tensor(2, 1, shape=[0])}, b"xx"),
    "a shape that cannot be counted": ({"a": tensor(0, 1, shape=[2**40, 2**40])}, b"x"),
    "one that cannot be counted, with a zero after": ({"a": tensor(0, 0, shape=[2**40, 2**40, 0])}, b""),
    "one with a zero before": ({"a": tensor(0, 0, shape=[0, 2**40, 2**40])}, b""),
    "four bits, whole bytes": ({"a": tensor(0, 2, "F4", [4])}, b"xx"),
    "four bits, half a byte": ({"a": tensor(0, 2, "F4", [3])}, b"xx"),
    "six bits, whole bytes": ({"a": tensor(0, 3, "F6_E2M3", [4])}, b"xxx"),
    "six bits, half bytes": ({"a": tensor(0, 2, "F6_E3M2", [2])}, b"xx"),
    "an unknown dtype": ({"a": tensor(0, 16, "F128", [1])}, b"x" * 16),
    "a dtype in small letters": ({"a": tensor(0, 4, "f32", [1])}, b"xxxx"),
    "half of a surrogate pair": ('{"\\ud800":%s}' % ONE, b"x"),
    "a surrogate pair": ('{"\\ud83d\\udc0d":%s}' % ONE, b"x"),
    "bytes that are not UTF-8": (b'{"\xff":' + ONE.encode() + b"}", b"x"),
    "a control character": ('{"a\nb":%s}' % ONE, b"x"),
    "NaN": ('{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1],"x":NaN}}', b"x"),
    "a comma too many": ('{"a":%s,}' % ONE, b"x"),
    "nesting of 100": ('{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1],"x":%s}}' % ("[" * 100 + "]" * 100), b"x"),
    "nesting of 200": ('{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1],"x":%s}}' % ("[" * 200 + "]" * 200), b"x"),
    "cut in the header's JSON": ('{"a":%s,"b":{"dtype":"U8","sha' % ONE, b"x"),
    "an empty name": ('{"":%s}' % ONE, b"x"),
}

verdicts = {}
for name, (header, data) in CASES.items():
    text = json.dumps(header) if isinstance(header, dict) else header
    raw = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    file = struct.pack("<Q", len(raw)) + raw + data
    verdicts[name] = {"file": base64.b64encode(file).decode()}
    try:
        verdicts[name]["tensors"] = sorted(key for key, _ in deserialize(file))
    except SafetensorError as error:
        verdicts[name]["error"] = str(error).removeprefix("Error while deserializing: ")

out = {"safetensors": safetensors.__version__, "files": expected, "verdicts": verdicts}
(HERE / "expected.json").write_text(json.dumps(out, indent=1, ensure_ascii=True) + "\n", encoding="utf-8")
print({True: "taken", False: "refused"}, sum("tensors" in v for v in verdicts.values()), "of", len(verdicts))
