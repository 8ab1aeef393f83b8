"""skops files with what Python itself says is in them.

    python test/generate/skops_fixtures.py p0   # in an environment of requirements-skops-p0.txt: before protocols had numbers
    python test/generate/skops_fixtures.py p1   # of requirements-skops-p1.txt
    python test/generate/skops_fixtures.py p2   # of requirements-skops-p2.txt

Writes test/fixtures/skops/{p0,p1,p2}/*.skops and expected.json: values in the words of pickle_fixtures.py, and of estimators
every array that they learned, by its address.
"""

import collections
import datetime
import functools
import json
import operator
import pathlib
import struct
import sys
import zipfile

import numpy as np
import scipy.sparse
import skops
import skops.io as sio
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

GENERATION = sys.argv[1]
HERE = pathlib.Path(__file__).resolve().parent.parent / "fixtures" / "skops" / GENERATION
HERE.mkdir(parents=True, exist_ok=True)
expected = {"skops": skops.__version__, "values": {}, "estimators": {}}


class Describe:
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
        if type(value) is str:
            return {"str": value}
        if type(value) in (bytes, bytearray):
            return {type(value).__name__: bytes(value).hex()}
        if isinstance(value, np.generic):
            return {"scalar": str(value.dtype), "hex": value.tobytes().hex()}
        known = self.numbers.get(id(value))
        if known is not None:
            return {"ref": known}
        if type(value) is tuple and value == ():
            return {"tuple": []}
        number = self.numbers[id(value)] = len(self.numbers)
        self.alive.append(value)
        return {"number": number, **self.container(value)}

    def container(self, value):
        kind = type(value)
        if kind in (list, tuple, set, frozenset):
            return {kind.__name__: [self(item) for item in value]}
        if kind is dict:
            return {"dict": [[self(key), self(item)] for key, item in value.items()]}
        out = {"array": str(value.dtype), "shape": list(value.shape), "class": f"numpy.{kind.__name__}"}
        if value.dtype.hasobject:
            return {**out, "objects": [self(item) for item in value.ravel("C").tolist()]}
        return {**out, "hex": np.ascontiguousarray(value).tobytes().hex()}


shared = [1, 2]
VALUES = {
    "plain": [None, True, False, 0, -1, 2**70, 1.5, -0.0, 5e-324, 1e308, float("inf"), float("-inf"), "", "é\U0001f600\n\"\\", "x" * 300],
    "containers": [(1,), (), [], {}, [[1, [2]]], {1}, {"a": 1, "b": {"c": None}}, {1: "int", 2.5: "float"}, {True: 1}],
    "shared": {"a": shared, "b": shared, "c": (shared, shared)},
    "bytes": [b"", b"\x00\xff", bytearray(b"ab")],
    "arrays": [
        np.arange(6, dtype="<i4").reshape(2, 3),
        np.array([0x7FF8000000000001, 0x8000000000000000, 1], "u8").view("f8"),
        np.asfortranarray(np.arange(6.0).reshape(2, 3)),
        np.zeros((0, 2)),
        np.array([1, -2], ">i2"),
        np.array(["a", "bcd"]),
        np.float32(0.1),
        np.int64(-(2**63)),
        np.array(1.5),
    ],
    "objects": [np.array([1, "a", None, [2.5]], dtype=object), np.array([["a", 1], ["b", 2]], dtype=object)],
}

# skops 0.3 wrote no more of bytes than their class.
if GENERATION == "p0":
    del VALUES["bytes"]

for name, value in VALUES.items():
    sio.dump(value, HERE / f"{name}.skops", **({"compression": zipfile.ZIP_DEFLATED} if GENERATION != "p0" else {}))
    expected["values"][f"{name}.skops"] = Describe()(value)

# Only that every loader is known, and what it names.
masked = np.ma.MaskedArray([1.0, 2.0], [True, False])
OTHERS = {
    "ordered": collections.OrderedDict([("a", 1)]),
    "function": np.log1p,
    "type": [np.float64, int],
    "partial": functools.partial(np.add, 1, out=None),
    "slice": slice(1, None, 2),
    "sparse": scipy.sparse.csr_matrix(np.array([[0.0, 1.5], [2.5, 0.0]])),
    "masked": masked,
    "random": [np.random.RandomState(3)] + ([np.random.default_rng(3)] if GENERATION != "p0" else []),
    "method": LogisticRegression().fit,
}
if GENERATION != "p0":
    OTHERS["dtype"] = np.dtype("<i2")
    OTHERS["default"] = collections.defaultdict(list, {"a": [1]})
if GENERATION == "p2":
    OTHERS["date"] = datetime.datetime(2024, 2, 29, 1, 2, 3)
    OTHERS["getter"] = operator.itemgetter(1, 2)
for name, value in OTHERS.items():
    sio.dump(value, HERE / f"{name}.skops")

rng = np.random.RandomState(0)
X = rng.normal(size=(40, 3))
y = np.array(["no", "yes"])[(X[:, 0] + X[:, 1] > 0).astype(int)]


def array(value):
    value = np.asarray(value)
    return {"dtype": str(value.dtype), "shape": list(value.shape), "hex": np.ascontiguousarray(value).tobytes().hex()}


pipeline = make_pipeline(StandardScaler(), LogisticRegression(C=0.5)).fit(X, y)
sio.dump(pipeline, HERE / "pipeline.skops")
scaler, logistic = pipeline[0], pipeline[1]
expected["estimators"]["pipeline.skops"] = {
    "steps.standardscaler.mean_": array(scaler.mean_),
    "steps.standardscaler.scale_": array(scaler.scale_),
    "steps.logisticregression.coef_": array(logistic.coef_),
    "steps.logisticregression.intercept_": array(logistic.intercept_),
}
forest = RandomForestClassifier(n_estimators=2, max_depth=2, random_state=0).fit(X, y)
sio.dump(forest, HERE / "forest.skops")
expected["estimators"]["forest.skops"] = {
    f"estimators_[{i}].tree_.{name}": array(getattr(tree.tree_, name))
    for i, tree in enumerate(forest.estimators_)
    for name in ("children_left", "children_right", "feature", "threshold", "value")
}
table = np.array([["a", 1.0], ["b", 2.0], ["a", 3.0]], dtype=object)
mixed = ColumnTransformer([("cat", OneHotEncoder(), [0]), ("num", FunctionTransformer(np.abs), [1])]).fit(table)
sio.dump(mixed, HERE / "columns.skops")
expected["estimators"]["columns.skops"] = {}
# skops 0.3 cannot write the losses of this scikit-learn.
if GENERATION != "p0":
    linear = SGDClassifier(random_state=0, max_iter=50, tol=None).fit(X, y)
    sio.dump(linear, HERE / "sgd.skops")
    expected["estimators"]["sgd.skops"] = {"coef_": array(linear.coef_), "intercept_": array(linear.intercept_)}

(HERE / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")
