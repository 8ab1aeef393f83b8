"""Writes test/fixtures/tables: sparse matrices and pandas tables with every value as hexadecimal of its bytes.

    pip install -r test/generate/requirements-tables.txt
    python test/generate/tables_fixtures.py
"""
import io
import json
import pathlib
import pickle

import numpy as np
import pandas as pd
import scipy.sparse as sp

OUT = pathlib.Path(__file__).parent.parent / "fixtures" / "tables"
OUT.mkdir(exist_ok=True)
expected = {}


def hexed(array) -> dict:
    array = np.ascontiguousarray(array)
    return {"dtype": str(array.dtype), "shape": list(array.shape), "hex": array.tobytes().hex()}


dense = np.zeros((7, 5))
dense[[0, 2, 2, 6, 5], [4, 0, 3, 1, 2]] = [1.5, -0.0, np.nan, 3, 5e-324]
for form in ("csr", "csc", "coo"):
    for kind in ("matrix", "array"):
        for dtype in ("float64", "float32", "int64"):
            values = np.nan_to_num(dense, nan=7).astype(dtype) if dtype == "int64" else dense.astype(dtype)
            matrix = getattr(sp, f"{form}_{kind}")(values)
            name = f"{form}-{kind}-{dtype}.pkl"
            (OUT / name).write_bytes(pickle.dumps({"X": matrix}, protocol=4))
            expected[name] = {"format": form, "stored": int(matrix.nnz), "X": hexed(matrix.toarray())}
            if dtype == "float64":
                held = io.BytesIO()
                sp.save_npz(held, matrix)
                (OUT / f"{form}-{kind}.npz").write_bytes(held.getvalue())
                expected[f"{form}-{kind}.npz"] = expected[name] | {}
                expected[f"{form}-{kind}.npz"] = {"format": form, "stored": int(matrix.nnz), "array": hexed(matrix.toarray())}
twice = sp.coo_matrix(([1.0, 2.0], ([0, 0], [0, 0])), shape=(2, 2))
(OUT / "twice.pkl").write_bytes(pickle.dumps({"X": twice}, protocol=4))

frames = {
    "plain": pd.DataFrame({"a": [1.5, -0.0, np.nan], "b": [1, 2, 3], "c": [0.1, 0.2, 0.3], "text": ["x", "y", None]}),
    "mixed": pd.DataFrame({"a": [1.0], "b": [2], "c": [3.0], "d": [4.0], "e": [5], "f": [6.0]}),
    "indexed": pd.DataFrame({"w": np.float32([1, 2])}, index=["r1", "r2"]),
    "levels": pd.DataFrame(np.arange(6.0).reshape(2, 3), columns=pd.MultiIndex.from_tuples([("a", 1), ("a", 2), ("b", 1)])),
    "numbered": pd.DataFrame(np.arange(6).reshape(3, 2)),
    "categories": pd.DataFrame({"k": pd.Categorical(["u", "v", "u"]), "n": [1.0, 2.0, 3.0]}),
    "nullable": pd.DataFrame({"i": pd.array([1, None, 3], dtype="Int64"), "n": [1.0, 2.0, 3.0]}),
    "times": pd.DataFrame({"t": pd.date_range("2020-01-01", periods=2, tz="Europe/Berlin"), "n": [1.0, 2.0]}),
    "arrow": pd.DataFrame({"s": pd.array(["x", "y"], dtype="string[pyarrow]"), "n": [1.0, 2.0]}),
    "series": pd.Series([1.0, 2.5], name="target"),
}
for name, frame in frames.items():
    (OUT / f"{name}.pkl").write_bytes(pickle.dumps(frame, protocol=4))
    table = frame.to_frame() if isinstance(frame, pd.Series) else frame
    columns = {}
    for label in table.columns:
        column = table[label]
        if isinstance(column.dtype, np.dtype) and column.dtype.kind in "fiub":
            columns[", ".join(map(str, label)) if isinstance(label, tuple) else str(label)] = hexed(column.to_numpy())
    expected[f"{name}.pkl"] = columns

(OUT / "expected.json").write_text(json.dumps(expected, indent=0, sort_keys=True) + "\n")
