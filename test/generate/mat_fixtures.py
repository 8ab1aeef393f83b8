"""Writes test/fixtures/mat: MATLAB files by scipy.io (versions 4 and 5) and, as MATLAB lays them out, by h5py (7.3); and
expected.json with every value as hex in C order.

    python -m venv venv && venv/bin/pip install -r test/generate/requirements-mat.txt
    venv/bin/python test/generate/mat_fixtures.py

The text before the variables has no date, so that the files are the same at every time.
"""

import json
import pathlib
import struct

import h5py
import numpy as np
import scipy
from scipy.io import savemat
from scipy.sparse import csc_matrix

HERE = pathlib.Path(__file__).resolve().parent.parent / "fixtures" / "mat"
HERE.mkdir(parents=True, exist_ok=True)
expected = {"scipy": scipy.__version__, "files": {}}


def describe(value):
    if isinstance(value, str):
        return value
    array = np.asarray(value)
    return {"dtype": str(array.dtype), "shape": list(array.shape), "hex": np.ascontiguousarray(array).tobytes().hex()}


NUMBERS = {
    "double": np.arange(6, dtype="f8").reshape(2, 3) / 7,
    "single": np.array([[1.5, -0.0, np.inf]], "f4"),
    "cube": np.arange(24, dtype="i2").reshape(2, 3, 4),
    "i8": np.array([[-128, 127]], "i1"),
    "u8": np.array([[0], [255]], "u1"),
    "i32": np.array([[-(2**31), 2**31 - 1]], "i4"),
    "u64": np.array([[2**64 - 1]], "u8"),
    "i64": np.array([[-(2**63)]], "i8"),
    "logical": np.array([[True, False, True]]),
    "complex": np.array([[1 + 2j, -0.5j], [3, 4j]]),
    "empty": np.zeros((0, 3)),
}
STRUCT = {"name": "weights", "inner": {"w": np.array([[1.0, 2.0]])}}
CELL = np.empty((2, 2), dtype=object)
CELL[0, 0], CELL[0, 1], CELL[1, 0], CELL[1, 1] = "a", np.array([[1.0]]), "b", np.array([[2.0, 3.0]])
SPARSE = csc_matrix(np.array([[0, 1.5, 0, -1], [2.5, 0, 0, 3], [0, 4, 0, 0]]))
SPARSES = {"sparse": SPARSE, "sparse_complex": SPARSE * (1 - 2j), "sparse_zero": csc_matrix((2, 3))}
ALL = {**NUMBERS, "text": "größe", "rows": np.array(["ab", "cd"]), "struct": STRUCT, "cell": CELL, **SPARSES}


def stamp(path):
    """scipy writes the time into the first line."""
    data = bytearray(path.read_bytes())
    data[:116] = b"MATLAB 5.0 MAT-file Platform: test".ljust(116)
    path.write_bytes(data)


def tensors():
    found = {name: describe(value) for name, value in NUMBERS.items()}
    found["struct.inner.w"] = describe(STRUCT["inner"]["w"])
    found["cell[0, 1]"] = describe(CELL[0, 1])
    found["cell[1, 1]"] = describe(CELL[1, 1])
    return {**found, **{name: describe(value.toarray()) for name, value in SPARSES.items()}}


for name, compressed in (("v5", False), ("v5-compressed", True)):
    savemat(HERE / f"{name}.mat", ALL, do_compression=compressed, oned_as="row")
    stamp(HERE / f"{name}.mat")
    expected["files"][f"{name}.mat"] = tensors()

