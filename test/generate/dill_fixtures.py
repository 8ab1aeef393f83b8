"""What dill writes of a notebook: classes, functions and data of `__main__`, with all the names that they draw in. And the same
with something hostile among it, which is written and never loaded.

    python test/generate/dill_fixtures.py   # in an environment of requirements-dill.txt

Writes test/fixtures/pickle/dill-<version of Python>.json: by name the pickle (zlib, base64).
"""

import abc
import base64
import builtins
import collections
import dataclasses
import enum
import functools
import json
import math
import operator
import os
import pathlib
import platform
import pprint
import re
import string
import subprocess
import sys
import types
import typing
import zlib

import dill
import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

VERSION = ".".join(platform.python_version_tuple()[:2])
IS_OLD = sys.version_info < (3, 9)
OUT = pathlib.Path(__file__).resolve().parent.parent / "fixtures" / "pickle" / ("dill-%s.json" % VERSION)

NOTEBOOK = """
import re, string, json
T = typing.TypeVar("T")
SCALE = 2.5

class Clip(BaseEstimator, TransformerMixin):
    def __init__(self, lo=-1.0, hi=1.0):
        self.lo, self.hi = lo, hi
    def fit(self, X, y=None):
        return self
    def transform(self, X):
        return np.clip(X, self.lo, self.hi)

@dataclasses.dataclass
class Config:
    rate: float = 0.1
    layers: typing.List[int] = dataclasses.field(default_factory=list)

@dataclasses.dataclass(frozen=True)
class Point:
    x: float
    y: float

class Base(abc.ABC):
    @abc.abstractmethod
    def run(self): ...
class Own(Base):
    def run(self): return 1
class Box(typing.Generic[T]):
    def __init__(self, v): self.v = v
class Kind(str, enum.Enum):
    A = "a"
class Color(enum.Enum):
    RED = 1
class Row(typing.NamedTuple):
    a: int
class Meta(type):
    def names(cls): return [cls]
class WithMeta(metaclass=Meta):
    a = 1

def scale(x): return x * SCALE
def clean(text): return re.sub("a", "b", text)
def closure(k):
    def inner(x): return math.sqrt(x) * k
    return inner
"""
# A module that is there no more: its functions are written with all its names.
HELPERS = """
import importlib, json, os, pickle, re, shutil, socket, string, subprocess, sys, urllib.request
import subprocess as sp
from contextlib import contextmanager, ExitStack

def helper(x): return json.dumps(x)
def starts(x): return subprocess.run(x)
"""
exec(compile(NOTEBOOK, "notebook.py", "exec"), globals())
del globals()["__file__"]


def module(source, without=()):
    made = types.ModuleType("helpers")
    exec(compile(source, "helpers.py", "exec"), made.__dict__)
    for name in without:
        del made.__dict__[name]
    return made


HARMLESS = {
    "pipeline": make_pipeline(Clip(), StandardScaler()),
    "dataclass": Config(0.5, [1]),
    "frozen dataclass": [Point(1.0, 2.0), {"p": Point(3.0, 4.0)}],
    "function": scale,
    "closure": closure(2),
    "lambda": lambda x: x * SCALE,
    "partial": functools.partial(scale),
    "template and function": [string.Template("$a"), clean],
    "named tuple": Row(1),
    "function of a module": module(HELPERS, ("starts", "sp")).helper,
}
if not IS_OLD:
    # dill 0.3.4 cannot write these.
    HARMLESS.update({
        "abstract base": Own(),
        "generic": Box(1),
        "enum of texts": Kind.A,
        "enum, template and function": [Color.RED, string.Template("$a"), clean],
        "metaclass": WithMeta(),
    })


class Calls:
    """Written as the call of a function, whose result may be called as well."""

    def __init__(self, function, *args):
        self.reduced = function, args

    def __reduce__(self):
        return self.reduced

    def __call__(self):
        raise NotImplementedError


class NewHash:
    def __hash__(self): return print("hashed") or 1
