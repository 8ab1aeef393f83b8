"""Writes test/fixtures/hdf5-outside: datasets that lie in other files or are made of those of others (virtual ones), in
three generations of the format, and expected.json with every value that h5py reads as hex.

    python -m venv venv && venv/bin/pip install -r test/generate/requirements-hdf5.txt
    venv/bin/python test/generate/hdf5_outside_fixtures.py
"""

import json
import os
import pathlib

import h5py
import numpy as np
from h5py import VirtualLayout, VirtualSource

HERE = pathlib.Path(__file__).resolve().parent.parent / "fixtures" / "hdf5-outside"
(HERE / "below").mkdir(parents=True, exist_ok=True)
os.chdir(HERE)

GRID = (np.arange(6 * 10, dtype="<f4").reshape(6, 10) - 30) / 8
for k in range(3):
    with h5py.File(f"part{k}.h5", "w") as f:
        f["layer/weight"] = GRID + k
        f.create_dataset("layer/packed", data=(GRID * 10).astype("<i2") + k, chunks=(4, 4), compression="gzip")
with h5py.File("below/deep.h5", "w") as f:
    f["bias"] = np.arange(10, dtype="<f4")
    f["double"] = np.arange(10, dtype="<f8")

EXTERNAL = np.arange(40, dtype="<f4").reshape(4, 10) / 4
raw = EXTERNAL.tobytes()
pathlib.Path("first.bin").write_bytes(b"head" + raw[:56])
pathlib.Path("below/second.bin").write_bytes(raw[56:])

WEIGHT = dict(name="layer/weight", shape=(6, 10), dtype="f4")


def stack(f):
    layout = VirtualLayout((3, 6, 10), "<f4")
    for k in range(3):
        layout[k] = VirtualSource(f"part{k}.h5", **WEIGHT)
    f.create_virtual_dataset("stack", layout)


def rows(f):
    """Rows of the one between rows of the other, and a part that nothing is mapped to."""
    layout = VirtualLayout((14, 10), "<f4")
    layout[0:12:2] = VirtualSource("part0.h5", **WEIGHT)
    layout[1:12:2] = VirtualSource("./part1.h5", **WEIGHT)
    f.create_virtual_dataset("rows", layout, fillvalue=-1.5)


def columns(f):
    layout = VirtualLayout((6, 9), "<i2")
    source = dict(name="/layer/packed", shape=(6, 10), dtype="<i2")
    layout[:, 0:3] = VirtualSource("part0.h5", **source)[:, 7:10]
    layout[:, 3:9:2] = VirtualSource("part1.h5", **source)[:, 0:3]
    layout[1:5, 4:9:2] = VirtualSource("part2.h5", **source)[0:4, 1:10:4]
    f.create_virtual_dataset("columns", layout, fillvalue=7)


def reshaped(f):
    layout = VirtualLayout((4, 5, 3), "<f4")
    layout[...] = VirtualSource("part2.h5", **WEIGHT)
    f.create_virtual_dataset("reshaped", layout)
    layout = VirtualLayout((10,), "<f4")
    layout[...] = VirtualSource("part2.h5", **WEIGHT)[4]
    f.create_virtual_dataset("one-row", layout)


def blocks(f):
    layout = VirtualLayout((20,), "<f4")
    layout[h5py.MultiBlockSlice(start=1, stride=7, count=2, block=5)] = VirtualSource(f["own"])
    f.create_virtual_dataset("blocks", layout)


def others(f):
    layout = VirtualLayout((2, 10), "<f4")
    layout[0] = VirtualSource("below/deep.h5", "bias", shape=(10,))
    layout[1] = VirtualSource("gone.h5", "bias", shape=(10,))
    f.create_virtual_dataset("missing", layout, fillvalue=0.25)
    f.create_dataset("external", EXTERNAL.shape, "<f4", external=[("first.bin", 4, 56), ("below/second.bin", 0, h5py.h5f.UNLIMITED)])


def refused(f):
    f.create_dataset("outside", (2,), "<f4", external=[("../values.bin", 0, 8)])
    f.create_dataset("absent", (2,), "<f4", external=[("absent.bin", 0, 8)])
    f.create_dataset("short", (20,), "<f4", external=[("first.bin", 4, 80)])
    for name, source in {
        "escape": VirtualSource("/etc/other.h5", "x", shape=(10,)),
        "turned": VirtualSource("below/deep.h5", "double", shape=(10,), dtype="<f8"),
        "twice": VirtualSource(".", "one-row", shape=(10,)),
    }.items():
        layout = VirtualLayout((10,), "<f4")
        layout[...] = source
        f.create_virtual_dataset(name, layout)
    layout = VirtualLayout((20,), "<f4", maxshape=(None,))
    layout[0 : h5py.h5s.UNLIMITED] = VirtualSource("below/deep.h5", "bias", shape=(10,), maxshape=(None,))[0 : h5py.h5s.UNLIMITED]
    f.create_virtual_dataset("grows", layout)


REFUSED = ["outside", "absent", "short", "escape", "turned", "twice", "grows"]
expected = {}
for generation, libver in (("earliest", "earliest"), ("v110", ("v110", "v110")), ("latest", "latest")):
    with h5py.File(f"virtual-{generation}.h5", "w", libver=libver) as f:
        f["own"] = np.arange(10, dtype="<f4") + 0.5
        for write in (stack, rows, columns, reshaped, blocks, others, refused):
            write(f)
    with h5py.File(f"virtual-{generation}.h5", "r") as f:
        found = {name: f[name] for name in f if name not in REFUSED}
        expected[generation] = {name: {"dtype": str(d.dtype), "shape": list(d.shape), "hex": d[()].tobytes().hex()} for name, d in found.items()}
assert expected["earliest"] == expected["latest"] == expected["v110"]
pathlib.Path("expected.json").write_text(json.dumps(expected["latest"], indent=1) + "\n")
