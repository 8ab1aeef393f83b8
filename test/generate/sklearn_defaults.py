"""Writes src/core/meaning/sklearn/defaults.ts: constructor parameters of scikit-learn classes, with their defaults.

Run once with each scikit-learn version, then join what they say:

    python sklearn_defaults.py dump > 1.2.json        # in an environment with scikit-learn 1.2.x, and so on
    python sklearn_defaults.py join 1.1.json 1.2.json ... > ../../src/core/meaning/sklearn/defaults.ts

The defaults come from inspect.signature of the installed classes, so nothing is typed by hand. The versions that the
committed table was made from are in requirements-defaults.txt.
"""

import importlib
import inspect
import json
import math
import pkgutil
import sys
import warnings

HEADER = """// Written by test/generate/sklearn_defaults.py: do not edit.

/** The scikit-learn minor versions whose constructors are in the table. */
export const KNOWN_VERSIONS = {versions} as const;

/** Rows of each class: see `default-rows.ts`. */
export const CONSTRUCTORS: Readonly<Record<string, string>> = {{
"""


def text_of(value):
    if value is inspect.Parameter.empty:
        return ""
    if isinstance(value, float):
        value = float(value)
        return "nan" if math.isnan(value) else repr(value)
    if value is None or isinstance(value, (bool, int, str)):
        return repr(value)
    if isinstance(value, (tuple, list)):
        items = [text_of(item) for item in value]
        if isinstance(value, tuple):
            return "(" + ", ".join(items) + ("," if len(items) == 1 else "") + ")"
        return "[" + ", ".join(items) + "]"
    if callable(value) and hasattr(value, "__qualname__"):
        return f"<{value.__module__}.{value.__qualname__}>"
    if type(value).__name__ == "Memory":
        # 0.18 made one for everybody: no setting in a file is that object.
        return ""
    raise SystemExit("no text for the default %r" % (value,))


# Modules before 0.20 that later ones replaced, with classes of the same names.
REPLACED = ("sklearn.cross_validation", "sklearn.grid_search", "sklearn.learning_curve", "sklearn.lda", "sklearn.qda")


def classes():
    import sklearn
    from sklearn.base import BaseEstimator
    from sklearn.gaussian_process.kernels import Kernel

    found = {}
    for module in pkgutil.walk_packages(sklearn.__path__, "sklearn."):
        if ".tests" in module.name or "conftest" in module.name or "._build_utils" in module.name:
            continue
        if module.name in REPLACED:
            continue
        try:
            loaded = importlib.import_module(module.name)
        except Exception:
            continue
        for name, value in vars(loaded).items():
            if not inspect.isclass(value) or value.__module__ != module.name:
                continue
            if issubclass(value, (BaseEstimator, Kernel)):
                if name in found and found[name] is not value:
                    raise SystemExit(f"two classes are called {name}")
                found[name] = value
    return found


def dump():
    import sklearn

    warnings.simplefilter("ignore")
    table = {}
    for name, value in sorted(classes().items()):
        # A deprecated class is made by a wrapper that takes anything; scikit-learn reads its settings like this as well.
        init = getattr(value.__init__, "deprecated_original", value.__init__)
        if init is object.__init__:
            table[name] = {}
            continue
        parameters = list(inspect.signature(init).parameters.values())[1:]
        named = [p for p in parameters if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
        table[name] = {p.name: text_of(p.default) for p in named}
    version = ".".join(sklearn.__version__.split(".")[:2])
    json.dump({"version": version, "classes": table}, sys.stdout)


def ranges(by_version):
    """[(version, text or None)] with neighbours of one text joined."""
    joined = []
    for version, text in by_version:
        if not joined or joined[-1][1] != text:
            joined.append((version, text))
    return joined


def rows(having):
    """The table of one class as text: a line for each parameter, [(version, table of that version)] joined."""
    lines = []
    for parameter in dict.fromkeys(p for _, table in having for p in table):
        found = ranges([(version, table.get(parameter)) for version, table in having])
        parts = [part for pair in found for part in pair]
        if len(found) > 1:
            lines.append(f"{parameter}:{json.dumps(parts, separators=(',', ':'))}")
        else:
            lines.append(parameter if found[0][1] == "None" else f"{parameter}={found[0][1]}")
    return "\n".join(lines)


def entries(tables, indent):
    """Source of {class: rows}; a class that has the same as one before names that one."""
    first, out = {}, []
    for name, text in tables.items():
        text = f"@{first[text]}" if len(text) > 40 and first.setdefault(text, name) != name else text
        quoted = text.replace("\\", "\\\\").replace("`", "\\`").replace("${", "\\${")
        out.append(f"{indent}{name}: `{quoted}`,\n")
    return "".join(out)


def join(paths):
    dumps = sorted((json.load(open(path)) for path in paths), key=lambda d: tuple(map(int, d["version"].split("."))))
    out = [HEADER.format(versions=json.dumps([d["version"] for d in dumps]))]
    names = sorted({name for d in dumps for name in d["classes"]})
    tables = {name: rows([(d["version"], d["classes"][name]) for d in dumps if name in d["classes"]]) for name in names}
    out.append(entries(tables, "  "))
    out.append("};\n")
    sys.stdout.write("".join(out))


if __name__ == "__main__":
    if sys.argv[1:2] == ["dump"]:
        dump()
    elif sys.argv[1:2] == ["join"]:
        join(sys.argv[2:])
    else:
        raise SystemExit(__doc__)
