"""Writes test/fixtures/netcdf: classic files by scipy, with the values as hex (big-endian).

    python netcdf_fixtures.py ../fixtures/netcdf      # requirements-netcdf.txt
"""

import json
import os
import sys

import numpy as np
from scipy.io import netcdf_file

FOLDER = sys.argv[1]
os.makedirs(FOLDER, exist_ok=True)
expected = {}


def put(file, name, code, dimensions, values):
    variable = file.createVariable(name, code, dimensions)
    variable[:] = values
    expected[f"{os.path.basename(file.filename)}/{name}"] = [list(values.shape), values.astype(values.dtype.newbyteorder(">")).tobytes().hex()]
    return variable


for version in (1, 2):
    file = netcdf_file(os.path.join(FOLDER, f"draws{version}.nc"), "w", version=version)
    file.inference_library = "scipy"
    file.seeds = np.array([1, -2], np.int32)
    file.createDimension("draw", None)
    file.createDimension("group", 3)
    file.createDimension("letters", 4)
    put(file, "mu", "d", ("draw",), np.array([0.1, -5e-324]))
    weights = put(file, "weights", "f", ("draw", "group"), np.array([[1, -0.0, np.nan], [4, np.inf, 6]], np.float32))
    weights.unit = b"m"
    weights.valid = np.float32(0.5)
    put(file, "flags", "b", ("group",), np.array([1, -1, 0], np.int8))
    put(file, "short", "h", ("draw", "group"), np.array([[1, 2, 3], [4, 5, -6]], np.int16))
    put(file, "count", "i", ("group",), np.array([7, -8, 2**31 - 1], np.int32))
    names = file.createVariable("names", "c", ("group", "letters"))
    names[:] = np.array([list("ab\0\0"), list("cdef"), list("g\0\0\0")], "S1")
    file.close()
    alone = netcdf_file(os.path.join(FOLDER, f"alone{version}.nc"), "w", version=version)
    alone.createDimension("draw", None)
    alone.createDimension("group", 3)
    # One variable of records: its parts are not padded.
    put(alone, "odd", "h", ("draw", "group"), np.array([[1, 2, 3], [4, 5, 6]], np.int16))
    alone.close()
with open(os.path.join(FOLDER, "expected.json"), "w") as target:
    json.dump(expected, target, indent=1)
    target.write("\n")
