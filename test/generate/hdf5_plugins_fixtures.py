"""Writes test/fixtures/hdf5-plugins: chunks packed by the filters of hdf5plugin, and expected.json with every value as hex.

    python -m venv venv && venv/bin/pip install -r test/generate/requirements-hdf5-plugins.txt
    venv/bin/python test/generate/hdf5_plugins_fixtures.py

Of arrays over 4 KiB the SHA-256 of their bytes stands for them.
"""

import hashlib
import json
import pathlib

import h5py
import hdf5plugin
import numpy as np

HERE = pathlib.Path(__file__).resolve().parent.parent / "fixtures" / "hdf5-plugins"
HERE.mkdir(parents=True, exist_ok=True)

steps = np.arange(1000)
ARRAYS = {
    "float": ((steps[:400].reshape(20, 20) // 3 - 30) / np.float32(8)).astype("<f4"),
    "odd": (steps[:333] ** 2 % 977).astype("<i2"),
    "bytes": (steps[:700] // 9 % 13).astype("u1"),
    "noise": (steps[:512] * 2654435761 % 2**32).astype("<u4").view("<f4").view("<u4"),
    "flat": np.zeros(900, ">f8"),
    "record": np.array([(k, k / 4, b"abcdefghijk") for k in range(60)], dtype=[("a", "<i4"), ("b", "<f8"), ("c", "S11")]),
}
# Several blocks, and a last one that is shorter.
LARGE = (np.arange(150_000) // 9000).astype("<i4")
FEW = ("float", "odd", "large")

BLOSC = hdf5plugin.Blosc
FILTERS = {
    **{f"blosc-{codec}-{shuffle}": BLOSC(cname=codec, clevel=5, shuffle=shuffle) for codec in ("blosclz", "lz4", "lz4hc", "snappy", "zlib", "zstd") for shuffle in (0, 1, 2)},
    "lz4": hdf5plugin.LZ4(),
    "lz4-small": hdf5plugin.LZ4(nbytes=256),
    "zstd": hdf5plugin.Zstd(),
    "bitshuffle": hdf5plugin.Bitshuffle(cname="none"),
    "bitshuffle-small": hdf5plugin.Bitshuffle(nelems=64, cname="none"),
    "bitshuffle-lz4": hdf5plugin.Bitshuffle(cname="lz4"),
    "bitshuffle-lz4-small": hdf5plugin.Bitshuffle(nelems=16, cname="lz4"),
    "bitshuffle-zstd": hdf5plugin.Bitshuffle(cname="zstd"),
}


def described(array):
    raw = np.ascontiguousarray(array).tobytes()
    values = {"hex": raw.hex()} if len(raw) <= 4096 else {"sha256": hashlib.sha256(raw).hexdigest()}
    return {"shape": list(array.shape), **values}


expected = {}
ARRAYS["large"] = LARGE
with h5py.File(HERE / "plugins.h5", "w", libver="latest") as f:
    for name, options in FILTERS.items():
        for kind, array in ARRAYS.items():
            # Every codec with what differs in its blocks; all arrays with some.
            if name.endswith(("hc-0", "hc-2", "y-0", "b-0", "z-0")) or (kind == "large" and name in ("bitshuffle", "bitshuffle-small", "bitshuffle-lz4-small")):
                continue
            if kind not in FEW and not name.endswith(("lz4-1", "lz4-2", "lz4", "bitshuffle")):
                continue
            whole = kind == "large" or kind == "record"
            chunk = array.shape if whole else tuple(max(1, size * 3 // 4) for size in array.shape)
            f.create_dataset(f"{name}/{kind}", data=array, chunks=chunk, **options)
            expected[f"{name}/{kind}"] = kind
    f.create_dataset("checked", data=ARRAYS["float"], chunks=(7, 20), fletcher32=True, **BLOSC(cname="lz4"))
    expected["checked"] = "float"
    f.create_dataset("never-read", data=ARRAYS["float"], **hdf5plugin.Zfp(reversible=True))

with h5py.File(HERE / "plugins.h5", "r") as f:
    for name, kind in expected.items():
        assert np.array_equal(f[name][()], ARRAYS[kind]), name
arrays = {kind: described(array) for kind, array in ARRAYS.items()}
(HERE / "expected.json").write_text(json.dumps({"arrays": arrays, "datasets": expected}, indent=1) + "\n")
