"""Writes src/core/meaning/sklearn/companion-defaults.ts: constructor parameters of the libraries around scikit-learn.

Run once in each environment of requirements-companions-{old,new}.txt, then join what they say:

    python companion_defaults.py dump > new.json
    python companion_defaults.py join old.json new.json > ../../src/core/meaning/sklearn/companion-defaults.ts

Like sklearn_defaults.py, whose ways of printing a default it uses.
"""

import importlib
import importlib.metadata
import inspect
import json
import pkgutil
import sys
import warnings

from sklearn_defaults import entries, rows, text_of

HEADER = """// Written by test/generate/companion_defaults.py: do not edit.
import type { Constructors } from "./default-rows.ts";

/** By distribution. A default is written as in the table of scikit-learn itself. */
export const COMPANIONS: Readonly<Record<string, Constructors>> = {
"""

# Distribution, package, module and name of the classes that all its models are.
LIBRARIES = [
    ("xgboost", "xgboost", "xgboost.sklearn", "XGBModel"),
    ("lightgbm", "lightgbm", "lightgbm.sklearn", "LGBMModel"),
    ("catboost", "catboost", "catboost.core", "CatBoost"),
    ("imbalanced-learn", "imblearn", "sklearn.base", "BaseEstimator"),
    ("scikit-survival", "sksurv", "sklearn.base", "BaseEstimator"),
    ("category-encoders", "category_encoders", "sklearn.base", "BaseEstimator"),
    ("mlxtend", "mlxtend", "sklearn.base", "BaseEstimator"),
    ("mlxtend", "mlxtend", "mlxtend._base", "_BaseModel"),
    ("hmmlearn", "hmmlearn", "sklearn.base", "BaseEstimator"),
    ("lifelines", "lifelines", "lifelines.fitters", "BaseFitter"),
    ("prophet", "prophet", "prophet.forecaster", "Prophet"),
    ("scikit-surprise", "surprise", "surprise.prediction_algorithms.algo_base", "AlgoBase"),
]
SKIPPED = (".tests", ".dask", ".spark", ".plotting", "conftest", ".testing", ".datasets", ".widget", ".__main__")


def default_text(value):
    return "{}" if isinstance(value, dict) and not value else text_of(value)


def parameters(value):
    """Of the constructor; a constructor that hands the rest on takes what its base takes."""
    found = {}
    for base in value.__mro__:
        if "__init__" not in vars(base) or base is object:
            continue
        signature = list(inspect.signature(base.__init__).parameters.values())[1:]
        for each in signature:
            if each.kind not in (each.VAR_POSITIONAL, each.VAR_KEYWORD) and each.name not in found:
                found[each.name] = default_text(each.default)
        if not any(each.kind == each.VAR_KEYWORD for each in signature):
            break
    return found


def classes(package, base):
    found = {}
    twice = set()
    root = importlib.import_module(package)
    modules = [root.__name__] + [m.name for m in pkgutil.walk_packages(root.__path__, package + ".", onerror=lambda _: None)]
    for name in modules:
        if any(part in name for part in SKIPPED):
            continue
        try:
            loaded = importlib.import_module(name)
        except Exception:
            continue
        for key, value in vars(loaded).items():
            if not inspect.isclass(value) or not value.__module__.startswith(package) or not issubclass(value, base):
                continue
            if found.setdefault(value.__name__, value) is not value:
                twice.add(value.__name__)
    # Two classes of one name cannot be told apart by it.
    return {name: value for name, value in found.items() if name not in twice}


def dump():
    warnings.simplefilter("ignore")
    tables = {}
    for library, package, module, base in LIBRARIES:
        try:
            of = classes(package, getattr(importlib.import_module(module), base))
        except ImportError:
            continue
        version = ".".join(importlib.metadata.version(library).split(".")[:2])
        table = tables.setdefault(library, {"version": version, "classes": {}})["classes"]
        for name, value in sorted(of.items()):
            try:
                table[name] = parameters(value)
            except SystemExit as unprintable:
                print(library, name, unprintable, file=sys.stderr)
    json.dump(tables, sys.stdout)


def join(paths):
    dumps = [json.load(open(path)) for path in paths]
    out = [HEADER]
    for library in sorted({library for dump in dumps for library in dump}):
        known = sorted((d[library] for d in dumps if library in d), key=lambda d: tuple(map(int, d["version"].split("."))))
        out.append(f"  {json.dumps(library)}: {{\n    versions: {json.dumps([d['version'] for d in known])},\n    classes: {{\n")
        names = sorted({name for d in known for name in d["classes"]})
        tables = {name: rows([(d["version"], d["classes"][name]) for d in known if name in d["classes"]]) for name in names}
        out.append(entries(tables, "      "))
        out.append("    },\n  },\n")
    out.append("};\n")
    sys.stdout.write("".join(out))


if __name__ == "__main__":
    if sys.argv[1:2] == ["dump"]:
        dump()
    elif sys.argv[1:2] == ["join"]:
        join(sys.argv[2:])
    else:
        raise SystemExit(__doc__)
