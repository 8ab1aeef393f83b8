"""Pickles and joblib files with what Python itself says is in them.

    python test/generate/pickle_fixtures.py new   # in an environment of requirements-pickle-new.txt
    python test/generate/pickle_fixtures.py old   # in an environment of requirements-pickle-old.txt

Writes test/fixtures/pickle/{new,old}.json, test/fixtures/pickle/opcodes.json and test/fixtures/joblib/*.
Values are described as JSON: floats and array elements by their bits, containers with a number for their identity.
"""

import base64
import collections
import copyreg
import datetime
import decimal
import json
import pathlib
import pickle
import pickletools
import struct
import sys

import joblib
import numpy as np

GENERATION = sys.argv[1]
FIXTURES = pathlib.Path(__file__).resolve().parent.parent / "fixtures"


class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y


class Slotted:
    __slots__ = ("a", "b")


class Kept(dict):
    pass


class Named(list):
    pass


class Arguments:
    def __new__(cls, *args, **kwargs):
        return super().__new__(cls)

    def __getnewargs_ex__(self):
        return (1, "two"), {"three": 3.0}


for cls in (Point, Slotted, Kept, Named, Arguments):
    cls.__module__ = "fixtures"
sys.modules["fixtures"] = sys.modules["__main__"]


class Describe:
    """A value as JSON; containers get a number, and are a reference when they come again."""

    def __init__(self):
        self.numbers = {}
        self.alive = []

    def __call__(self, value):
        if value is None or isinstance(value, bool):
            return {"is": repr(value)}
        if type(value) is int:
            return {"int": str(value)}
        if type(value) is float:
            return {"float": struct.pack(">d", value).hex()}
        if type(value) is complex:
            return {"scalar": "complex128", "hex": struct.pack("<dd", value.real, value.imag).hex()}
        if type(value) is str:
            return {"str": value}
        if type(value) in (bytes, bytearray):
            return {type(value).__name__: bytes(value).hex()}
        if isinstance(value, np.generic) and not isinstance(value, np.ma.core.MaskedConstant):
            return {"scalar": dtype_name(value.dtype), "hex": value.tobytes().hex()}
        known = self.numbers.get(id(value))
        if known is not None:
            return {"ref": known}
        # Empty tuples and frozensets are not remembered by picklers.
        if value != () if type(value) is tuple else True:
            self.numbers[id(value)] = len(self.numbers)
            self.alive.append(value)
        number = self.numbers.get(id(value))
        out = self.container(value)
        return out if number is None else {"number": number, **out}

    def container(self, value):
        kind = type(value)
        if kind in (list, tuple, set, frozenset):
            return {kind.__name__: [self(item) for item in value]}
        if kind is dict:
            return {"dict": [[self(key), self(item)] for key, item in value.items()]}
        if isinstance(value, np.ma.MaskedArray):
            return {
                "masked": self(np.asarray(value.data)),
                "mask": self(np.ma.getmaskarray(value)),
                "fill_value": {"array": dtype_name(value.dtype), "shape": [], "hex": np.asarray(value.fill_value).tobytes().hex()},
            }
        if isinstance(value, np.ndarray):
            out = {"array": dtype_name(value.dtype), "shape": list(value.shape), "class": class_name(kind)}
            if value.dtype.hasobject:
                return {**out, "objects": [self(item) for item in value.ravel("C").tolist()]}
            return {**out, "hex": np.ascontiguousarray(value).tobytes().hex()}
        raise TypeError(kind)


def class_name(kind):
    return f"numpy.{kind.__name__}"


def dtype_name(dtype):
    if dtype.type is np.record:
        dtype = np.dtype((np.void, dtype))
    return str(dtype)


def describe(value):
    return Describe()(value)


def floats():
    bits = [0x7FF8000000000001, 0xFFF8000000000000, 0x7FF0000000000001, 0x7FF8000000000000, 1, 0x8000000000000000]
    return [struct.unpack(">d", struct.pack(">Q", b))[0] for b in bits] + [1.5, -0.0, 1e308, 5e-324, float("inf"), float("-inf")]


def shared():
    inner = [1, 2]
    return {"a": inner, "b": inner, "c": (inner, inner)}