# MATLAB stores whole numbers of a double in fewer bytes: a big-endian file by hand.
matrix = b"".join(
    struct.pack(">II", kind, len(data)) + data.ljust(-(-len(data) // 8) * 8, b"\0")
    for kind, data in ((6, struct.pack(">II", 6, 0)), (5, struct.pack(">ii", 2, 2)), (1, b"narrow"), (3, struct.pack(">4h", 1, -2, 3, 400)))
)
(HERE / "v5-big.mat").write_bytes(b"MATLAB 5.0 MAT-file Platform: test".ljust(124) + b"\x01\x00MI" + struct.pack(">II", 14, len(matrix)) + matrix)
expected["files"]["v5-big.mat"] = {"narrow": describe(np.array([[1, 3], [-2, 400]], ">f8"))}

V4 = {"a": NUMBERS["double"], "b": NUMBERS["single"], "c": NUMBERS["complex"], "d": NUMBERS["i32"]}
savemat(HERE / "v4.mat", {**V4, "text": "hello"}, format="4")
expected["files"]["v4.mat"] = {name: describe(value) for name, value in V4.items()}
savemat(HERE / "v4-sparse.mat", SPARSES, format="4")
expected["files"]["v4-sparse.mat"] = {name: describe(value.toarray()) for name, value in SPARSES.items()}


def h5(group, name, value, kind):
    """As MATLAB does: dimensions the other way round, the class as an attribute."""
    dataset = group.create_dataset(name, data=np.asarray(value).T, **({"chunks": True, "compression": 3} if kind == "packed" else {}))
    dataset.attrs["MATLAB_class"] = np.bytes_(b"double" if kind == "packed" else kind.encode())
    return dataset


path = HERE / "v73.mat"
with h5py.File(path, "w", userblock_size=512) as f:
    refs = f.create_group("#refs#")
    h5(f, "double", NUMBERS["double"], "double")
    h5(f, "packed", NUMBERS["double"], "packed")
    h5(f, "logical", NUMBERS["logical"].astype("u1"), "logical").attrs["MATLAB_int_decode"] = np.int32(1)
    h5(f, "text", np.array([[ord(c) for c in "größe"]], "u2"), "char").attrs["MATLAB_int_decode"] = np.int32(2)
    h5(f, "cube", NUMBERS["cube"], "int16")
    pair = np.dtype([("real", "f8"), ("imag", "f8")])
    h5(f, "complex", NUMBERS["complex"].view(pair).reshape(2, 2), "double")
    h5(f, "empty", np.array([0, 3], "u8"), "double").attrs["MATLAB_empty"] = np.uint8(1)
    group = f.create_group("struct")
    group.attrs["MATLAB_class"] = np.bytes_(b"struct")
    h5(group, "w", [[1.0, 2.0]], "double")
    items = [h5(refs, "a", [[1.0]], "double"), h5(refs, "b", [[2.0, 3.0]], "double")]
    cell = f.create_dataset("cell", data=np.array([[item.ref] for item in items], dtype=h5py.ref_dtype))
    cell.attrs["MATLAB_class"] = np.bytes_(b"cell")
    for name, value, room in (("sparse", SPARSE, 0), ("sparse_room", SPARSE, 3), ("sparse_zero", SPARSES["sparse_zero"], 0)):
        sparse = f.create_group(name)
        sparse.attrs["MATLAB_class"] = np.bytes_(b"double")
        sparse.attrs["MATLAB_sparse"] = np.uint64(value.shape[0])
        sparse["jc"] = value.indptr.astype("u8")
        if value.nnz > 0:
            # MATLAB may have room for more elements than there are.
            sparse["ir"], sparse["data"] = np.pad(value.indices.astype("u8"), (0, room)), np.pad(value.data, (0, room))
data = bytearray(path.read_bytes())
data[:128] = b"MATLAB 7.3 MAT-file, Platform: test".ljust(116) + b"\0" * 8 + b"\x00\x02IM"
path.write_bytes(data)
expected["files"]["v73.mat"] = {
    **{name: describe(NUMBERS[name]) for name in ("double", "cube", "complex", "logical")},
    "packed": describe(NUMBERS["double"]),
    "struct.w": describe([[1.0, 2.0]]),
    "cell[0, 0]": describe([[1.0]]),
    "cell[0, 1]": describe([[2.0, 3.0]]),
    "sparse": describe(SPARSE.toarray()),
    "sparse_room": describe(SPARSE.toarray()),
    "sparse_zero": describe(SPARSES["sparse_zero"].toarray()),
}

(HERE / "expected.json").write_text(json.dumps(expected, indent=1, sort_keys=True) + "\n", encoding="utf-8")
