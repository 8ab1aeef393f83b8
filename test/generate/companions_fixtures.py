"""Small fitted models of the libraries around scikit-learn, with what the library itself says is in them.

    python test/generate/companions_fixtures.py new   # in an environment of requirements-companions-new.txt
    python test/generate/companions_fixtures.py old   # in one of requirements-companions-old.txt

Writes test/fixtures/companions/<generation>/*.pkl and expected.json: class, features, classes, hyper-parameters that were set, and
fitted numbers by address as hexadecimal float64.
"""

import importlib
import json
import pathlib
import pickle
import sys
import warnings

import numpy as np
import pandas as pd

GENERATION = sys.argv[1]
OUT = pathlib.Path(__file__).resolve().parent.parent / "fixtures" / "companions" / GENERATION
NAMES = ["age", "height", "income"]

warnings.simplefilter("ignore")
rng = np.random.default_rng(7)
X = pd.DataFrame(rng.normal(size=(40, 3)).round(2), columns=NAMES)
Y = np.where(X["age"] > np.quantile(X["age"], 0.6), "yes", "no")
CODE = (Y == "yes").astype(int)
TARGET = (2 * X["age"] - X["height"] + rng.normal(size=40).round(2)).to_numpy()
COUNTS = rng.poisson(2.0, size=40)


def hexes(values):
    return np.ascontiguousarray(values, dtype="<f8").tobytes().hex()


def plain(value):
    return value.item() if isinstance(value, np.generic) else value


def imblearn():
    from imblearn.ensemble import BalancedRandomForestClassifier, EasyEnsembleClassifier
    from imblearn.over_sampling import SMOTE, RandomOverSampler
    from imblearn.pipeline import Pipeline
    from imblearn.under_sampling import RandomUnderSampler, TomekLinks
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    smote = SMOTE(k_neighbors=3, random_state=0)
    smote.fit_resample(X, Y)
    yield "smote", smote, {
        "features": NAMES,
        "set": {"k_neighbors": 3, "random_state": 0},
        "numbers": {"nn_k_._tree.data": hexes(np.asarray(smote.nn_k_._tree.data))},
    }
    tomek = TomekLinks()
    tomek.fit_resample(X, Y)
    yield "tomek", tomek, {"features": NAMES, "set": {}}
    steps = [("scale", StandardScaler()), ("under", RandomUnderSampler(replacement=True, random_state=0)), ("clf", LogisticRegression(C=0.5))]
    pipe = Pipeline(steps).fit(X, Y)
    yield "pipeline", pipe, {
        "features": NAMES,
        "classes": ["no", "yes"],
        "steps": ["scale", "under", "clf"],
        "set": {"steps.under.replacement": True, "steps.clf.C": 0.5},
        "numbers": {"steps.clf.coef_": hexes(pipe[-1].coef_), "steps.scale.mean_": hexes(pipe[0].mean_)},
    }
    forest = BalancedRandomForestClassifier(n_estimators=2, max_depth=2, random_state=0, sampling_strategy="not minority").fit(X, Y)
    yield "balanced-forest", forest, {
        "features": NAMES,
        "classes": ["no", "yes"],
        "set": {"n_estimators": 2, "max_depth": 2, "random_state": 0, "sampling_strategy": "not minority"},
        "numbers": {"estimators_[1].tree_.threshold": hexes(forest.estimators_[1].tree_.threshold)},
    }
    easy = EasyEnsembleClassifier(n_estimators=2, random_state=1)
    easy.set_params(**{("estimator" if hasattr(easy, "estimator") else "base_estimator"): LogisticRegression()}).fit(X, Y)
    yield "easy-ensemble", easy, {"features": NAMES, "classes": ["no", "yes"]}
    yield "unfitted", RandomOverSampler(shrinkage=0.5), {"set": {"shrinkage": 0.5}}


