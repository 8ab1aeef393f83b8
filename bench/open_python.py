"""Writes what the benchmark of opening reads, and times what Python takes to load it; imports are not counted.

    python open_python.py write DICTS FOREST COUNT TREES
    python open_python.py pickle FILE | joblib FILE
"""

import importlib.util
import json
import pickle
import resource
import sys
import time


def nested(count: int) -> dict:
    """`count` dicts of settings, half of them within others, about 110 bytes each; every number and name another one."""
    return {
        f"run-{i}": {
            "id": i,
            "name": f"model-{i}-{i * 7919 % 1000003}",
            "started": f"2026-11-{i % 28 + 1:02}T{i % 24:02}:{i % 60:02}:00",
            "commit": f"{i * 0x9E3779B97F4A7C15 % (1 << 160):040x}",
            "loss": i / 7.0,
            "scores": [i / 3.0, i / 11.0, i / 13.0],
            "params": {"depth": i % 13, "rate": 1.0 / (i + 1), "seed": i * 65537, "comment": f"trial {i} of the sweep"},
        }
        for i in range(count // 2)
    }


def forest(trees: int):
    import numpy
    from sklearn.ensemble import RandomForestClassifier

    rng = numpy.random.default_rng(7)
    features = rng.normal(size=(20_000, 12))
    labels = (features[:, 0] + rng.normal(size=len(features)) > 0).astype(int)
    return RandomForestClassifier(n_estimators=trees, random_state=7, n_jobs=2).fit(features, labels)


def write(dicts: str, forests: str, count: int, trees: int) -> None:
    with open(dicts, "wb") as file:
        pickle.dump(nested(count), file)
    if importlib.util.find_spec("sklearn") is not None:
        import joblib

        joblib.dump(forest(trees), forests)


def load(way: str, name: str) -> None:
    if way == "joblib":
        import joblib
        import sklearn.ensemble  # noqa: F401
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun = time.perf_counter()
    if way == "pickle":
        with open(name, "rb") as file:
            # Not pickle.load: reading the file in one go is what one would do who is in a hurry.
            loaded = pickle.loads(file.read())
    else:
        loaded = joblib.load(name)
    taken = (time.perf_counter() - begun) * 1000
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"milliseconds": taken, "peakBytes": peak * 1024, "before": before * 1024, "type": type(loaded).__name__}))


if sys.argv[1] == "write":
    write(sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5]))
else:
    load(sys.argv[1], sys.argv[2])
