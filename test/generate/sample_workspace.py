"""Writes test/workspace/credit-risk: a credit-risk model in three versions, as a team would keep it in a repository.

    python sample_workspace.py ../workspace/credit-risk

Environment: requirements-sample.txt. Everything is drawn from fixed seeds, so a second run writes the same models.
"""

import json
import os
import pickle
import struct
import sys

import joblib
import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

FEATURES = [
    "utilisation",
    "late_90d",
    "late_30d",
    "income",
    "age",
    "tenure_months",
    "open_accounts",
    "inquiries_6m",
    "debt_ratio",
    "loan_amount",
    "savings",
    "dependents",
]
WEIGHTS = [1.75, 0.95, 0.6, -0.65, -0.3, -0.25, 0.12, 0.4, 0.8, 0.35, -0.55, 0.08]
NUMERIC = ["utilisation", "late_90d", "income", "age", "debt_ratio", "loan_amount"]
# Mean and spread of each numeric column in its own unit.
UNITS = {
    "utilisation": (0.42, 0.21),
    "late_90d": (0.6, 0.9),
    "income": (41_300.0, 14_800.0),
    "age": (43.0, 12.5),
    "debt_ratio": (0.31, 0.14),
    "loan_amount": (9_800.0, 5_200.0),
}
HOMES = ["mortgage", "own", "rent"]
PURPOSES = ["car", "education", "home", "medical"]


def applicants(seed, rows, bad="bad"):
    """Standardised applications and what became of them."""
    random = np.random.RandomState(seed)
    table = pd.DataFrame(random.standard_normal((rows, len(FEATURES))), columns=FEATURES)
    risk = table.to_numpy() @ np.array(WEIGHTS) - 1.1 + random.logistic(size=rows)
    return table, np.where(risk > 0, bad, "good").astype(object)


def scorecard(table, outcome):
    return LogisticRegression(C=0.5, max_iter=200).fit(table, outcome)


def in_units(table, seed):
    """The same applications as a bank has them: in their own units, with text columns."""
    random = np.random.RandomState(seed)
    raw = pd.DataFrame({name: table[name] * UNITS[name][1] + UNITS[name][0] for name in NUMERIC})
    raw["home"] = np.array(HOMES, dtype=object)[random.randint(len(HOMES), size=len(table))]
    raw["purpose"] = np.array(PURPOSES, dtype=object)[random.randint(len(PURPOSES), size=len(table))]
    return raw


def pipeline(raw, outcome):
    columns = ColumnTransformer(
        [
            ("num", StandardScaler(), [name for name in raw.columns if name in NUMERIC]),
            ("cat", OneHotEncoder(handle_unknown="ignore"), ["home", "purpose"]),
        ]
    )
    return Pipeline([("columns", columns), ("clf", LogisticRegression(C=0.5, max_iter=500))]).fit(raw, outcome)


def through_float32(values):
    """What is left of float64 values after a system that keeps float32."""
    return values.astype(np.float32).astype(np.float64)


def swapped(names, a, b):
    names = list(names)
    i, j = names.index(a), names.index(b)
    names[i], names[j] = names[j], names[i]
    return names


def suspicious():
    """A pickle that looks like a scorecard and would run a shell command; written opcode by opcode, never loaded."""

    def text(value):
        data = value.encode()
        return pickle.SHORT_BINUNICODE + bytes([len(data)]) + data

    def number(value):
        return pickle.BINFLOAT + struct.pack(">d", value)

    body = [
        pickle.EMPTY_DICT,
        pickle.MARK,
        text("features"),
        pickle.EMPTY_LIST,
        pickle.MARK,
        *[text(name) for name in FEATURES[:3]],
        pickle.APPENDS,
        text("coef"),
        pickle.EMPTY_LIST,
        pickle.MARK,
        *[number(value) for value in WEIGHTS[:3]],
        pickle.APPENDS,
        text("calibrate"),
        text("os"),
        text("system"),
        pickle.STACK_GLOBAL,
        text("touch /tmp/suspicious.pkl-ran-on-this-machine"),
        pickle.TUPLE1,
        pickle.REDUCE,
        pickle.SETITEMS,
        pickle.STOP,
    ]
    frame = b"".join(body)
    return pickle.PROTO + b"\x04" + pickle.FRAME + struct.pack("<Q", len(frame)) + frame


SCORECARDS = ("lr_params_v1.2.2.joblib", "lr_params_v1.2.3.joblib", "lr_params_v1.3.0.joblib")


def short(values):
    return [float(f"{value:.6g}") for value in values]


def write(folder):
    os.makedirs(folder, exist_ok=True)

    def path(name):
        return os.path.join(folder, name)

    table, outcome = applicants(122, 4000)
    first = scorecard(table, outcome)
    joblib.dump(first, path("lr_params_v1.2.2.joblib"))
    with open(path("params.json"), "w") as file:
        json.dump(
            {
                "model": "LogisticRegression",
                "features": FEATURES,
                "classes": list(first.classes_),
                "coef": short(first.coef_[0]),
                "intercept": short(first.intercept_)[0],
            },
            file,
            indent=2,
        )
        file.write("\n")

    narrowed = scorecard(table, outcome)
    narrowed.coef_ = through_float32(narrowed.coef_)
    joblib.dump(narrowed, path("lr_params_v1.2.3.joblib"))

    newer, newer_outcome = applicants(130, 5000, bad="default")
    joblib.dump(
        scorecard(newer[swapped(FEATURES, "income", "age")], newer_outcome), path("lr_params_v1.3.0.joblib")
    )

    raw = in_units(table, 222)
    joblib.dump(pipeline(raw, outcome), path("pipeline_v1.2.2.joblib"), compress=("zlib", 6))
    piped = pipeline(raw, outcome)
    piped.named_steps["clf"].coef_ = through_float32(piped.named_steps["clf"].coef_)
    joblib.dump(piped, path("pipeline_v1.2.3.joblib"), compress=("zlib", 6))
    raw = in_units(newer, 230)
    retrained = pipeline(raw[swapped(raw.columns, "income", "age")], newer_outcome)
    joblib.dump(retrained, path("pipeline_v1.3.0.joblib"), compress=("zlib", 6))

    with open(path("suspicious.pkl"), "wb") as file:
        file.write(suspicious())

    return {name: joblib.load(path(name)) for name in SCORECARDS}


def printed(model):
    """Python's own text of every learned number: what a viewer has to show, digit for digit."""
    return {name: [repr(float(value)) for value in getattr(model, name).ravel()] for name in ("coef_", "intercept_")}


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    written = write(sys.argv[1])
    with open(os.path.join(os.path.dirname(os.path.abspath(sys.argv[1])), "expected.json"), "w") as file:
        json.dump({name: printed(model) for name, model in written.items()}, file, indent=1)
        file.write("\n")