def statsmodels():
    import statsmodels.api as sm
    from statsmodels.tsa.arima.model import ARIMA

    exog = sm.add_constant(X)
    made = {
        "ols": sm.OLS(pd.Series(TARGET, name="price"), exog).fit(),
        "logit": sm.Logit(pd.Series(CODE, name="bought"), exog).fit(disp=0),
        "glm": sm.GLM(pd.Series(COUNTS, name="visits"), exog, family=sm.families.Poisson()).fit(),
        "wls": sm.WLS(TARGET, exog.to_numpy(), weights=np.arange(1.0, 41.0)).fit(),
    }
    for name, results in made.items():
        names = list(results.model.data.xnames)
        numbers = {"params": hexes(results.params)}
        yield name, results, {"features": names, "numbers": numbers, "labels": {"params": names}}
    smaller = sm.OLS(pd.Series(TARGET, name="price"), exog).fit()
    smaller.remove_data()
    yield "ols-small", smaller, {"numbers": {"params": hexes(smaller.params)}}
    arima = ARIMA(TARGET, order=(1, 0, 1)).fit()
    arima.remove_data()
    yield "arima", arima, {"features": list(arima.model.param_names), "labels": {"params": list(arima.model.param_names)}}


def hmmlearn():
    from hmmlearn.hmm import GaussianHMM

    model = GaussianHMM(n_components=2, n_iter=20, random_state=0).fit(X.to_numpy())
    yield "gaussian-hmm", model, {
        "featureCount": 3,
        "set": {"n_components": 2, "n_iter": 20, "random_state": 0},
        "numbers": {"transmat_": hexes(model.transmat_), "means_": hexes(model.means_)},
    }


def sksurv():
    from sksurv.ensemble import RandomSurvivalForest
    from sksurv.linear_model import CoxPHSurvivalAnalysis
    from sksurv.util import Surv

    times = Surv.from_arrays(CODE.astype(bool), np.abs(TARGET) + 0.1)
    cox = CoxPHSurvivalAnalysis(alpha=0.5).fit(X, times)
    yield "cox", cox, {"features": NAMES, "set": {"alpha": 0.5}, "numbers": {"coef_": hexes(cox.coef_)}, "labels": {"coef_": NAMES}}
    forest = RandomSurvivalForest(n_estimators=1, max_depth=2, random_state=0).fit(X, times)
    yield "survival-forest", forest, {"features": NAMES, "set": {"n_estimators": 1, "max_depth": 2, "random_state": 0}}


def category_encoders():
    from category_encoders import OneHotEncoder, OrdinalEncoder, TargetEncoder

    # Before 2.6 it noted the names that come out, not those that go in.
    named = {"features": ["colour", "size"]} if GENERATION == "new" else {}
    frame = pd.DataFrame({"colour": list("rgbr") * 10, "size": np.arange(40.0)})
    ordinal = OrdinalEncoder(cols=["colour"]).fit(frame)
    yield "ordinal", ordinal, named
    target = TargetEncoder(cols=["colour"], smoothing=5.0).fit(frame, CODE)
    yield "target", target, {**named, "set": {"smoothing": 5.0}, "marked": ["cols"]}
    yield "one-hot", OneHotEncoder(cols=["colour"], use_cat_names=True).fit(frame), {**named, "set": {"use_cat_names": True}, "marked": ["cols"]}


def mlxtend():
    from mlxtend.classifier import EnsembleVoteClassifier, SoftmaxRegression
    from sklearn.linear_model import LogisticRegression

    softmax = SoftmaxRegression(epochs=5, eta=0.1, random_seed=1)
    softmax.fit(X.to_numpy(), CODE)
    yield "softmax", softmax, {"set": {"epochs": 5, "eta": 0.1, "random_seed": 1}, "marked": ["n_classes"], "numbers": {"w_": hexes(softmax.w_)}}
    vote = EnsembleVoteClassifier(clfs=[LogisticRegression(C=2.0)], voting="soft").fit(X, CODE)
    yield "vote", vote, {"set": {"voting": "soft"}}


