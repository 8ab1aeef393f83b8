"""Writes test/fixtures/hdf5: files by h5py in both generations of the format, and expected.json with every value as hex.

    python -m venv venv && venv/bin/pip install -r test/generate/requirements-hdf5.txt
    venv/bin/python test/generate/hdf5_fixtures.py

The files are the same on every machine and at every time: no times are kept, no random numbers.
"""

import json
import pathlib

import h5py
import numpy as np
from h5py import h5d, h5p, h5s, h5t, h5z

HERE = pathlib.Path(__file__).resolve().parent.parent / "fixtures" / "hdf5"
HERE.mkdir(parents=True, exist_ok=True)
expected = {"h5py": h5py.version.version, "hdf5": h5py.version.hdf5_version, "files": {}}


def text(value):
    return value.decode("utf-8") if isinstance(value, bytes) else value


def describe(value):
    """What a reader must find: numbers as hex of their bytes in C order, texts as they are."""
    if isinstance(value, h5py.Empty):
        return None
    if isinstance(value, (str, bytes)):
        return text(value)
    array = np.asarray(value)
    if array.dtype.kind == "O":
        flat = [item if item is None else describe(item) for item in array.ravel()]
        return {"dtype": "object", "shape": list(array.shape), "values": flat}
    return {"dtype": str(array.dtype), "shape": list(array.shape), "hex": np.ascontiguousarray(array).tobytes().hex()}


def file(name, libver, write, **options):
    path = HERE / name
    with h5py.File(path, "w", libver=libver, **options) as f:
        write(f)
    with h5py.File(path, "r") as f:
        found = {}
        f.visititems(lambda key, node: found.update({key: describe(node[()])}) if isinstance(node, h5py.Dataset) and plain(node) else None)
        attributes = {key: describe(value) for key, value in f.attrs.items()}
        expected["files"][name] = {"datasets": found, "attributes": attributes}


def plain(node):
    return h5py.check_ref_dtype(node.dtype) is None and node.external is None and node.attrs.get("skip") is None


GRID = (np.arange(7 * 11, dtype="<f4").reshape(7, 11) - 30) / 8


def types(f):
    for code in "i1 u1 <i2 >i2 <u2 <i4 >i4 <u4 <i8 >i8 <u8 >u8".split():
        dtype = np.dtype(code)
        f[f"int/{code.strip('<').replace('>', 'big-')}"] = np.array([np.iinfo(dtype).min, 0, 1, np.iinfo(dtype).max], dtype)
    for code in "<f2 >f2 <f4 >f4 <f8 >f8".split():
        f[f"float/{code.strip('<').replace('>', 'big-')}"] = np.array([0.0, -0.0, 1 / 3, np.inf, -np.inf, np.nan, 6e-8], code)
    f["float/longdouble"] = np.array([1, -2.5], np.longdouble)
    f["complex/c8"] = np.array([1 + 2j, -0.5j], "c8")
    f["complex/c16-big"] = np.array([[1 + 2j], [-0.5j]], ">c16")
    f["bool"] = np.array([True, False, True])
    f["scalar"] = np.float64(2.5)
    f["empty"] = np.zeros((0, 3), "f4")
    f["null"] = h5py.Empty("f8")
    f["compound"] = np.array([(1, [2.5, 3.5], b"ab"), (-1, [0.0, -0.0], b"c")], dtype=[("a", "<i2"), ("b", "<f8", (2,)), ("c", "S3")])
    f["fixed-text"] = np.array([b"ab", b"xyz", b""], "S3")
    f["text"] = np.array(["weights", "größe", ""], dtype=h5py.string_dtype())
    f["one-text"] = "ein Text"
    f.create_dataset("sequences", (3,), dtype=h5py.vlen_dtype("<i4"))
    f["sequences"][0] = [1, 2, 3]
    f["sequences"][2] = [7]
    f["enum"] = np.array([0, 2, 1], dtype=h5py.enum_dtype({"RED": 0, "GREEN": 1, "BLUE": 2}, basetype="u1"))
    f["opaque"] = np.array([b"abcd", b"\0\1\2\3"], "V4")
    f.create_dataset("array-of", (2,), dtype=np.dtype(("<i4", (2, 2))))
    f["array-of"][...] = np.arange(8).reshape(2, 2, 2)
    f["reference"] = f["scalar"].ref
    f["references"] = np.array([f["scalar"].ref, f["int"].ref], dtype=h5py.ref_dtype)
    f["region"] = f["bool"].regionref[0:2]
    space = h5s.create_simple((3,))
    odd = h5t.STD_I32LE.copy()
    odd.set_precision(12)
    odd.set_offset(4)
    odd_set(f, "odd/int12", odd, space, np.array([-5, 2047, 0], "<i4"))
    brain = h5t.IEEE_F32LE.copy()
    brain.set_fields(15, 7, 8, 0, 7)
    brain.set_size(2)
    brain.set_ebias(127)
    odd_set(f, "float/bf16", brain, space, np.array([1.5, -0.25, 3e38], "<f4"))
    small = h5t.IEEE_F32LE.copy()
    small.set_fields(23, 15, 8, 0, 15)
    small.set_precision(24)
    small.set_size(3)
    small.set_ebias(127)
    odd_set(f, "odd/float24", small, space, np.array([1.5, -0.25, 0.0], "<f4"))
    f["named"] = np.dtype("<f4")
    f.create_dataset("of-named", (2,), dtype=f["named"], data=[1, 2])