def cycle():
    value = [1]
    value.append(value)
    holder = {"list": value}
    holder["self"] = holder
    return holder


def strings():
    return ["", "ascii", "é", "\U0001f600", "\ud800", "a\ud83d", "new\nline\\ and \\u0041 and \\\\u0041", "\x00\x1a\r", "x" * 300, "é" * 2100]


def views():
    base = np.arange(24, dtype="<f8").reshape(2, 3, 4)
    return [base.transpose(1, 0, 2), base.T, base[:, 1], base[::2, ::-1], np.asfortranarray(base[0])]


def structured():
    inner = np.dtype([("x", "<i2"), ("y", ">f4", (2,))])
    dtype = np.dtype({"names": ["id", "name", "in"], "formats": ["<i8", "S3", inner], "offsets": [0, 8, 16], "itemsize": 40})
    array = np.zeros(3, dtype)
    array["id"] = [1, -2, 3]
    array["name"] = [b"a", b"bc", b"def"]
    array["in"]["y"] = 1.25
    return [array, np.zeros(2, np.dtype([("a", "i1"), ("b", "f8")], align=True))]


def cases():
    yield from array_cases()
    # Both generations have the same Python.
    if GENERATION == "new":
        yield from python_cases()


def python_cases():
    yield "constants", [None, True, False, (), [], {}, set(), frozenset()]
    yield "integers", [0, 1, -1, 255, 256, 65535, 65536, 2**31 - 1, -(2**31), 2**31, 2**63, -(2**63), 2**64, 10**30, -(10**30), 2**2039, 2**4000]
    yield "floats", floats()
    yield "floats as text", [0.1, 1 / 3, -0.0, 1e308, 5e-324, 1e22, float("inf"), float("-inf"), float("nan")]
    yield "strings", strings()
    yield "bytes", [b"", b"a", bytes(range(256)), b"x" * 4100, bytearray(b""), bytearray(b"\xff\x00")]
    yield "containers", [(1,), (1, 2), (1, 2, 3), (1, 2, 3, 4), [[]], {"a": 1, 2: "b", None: 3, (1, "x"): 4, 1.5: 5}, {1}, frozenset(["q"])]
    yield "long list", [list(range(1001)), {str(i): i for i in range(1001)}]
    yield "complex", [1 + 2j, complex(-0.0, float("inf"))]
    yield "shared", shared()
    yield "cycle", cycle()


def array_cases():
    for code in ["?", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "g", "c8", "c16", "S5", "U3", "V4", "M8[ns]", "M8[25s]", "m8[D]", "M8", ">i4", ">f8", ">U2", ">M8[us]", ">c8"]:
        yield f"array {code}", np.frombuffer(bytes((7 * k + 1) % 251 if code not in "?" else k % 2 for k in range(6 * np.dtype(code).itemsize)), dtype=code).reshape(2, 3)
    extremes = np.array([np.iinfo("i8").min, np.iinfo("i8").max, -1], "i8")
    nans = np.array([0x7FF8000000000001, 0xFFF0000000000000, 1, 0x8000000000000000], "u8").view("f8")
    halves = np.array([0x7E01, 0xFC00, 1, 0x8000], "u2").view("f2")
    yield "extremes", [extremes, nans, halves]
    yield "shapes", [np.zeros((0,)), np.zeros((3, 0, 2), "i4"), np.array(1.5), np.zeros((1,) * 5)]
    yield "views", views()
    yield "structured", structured()
    yield "objects", np.array([[1, "a"], [None, [2.5]], [{"k": b"v"}, np.arange(2)]], dtype=object)
    yield "object scalar array", np.array(None, dtype=object)
    yield "self-holding object array", self_holding()
    yield "same array twice", [extremes, extremes]
    yield "scalars", [np.float64(-0.0), np.float32(1.5), np.float16(0.1), np.int64(-5), np.uint8(200), np.bool_(True), np.complex64(1 - 2j), np.datetime64("2024-02-29T12:00:00", "s"), np.timedelta64(3, "D"), np.str_("é"), np.bytes_(b"ab")]
    yield "subclasses", [np.matrix([[1, 2], [3, 4]]), np.rec.array([(1, 2.5)], dtype=[("a", "<i4"), ("b", "<f8")])]
    yield "masked", np.ma.array([1.5, 2.5, 3.5], mask=[0, 1, 0], fill_value=-1.0)