def lifelines():
    from lifelines import CoxPHFitter, KaplanMeierFitter

    frame = X.assign(T=np.abs(TARGET) + 0.1, E=CODE)
    cox = CoxPHFitter(penalizer=0.1).fit(frame, "T", "E")
    yield "cox-fitter", cox, {"labels": {"_model.params_.coef": NAMES}, "numbers": {"_model.params_.coef": hexes(cox.params_)}, "set": {"penalizer": 0.1}}
    yield "kaplan-meier", KaplanMeierFitter().fit(frame["T"][:10], frame["E"][:10]), {}


def prophet():
    from prophet import Prophet

    model = Prophet(yearly_seasonality=False, weekly_seasonality=False, daily_seasonality=False, n_changepoints=2, changepoint_prior_scale=0.1)
    model.fit(pd.DataFrame({"ds": pd.date_range("2024-01-01", periods=12), "y": np.arange(12.0) + np.sin(np.arange(12.0))}))
    yield "prophet", model, {"set": {"yearly_seasonality": False, "weekly_seasonality": False, "daily_seasonality": False, "n_changepoints": 2, "changepoint_prior_scale": 0.1}, "marked": ["holidays_mode"], "numbers": {"params.k": hexes(model.params["k"])}}


def surprise():
    from surprise import SVD, Dataset, Reader

    frame = pd.DataFrame({"user": list("aabbcc"), "item": list("xyxzyz"), "rating": [1, 5, 2, 4, 3, 5]})
    data = Dataset.load_from_df(frame, Reader(rating_scale=(1, 5))).build_full_trainset()
    model = SVD(n_factors=2, n_epochs=3, random_state=0).fit(data)
    yield "svd", model, {"numbers": {"qi": hexes(model.qi), "bu": hexes(model.bu)}, "set": {"n_factors": 2, "n_epochs": 3, "random_state": 0}}


def xgboost():
    from xgboost import XGBClassifier, XGBRegressor

    yield "xgb-classifier", XGBClassifier(n_estimators=2, max_depth=2, learning_rate=0.5).fit(X, CODE), {
        "features": NAMES,
        "set": {"n_estimators": 2, "max_depth": 2, "learning_rate": 0.5},
    }
    yield "xgb-regressor", XGBRegressor(n_estimators=1, max_depth=1, tree_method="exact").fit(X, TARGET), {
        "features": NAMES,
        "set": {"n_estimators": 1, "max_depth": 1, "tree_method": "exact"},
    }


def lightgbm():
    from lightgbm import LGBMClassifier

    model = LGBMClassifier(n_estimators=2, num_leaves=4, min_child_samples=5).fit(X, Y)
    yield "lgbm-classifier", model, {
        "features": NAMES,
        "classes": ["no", "yes"],
        "set": {"n_estimators": 2, "num_leaves": 4, "min_child_samples": 5},
    }


def catboost():
    from catboost import CatBoostClassifier

    model = CatBoostClassifier(iterations=2, depth=2, verbose=False, allow_writing_files=False).fit(X, Y)
    yield "cat-classifier", model, {"features": NAMES, "classes": ["no", "yes"], "set": {"iterations": 2, "depth": 2, "verbose": False, "allow_writing_files": False}}


LIBRARIES = [imblearn, statsmodels, hmmlearn, sksurv, category_encoders, mlxtend, lifelines, prophet, surprise, xgboost, lightgbm, catboost]


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    expected = {}
    for library in LIBRARIES:
        name = library.__name__
        # Its old wheels have no model to run.
        if name == "prophet" and GENERATION == "old":
            continue
        try:
            module = importlib.import_module(name)
        except ImportError:
            # Not every library has wheels for every Python: those that are there are in the requirements.
            print("without", name)
            continue
        for case, model, told in library():
            file = f"{name}-{case}.pkl"
            (OUT / file).write_bytes(pickle.dumps(model, protocol=4))
            expected[file] = {"class": type(model).__name__, "library": name, "version": module.__version__, **told}
    (OUT / "expected.json").write_text(json.dumps(expected, indent=1, default=plain) + "\n")


if __name__ == "__main__":
    main()
