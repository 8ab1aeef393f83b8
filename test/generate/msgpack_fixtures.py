"""Writes test/fixtures/msgpack: plain values, arrays of msgpack-numpy, and flax checkpoints, with the values as hex.

    pip install -r test/generate/requirements-msgpack.txt
    python test/generate/msgpack_fixtures.py
"""

import json
import pathlib
import struct

import flax.serialization
import ml_dtypes
import msgpack
import msgpack_numpy
import numpy as np

HERE = pathlib.Path(__file__).resolve().parent.parent / "fixtures" / "msgpack"
HERE.mkdir(parents=True, exist_ok=True)
expected = {}


def array(value):
    value = np.asarray(value)
    is_own = value.dtype.kind in "US" or value.dtype.byteorder == ">"
    name = str(value.dtype) if value.dtype.names else value.dtype.str if is_own else value.dtype.name
    return {"dtype": name, "shape": list(value.shape), "hex": value.tobytes().hex()}


def describe(value):
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return {"i": str(value)}
    if isinstance(value, float):
        return {"f": struct.pack(">d", value).hex()}
    if isinstance(value, bytes):
        return {"x": value.hex()}
    if isinstance(value, str):
        return {"s": value}
    if isinstance(value, msgpack.Timestamp):
        return {"s": value.to_datetime().strftime("%Y-%m-%dT%H:%M:%S") + (f".{value.nanoseconds:09d}" if value.nanoseconds else "") + "Z"}
    if isinstance(value, dict):
        return {"d": [[describe(k), describe(v)] for k, v in value.items()]}
    return {"l": [describe(v) for v in value]}


PLAIN = {
    "nil": None, "true": True, "false": False,
    "ints": [0, 1, 127, 128, 255, 256, 65535, 65536, 2**32 - 1, 2**32, 2**63 - 1, 2**64 - 1],
    "negative": [-1, -32, -33, -128, -129, -32768, -32769, -(2**31), -(2**31) - 1, -(2**63)],
    "floats": [0.1, -0.0, 5e-324, float("inf"), 1.0],
    "texts": ["", "é", "日本", "a" * 31, "a" * 32, "a" * 256, "a" * 65536],
    "bytes": [b"", b"\x00\xff", b"b" * 256],
    "map": {"a": {"b": {}}, "list": [[], [[]]]},
    "long": ["x"] * 20, "big map": {f"k{i}": i for i in range(20)},
    "times": [msgpack.Timestamp(0), msgpack.Timestamp(1700000000, 5), msgpack.Timestamp(-1, 999999999), msgpack.Timestamp(2**35, 1)],
    7: "int key", -1.5: "float key", True: "bool key", None: "nil key",
}
(HERE / "plain.msgpack").write_bytes(msgpack.packb(PLAIN))
expected["plain.msgpack"] = describe(PLAIN)
(HERE / "stream.msgpack").write_bytes(msgpack.packb({"a": 1}) + msgpack.packb([1, 2]))

rng = np.random.default_rng(1)
NUMPY = {
    "f4": rng.normal(size=(2, 3)).astype("f4"), "f8": rng.normal(size=3), "be": np.arange(3, dtype=">i2"), "b": np.array([True, False]),
    "c": np.array([1 + 2j]), "u": np.array(["ab", "c"]), "empty": np.zeros((0, 3)), "scalar": np.float32(0.1), "zero": np.array(5, "i8"),
    "struct": np.array([(1, 2.5), (3, 4.5)], dtype=[("a", "<i4"), ("b", "<f8")]),
}
(HERE / "numpy.msgpack").write_bytes(msgpack.packb({"params": NUMPY}, default=msgpack_numpy.encode))
(HERE / "numpy-raw.msgpack").write_bytes(msgpack.packb({"params": {k: NUMPY[k] for k in ("f8", "b")}}, default=msgpack_numpy.encode, use_bin_type=True))
expected["numpy"] = {k: array(v) for k, v in NUMPY.items()}
(HERE / "objects.msgpack").write_bytes(msgpack.packb({"o": np.array([1, "a"], dtype=object), "n": 1}, default=msgpack_numpy.encode))

FLAX = {
    "params": {
        "Dense_0": {"kernel": rng.normal(size=(4, 3)).astype("f4"), "bias": np.zeros(3, ml_dtypes.bfloat16) + ml_dtypes.bfloat16(1.5)},
        "emb": {"f16": np.arange(6, dtype="f2").reshape(2, 3), "i8": np.arange(-3, 3, dtype="i1"), "u32": np.array([2**32 - 1], "u4")},
    },
    "step": np.int32(7), "lr": 0.1, "n": 3, "flag": True, "name": "run", "complex": 1.5 - 2j,
}
(HERE / "flax.msgpack").write_bytes(flax.serialization.msgpack_serialize(FLAX))
expected["flax"] = {**{k: array(v) for k, v in FLAX["params"]["Dense_0"].items()}, **{k: array(v) for k, v in FLAX["params"]["emb"].items()}, "step": array(FLAX["step"]), "complex": array(FLAX["complex"])}
flax.serialization.MAX_CHUNK_SIZE = 64
CHUNKED = {"w": rng.normal(size=(7, 5)).astype("f4"), "b": np.ones(2, "f4")}
(HERE / "chunked.msgpack").write_bytes(flax.serialization.to_bytes(CHUNKED))
expected["chunked"] = {k: array(v) for k, v in CHUNKED.items()}
(HERE / "expected.json").write_text(json.dumps(expected, indent=0))
