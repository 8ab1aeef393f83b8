"""Pickles of what people put into models and what scanners call unsafe: values of Python's own modules, getters, functions
by value. All of it is harmless to load.

    python test/generate/safety_fixtures.py   # in an environment of requirements-safety.txt

Writes test/fixtures/pickle/harmless.json: by name and protocol the pickle (base64).
"""

import asyncio
import base64
import collections
import concurrent.futures
import datetime
import doctest
import enum
import functools
import http
import http.client
import http.cookies
import io
import ipaddress
import json
import logging
import multiprocessing
import operator
import os
import pathlib
import pickle
import platform
import re
import selectors
import shutil
import signal
import smtplib
import socket
import ssl
import subprocess
import sys
import types
import typing
import urllib.error
import urllib.parse
import uuid
import weakref
import zoneinfo

import cloudpickle
import dill
import numba
import numpy as np
import pandas as pd
import scipy.stats
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

OUT = pathlib.Path(__file__).resolve().parent.parent / "fixtures" / "pickle" / "harmless.json"

SOURCE = """
import json, os, re
import numpy as np

def plain(x): return x + 1
def closure(k):
    def inner(x): return x * k
    return inner
def numeric(x): return np.log1p(x)
def texts(x): return re.sub("a", "b", json.dumps(x)).lower()
def paths(x): return os.path.join(x, "a")
def recursive(n): return 1 if n < 2 else n * recursive(n - 1)
def defaults(x, y=2.0, *, z="s"): return x
def annotated(x: "np.ndarray", y: int = 1) -> float:
    "doc"
    return float(x)
class Own:
    kind = 1
    def __init__(self, a): self.a = a
    def method(self): return self.a
    @property
    def prop(self): return 1
    @staticmethod
    def static(x): return x
    @classmethod
    def make(cls, x): return cls(x)
class Child(Own):
    def method(self): return super().method() + 1
increment = lambda x: x + 1
total = lambda x, y: x + y
zero = lambda: 0
"""
# In this module, so that dill takes them for its own and not their names for a dict of the file's.
exec(compile(SOURCE, "model.py", "exec"), globals())
# Functions by value have the path of their module in them.
del globals()["__file__"]
own = sys.modules[__name__]


class Color(enum.Enum):
    RED = 1


VALUES = {
    "attrgetter": operator.attrgetter("a.b", "c"),
    "methodcaller": operator.methodcaller("lower"),
    "methodcaller with arguments": operator.methodcaller("split", ",", maxsplit=1),
    "itemgetter": operator.itemgetter("a", slice(1, 2)),
    "os.stat_result": os.stat_result(range(10)),
    "os.terminal_size": os.terminal_size((80, 24)),
    "os.times_result": os.times_result((0.0, 1.0, 2.0, 3.0, 4.0)),
    "http.HTTPStatus": http.HTTPStatus.OK,
    "http.HTTPMethod": http.HTTPMethod.GET,
    "urllib.parse": [
        urllib.parse.urlparse("http://a/b?c#d"),
        urllib.parse.urlsplit(b"http://a/b"),
        urllib.parse.urldefrag("http://a/b#c"),
    ],
    "socket": [socket.AF_INET, socket.SOCK_STREAM, socket.MSG_PEEK, socket.gaierror(1, "x"), socket.timeout("x")],
    "signal": [signal.SIGINT, signal.SIG_DFL, signal.SIG_BLOCK],
    "ssl": [ssl.PROTOCOL_TLS_CLIENT, ssl.CERT_REQUIRED, ssl.TLSVersion.TLSv1_2, ssl.OP_ALL, ssl.SSLError(1, "x")],
    "subprocess": [subprocess.CompletedProcess(["a"], 0), subprocess.CalledProcessError(1, "a")],
    "errors": [
        shutil.Error("a"), urllib.error.URLError("a"), pickle.PicklingError("a"), multiprocessing.TimeoutError(),
        concurrent.futures.CancelledError(), asyncio.QueueEmpty(), smtplib.SMTPException("a"),
        http.client.BadStatusLine("a"), json.JSONDecodeError("a", "b", 0), ExceptionGroup("a", [ValueError(1)]),
    ],
    "platform.uname_result": platform.uname_result("Linux", "node", "6", "1", "x86_64"),
    "doctest.TestResults": doctest.TestResults(0, 1),
    "selectors.SelectorKey": selectors.SelectorKey(None, 1, 1, None),
    "http.cookies": http.cookies.SimpleCookie("a=b"),
    "functools.partial": functools.partial(int, base=2),
    "types": [types.SimpleNamespace(a=1), list[int], int | str, ..., type(None)],
    "typing": [typing.List[int], typing.Optional[str], typing.Callable[[int], str]],
    "re": [re.compile("a.*b", re.I), re.compile("a").match],
    "logging": logging.getLogger("a.b"),
    "pathlib": [pathlib.PurePosixPath("/a/b"), pathlib.PureWindowsPath("a")],
    "uuid, ipaddress, zoneinfo": [uuid.UUID(int=7), ipaddress.ip_network("10.0.0.0/8"), zoneinfo.ZoneInfo("UTC")],
    "datetime": datetime.datetime(2020, 1, 1, tzinfo=zoneinfo.ZoneInfo("UTC")),
    "collections": [collections.OrderedDict(a=1), collections.defaultdict(list), collections.ChainMap({})],
    "numpy.random": [np.random.default_rng(1), np.random.SeedSequence(3)],
    "pandas": [pd.offsets.CustomBusinessDay(), pd.DateOffset(months=1), pd.Timestamp("2020", tz="UTC"), pd.Period("2020")],
    "scipy.stats": scipy.stats.norm(0, 1),
    "scikit-learn": make_pipeline(
        FunctionTransformer(operator.itemgetter(1)),
        FunctionTransformer(operator.methodcaller("to_numpy")),
        FunctionTransformer(functools.partial(np.clip, a_min=0, a_max=1)),
        TfidfVectorizer(tokenizer=str.split, preprocessor=re.compile("a").findall),
    ),
}
BY_VALUE = {
    "lambda": own.increment,
    **{name: globals()[name] for name in "plain numeric texts paths recursive defaults annotated".split()},
    "closure": own.closure(3),
    "class": own.Own,
    "instance": own.Own(1),
    "child": own.Child(2),
    "method": own.Own(1).method,
    "partial": functools.partial(own.total, 1),
    "defaultdict": collections.defaultdict(own.zero, a=1),
    "in an estimator": FunctionTransformer(own.increment),
}


