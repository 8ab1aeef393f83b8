"""Writes test/fixtures/boosting: XGBoost and LightGBM models in pickles, small ones.

    python boosting_fixtures.py old ../fixtures/boosting      # requirements-boosting-old.txt
    python boosting_fixtures.py new ../fixtures/boosting      # requirements-boosting-new.txt
"""

import os
import pickle
import sys

import lightgbm
import numpy as np
import pandas as pd
import xgboost


def write(generation, folder):
    os.makedirs(folder, exist_ok=True)
    random = np.random.RandomState(5)
    table = pd.DataFrame(random.standard_normal((60, 3)), columns=["age", "income", "debt"])
    level = np.digitize(table["income"], [-0.5, 0.5])
    models = {
        "xgboost": xgboost.XGBClassifier(n_estimators=2, max_depth=2, n_jobs=1).fit(table, level),
        "lightgbm": lightgbm.LGBMClassifier(n_estimators=2, num_leaves=3, n_jobs=1, verbose=-1).fit(table, level),
    }
    for name, model in models.items():
        with open(os.path.join(folder, f"{name}_{generation}.pkl"), "wb") as file:
            pickle.dump(model, file, protocol=4)


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in ("old", "new"):
        raise SystemExit(__doc__)
    write(sys.argv[1], sys.argv[2])