def self_holding():
    array = np.empty(2, dtype=object)
    array[0] = array
    array[1] = "end"
    return array


def objects(protocol):
    """What the reader describes by class and state: no expected value, tests look at the parts."""
    point = Point(1.5, [Point(None, "y")])
    slotted = Slotted()
    slotted.a = 1
    slotted.b = "b"
    kept = Kept(a=1)
    kept.extra = "state"
    named = Named([1, 2])
    named.extra = "state"
    return {
        "point": point,
        "slotted": slotted if protocol > 1 else None,
        "kept": kept,
        "named": named,
        "arguments": Arguments(),
        "ordered": collections.OrderedDict([("z", 1), ("a", 2)]),
        "default": collections.defaultdict(list, {"k": [1]}),
        "date": datetime.date(2024, 2, 29),
        "decimal": decimal.Decimal("1.10"),
        "class": Point,
    }


def write_pickles():
    out = []
    for name, value in cases():
        protocols = {}
        for protocol in range(6):
            if name == "self-holding object array" and protocol < 2:
                continue
            # As text every NaN is "nan".
            if name == "floats" and protocol == 0:
                continue
            protocols[str(protocol)] = base64.b64encode(pickle.dumps(value, protocol)).decode()
        # Some writers give the same bytes for several protocols: each is kept once.
        out.append({"name": name, "expected": describe(value), "protocols": protocols})
    named = {str(p): base64.b64encode(pickle.dumps(objects(p), p)).decode() for p in range(6)}
    document = {"python": sys.version.split()[0], "numpy": np.__version__, "cases": out, "objects": named}
    (FIXTURES / "pickle" / f"{GENERATION}.json").write_text(json.dumps(document, separators=(",", ":")) + "\n")


def write_opcodes():
    rows = [
        {"name": op.name, "code": ord(op.code), "protocol": op.proto, "argument": op.arg.name if op.arg else None}
        for op in pickletools.opcodes
    ]
    (FIXTURES / "pickle" / "opcodes.json").write_text(json.dumps(rows, indent=1) + "\n")


def joblib_values():
    big = np.arange(600, dtype="f8").reshape(20, 30) / 7
    yield "several", {"c": big, "fortran": np.asfortranarray(big[:5, :4]), "big_endian": big[0].astype(">f4"), "ints": np.arange(5), "after": ["text", 1.5]}
    yield "odd", {"empty": np.zeros((0, 3)), "zero_d": np.array(2.5), "bool": np.array([True, False]), "text": np.array(["a", "bc"]), "void": structured()[0], "half": np.array([1.5, 2.5], "f2"), "time": np.array(["2024-02-29"], "M8[D]")}
    yield "objects", {"before": np.arange(3.0), "objects": np.array(["a", None, [1, 2]], dtype=object), "after": np.arange(4.0)}
    yield "plain", {"no": "arrays", "numbers": [1, 2.5]}
    yield "twice", [np.arange(3, dtype="i4"), np.matrix([[1.5]])]


def write_joblib():
    folder = FIXTURES / "joblib"
    expected = {}
    for name, value in joblib_values():
        for container in ("raw", "zlib", "gzip"):
            file = f"{GENERATION}-{name}-{container}.joblib"
            compress = 0 if container == "raw" else (container, 3)
            joblib.dump(value, folder / file, compress=compress)
            # What was written: joblib.load changes the byte order, and the class where numpy 2 lost a hook.
            expected[file] = describe(value)
    for protocol in (0, 2, 3, 5):
        file = f"{GENERATION}-protocol{protocol}.joblib"
        value = {"a": np.arange(6, dtype="f4").reshape(2, 3), "b": np.arange(3)}
        joblib.dump(value, folder / file, protocol=protocol)
        expected[file] = describe(joblib.load(folder / file))
    (folder / f"{GENERATION}.json").write_text(json.dumps(expected, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    for part in ("pickle", "joblib"):
        (FIXTURES / part).mkdir(parents=True, exist_ok=True)
    write_pickles()
    write_joblib()
    if GENERATION == "new":
        write_opcodes()
