"""Tables of every kind of column that pandas has, by pandas version, with what stands in them.

    python frames_fixtures.py ../fixtures/frames

Run with pandas 0.25.3 (Python 3.7), 1.3.5 and 2.3.3 (requirements-companions-{old,new}.txt) and 3.1.1 with pyarrow (Python
3.13). Writes <version>.json: for each table its pickle (base64), its numbers as hexadecimal and its texts, by address.
"""

import base64
import json
import os
import pickle
import sys

import numpy as np
import pandas as pd

MAJOR = int(pd.__version__.split(".")[0])


def number(values):
    values = np.ascontiguousarray(values)
    return {"dtype": str(values.dtype), "hex": values.tobytes().hex()}


def texts(values):
    return "[" + ", ".join(repr(value) for value in values) + "]"


def cases():
    """Name, table, numbers by address, texts by address."""
    one = np.array([1, 2, 3])
    n = {"n": number(one)}
    mixed = pd.DataFrame({"a": one, "b": [1.5, np.nan, -0.0], "c": [True, False, True], "d": list("xyz"), "e": one + 3})
    yield "mixed", mixed, {name: number(mixed[name]) for name in "abce"}, {"d": texts("xyz")}
    kinds = pd.Categorical(["u", "v", "u"], ordered=True)
    yield "categories", pd.DataFrame({"k": kinds, "n": one}), {"k": number(kinds.codes), **n}, {
        "k.categories": texts("uv"),
        "k.ordered": "True",
    }
    yield "period", pd.DataFrame({"p": pd.period_range("2024-01", periods=3, freq="M"), "n": one}), {
        "p": number(pd.period_range("2024-01", periods=3, freq="M").asi8),
        **n,
    }, {}
    spans = pd.interval_range(0, 3)
    yield "interval", pd.DataFrame({"i": spans, "n": one}), {"i.left": number(spans.left), "i.right": number(spans.right), **n}, {
        "i.closed": "'right'"
    }
    whole = pd.DataFrame({"i": pd.array([7, None, 9], dtype="Int64"), "n": one})
    yield "nullable", whole, {"i.mask": number(whole["i"].isna().to_numpy()), **n}, {}
    zone = pd.to_datetime(["2024-01-01", "2024-06-01", None]).tz_localize("Europe/Berlin")
    yield "zone", pd.DataFrame({"t": zone, "n": one}), n, {}
    rows = pd.MultiIndex.from_product([["x", "y"], [1, 2]], names=["l", "m"])
    yield "rows", pd.DataFrame({"v": [1.0, 2, 3, 4]}, index=rows), {"v": number([1.0, 2, 3, 4])}, {
        "index": texts(["x, 1", "x, 2", "y, 1", "y, 2"])
    }
    columns = {'["x, %d"]' % k if k < 3 else '["y, %d"]' % (k - 2): number([float(k)]) for k in (1, 2, 3, 4)}
    yield "columns", pd.DataFrame([[1.0, 2.0, 3.0, 4.0]], columns=rows), columns, {}
    yield "series", pd.Series([1.0, 2.5], index=["p", "q"], name="w"), {"w": number([1.0, 2.5])}, {"index": texts("pq")}
    yield "kinds", pd.Series(kinds, name="k"), {"k": number(kinds.codes)}, {"k.categories": texts("uv")}
    yield "twice", pd.DataFrame([[1, 2.5]], columns=["a", "a"]), {"a": number([1]), '["a"]': number([2.5])}, {}
    yield "dates", pd.DataFrame({"v": [1.0, 2.0]}, index=pd.date_range("2024-01-01", periods=2)), {"v": number([1.0, 2.0])}, {}
    yield "index", {"i": pd.Index(["a", "b"]), "n": pd.Index([1.5, 2.5])}, {"n": number([1.5, 2.5])}, {"i": texts("ab")}
    scalars = {"t": pd.Timestamp("2024-02-29 12:00:00.5"), "d": pd.Timedelta(hours=25), "nat": pd.NaT}
    yield "scalars", scalars, {}, {"t": "Timestamp('2024-02-29 12:00:00.5')", "d": "Timedelta('1 days 01:00:00')", "nat": "NaT"}
    if MAJOR == 0:
        return
    sparse = pd.arrays.SparseArray([0, 0, 5])
    yield "sparse", pd.DataFrame({"s": sparse, "n": one}), {"s": number(sparse.sp_values), **n}, {
        "s.length": "3",
        "s.fill_value": "0",
    }
    if MAJOR > 1:
        words = pd.array(["a", None, "é"], dtype="string[pyarrow]")
        yield "arrow", pd.DataFrame({"s": words, "n": one}), n, {"s": texts(["a", None, "é"])}
        numbers = pd.array([1, None, 3], dtype="int32[pyarrow]")
        yield "arrow-numbers", pd.DataFrame({"s": numbers, "n": one}), {"s.mask": number(np.array([False, True, False])), **n}, {}
        sliced = pd.DataFrame({"s": words, "f": pd.array([1.5, 2.5, 3.5], dtype="double[pyarrow]")})[1:]
        yield "arrow-slice", sliced, {"f": number([2.5, 3.5])}, {"s": texts([None, "é"])}


def main(folder):
    if not os.path.isdir(folder):
        os.makedirs(folder)
    out = []
    for name, table, numbers, shown in cases():
        data = base64.b64encode(pickle.dumps(table, protocol=4)).decode()
        out.append({"name": name, "pickle": data, "numbers": numbers, "texts": shown})
    version = ".".join(pd.__version__.split(".")[:2])
    with open(os.path.join(folder, version + ".json"), "w") as file:
        json.dump({"pandas": pd.__version__, "cases": out}, file, separators=(",", ":"))
        file.write("\n")


if __name__ == "__main__":
    main(sys.argv[1])