class OfPython38(cloudpickle.Pickler):
    """Writes `type` as cloudpickle does under Python 3.8."""

    def reducer_override(self, obj):
        if obj is type:
            return cloudpickle.cloudpickle._builtin_type, ("ClassType",)
        return super().reducer_override(obj)


def dumps_of_python_38(value, protocol):
    into = io.BytesIO()
    OfPython38(into, protocol=protocol).dump(value)
    return into.getvalue()


# A time zone is had by `getattr`; text categories lie deep, and a column of dates is as many values.
TABLE = pd.DataFrame(
    {
        "at": pd.date_range("2020", periods=3, tz="Europe/Paris"),
        "kind": pd.Categorical(["a", "b", "a"]),
        "many": [[datetime.date(2020, 1, 1 + day % 28) for day in range(800)]] * 3,
    }
)
ARRAYS = {
    "rows": np.arange(6.0).reshape(2, 3),
    "columns": np.asfortranarray([[1.5, -0.0], [2.5, np.inf]]),
    "text": np.array(["a", "bc"]),
    "objects": np.array([1, "a", None], dtype=object),
    "matrix": np.matrix([[1, 2]], dtype="i2"),
    "none": np.zeros((0, 2), dtype="f4"),
}
CASES = {}


def add(name, value, dumps, protocols):
    for protocol in protocols:
        CASES["%s, protocol %d" % (name, protocol)] = base64.b64encode(dumps(value, protocol=protocol)).decode()


for name, value in VALUES.items():
    add(name, value, pickle.dumps, (2, 4))
add("pandas: table", TABLE, pickle.dumps, (5,))
add("scipy.stats: of integers", scipy.stats.randint(1, 9), pickle.dumps, (4,))
for name, value in BY_VALUE.items():
    add("cloudpickle: " + name, value, cloudpickle.dumps, (4,))
    add("dill: " + name, value, dill.dumps, (2, 4))
add("cloudpickle: enum", Color.RED, cloudpickle.dumps, (2, 4))
add("dill: lru_cache", functools.lru_cache(None)(own.plain), dill.dumps, (4,))
add("dill: range, weakref", [range(3), weakref.WeakSet()], dill.dumps, (4,))
add("dill: enum", Color.RED, dill.dumps, (4,))
add("dill: Ellipsis", [Ellipsis, NotImplemented], dill.dumps, (4,))
add("dill: arrays", ARRAYS, dill.dumps, (2, 4))
add("cloudpickle: class, Python 3.8", own.Own, dumps_of_python_38, (4,))
add("cloudpickle: instance, Python 3.8", own.Own(1), dumps_of_python_38, (4,))
add("numba: jit", numba.njit(own.plain), pickle.dumps, (4,))
add("numba: jit of numpy", numba.njit(own.numeric), pickle.dumps, (4,))
OUT.write_text(json.dumps(CASES, indent=0) + "\n")
