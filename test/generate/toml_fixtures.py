"""Writes test/fixtures/toml: files of parameters, and what Python's tomllib reads from each, in the words of yaml_fixtures.py.

    python test/generate/toml_fixtures.py        (Python 3.11, no other library)
"""

import datetime
import json
import pathlib
import struct
import tomllib

HERE = pathlib.Path(__file__).resolve().parent.parent / "fixtures" / "toml"
HERE.mkdir(parents=True, exist_ok=True)


def describe(value):
    if isinstance(value, bool):
        return {"b": value}
    if isinstance(value, int):
        return {"i": str(value)}
    if isinstance(value, float):
        return {"f": "7ff8000000000000" if value != value else struct.pack(">d", value).hex()}
    if isinstance(value, (datetime.date, datetime.time, datetime.datetime)):
        return {"time": True}
    if isinstance(value, dict):
        return {"d": [[describe(k), describe(v)] for k, v in value.items()]}
    if isinstance(value, list):
        return {"l": [describe(v) for v in value]}
    return {"s": value}


SOURCES = {
    "params.toml": r'''
# parameters of a run
title = "run 7"   # a comment
"quoted key" = 'literal \n'
a.b.c = 1
a . "d e" = 2
site."x.y" = true
ints = [0, +1, -17, 1_000, 0xDEAD_beef, 0o755, 0b1101, 9223372036854775807, -9223372036854775808]
floats = [0.1, -0.0, 1e-3, 6.626e-34, 5E+22, 224_617.445_991_228, inf, +inf, -inf, nan, +nan]
mixed = [1, 2.5, "x", true, [1, 2], {y = 1}]
matrix = [[1, 2, 3], [4, 5, 6]]
weights = [
  [0.5, -1.25e-3],  # a row
  [2.0, 3.25],
]
ragged = [[1], [2, 3]]
empty = []
nothing = {}
point = {x = 1, y = {z = 2.0}, "a b".c = 3}
basic = "tab\t quote\" back\\ \u00e9 \U0001F600 \r\n"
long = """
first line
  second ""quoted"" \
     joined
"""
raw = \'\'\'
C:\temp
it's\'\'\'
quotes = """"two" """""
utf8 = "größe 日本"
day = 1979-05-27
stamp = 1979-05-27T07:32:00.5-08:00
spaced = 1979-05-27 07:32:00
clock = 07:32:00

[train]
lr = 1.0
[train.optimizer]
name = "adam"
[ data . "my set" ]
path = "x"

[[layers]]
units = 64
[layers.init]
scale = 0.5
[[layers.heads]]
n = 1
[[layers.heads]]
n = 2
[[layers]]
units = 32
[train.late]
x = 1
'''.replace("\\'\\'\\'", "'''"),
    "crlf.toml": "a = 1\r\n[b]\r\nc = \"\"\"\r\nx\r\ny\"\"\"\r\n",
}
expected = {}
for name, text in SOURCES.items():
    (HERE / name).write_bytes(text.encode())
    expected[name] = describe(tomllib.loads(text))
(HERE / "expected.json").write_text(json.dumps(expected, indent=0))
