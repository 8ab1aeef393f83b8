"""Writes test/fixtures/sqlite/parameters.db, and wal.db with its log, by Python's sqlite3.

    python test/generate/sqlite_parameters_fixtures.py        (Python 3.11, no other library)
"""

import json
import pathlib
import shutil
import sqlite3
import struct
import tempfile

HERE = pathlib.Path(__file__).resolve().parent.parent / "fixtures" / "sqlite"


def opened(path):
    path.unlink(missing_ok=True)
    base = sqlite3.connect(path)
    base.execute("PRAGMA page_size = 512")
    return base


base = opened(HERE / "parameters.db")
base.execute("CREATE TABLE texts (id INTEGER PRIMARY KEY, name TEXT UNIQUE, value TEXT)")
base.executemany(
    "INSERT INTO texts (name, value) VALUES (?, ?)",
    [("coef_", "[[0.10000000000000001, -2], [3.5, 4e-7]]"), ("intercept_", "[1]"), ("solver", "lbfgs"), ("broken", "[1, ]")],
)
base.execute("CREATE TABLE tensors (key TEXT PRIMARY KEY, dtype TEXT, shape TEXT, data BLOB)")
base.executemany(
    "INSERT INTO tensors VALUES (?, ?, ?, ?)",
    [
        ("layer.0.weight", "float32", "[2, 3]", struct.pack("<6f", 1, 2, 3, 4, 5, 0.1)),
        ("layer.0.bias", "int64", "(2,)", struct.pack("<2q", -1, 2**40)),
        ("wrong", "float32", "[5]", b"1234"),
    ],
)
base.execute(
    'CREATE TABLE packed ("model, name" TEXT, value REAL, part INTEGER, data, PRIMARY KEY (part DESC, "model, name")) WITHOUT ROWID'
)
base.executemany(
    "INSERT INTO packed VALUES (?, ?, ?, ?)",
    [(f"m{k % 3}", k / 2, k, bytes(k % 7 for _ in range(700 if k == 5 else 3))) for k in range(60)],
)
base.execute("CREATE TABLE plain (k TEXT NOT NULL PRIMARY KEY, v) WITHOUT ROWID")
base.execute("INSERT INTO plain VALUES ('a', 1)")
base.commit()
rows = base.execute('SELECT "model, name", value, part, data FROM packed').fetchall()
base.close()

with tempfile.TemporaryDirectory() as temporary:
    path = pathlib.Path(temporary) / "wal.db"
    base = opened(path)
    base.execute("CREATE TABLE t (a INTEGER)")
    base.execute("INSERT INTO t VALUES (1)")
    base.commit()
    base.execute("PRAGMA journal_mode = WAL")
    base.execute("PRAGMA wal_autocheckpoint = 0")
    base.executemany("INSERT INTO t VALUES (?)", [(k,) for k in range(2, 200)])
    base.commit()
    base.execute("UPDATE t SET a = -1 WHERE a = 1")
    base.commit()
    # As a program that is still running has it.
    shutil.copy(path, HERE / "wal.db")
    shutil.copy(f"{path}-wal", HERE / "wal.db-wal")
    base.close()

expected = {"packed": [[name, value, part, data.hex()] for name, value, part, data in rows]}
(HERE / "parameters-expected.json").write_text(json.dumps(expected) + "\n")
