"""Writes test/fixtures/sqlite: databases by Python's sqlite3, and the same values as JSON.

    python test/generate/sqlite_fixtures.py        (Python 3.11, no other library)
"""

import json
import pathlib
import pickle
import sqlite3
import struct

HERE = pathlib.Path(__file__).resolve().parent.parent / "fixtures" / "sqlite"
HERE.mkdir(parents=True, exist_ok=True)
expected = {}


def describe(value):
    if isinstance(value, bytes):
        return {"bytes": value.hex()}
    if isinstance(value, float):
        return {"float": struct.pack(">d", value).hex()}
    if isinstance(value, int):
        return {"int": str(value)}
    return value


for name, encoding in (("utf8", "UTF-8"), ("utf16", "UTF-16le")):
    path = HERE / f"{name}.db"
    path.unlink(missing_ok=True)
    base = sqlite3.connect(path)
    base.execute("PRAGMA page_size = 512")
    base.execute(f"PRAGMA encoding = '{encoding}'")
    base.execute('CREATE TABLE numbers (id INTEGER PRIMARY KEY, "whole, number" BIGINT, [real] DOUBLE PRECISION DEFAULT 0.5, mixed, -- (a, b)\n CHECK (id > 0))')
    wholes = [0, 1, -1, 127, -128, 2**15, -(2**23), 2**31, -(2**40), 2**47, 2**63 - 1, -(2**63)]
    for i, whole in enumerate(wholes * 4):
        base.execute("INSERT INTO numbers VALUES (?, ?, ?, ?)", (i * 1000 + 1, whole, [0.1, 2.0, -0.0, 5e-324][i % 4], [None, "\u00e9\U0001f600", 1.5, 7][i % 4]))
    base.execute("DELETE FROM numbers WHERE id = 5001")
    base.execute("CREATE TABLE blobs (name TEXT, data BLOB, PRIMARY KEY (name))")
    base.executemany("INSERT INTO blobs VALUES (?, ?)", [("empty", b""), ("long", bytes(i % 251 for i in range(3000)))])
    base.execute("CREATE TABLE keyed (id INTEGER NOT NULL, x REAL, PRIMARY KEY (id))")
    base.execute("INSERT INTO keyed VALUES (7, 3)")
    base.execute("CREATE TABLE none (a INT)")
    base.execute("CREATE INDEX idx ON numbers (mixed)")
    base.commit()
    expected[path.name] = {
        table: {
            column: [describe(value) for (value,) in base.execute(f'SELECT "{column}" FROM {table} ORDER BY rowid')]
            for column in [row[1] for row in base.execute(f"PRAGMA table_info({table})")]
        }
        for table in ("numbers", "blobs", "keyed", "none")
    }
    base.close()

path = HERE / "pickles.db"
path.unlink(missing_ok=True)
base = sqlite3.connect(path)
base.execute("PRAGMA page_size = 512")
base.execute("CREATE TABLE models (data BLOB)")
base.execute("INSERT INTO models VALUES (?)", (pickle.dumps({"a": [1, 2]}),))
base.execute("INSERT INTO models VALUES (?)", (b"cos\nsystem\n(S'id'\ntR.",))
base.execute("CREATE TABLE packed (id INTEGER PRIMARY KEY, x) WITHOUT ROWID")
base.commit()
base.close()
(HERE / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")
