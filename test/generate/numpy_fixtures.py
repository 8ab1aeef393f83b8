"""Writes test/fixtures/numpy/<generation>: .npy and .npz files by numpy itself, and expected.json with every value as hex.

Run once with an old numpy and once with a new one (requirements-numpy-old.txt, requirements-numpy-new.txt):

    python test/generate/numpy_fixtures.py old
    python test/generate/numpy_fixtures.py new

The files are the same on every machine and at every time: no clock, no random numbers, fixed zip dates.
"""

import io
import json
import pathlib
import struct
import sys
import warnings
import zipfile

import numpy as np

GENERATION = sys.argv[1]
HERE = pathlib.Path(__file__).resolve().parent.parent / "fixtures" / "numpy" / GENERATION
HERE.mkdir(parents=True, exist_ok=True)
warnings.simplefilter("ignore")

expected = {"numpy": np.__version__, "files": {}}


def bits(code, *patterns):
    """An array of bit patterns: the only way to write a NaN with a payload."""
    dtype = np.dtype(code)
    raw = np.array(patterns, dtype=f"<u{dtype.itemsize}")
    return raw.view(dtype.newbyteorder("<")).astype(dtype, copy=True) if dtype.byteorder != ">" else raw.byteswap().view(dtype)


HALF = (0x0000, 0x8000, 0x0001, 0x03FF, 0x0400, 0x3C00, 0x7BFF, 0xFBFF, 0x7C00, 0xFC00, 0x7E00, 0x7C01, 0xFE55)
SINGLE = (0, 0x80000000, 1, 0x007FFFFF, 0x00800000, 0x3DCCCCCD, 0x7F7FFFFF, 0x7F800000, 0xFF800000, 0x7FC00000, 0x7F800001, 0xFFC12345)
DOUBLE = (
    0, 1 << 63, 1, 0x000FFFFFFFFFFFFF, 0x0010000000000000, 0x3FB999999999999A, 0x7FEFFFFFFFFFFFFF,
    0x7FF0000000000000, 0xFFF0000000000000, 0x7FF8000000000000, 0x7FF0000000000001, 0xFFF8000000ABCDEF,
)


def describe(array):
    """What a reader must find: dtype as numpy prints it, shape, order of the file, elements in C order as they are in memory."""
    return {
        "dtype": str(array.dtype),
        "shape": list(array.shape),
        "order": "F" if array.flags.f_contiguous and not array.flags.c_contiguous else "C",
        "hex": np.ascontiguousarray(array).tobytes().hex(),
    }


def arrays():
    yield "bool", np.array([True, False, True])
    for width in (8, 16, 32, 64):
        low, high = -(1 << (width - 1)), (1 << (width - 1)) - 1
        yield f"int{width}", np.array([low, -1, 0, 1, high], dtype=f"int{width}")
        yield f"uint{width}", np.array([0, 1, (1 << width) - 1], dtype=f"uint{width}")
        if width > 8:
            yield f"int{width}-big", np.array([low, -2, 0, 1, high], dtype=f">i{width // 8}")
    yield "float16", bits("<f2", *HALF)
    yield "float32", bits("<f4", *SINGLE)
    yield "float64", bits("<f8", *DOUBLE)
    yield "float16-big", bits(">f2", *HALF)
    yield "float32-big", bits(">f4", *SINGLE)
    yield "float64-big", bits(">f8", *DOUBLE)
    # Made from zeroed memory: the padding of an 80-bit number is otherwise whatever lay there.
    extended = np.zeros(4, dtype=np.longdouble)
    raw = extended.view(np.uint8).reshape(4, -1)
    for row, (mantissa, exponent) in enumerate([(1 << 63, 0x3FFF), (0xC90FDAA22168C235, 0x4000), (1, 0), (0xC000000000000001, 0x7FFF)]):
        raw[row, :10] = np.frombuffer(struct.pack("<QH", mantissa, exponent), np.uint8)
    yield "float128", extended
    yield "complex64", bits("<f4", *SINGLE).view("<c8")
    yield "complex128", bits("<f8", *DOUBLE).view("<c16")
    yield "complex128-big", bits(">f8", *DOUBLE).view(">c16")
    yield "bytes", np.array([b"a", b"", b"abcde", b"\xff\x00\x01"], dtype="S5")
    yield "text", np.array(["a", "", "äöü", "\U0001f40d"], dtype="<U3")
    yield "text-big", np.array(["a", "äö"], dtype=">U2")
    yield "void", np.frombuffer(bytes(range(14)), dtype="V7").copy()
    yield "datetime-ns", np.array(["1969-12-31T23:59:59.999999999", "NaT", "2262-04-11"], dtype="datetime64[ns]")
    yield "datetime-25s", np.array([0, 1, -1], dtype="datetime64[25s]")
    yield "datetime-day-big", np.array(["2024-02-29", "NaT"], dtype=">M8[D]")
    yield "timedelta-us", np.array([1, -1, np.iinfo(np.int64).min], dtype="timedelta64[us]")
    yield "timedelta-generic", np.array([3, 4], dtype="timedelta64")
    yield "scalar", np.array(0.1)
    yield "empty", np.zeros((0, 3), dtype="<f4")
    yield "zero-width", np.zeros(3, dtype="S0")
    yield "c-order", np.arange(24, dtype="<i4").reshape(2, 3, 4)
    yield "fortran-order", np.asfortranarray(np.arange(24, dtype="<i4").reshape(2, 3, 4))
    yield "fortran-order-big", np.asfortranarray(np.arange(6, dtype=">f8").reshape(2, 3) / 7)
    yield "long-axis", np.zeros((1, 1, 1000), dtype="u1")
    yield "struct-packed", np.array([(1, 2.5, b"ab"), (-1, -0.0, b"c")], dtype=[("a", "<i2"), ("b", "<f8"), ("c", "S3")])
    yield "struct-aligned", zeroed(np.dtype([("a", "<i2"), ("b", "<f8")], align=True), [(1, 2.5), (2, 3.5)])
    yield "struct-offsets", zeroed(
        np.dtype({"names": ["x", "y"], "formats": ["<f4", "<u2"], "offsets": [4, 10], "itemsize": 16}), [(0.5, 7), (0.25, 9)]
    )
    yield "struct-titles", np.array([(1, 2)], dtype=[(("first one", "a"), "<i4"), (("zweites", "b"), ">i4")])
    yield "struct-subarray", np.array([([[1, 2], [3, 4]], 5)], dtype=[("m", "<f4", (2, 2)), ("n", "u1")])
    yield "struct-nested", np.array([((1, [2, 3]), 4)], dtype=[("in", [("p", "<i8"), ("q", ">i2", (2,))]), ("out", "?")])
    yield "struct-latin1-name", np.array([(1,)], dtype=[("größe", "<i4")])
    yield "struct-utf8-name", np.array([(1,)], dtype=[("重量", "<i4")])
    yield "long-header", np.zeros(1, dtype=[(f"field_{i:04}_" + "x" * 900, "u1") for i in range(72)])


