"""Pickles of Python's own values, functions and classes by value, with what Python says that they are.

    python test/generate/python_values_fixtures.py   # once with each Python of requirements-python-values.txt

Writes test/fixtures/python/<version>.json: for each case the pickle (base64) and the texts at its addresses. Runs on
Python 2.7 as well, so it uses nothing newer.
"""

import array
import base64
import collections
import datetime
import decimal
import fractions
import functools
import json
import os
import pickle
import re
import sys
import types
import uuid

import cloudpickle

PY3 = sys.version_info[0] >= 3
VERSION = "%d.%d" % sys.version_info[:2]
HERE = os.path.dirname(os.path.abspath(__file__))

SOURCE = """
import math
K = 3

def outer(a, b=2, *args, **kw):
    "doc"
    y = b * K
    def inner(x):
        return math.sin(x) + y + b
    return inner

lam = lambda x, n=4: x ** n + 10

class Thing(object):
    attr = 7
    def __init__(self, q):
        self.q = q
    def go(self, z=1):
        return self.q + z
"""
MODERN = """
import dataclasses, enum

def keyword_only(a, /, b, *, c, d=4):
    return a

class Color(enum.Enum):
    RED = 1
    BLUE = "b"

@dataclasses.dataclass
class Item:
    size: int = 1
    name: str = "x"
"""


def text(value):
    """How a value prints in one line."""
    if isinstance(value, tuple):
        inner = ", ".join(text(item) for item in value)
        return "(%s,)" % inner if len(value) == 1 else "(%s)" % inner
    if isinstance(value, str):
        return repr(value)
    return str(value)


def code_lines(path, code):
    for name in ("co_argcount", "co_nlocals", "co_flags", "co_firstlineno", "co_stacksize"):
        if getattr(code, name):
            yield path + "." + name, str(getattr(code, name))
    for name in ("co_names", "co_varnames", "co_freevars", "co_cellvars"):
        if getattr(code, name):
            yield path + "." + name, text(getattr(code, name))
    yield path + ".co_name", repr(code.co_name)
    if PY3 and len(code.co_code) <= 64:
        yield path + ".co_code", repr(code.co_code)
    if hasattr(code, "co_qualname"):
        yield path + ".co_qualname", repr(code.co_qualname)
    for name in ("co_kwonlyargcount", "co_posonlyargcount"):
        if getattr(code, name, 0):
            yield path + "." + name, str(getattr(code, name))
    for index, constant in enumerate(code.co_consts):
        if isinstance(constant, types.CodeType):
            for line in code_lines("%s.co_consts[%d]" % (path, index), constant):
                yield line


def functions():
    space = sys.modules["__main__"].__dict__
    exec(compile(SOURCE, "train.py", "exec"), space)
    if sys.version_info >= (3, 8):
        exec(compile(MODERN, "train.py", "exec"), space)
    return space


def function_cases():
    # Not before: dill changes how pickle itself writes values.
    import dill

    space = functions()
    for writer in (cloudpickle, dill):
        options = {"recurse": True} if writer is dill else {}
        name = writer.__name__

        def dump(value):
            return writer.dumps(value, **options)

        outer = space["outer"]
        yield name + " function", dump({"f": outer}), dict(code_lines("f.__code__", outer.__code__))
        lam = space["lam"]
        yield name + " lambda", dump({"f": lam}), dict(code_lines("f.__code__", lam.__code__))
        inner = outer(1)
        lines = dict(code_lines("f.__code__", inner.__code__))
        for index, cell in enumerate(inner.__closure__):
            # Before Python 3.7 dill and cloudpickle fill cells in ways of their own.
            if PY3:
                lines["f.__closure__[%d].cell_contents" % index] = str(cell.cell_contents)
        yield name + " closure", dump({"f": inner}), lines
        if PY3:
            Thing = space["Thing"]
            lines = {"c.__name__": "'Thing'", "c.__module__": "'__main__'", "c.attr": "7"}
            lines.update(code_lines("c.go.__code__", Thing.go.__code__))
            yield name + " class", dump({"c": Thing}), lines
            yield name + " instance", dump({"o": Thing(5)}), {"o.q": "5"}
            Point = collections.namedtuple("Point", "x y")
            Point.__module__ = "__main__"
            space["Point"] = Point
            yield name + " namedtuple", dump({"p": Point(1, None)}), {"p.x": "1", "p.y": "None"}
            yield name + " module", dump({"m": json}), {"m": "<module json>"}
        if sys.version_info >= (3, 8):
            positional = space["keyword_only"]
            yield name + " keyword-only", dump({"f": positional}), dict(code_lines("f.__code__", positional.__code__))
            if writer is cloudpickle:
                yield name + " enum", dump({"e": space["Color"].BLUE}), {"e": "Color.BLUE"}
                yield name + " dataclass", dump({"d": space["Item"](3)}), {"d.size": "3", "d.name": "'x'"}


