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

# Columns that were added when there were rows, and ones that are computed: "v" is not stored.
path = HERE / "added.db"
path.unlink(missing_ok=True)
base = sqlite3.connect(path)
base.execute("PRAGMA page_size = 512")
base.execute("CREATE TABLE rows (a REAL, v AS (a + 1), s AS (a * (2 + 1)) STORED, b)")
base.execute("CREATE TABLE keyed (k TEXT PRIMARY KEY, x REAL) WITHOUT ROWID")
base.execute("INSERT INTO rows VALUES (1, 'old')")
base.execute("INSERT INTO keyed VALUES ('old', 1)")
added = ["REAL DEFAULT 2", "REAL DEFAULT -1.5e3", "TEXT DEFAULT 'it''s'", "INT NOT NULL DEFAULT 0x10", "BLOB DEFAULT x'0102'",
         "INT DEFAULT TRUE", "INT DEFAULT +3", "TEXT DEFAULT 12", "INT DEFAULT '12'", "DEFAULT 2.0", "NUMERIC DEFAULT 2.0",
         "INT DEFAULT NULL", "TEXT", 'TEXT DEFAULT "quoted"', "TEXT CHECK (1 OR 'default 7') DEFAULT word", "REAL DEFAULT 9223372036854775808"]
for i, column in enumerate(added):
    base.execute(f"ALTER TABLE rows ADD COLUMN c{i} {column}")
    base.execute(f"ALTER TABLE keyed ADD COLUMN c{i} {column}")
base.execute("INSERT INTO rows (a, b, c0) VALUES (2, 'new', 5)")
base.execute("INSERT INTO keyed (k, x, c1) VALUES ('new', 2, 6)")
base.commit()
expected[path.name] = {
    table: {
        column: [describe(value) for (value,) in base.execute(f'SELECT "{column}" FROM {table}')]
        for column in [row[1] for row in base.execute(f"PRAGMA table_xinfo({table})") if row[6] != 2]
    }
    for table in ("rows", "keyed")
}
base.close()

path = HERE / "virtual.db"
path.unlink(missing_ok=True)
base = sqlite3.connect(path)
base.execute("PRAGMA page_size = 512")
base.execute("CREATE VIRTUAL TABLE found USING fts5 (word)")
base.commit()
base.close()

# Bytes that begin as pickles do, by chance.
path = HERE / "chance.db"
path.unlink(missing_ok=True)
base = sqlite3.connect(path)
base.execute("PRAGMA page_size = 512")
base.execute("CREATE TABLE rows (a)")
base.executemany("INSERT INTO rows VALUES (?)", [(bytes.fromhex("8f2e4b17763d255ec69f"),), (b"C\x02ab.more",)])
base.commit()
expected[path.name] = {"rows": {"a": [describe(value) for (value,) in base.execute("SELECT a FROM rows")]}}
base.close()

# A default that is an expression: a row that was written before is one whose value only SQLite can tell.
path = HERE / "computed.db"
path.unlink(missing_ok=True)
base = sqlite3.connect(path)
base.execute("PRAGMA page_size = 512")
base.execute("CREATE TABLE rows (a)")
base.execute("INSERT INTO rows VALUES (1)")
base.execute("ALTER TABLE rows ADD COLUMN b TEXT DEFAULT 1.5")
base.commit()
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