class NewMeta(type):
    def __call__(cls, *args): return print("called")
class CalledMeta(metaclass=NewMeta):
    pass


NewHash.__module__ = NewMeta.__module__ = CalledMeta.__module__ = "__main__"
loader, spec = dataclasses.__loader__, dataclasses.__spec__
config = Config(0.5, [1])
imports = dill._dill._import_module
HOSTILE = {
    "the loader loads": [config, Calls(Calls(getattr, loader, "load_module"))],
    "the loader writes a file": [config, Calls(Calls(getattr, loader, "set_data"), "a", b"b")],
    "the loader is shown to a function": [config, Calls(pprint.pformat, loader)],
    "the spec is shown to a function": [config, Calls(pprint.pformat, spec)],
    "eval out of __builtins__": [config, Calls(Calls(operator.getitem, builtins.__dict__, "eval"), "1")],
    "__builtins__ shown to a function": [config, Calls(pprint.pformat, builtins.__dict__)],
    "__builtins__ in a list shown to a function": [config, Calls(pprint.pformat, [{"a": builtins.__dict__}])],
    "make_dataclass is called": [config, Calls(dataclasses.make_dataclass, "A", [("a", "print(1)")])],
    "a module's function is called": [config, Calls(Calls(getattr, Calls(imports, "os"), "system"), "id")],
    "a class by its module is called": [config, Calls(Calls(imports, "subprocess.Popen"), "id")],
    "_create_fn is called": [config, Calls(dataclasses._create_fn, "f", [], ["print(1)"])],
    "a function of a module in C is called": [
        config,
        Calls(Calls(dill._dill._get_attr, Calls(imports, "posix"), "system"), "id"),
    ],
    "a builtin by another module": [config, Calls(Calls(dill._dill._get_attr, Calls(imports, "json"), "eval"), "1")],
    "a slot whose class is code": Calls(
        dill._dill._getattr, str, "__repr__", "<slot wrapper '__repr__' of 'print(1) or str' objects>"
    ),
    "a slot whose name is code": Calls(
        dill._dill._getattr, str, 'a"] or print(1) #', "<slot wrapper 'a\"] or print(1) #' of 'str' objects>"
    ),
    "a class by steps of another function": Calls(types.new_class, "A", (), {}, functools.partial(os.system, "id")),
    "a class by steps with another metaclass": Calls(types.new_class, "A", (), {"metaclass": os.system}),
    "a key that hashes": {NewHash(): 1},
    "a key in a tuple that hashes": {(1, NewHash()): 1},
    "a set that hashes": {NewHash()},
    "a counter that hashes": Calls(collections.Counter, [NewHash()]),
    "a metaclass that is called": CalledMeta,
    "a template beside map": [string.Template("$a"), clean, Calls(map, clean, ["a"])],
    "a formatter for a template": [Calls(string.Formatter), clean],
    "a function that starts a program": module(HELPERS, ("sp",)).starts,
    "a function beside a module by another name": module(HELPERS, ("starts",)).helper,
}
if not IS_OLD:
    into = functools.partial(dill._dill._setitems, builtins.__dict__)
    HOSTILE["a class by steps into __builtins__"] = Calls(types.new_class, "A", (), {}, into)
CASES = {}


def add(name, value, protocol):
    data = dill.dumps(value, protocol=protocol)
    # The paths of modules, of the same length, so that the pickle stays one.
    for prefix in {sys.prefix, sys.base_prefix}:
        data = data.replace(prefix.encode(), b"/python".ljust(len(prefix), b"-")[: len(prefix)])
    CASES["%s, protocol %d" % (name, protocol)] = base64.b64encode(zlib.compress(data, 9)).decode()


for name, value in HARMLESS.items():
    for protocol in (2, 4) if name in ("dataclass", "frozen dataclass", "pipeline", "enum of texts") else (4,):
        add("harmless: " + name, value, protocol)
for name, value in HOSTILE.items():
    add("hostile: " + name, value, 4)
OUT.write_text(json.dumps(CASES, indent=0) + "\n")
