"""Writes test/fixtures/zarr/filters: arrays that zarr packed with filters of numcodecs, and shards in shards, with their values as hex.

    python zarr_filters_fixtures.py ../fixtures/zarr/filters      # requirements-zarr.txt
"""

import json
import os
import shutil
import sys

import numcodecs
import numpy as np
import zarr
from zarr.codecs import BytesCodec, Crc32cCodec, ShardingCodec, ZstdCodec

FOLDER = sys.argv[1]
shutil.rmtree(FOLDER, ignore_errors=True)
rng = np.random.default_rng(31)
floats = rng.standard_normal(40).astype("<f4")
doubles = rng.uniform(-100, 100, 40)
whole = rng.integers(-30000, 30000, 40)
expected = {}


def read(group, version, name):
    """What zarr itself reads back: some filters lose digits when they write."""
    array = np.ascontiguousarray(group[name][...])
    expected[f"{version}/{name}"] = [list(array.shape), array.tobytes().hex()]


group = zarr.open_group(os.path.join(FOLDER, "v2"), mode="w", zarr_format=2)
for name, array, filters in (
    ("delta-float", floats, [numcodecs.Delta(dtype="<f4")]),
    ("delta-double", doubles, [numcodecs.Delta(dtype="<f8")]),
    ("delta-int", whole.astype("<i4"), [numcodecs.Delta(dtype="<i4")]),
    ("delta-narrow", np.cumsum(rng.integers(-100, 100, 40)).astype("<i8"), [numcodecs.Delta(dtype="<i8", astype="<i2")]),
    ("delta-round", np.array([250, 3, 255, 0, 128] * 4, "u1"), [numcodecs.Delta(dtype="|u1")]),
    ("delta-big", (whole * 2**40).astype(">i8"), [numcodecs.Delta(dtype=">i8")]),
    ("scaled", doubles, [numcodecs.FixedScaleOffset(offset=-100, scale=100, dtype="<f8", astype="<u2")]),
    ("scaled-int", whole.astype("<i4"), [numcodecs.FixedScaleOffset(offset=-30000, scale=0.001, dtype="<i4", astype="<u1")]),
    ("scaled-float", floats, [numcodecs.FixedScaleOffset(offset=0.5, scale=1000.5, dtype="<f4", astype="<i4")]),
    ("quantized", doubles, [numcodecs.Quantize(digits=2, dtype="<f8", astype="<f4")]),
    ("cast", doubles, [numcodecs.AsType(encode_dtype="<f4", decode_dtype="<f8")]),
    ("wider", whole.astype("<i2"), [numcodecs.AsType(encode_dtype="<f8", decode_dtype="<i2")]),
    ("bits", rng.random(37) < 0.5, [numcodecs.PackBits()]),
):
    made = group.create_array(name, shape=array.shape, dtype=array.dtype, chunks=(16,), compressors=numcodecs.Zlib(1), filters=filters)
    made[...] = array
    read(group, "v2", name)
zarr.consolidate_metadata(group.store, zarr_format=2)

group = zarr.open_group(os.path.join(FOLDER, "v3"), mode="w", zarr_format=3)
cube = np.arange(240, dtype="<i2").reshape(6, 8, 5)


def shards(shape, codecs, **options):
    return ShardingCodec(chunk_shape=shape, codecs=codecs, **options)


for name, serializer in (
    ("shards-three", shards((3, 4, 5), [shards((3, 2, 5), [shards((1, 2, 1), [BytesCodec(), ZstdCodec()])], index_location="start")])),
    ("index-big", shards((3, 2, 5), [BytesCodec()], index_codecs=[BytesCodec(endian="big"), Crc32cCodec()])),
):
    made = group.create_array(name, shape=cube.shape, dtype=cube.dtype, chunks=(6, 4, 5), compressors=None, serializer=serializer)
    made[:, 1:, :] = cube[:, 1:, :]
    read(group, "v3", name)
for name, dtype, fill in (("nan", "float32", np.frombuffer(b"\x01\x00\xa0\x7f", "<f4")[0]), ("complex", "complex64", complex(float("nan"), -0.5)), ("half", "float16", np.float16(0.1))):
    group.create_array(name, shape=(3,), dtype=dtype, chunks=(3,), fill_value=fill)
    read(group, "v3", name)
zarr.consolidate_metadata(group.store, zarr_format=3)
with open(os.path.join(FOLDER, "expected.json"), "w") as file:
    json.dump(expected, file, indent=1)
    file.write("\n")