def zeroed(dtype, rows):
    """Padding of zeros, not of whatever lay in memory."""
    array = np.zeros(len(rows), dtype=dtype)
    for name, column in zip(dtype.names, zip(*rows)):
        array[name] = column
    return array


def save(name, array, **options):
    """Writes the file, and gives what numpy reads back: a header does not keep the flag of an aligned dtype."""
    with open(HERE / f"{name}.npy", "wb") as file:
        np.lib.format.write_array(file, array, **options)
    return np.load(HERE / f"{name}.npy", max_header_size=1 << 20)


made = dict(arrays())
for name, array in made.items():
    expected["files"][f"{name}.npy"] = {"": describe(save(name, array))}
# Its dtype alone is longer than everything else here.
del expected["files"]["long-header.npy"][""]["dtype"]
for version in ((1, 0), (2, 0), (3, 0)):
    name = f"version-{version[0]}"
    expected["files"][f"{name}.npy"] = {"": describe(save(name, made["float64"], version=version))}

np.save(HERE / "objects.npy", np.array([None, 1, "x", [1, 2.5]], dtype=object), allow_pickle=True)
np.save(HERE / "objects-dict.npy", np.array({"w": np.arange(3, dtype="<f8")}, dtype=object), allow_pickle=True)

MEMBERS = {"coef_": made["float64"], "layer1.0.weight": made["fortran-order"], "größe": made["int8"], "empty": made["empty"]}


class Fixed(zipfile.ZipInfo):
    """zipfile stamps members that are opened by name with the clock."""

    def __init__(self, filename="NoName", date_time=(1980, 1, 1, 0, 0, 0)):
        super().__init__(filename, (1980, 1, 1, 0, 0, 0))


zipfile.ZipInfo = Fixed


class Unseekable(io.RawIOBase):
    """A pipe: zipfile then writes sizes after the content."""

    def __init__(self):
        self.out = io.BytesIO()

    def writable(self):
        return True

    def write(self, data):
        return self.out.write(data)


def archive(name, members, write):
    write(HERE / f"{name}.npz")
    expected["files"][f"{name}.npz"] = {key: describe(array) for key, array in members.items()}


def by_zipfile(path, compression, **options):
    with zipfile.ZipFile(path, "w", compression=compression) as zf:
        for key, array in MEMBERS.items():
            buffer = io.BytesIO()
            np.lib.format.write_array(buffer, array)
            with zf.open(f"{key}.npy", "w", **options) as member:
                member.write(buffer.getvalue())


def zip64(path):
    """Every size and offset in its zip64 form, and a zip64 end record."""
    limits = zipfile.ZIP64_LIMIT, zipfile.ZIP_FILECOUNT_LIMIT
    zipfile.ZIP64_LIMIT, zipfile.ZIP_FILECOUNT_LIMIT = 10, 1
    try:
        by_zipfile(path, zipfile.ZIP_STORED, force_zip64=True)
    finally:
        zipfile.ZIP64_LIMIT, zipfile.ZIP_FILECOUNT_LIMIT = limits


def streamed(path):
    pipe = Unseekable()
    np.savez_compressed(pipe, **MEMBERS)
    path.write_bytes(pipe.out.getvalue())


def prefixed(path):
    buffer = io.BytesIO()
    np.savez(buffer, **MEMBERS)
    path.write_bytes(b"#!/bin/sh\nexit 0\n" + buffer.getvalue())


archive("stored", MEMBERS, lambda path: np.savez(path, **MEMBERS))
archive("deflated", MEMBERS, lambda path: np.savez_compressed(path, **MEMBERS))
archive("zip64", MEMBERS, zip64)
archive("streamed", MEMBERS, streamed)
archive("prefixed", MEMBERS, prefixed)
by_zipfile(HERE / "bzip2.npz", zipfile.ZIP_BZIP2)
by_zipfile(HERE / "lzma.npz", zipfile.ZIP_LZMA)
np.savez(HERE / "objects.npz", numbers=np.arange(3), words=np.array(["a", None], dtype=object))

(HERE / "expected.json").write_text(json.dumps(expected, indent=1, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")
