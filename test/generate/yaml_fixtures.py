"""Writes test/fixtures/yaml: files of parameters, and what ruamel.yaml (YAML 1.2) and PyYAML (1.1) read from each.

    pip install -r test/generate/requirements-yaml.txt
    python test/generate/yaml_fixtures.py

expected.json has the value of each file: {"f": hex of the float64}, {"i": "decimal digits"}, {"s": text}, {"b": true},
{"x": hex of bytes}, {"l": [...]}, {"d": [[key, value], ...]}, {"t": [...]} (set), null.
"""

import datetime
import io
import json
import pathlib
import struct

import numpy as np
import yaml
from ruamel.yaml import YAML

HERE = pathlib.Path(__file__).resolve().parent.parent / "fixtures" / "yaml"
HERE.mkdir(parents=True, exist_ok=True)


def describe(value):
    if value is None:
        return None
    if isinstance(value, bool):
        return {"b": value}
    if isinstance(value, int):
        return {"i": str(int(value))}
    if isinstance(value, float):
        return {"f": "7ff8000000000000" if value != value else struct.pack(">d", value).hex()}
    if isinstance(value, bytes):
        return {"x": value.hex()}
    if isinstance(value, (datetime.date, datetime.datetime)):
        return {"time": True}
    if isinstance(value, (set, frozenset)) or type(value).__name__ == "CommentedSet":
        return {"t": [describe(v) for v in sorted(value)]}
    if isinstance(value, dict):
        return {"d": [[describe(k), describe(v)] for k, v in value.items()]}
    if isinstance(value, (list, tuple)):
        return {"l": [describe(v) for v in value]}
    return {"s": str(value)}


SOURCES = {
    # Both readers, and ours, agree.
    "params.yaml": """\
# parameters of a run
train:
  seed: 42
  lr: 0.001   # a comment
  betas: [0.9, 0.999]
  big: 9223372036854775807
  bigger: 12345678901234567890123
  negative: -17
  hex: 0x1F
  zero: -0.0
  inf: .inf
  minus: -.INF
  nan: .NaN
  exp: 1.5e-10
  tiny: 5.0e-324
  none: ~
  empty:
  yes_: true
  no_: False
  text: "12"
  single: 'it''s'
  plain text: words with colons:in them # and a comment
  multi: first line
    second line

    third line
layers:
- units: 64
  act: relu
- units: 32
  act: tanh
-
  - 1
  - 2
- - 3
  - 4.5
- [a, {b: c, "d":1, e: }, [], {}]
matrix:
- [1, 2, 3]
- [4, 5, 6]
cube: [[[1, 2.5], [3, 4]], [[5, 6], [7, 8]]]
weights:
  - 0.1
  - -2.0
  - 3.25e+2
  - .5
ragged: [[1, 2], [3]]
unicode: "caf\\u00e9 \\U0001F600 \\x41\\ttab"
utf8: größe → 日本
7: int key
2.5: float key
true: bool key
? complex key
: complex value
""",
    "blocks.yaml": """\
literal: |
  line one
    indented
  line three

strip: |-
  no end
keep: |+
  kept

folded: >
  these words
  are one line

  and a second
    more indented
  back
foldstrip: >-
  a
  b
indented: |2
    two deep
  base
last: "folded
  double \\
  joined

  para"
single: 'a
  b'
""",
    "anchors.yaml": """\
base: &base
  lr: 0.1
  sizes: &sizes [1, 2, 3]
  name: base
other: &other {momentum: 0.9, name: other}
one:
  <<: *base
  lr: 0.2
two:
  <<: [*base, *other]
  extra: *sizes
alias: *sizes
scalar: &s 7
again: *s
list:
- &item {a: 1}
- *item
""",
    "documents.yaml": """\
%YAML 1.2
---
a: 1
...
---
- 2
- 3
---
text
""",
    "tags.yaml": """\
binary: !!binary |
  R0lGODlhDAAMAIQAAP//9/X17unp5WZmZgAAAOfn515eXvPz7Y6OjuDg4J+fn5
  OTk6enp56enmlpaWNjYw==
str: !!str 12
float: !!float 3
set: !!set {a, b}
date: 2001-12-14
""",
    "exponents.yaml": "a: 1e-3\nb: 012\nc: yes\nd: 0o17\nf: [1e5, 2E-7, +3]\n",
}

DUMPED = {
    "name": "dumped", "deep": {"list": [1, 2.5, None, True, "x: y", "- z", "multi\nline\n", " lead", "#no", "", "null", "é", "a" * 100]},
    "floats": [0.1, 1e300, 1e-300, float("inf"), float("-inf"), float("nan")], "words " * 30: "words " * 30,
    "nested": [[{"a": [[]]}, {}], {"b": {"c": {"d": [1]}}}], "quotes": "it's \"quoted\" \\ \t", "int": 2**70,
}

expected = {}
for name, text in SOURCES.items():
    (HERE / name).write_text(text, encoding="utf-8")
    documents = list(YAML(typ="safe", pure=True).load_all(io.StringIO(text)))
    expected[name] = describe(documents[0] if len(documents) == 1 else documents)
for name, options in (("dumped.yaml", {}), ("dumped-flow.yaml", {"default_flow_style": True, "allow_unicode": True}), ("dumped-block.yaml", {"default_flow_style": False, "indent": 4, "width": 40})):
    text = yaml.safe_dump(DUMPED, **options)
    (HERE / name).write_text(text, encoding="utf-8")
    expected[name] = describe(yaml.safe_load(text))
NUMPY = {"f8": np.float64(0.1), "i4": np.int32(-7), "bool": np.bool_(True), "array": np.arange(6, dtype="f4").reshape(2, 3), "fortran": np.asfortranarray(np.arange(6, dtype="i8").reshape(2, 3)), "again": None, "tuple": (1, 2)}
NUMPY["again"] = NUMPY["array"]
(HERE / "numpy.yaml").write_text(yaml.dump(NUMPY), encoding="utf-8")
numpy_expected = {k: {"dtype": v.dtype.name, "shape": list(v.shape), "hex": v.tobytes("C").hex()} for k, v in NUMPY.items() if k != "tuple"}
(HERE / "numpy.json").write_text(json.dumps(numpy_expected, indent=0), encoding="utf-8")
(HERE / "expected.json").write_text(json.dumps(expected, indent=0), encoding="utf-8")
