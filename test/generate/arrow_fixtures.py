"""Pickled tables and arrays of pyarrow, polars and pandas' Arrow columns, with what stands in them.

    python arrow_fixtures.py ../fixtures/arrow

Run with requirements-arrow.txt (Python 3.11). Writes tables.json: for each value its pickle (base64 of zlib) and its columns by address:
numbers as hexadecimal with zeros where a value is missing, `mask` where one is; texts, lists and decimals as JSON; and
polars.pkl, one of them as a file.
"""

import base64
import datetime
import decimal
import json
import os
import pickle
import sys
import zlib

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa

D = decimal.Decimal
INSTANTS = [datetime.datetime(2020, 1, 2, 3, 4, 5, 678901), None, datetime.datetime(1969, 12, 31, 23), datetime.datetime(2262, 1, 1)]


def plain(value):
    """As the test writes what it finds: numbers are texts."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [plain(each) for each in value]
    return str(value)


def column(array):
    """What a pyarrow array holds."""
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks() if array.num_chunks != 1 or not pa.types.is_dictionary(array.type) else array.chunk(0)
    if isinstance(array, pa.ChunkedArray):
        array = pa.concat_arrays(array.chunks)
    kind = array.type
    missing = np.array([not value.is_valid for value in array])
    found = {"mask": missing.astype(np.uint8).tobytes().hex()} if missing.any() else {}
    if pa.types.is_dictionary(kind):
        codes = [0 if value.index.as_py() is None else value.index.as_py() for value in array]
        return {**found, "dtype": str(kind.index_type), "hex": np.array(codes, kind.index_type.to_pandas_dtype()).tobytes().hex(),
                "categories": plain(array.dictionary.to_pylist())}
    if pa.types.is_boolean(kind):
        return {**found, "dtype": "bool", "hex": bytes(bool(value.as_py()) for value in array).hex()}
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        values = np.array([0 if value.as_py() is None else value.as_py() for value in array], kind.to_pandas_dtype())
        return {**found, "dtype": str(values.dtype), "hex": values.tobytes().hex()}
    if pa.types.is_temporal(kind):
        unit = "D" if pa.types.is_date32(kind) else "ms" if pa.types.is_date64(kind) else kind.unit
        name = "datetime64" if pa.types.is_timestamp(kind) or pa.types.is_date(kind) else "timedelta64"
        values = np.array([0 if value.value is None else value.value for value in array], np.int64)
        zone = {"tz": kind.tz} if pa.types.is_timestamp(kind) and kind.tz else {}
        return {**found, "dtype": f"{name}[{unit}]", "hex": values.tobytes().hex(), **zone}
    if pa.types.is_fixed_size_list(kind) and pa.types.is_floating(kind.value_type):
        size = kind.list_size
        values = np.array([[0.0] * size if value.as_py() is None else value.as_py() for value in array], kind.value_type.to_pandas_dtype())
        return {**found, "dtype": str(values.dtype), "hex": values.tobytes().hex(), "row": size}
    return {"objects": plain(array.to_pylist())}


def columns(table):
    return {name: column(table[name]) for name in table.column_names}


def arrow_table():
    n = 4
    return pa.table({
        **{f"i{kind}": pa.array([1, None, 3, 2 ** (int(kind) - 1) - 1], f"int{kind}") for kind in ("8", "16", "32", "64")},
        **{f"u{kind}": pa.array([0, 2 ** int(kind) - 1, 7, None], f"uint{kind}") for kind in ("8", "16", "32", "64")},
        "f16": pa.array(np.array([1.5, -0.0, 65504, 6e-8], np.float16)),
        "f32": pa.array([0.1, None, -0.0, float("inf")], pa.float32()),
        "f64": pa.array([0.1, None, float("nan"), 5e-324]),
        "b": pa.array([True, None, False, True]),
        "s": pa.array(["a", None, "", "größer"]),
        "S": pa.array(["a", None, "", "größer"], pa.large_string()),
        "v": pa.array(["a", None, "longer than twelve bytes", "x" * 12], pa.string_view()),
        "y": pa.array([b"\x00\xff", None, b"", b"abc"]),
        "z": pa.array([b"ab", None, b"cd", b"ef"], pa.binary(2)),
        "d": pa.array(["x", None, "y", "x"]).dictionary_encode(),
        **{f"t_{unit}": pa.array([0, None, -1, 2**40], pa.timestamp(unit)) for unit in ("s", "ms", "us", "ns")},
        "tz": pa.array(INSTANTS, pa.timestamp("us", tz="Europe/Berlin")),
        "date": pa.array([datetime.date(2020, 2, 29), None, datetime.date(1900, 1, 1), datetime.date(1970, 1, 1)]),
        "date64": pa.array([0, None, -86400000, 86400000], pa.date64()),
        "time32": pa.array([1, None, 3, 4], pa.time32("s")),
        "time64": pa.array([1, None, 3, 4], pa.time64("us")),
        "span": pa.array([1, None, -3, 4], pa.duration("ns")),
        "m": pa.array([D("1.25"), None, D("-3.50"), D("0.05")], pa.decimal128(10, 2)),
        "m0": pa.array([D("12"), None, D("-3"), D("0")], pa.decimal128(38, 0)),
        "M": pa.array([D("1.25"), None, D("-99999999999999999999999999999999999999999999.99"), D("0.00")], pa.decimal256(50, 2)),
        "l": pa.array([[1, 2], None, [], [3]]),
        "ln": pa.array([[1, None], None, [], [3]]),
        "L": pa.array([["a"], None, [], ["b", None]], pa.large_list(pa.string())),
        "rows": pa.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0], [7.0, 8.5]], pa.list_(pa.float32(), 2)),
        "r": pa.array([{"p": 1, "q": "x"}, {"p": None, "q": None}, None, {"p": 2, "q": "y"}]),
        "none": pa.nulls(n),
    })


def frame():
    return pl.DataFrame({
        "i": pl.Series([1, None, -(2**63)], dtype=pl.Int64),
        **{f"i{kind}": pl.Series([1, None, -(2 ** (kind - 1))], dtype=getattr(pl, f"Int{kind}")) for kind in (8, 16, 32)},
        **{f"u{kind}": pl.Series([1, None, 2**kind - 1], dtype=getattr(pl, f"UInt{kind}")) for kind in (8, 16, 32, 64)},
        "f": [0.1, None, -0.0],
        "f32": pl.Series([0.1, None, -0.0], dtype=pl.Float32),
        "b": [True, None, False],
        "s": ["a", None, "a text that is longer than twelve bytes"],
        "y": [b"\x00", None, b"0123456789abcdef"],
        "c": pl.Series(["x", None, "y"], dtype=pl.Categorical),
        "e": pl.Series(["v", "u", None], dtype=pl.Enum(["u", "v"])),
        "date": [datetime.date(2020, 2, 29), None, datetime.date(1900, 1, 1)],
        "t": INSTANTS[:3],
        "tz": pl.Series(INSTANTS[:3]).dt.replace_time_zone("Asia/Tokyo"),
        "time": [datetime.time(1, 2, 3), None, datetime.time(0)],
        "span": [datetime.timedelta(1), None, datetime.timedelta(-1)],
        "m": pl.Series([D("1.25"), None, D("-3.50")], dtype=pl.Decimal(10, 2)),
        "l": [[1, 2], None, [3]],
        "L": [["a", None], None, ["a text that is longer than twelve bytes"]],
        "rows": pl.Series([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], dtype=pl.Array(pl.Float32, 2)),
        "r": [{"p": 1, "q": "x"}, {"p": None, "q": "z"}, {"p": 2, "q": None}],
        "none": [None, None, None],
    })


def cases():
    table = arrow_table()
    yield "table", table, columns(table)
    part = table.slice(1, 2)
    yield "slice", part, columns(part)
    twice = pa.concat_tables([table, part])
    kept = twice.drop_columns(["d"])
    yield "chunks", kept, columns(kept)
    other = pa.chunked_array([pa.array(["x", "y"]).dictionary_encode(), pa.array(["z", "x"]).dictionary_encode()])
    yield "dictionaries", pa.table({"d": other}), {"d": {"objects": ["x", "y", "z", "x"]}}
    batch = table.to_batches()[0]
    yield "batch", batch, columns(table)
    yield "array", table["i64"].chunk(0), {"values": column(table["i64"])}
    data = frame()
    yield "polars", data, columns(data.to_arrow())
    yield "polars-series", data["f"], {"f": column(data["f"].to_arrow())}
    yield "polars-chunks", pl.concat([data, data], rechunk=False), columns(pl.concat([data, data]).to_arrow())
    yield "polars-slice", data[1:], columns(data[1:].to_arrow())
    kinds = table.select(["i64", "f64", "b", "s", "d", "tz", "date", "m", "l"])
    yield "pandas", kinds.to_pandas(types_mapper=pd.ArrowDtype), columns(kinds)


def main(folder):
    os.makedirs(folder, exist_ok=True)
    found = {
        name: {"pickle": base64.b64encode(zlib.compress(pickle.dumps(value, 5), 9)).decode(), "columns": expected}
        for name, value, expected in cases()
    }
    with open(os.path.join(folder, "tables.json"), "w") as file:
        json.dump(found, file, ensure_ascii=False, separators=(",", ":"))
        file.write("\n")
    with open(os.path.join(folder, "polars.pkl"), "wb") as file:
        pickle.dump(frame(), file)


main(sys.argv[1])