def odd_set(f, path, kind, space, data):
    """The library turns the numbers; numpy has no dtype of this layout, so what it reads back is of another one."""
    f.require_group(path.split("/")[0])
    name = path.encode()
    dataset = h5d.create(f.id, name, kind, space)
    dataset.write(h5s.ALL, h5s.ALL, data)
    f[path].attrs["skip"] = True


def chunks(f):
    f.create_dataset("deflate", data=GRID, chunks=(3, 4), compression="gzip")
    f.create_dataset("shuffle", data=GRID, chunks=(3, 4), compression="gzip", shuffle=True, fletcher32=True)
    f.create_dataset("fletcher", data=GRID.astype(">f8"), chunks=(7, 2), fletcher32=True)
    f.create_dataset("lzf", data=np.repeat(GRID, 9, axis=0), chunks=(20, 11), compression="lzf", shuffle=True)
    f.create_dataset("bare", data=GRID, chunks=(2, 11))
    f.create_dataset("cube", data=np.arange(4 * 5 * 6, dtype="<i2").reshape(4, 5, 6), chunks=(2, 2, 4), compression=9)
    f.create_dataset("missing", (6, 6), "<i4", chunks=(2, 3), fillvalue=-7)
    f["missing"][2:4, 3:6] = 5
    f.create_dataset("unwritten", (5,), ">f8", fillvalue=0.5)
    f.create_dataset("grows", data=GRID, chunks=(2, 4), maxshape=(None, 11), compression="gzip")
    f.create_dataset("grows-second", data=GRID, chunks=(3, 2), maxshape=(20, None))
    f.create_dataset("grows-both", data=GRID, chunks=(3, 2), maxshape=(None, None), compression="gzip")
    f.create_dataset("bounded", data=GRID, chunks=(3, 2), maxshape=(20, 40), compression="gzip")
    f.create_dataset("single", data=GRID, chunks=(7, 11), compression="gzip")
    f.create_dataset("single-bare", data=GRID, chunks=(7, 11))
    # More than one page of the new format's arrays.
    many = 2100 if f.libver[0] == "v200" or f.libver[0] == "latest" else 300
    f.create_dataset("many", data=np.arange(many, dtype="<u2"), chunks=(2,))
    f.create_dataset("many-growing", data=np.arange(many, dtype="<u2"), chunks=(2,), maxshape=(None,))
    f.create_dataset("scaled-int", data=np.arange(100, dtype="<i4").reshape(10, 10) * 3 - 50, chunks=(4, 4), scaleoffset=0)
    f.create_dataset("scaled-big", data=np.arange(50, dtype=">u2") * 5, chunks=(20,), scaleoffset=0)
    f.create_dataset("scaled-float", data=np.linspace(-1, 1, 40, dtype="<f4"), chunks=(16,), scaleoffset=3)
    f.create_dataset("scaled-double", data=np.linspace(-100, 1, 40, dtype=">f8"), chunks=(16,), scaleoffset=2)
    f.create_dataset("scaled-fill", (30,), "<i2", chunks=(16,), scaleoffset=0, fillvalue=-1)
    f["scaled-fill"][0:20] = np.arange(20)
    f.create_dataset("texts", data=np.array(["a", "bc"] * 5, dtype=object), chunks=(4,), dtype=h5py.string_dtype(), compression="gzip")
    early = h5p.create(h5p.DATASET_CREATE)
    early.set_chunk((3, 4))
    early.set_alloc_time(h5d.ALLOC_TIME_EARLY)
    h5d.create(f.id, b"early", h5t.IEEE_F32LE, h5s.create_simple((7, 11)), early).write(h5s.ALL, h5s.ALL, GRID)
    for name, kind in (("nbit", h5t.STD_I16LE), ("nbit-big", h5t.STD_I16BE)):
        packed = h5p.create(h5p.DATASET_CREATE)
        packed.set_chunk((4,))
        packed.set_filter(h5z.FILTER_NBIT, h5z.FLAG_OPTIONAL)
        narrow = kind.copy()
        narrow.set_precision(11)
        narrow.set_offset(3)
        h5d.create(f.id, name.encode(), narrow, h5s.create_simple((10,)), packed).write(h5s.ALL, h5s.ALL, np.arange(10, dtype="<i4") * 100 - 400)
        f[name].attrs["skip"] = True
    compact = h5p.create(h5p.DATASET_CREATE)
    compact.set_layout(h5d.COMPACT)
    h5d.create(f.id, b"compact", h5t.IEEE_F32LE, h5s.create_simple((7, 11)), compact).write(h5s.ALL, h5s.ALL, GRID)


