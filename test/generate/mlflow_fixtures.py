"""Writes test/fixtures/mlflow/ridge, a model as mlflow.sklearn saves it, and expected.json with its values as hex.

    pip install -r test/generate/requirements-mlflow.txt
    python test/generate/mlflow_fixtures.py
"""

import json
import pathlib
import shutil

import mlflow.sklearn
import numpy as np
from mlflow.models.signature import ModelSignature
from mlflow.types.schema import ColSpec, ParamSchema, ParamSpec, Schema
from sklearn.linear_model import Ridge

HERE = pathlib.Path(__file__).resolve().parent.parent / "fixtures" / "mlflow"
shutil.rmtree(HERE, ignore_errors=True)
HERE.mkdir(parents=True)

names = ["age", "income", "late 90d"]
x = np.random.default_rng(0).normal(size=(20, 3))
model = Ridge(alpha=0.25).fit(x, x @ [1.0, -2.0, 0.5] + 3)
signature = ModelSignature(
    inputs=Schema([ColSpec("double", name) for name in names[:2]] + [ColSpec("double", names[2], required=False)]),
    outputs=Schema([ColSpec("double", "risk")]),
    params=ParamSchema([ParamSpec("temperature", "double", 0.5)]),
)
mlflow.sklearn.save_model(model, HERE / "ridge", signature=signature, metadata={"owner": "risk", "threshold": 0.1}, pip_requirements=["scikit-learn==1.9.1", "numpy"])
(HERE / "expected.json").write_text(
    json.dumps({"coef_": model.coef_.tobytes().hex(), "intercept_": np.float64(model.intercept_).tobytes().hex(), "features": names}, indent=0)
)