def value_cases():
    moment = datetime.datetime(2024, 2, 29, 12, 1, 2, 345678)
    span = datetime.timedelta(-1, 5, 7)
    values = {
        "uuid": (uuid.UUID("12345678-1234-5678-1234-567812345678"), "UUID('12345678-1234-5678-1234-567812345678')"),
        "moment": (moment, "datetime(2024, 2, 29, 12, 1, 2, 345678)"),
        "date": (datetime.date(1, 12, 31), "date(1, 12, 31)"),
        "time": (datetime.time(23, 59, 58, 999999), "time(23, 59, 58, 999999)"),
        "span": (span, "timedelta(days=-1, seconds=5, microseconds=7)"),
        "none": (datetime.timedelta(0), "timedelta(0)"),
        "decimal": (decimal.Decimal("1.10"), "Decimal('1.10')"),
        "fraction": (fractions.Fraction(1, 3), None),
        "pattern": (re.compile("a+b", re.I | re.M), "re.compile('a+b', re.IGNORECASE|re.MULTILINE)"),
        "plain": (re.compile("a"), "re.compile('a')"),
        "range": (range(1, 11, 2) if PY3 else xrange(1, 11, 2), "range(1, 11, 2)"),  # noqa: F821
    }
    if PY3:
        import ipaddress
        import pathlib

        zone = datetime.timezone
        values["folded"] = (moment.replace(fold=1), "datetime(2024, 2, 29, 12, 1, 2, 345678, fold=1)")
        values["utc"] = (moment.replace(tzinfo=zone.utc), "datetime(2024, 2, 29, 12, 1, 2, 345678, timezone.utc)")
        values["zone"] = (zone(datetime.timedelta(hours=2), "X"), "timezone(timedelta(seconds=7200), 'X')")
        values["path"] = (pathlib.PurePosixPath("/a/b c"), "PurePosixPath('/a/b c')")
        values["windows"] = (pathlib.PureWindowsPath("C:\\a\\b"), "PureWindowsPath('C:\\\\a\\\\b')")
        values["relative"] = (pathlib.PurePosixPath("x/y"), "PurePosixPath('x/y')")
        values["here"] = (pathlib.PurePosixPath("."), "PurePosixPath('.')")
        values["address"] = (ipaddress.ip_address("10.1.2.3"), "IPv4Address('10.1.2.3')")
        values["bytes"] = (b"a\x00'", repr(b"a\x00'"))
        values["bytearray"] = (bytearray(b"ab"), "bytearray(b'ab')")
        values["raw"] = (re.compile(b"a", re.S), "re.compile(b'a', re.DOTALL)")
        values["slice"] = (slice(1, None), "slice(1, None, None)")
    if sys.version_info >= (3, 9):
        import zoneinfo

        values["zoneinfo"] = (zoneinfo.ZoneInfo("Europe/Berlin"), "ZoneInfo('Europe/Berlin')")
    containers = {
        "default": collections.defaultdict(list, {"a": ["x"]}),
        "queue": collections.deque(["p", "q"], 3),
        "partial": functools.partial(int, "11", base=2),
    }
    builtins = "builtins" if PY3 else "__builtin__"
    lines = {
        "default.default_factory": builtins + ".list",
        "default.a": "['x']",
        "partial.func": builtins + ".int",
        "partial.args": "('11',)",
        "partial.keywords.base": "2",
    }
    if PY3:
        lines.update({"queue.maxlen": "3", "queue[0]": "'p'", "queue[1]": "'q'"})
        containers["space"] = types.SimpleNamespace(a=1, b="x")
        lines.update({"space.a": "1", "space.b": "'x'"})
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        document = {}
        expected = {}
        for name, (value, shown) in values.items():
            # Protocols below 4 have no place for it, and slices and deques were no values of their own.
            if name == "folded" and protocol < 4:
                continue
            document[name] = value
            if shown is not None:
                expected[name] = shown
        document.update(containers)
        expected.update(lines)
        if PY3 and protocol < 3:
            # What Python 3 writes for Python 2 to read.
            expected["default.default_factory"] = "__builtin__.list"
            expected["partial.func"] = "__builtin__.long"
        yield "values %d" % protocol, pickle.dumps(document, protocol), expected


def array_cases():
    for code in "bBhHiIlLqQfd" if PY3 else "":
        value = array.array(code, [1, 2, 100])
        yield "array " + code, pickle.dumps(value, 4), {"hex": base64.b16encode(value.tobytes()).decode().lower(), "size": str(value.itemsize)}


def main():
    # What a script defines is by reference for nobody: it is not there when the file is read.
    cases = []
    for group, made in (("text", value_cases), ("text", function_cases), ("array", array_cases)):
        for name, data, expected in made():
            cases.append({"name": name, "group": group, "pickle": base64.b64encode(data).decode(), "expected": expected})
    out = os.path.join(HERE, "..", "fixtures", "python")
    if not os.path.isdir(out):
        os.makedirs(out)
    dill = sys.modules["dill"]
    document = {"python": sys.version.split()[0], "cloudpickle": cloudpickle.__version__, "dill": dill.__version__, "cases": cases}
    with open(os.path.join(out, VERSION + ".json"), "w") as file:
        json.dump(document, file, sort_keys=True, separators=(",", ":"))
        file.write("\n")


if __name__ == "__main__":
    main()