def szip(f):
    """Every way in which its coder writes a block, by kind of number and length of line."""
    steps = np.arange(300)
    kinds = {
        "float": GRID,
        "double": np.sin(steps[:60]).reshape(12, 5),
        "big": (steps**2 % 97).astype(">i2"),
        "whole": (steps - 150).astype("<i4").reshape(20, 15),
        "wide": (steps[:99] * 12345678901 - 5).astype("<i8").reshape(9, 11),
        "noise": (steps * 40503 % 65521 % 256).astype("u1").reshape(20, 15),
        "zeros": np.where(steps % 151 == 0, 3, 0).astype("<u2"),
        "pairs": (steps % 7 == 0).astype("u1"),
        "quiet": np.zeros((70, 20), "u1"),
    }
    for name, data in kinds.items():
        chunks = tuple(max(1, size * 2 // 3) for size in data.shape)
        for coding in ("nn", "ec"):
            for block in (8, 10):
                f.create_dataset(
                    f"{coding}/{name}-{block}", data=data, chunks=chunks, compression="szip", compression_opts=(coding, block)
                )


def groups(f):
    f["a/b/c"] = np.arange(3, dtype="<i4")
    f["a/same"] = f["a/b/c"]
    f["soft"] = h5py.SoftLink("/a/b/c")
    f["dangling"] = h5py.SoftLink("/nowhere")
    f["a/b/up"] = f["a"]
    f["external"] = h5py.ExternalLink("other.h5", "/w")
    f.create_group("nothing")
    for i in range(60):
        f[f"many/w{i:02}"] = np.float32(i)
    f.create_dataset("outside", (4,), "<f4", external=[("values.bin", 0, 16)])
    ordered = f.create_group("ordered", track_order=True)
    for name in ("z", "a", "m"):
        ordered[name] = np.int8(ord(name))
    crowded = f.create_group("crowded", track_order=True)
    for i in range(20):
        crowded[f"n{19 - i:02}"] = np.int8(i)


def attributes(f):
    f.attrs["text"] = "größe"
    f.attrs["fixed"] = np.bytes_(b"dense_1")
    f.attrs["names"] = np.array([b"dense_1", b"dense_22"])
    f.attrs["texts"] = ["one", "zwei"]
    f.attrs["number"] = np.float32(0.1)
    f.attrs["whole"] = 2**62
    f.attrs["matrix"] = np.arange(6, dtype=">i2").reshape(2, 3)
    f.attrs["flag"] = True
    f.attrs["nothing"] = h5py.Empty("f4")
    f["w"] = np.zeros(2, "<f4")
    f["w"].attrs["units"] = "m"


def dense(f):
    """More than eight attributes, and one over 4 KiB: they lie in a heap, the large one outside of its blocks."""
    for i in range(120):
        f.attrs[f"a{i:03}"] = f"value {i} " + "x" * (i % 50)
    f.attrs["large"] = "0123456789" * 600


for generation, libver in (("earliest", "earliest"), ("latest", "latest")):
    file(f"types-{generation}.h5", libver, types)
    file(f"chunks-{generation}.h5", libver, chunks)
    file(f"groups-{generation}.h5", libver, groups)
    file(f"attributes-{generation}.h5", libver, attributes)
file("szip.h5", "latest", szip)
file("dense-latest.h5", "latest", dense)
file("user-block.h5", "earliest", attributes, userblock_size=1024)

(HERE / "expected.json").write_text(json.dumps(expected, indent=1, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")
