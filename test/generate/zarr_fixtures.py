"""Writes test/fixtures/zarr/v2 and v3: groups by zarr with their values as hex.

    python zarr_fixtures.py ../fixtures/zarr      # requirements-zarr.txt
"""

import json
import os
import shutil
import sys

import numcodecs
import numpy as np
import zarr
from zarr.codecs import BloscCodec, BytesCodec, Crc32cCodec, GzipCodec, ShardingCodec, TransposeCodec, ZstdCodec

FOLDER = sys.argv[1]
rng = np.random.default_rng(29)
matrix = rng.standard_normal((5, 7)).astype("<f4")
steps = (np.arange(1500) // 5).astype("<f4")
cube = np.arange(60, dtype=np.int16).reshape(3, 4, 5)
expected = {}


def put(version, name, array):
    expected[f"{version}/{name}"] = [list(array.shape), array.tobytes().hex()]


def fresh(name):
    path = os.path.join(FOLDER, name)
    shutil.rmtree(path, ignore_errors=True)
    return path


group = zarr.open_group(fresh("v2"), mode="w", zarr_format=2)
for name, array, options in (
    ("layer/weight", matrix, {"chunks": (2, 3), "compressors": numcodecs.Zlib(1)}),
    ("layer/bias", matrix[0].astype(">f8"), {"chunks": (7,), "compressors": None}),
    ("turned", cube, {"chunks": (2, 3, 5), "compressors": numcodecs.GZip(1), "order": "F"}),
    ("packed", cube, {"chunks": (3, 4, 5), "compressors": numcodecs.Zstd(3)}),
    ("filled", matrix, {"chunks": (5, 7), "compressors": None, "fill_value": 1.5}),
    ("blosc", cube, {"chunks": (3, 4, 5), "compressors": numcodecs.Blosc()}),
    ("blosc-bits", steps, {"chunks": (700,), "compressors": numcodecs.Blosc(cname="zstd", shuffle=2)}),
    ("blosc-blocks", steps, {"chunks": (1024,), "compressors": numcodecs.Blosc(cname="zlib", shuffle=1, blocksize=1024)}),
    ("lz4", steps, {"chunks": (1000,), "compressors": numcodecs.LZ4(), "filters": [numcodecs.Shuffle(4)]}),
    ("lzma", steps, {"chunks": (1000,), "compressors": numcodecs.LZMA()}),
    ("delta", steps, {"chunks": (1000,), "compressors": None, "filters": [numcodecs.Delta(dtype="<f4")]}),
):
    made = group.create_array(name, shape=array.shape, dtype=array.dtype, **options)
    if name == "filled":
        put("v2", name, np.full_like(matrix, 1.5))
        continue
    made[...] = array
    put("v2", name, np.ascontiguousarray(array))
zarr.consolidate_metadata(group.store, zarr_format=2)

group = zarr.open_group(fresh("v3"), mode="w", zarr_format=3)
for name, array, options in (
    ("weight", matrix, {"chunks": (4, 4)}),
    ("checked", cube, {"chunks": (2, 4, 3), "compressors": [GzipCodec(), Crc32cCodec()], "filters": [TransposeCodec(order=(2, 0, 1))]}),
    ("big", cube, {"chunks": (3, 4, 5), "compressors": [ZstdCodec()], "serializer": BytesCodec(endian="big")}),
    ("scalar", np.array(2.5), {"chunks": ()}),
    ("blosc", steps, {"chunks": (800,), "compressors": [BloscCodec(cname="lz4", shuffle="bitshuffle")]}),
    ("turned-twice", cube, {"chunks": (2, 3, 4), "compressors": None, "filters": [TransposeCodec(order=(1, 2, 0)), TransposeCodec(order=(0, 2, 1))]}),
    ("shards", matrix, {"chunks": (2, 2), "shards": (4, 4)}),
    ("shards-start", cube, {"chunks": (3, 4, 5), "compressors": None, "serializer": ShardingCodec(chunk_shape=(1, 2, 5), codecs=[TransposeCodec(order=(2, 1, 0)), BytesCodec(endian="big"), GzipCodec()], index_location="start")}),
    ("shards-few", matrix, {"chunks": (1, 7), "shards": (5, 7), "fill_value": 0}),
    ("shards-twice", cube, {"chunks": (3, 4, 5), "compressors": None, "serializer": ShardingCodec(chunk_shape=(3, 2, 5), codecs=[ShardingCodec(chunk_shape=(1, 1, 5))])}),
):
    made = group.create_array(name, shape=array.shape, dtype=array.dtype, **options)
    if name == "shards-few":
        array = np.zeros_like(array)
        array[1:3] = matrix[1:3]
    made[...] = array
    put("v3", name, array.astype(">i2") if name in ("big", "shards-start") else array)
zarr.consolidate_metadata(group.store, zarr_format=3)
with open(os.path.join(FOLDER, "expected.json"), "w") as file:
    json.dump(expected, file, indent=1)
    file.write("\n")
