"""Writes test/fixtures/rds: one object in every form that R has, by the rdata package, with its numbers as hex.

    python rds_fixtures.py ../fixtures/rds      # requirements-rds.txt
"""

import json
import os
import sys

import numpy as np
import rdata

FOLDER = sys.argv[1]
os.makedirs(FOLDER, exist_ok=True)
model = {
    "coefficients": np.array([0.1, -2.5e-300, np.nan, np.inf, -np.inf, 5e-324, 12345678.25]),
    "rank": np.array([3, -7, 2**31 - 1], np.int32),
    "matrix": np.array([[1.5, 2.5, -0.0], [1e22, 1 / 3, 2.0]]),
    "complex": np.array([1 + 2j, -0.5j]),
    "flags": np.array([True, False]),
    "terms": ["y ~ x", "caf\u00e9\n\"quoted\"\\ tab\t", "", None],
    "nested": {"a": np.array([1.0]), "b": ["z"]},
}
for form, word in (("xdr", "xdr"), ("text", "ascii")):
    rdata.write_rds(os.path.join(FOLDER, f"model-{form}.rds"), model, file_format=word, compression=None)
    rdata.write_rda(os.path.join(FOLDER, f"workspace-{form}.rda"), {"fit": model, "n": np.array([8], np.int32)}, file_format=word, compression=None)
rdata.write_rda(os.path.join(FOLDER, "workspace.RData"), {"fit": model}, compression="bzip2")
expected = {name: np.asfortranarray(value).tobytes(order="F").hex() for name, value in model.items() if isinstance(value, np.ndarray) and name != "flags"}
with open(os.path.join(FOLDER, "expected.json"), "w") as file:
    json.dump(expected, file, indent=1)
    file.write("\n")
