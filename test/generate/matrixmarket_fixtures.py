"""Writes test/fixtures/matrixmarket: matrices as scipy writes them, and expected.json with what it reads again as hex.

    python matrixmarket_fixtures.py ../fixtures/matrixmarket      # requirements-matrixmarket.txt
"""

import json
import os
import sys

import numpy as np
from scipy.io import mmread, mmwrite
from scipy.sparse import coo_matrix

FOLDER = sys.argv[1]
os.makedirs(FOLDER, exist_ok=True)
dense = np.array([[0.1, -2.5e-30, 3], [4, 5, 1e300]])
square = np.array([[1.5, 0, -2], [0, 0, 4], [-2, 4, 0.25]])
skew = np.array([[0, 2, -3], [-2, 0, 0], [3, 0, 0]])
turned = np.array([[1, 2 + 3j, 0], [2 - 3j, 4, complex(0, -1)], [0, 1j, 0]])
CASES = {
    "dense": (dense, {}),
    "dense-integer": (dense.clip(-9, 9).astype("i8"), {}),
    "dense-complex": (turned, {"symmetry": "general"}),
    "dense-symmetric": (square, {"symmetry": "symmetric"}),
    "dense-skew": (skew * 0.5, {"symmetry": "skew-symmetric"}),
    "dense-hermitian": (turned, {"symmetry": "hermitian"}),
    "sparse": (coo_matrix(square), {"symmetry": "general", "comment": "a small one\nof three rows"}),
    "sparse-integer": (coo_matrix(skew), {"symmetry": "skew-symmetric"}),
    "sparse-complex": (coo_matrix(turned), {"symmetry": "hermitian"}),
    "sparse-symmetric": (coo_matrix(square), {"symmetry": "symmetric"}),
    "sparse-pattern": (coo_matrix(square), {"symmetry": "symmetric", "field": "pattern"}),
    "sparse-empty": (coo_matrix((2, 5)), {}),
}
expected = {}
for name, (matrix, options) in CASES.items():
    path = os.path.join(FOLDER, f"{name}.mtx")
    mmwrite(path, matrix, **options)
    found = mmread(path)
    array = np.ascontiguousarray(found.toarray() if hasattr(found, "toarray") else found)
    if "pattern" in name:
        array = array.astype(bool)
    expected[name] = {"dtype": str(array.dtype), "shape": list(array.shape), "hex": array.tobytes().hex()}
with open(os.path.join(FOLDER, "expected.json"), "w") as file:
    json.dump(expected, file, indent=1)
    file.write("\n")
