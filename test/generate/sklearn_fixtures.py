"""Writes test/fixtures/sklearn/<generation>: fitted scikit-learn models, and what scikit-learn says is in them.

    python sklearn_fixtures.py old ../fixtures/sklearn      # requirements-sample.txt
    python sklearn_fixtures.py new ../fixtures/sklearn      # requirements-fixtures.txt

Beside each model, expected.json tells, for every learned public attribute, the address a person would type, its dtype,
shape and values (little-endian bytes in C order, as hex; a digest where they are long), read from the live objects.
"""

import hashlib
import inspect
import json
import os
import pickle
import sys
import warnings

import joblib
import numpy as np
import pandas as pd
from sklearn import __version__ as sklearn_version
from sklearn.base import BaseEstimator
from sklearn.calibration import CalibratedClassifierCV
from sklearn.cluster import KMeans
from sklearn.compose import ColumnTransformer
from sklearn.decomposition import PCA
from sklearn.ensemble import (
    AdaBoostClassifier,
    BaggingClassifier,
    GradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    VotingClassifier,
)
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import (
    ElasticNet,
    Lasso,
    LinearRegression,
    LogisticRegression,
    Perceptron,
    Ridge,
    RidgeCV,
    SGDClassifier,
)
from sklearn.model_selection import GridSearchCV
from sklearn.naive_bayes import GaussianNB, MultinomialNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    KBinsDiscretizer,
    LabelBinarizer,
    LabelEncoder,
    MaxAbsScaler,
    MinMaxScaler,
    Normalizer,
    OneHotEncoder,
    OrdinalEncoder,
    PolynomialFeatures,
    PowerTransformer,
    QuantileTransformer,
    RobustScaler,
    StandardScaler,
)
from sklearn.svm import SVC, LinearSVC
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

warnings.simplefilter("ignore")

TREE_ATTRIBUTES = [
    "n_features",
    "n_classes",
    "n_outputs",
    "max_depth",
    "node_count",
    "children_left",
    "children_right",
    "feature",
    "threshold",
    "impurity",
    "n_node_samples",
    "weighted_n_node_samples",
    "value",
]
if tuple(map(int, sklearn_version.split(".")[:2])) >= (1, 3):
    TREE_ATTRIBUTES.append("missing_go_to_left")


def data(rows=60):
    random = np.random.RandomState(7)
    table = pd.DataFrame(random.standard_normal((rows, 4)), columns=["age", "income", "debt", "late"])
    score = table.to_numpy() @ [0.5, -1.5, 1.0, 2.0] + random.standard_normal(rows) * 0.5
    return table, score


def models():
    table, score = data()
    labels = np.where(score > 0, "bad", "good").astype(object)
    levels = np.digitize(score, [-1, 1])
    plain = table.to_numpy()
    gaps = table.mask(np.random.RandomState(3).random_sample(table.shape) < 0.2)
    cats = pd.DataFrame({"home": ["own", "rent", "rent", "lease"] * 15, "grade": [3, 1, 2, 1] * 15})
    mixed = pd.concat([table, cats], axis=1)
    texts = ["late payment again", "paid early", "paid in full", "late late notice"] * 5
    verdicts = ["bad", "good", "good", "bad"] * 5

    yield "logistic", LogisticRegression(C=0.25, class_weight={"bad": 2.0, "good": 1.0}).fit(table, labels)
    yield "logistic_levels", LogisticRegression(max_iter=300).fit(plain, levels)
    yield "linear", LinearRegression().fit(table, score)
    yield "ridge_two_outputs", Ridge(alpha=np.array([0.5, 2.0])).fit(table, np.column_stack([score, -score]))
    yield "ridge_cv", RidgeCV(alphas=(0.1, 1.0, 10.0)).fit(plain, score)
    yield "lasso", Lasso(alpha=0.01).fit(table, score)
    yield "elastic_net", ElasticNet(alpha=0.01).fit(table.astype(np.float32), score.astype(np.float32))
    yield "sgd", SGDClassifier(random_state=0, loss="log_loss").fit(table, labels)
    yield "perceptron", Perceptron(random_state=0).fit(table, labels)
    yield "linear_svc", LinearSVC(random_state=0, dual=True).fit(table, levels)
    yield "svc", SVC(kernel="rbf", C=2).fit(table, labels)
    yield "standard_scaler", StandardScaler().fit(table)
    yield "min_max_scaler", MinMaxScaler(feature_range=(-1, 1)).fit(table)
    yield "max_abs_scaler", MaxAbsScaler().fit(table)
    yield "robust_scaler", RobustScaler().fit(table)
    yield "normalizer", Normalizer().fit(table)
    yield "power", PowerTransformer().fit(table)
    yield "quantile", QuantileTransformer(n_quantiles=5).fit(table)
    yield "bins", KBinsDiscretizer(n_bins=3, encode="ordinal", strategy="uniform").fit(table)
    yield "polynomial", PolynomialFeatures(degree=2).fit(table)
    yield "imputer", SimpleImputer(strategy="median").fit(gaps)
    yield "one_hot", OneHotEncoder(drop="first").fit(cats)
    yield "ordinal", OrdinalEncoder().fit(cats)
    yield "label_encoder", LabelEncoder().fit(labels)
    yield "label_binarizer", LabelBinarizer().fit(levels)
    yield "pca", PCA(n_components=2).fit(table)
    yield "k_means", KMeans(n_clusters=2, n_init=1, random_state=0).fit(table)
    yield "gaussian_nb", GaussianNB().fit(table, labels)
    yield "multinomial_nb", MultinomialNB().fit(np.abs(plain), labels)
    yield "neighbours", KNeighborsClassifier(n_neighbors=3).fit(plain[:10], labels[:10])
    yield "mlp", MLPRegressor(hidden_layer_sizes=(3,), max_iter=5, random_state=0).fit(plain, score)
    yield "tree", DecisionTreeClassifier(max_depth=3, random_state=0).fit(table, labels)
    yield "tree_regressor", DecisionTreeRegressor(max_depth=2, random_state=0).fit(plain, score)
    yield "forest", RandomForestClassifier(n_estimators=3, max_depth=2, random_state=0).fit(table, labels)
    yield "boosting", GradientBoostingClassifier(n_estimators=2, max_depth=2, random_state=0).fit(table, levels)
    yield "hist_boosting", HistGradientBoostingRegressor(max_iter=2, max_bins=8, max_leaf_nodes=4, random_state=0).fit(table, score)
    yield "ada", AdaBoostClassifier(n_estimators=2, random_state=0).fit(table, labels)
    yield "bagging", BaggingClassifier(LogisticRegression(), n_estimators=2, random_state=0).fit(table, labels)
    yield (
        "voting",
        VotingClassifier([("lr", LogisticRegression()), ("nb", GaussianNB())], voting="soft").fit(table, labels),
    )
    yield "calibrated", CalibratedClassifierCV(LinearSVC(dual=True, random_state=0), cv=2).fit(table, labels)
    numbers = Pipeline([("fill", SimpleImputer()), ("scale", StandardScaler())])
    columns = ColumnTransformer(
        [("num", numbers, ["income", "age"]), ("cat", OneHotEncoder(drop="if_binary"), ["home", "grade"])],
        remainder="passthrough",
    )
    yield "pipeline", Pipeline([("columns", columns), ("clf", LogisticRegression())]).fit(mixed, labels)
    union = FeatureUnion([("pca", PCA(n_components=1)), ("scale", StandardScaler())])
    yield "union", Pipeline([("features", union), ("clf", Ridge())]).fit(table, score)
    text = Pipeline([("words", TfidfVectorizer()), ("clf", LogisticRegression())]).fit(texts, verdicts)
    # The address of an object in memory.
    text.named_steps["words"]._stop_words_id = 0
    yield "text", text
    yield "function", Pipeline([("abs", FunctionTransformer(np.abs, validate=True)), ("clf", Ridge())]).fit(table, score)
    yield "dotted", Pipeline([("my step", StandardScaler()), ("a.b", Ridge())]).fit(table, score)
    scaled = Pipeline([("scale", StandardScaler()), ("clf", Ridge())])
    search = GridSearchCV(scaled, {"clf__alpha": [0.1, 1.0]}, cv=2).fit(table, score)
    # What took how long differs from run to run.
    search.refit_time_ = 0.0
    for name in search.cv_results_:
        if name.endswith("_time"):
            search.cv_results_[name][:] = 0.0
    yield "search", search
    yield (
        "several",
        {
            "bad.rate": Ridge().fit(table, score),
            "scaler": StandardScaler().fit(plain),
            7: Lasso().fit(plain, score),
            "weights": np.array([1.5, -0.0, np.nan]),
            "note": "three models",
        },
    )


def little(array):
    array = np.ascontiguousarray(array)
    return array.astype(array.dtype.newbyteorder("<")).tobytes()


def describe(path, value):
    array = np.asarray(value)
    raw = little(array)
    entry = {"path": path, "dtype": array.dtype.name, "shape": list(array.shape)}
    if len(raw) <= 256:
        entry["hex"] = raw.hex()
    else:
        entry["sha256"] = hashlib.sha256(raw).hexdigest()
    return entry


def is_numbers(value):
    if isinstance(value, (bool, np.bool_, str, bytes)) or value is None:
        return False
    if isinstance(value, np.ma.MaskedArray):
        return False
    if isinstance(value, np.ndarray):
        return value.dtype.kind in "biufc"
    if isinstance(value, (float, np.number)):
        return True
    if isinstance(value, (list, tuple)) and len(value) > 0 and not any(isinstance(v, (list, tuple)) for v in value):
        return all(isinstance(v, (int, float, np.number)) and not isinstance(v, (bool, np.bool_)) for v in value)
    return False


def named(value):
    """True for a list of (name, estimator, ...) tuples."""
    return (
        isinstance(value, (list, tuple))
        and len(value) > 0
        and all(isinstance(v, tuple) and len(v) >= 2 and isinstance(v[0], str) for v in value)
        and any(isinstance(v[1], BaseEstimator) for v in value)
    )


def dot(path, name):
    if not name.isidentifier():
        return f"{path}[{json.dumps(name)}]"
    return f"{path}.{name}" if path else name


def learned(value, path, seen):
    """Addresses and values of the learned public attributes below a live object."""
    if type(value).__name__ == "Tree":
        for name in TREE_ATTRIBUTES:
            attribute = getattr(value, name)
            if isinstance(attribute, np.ndarray):
                yield describe(dot(path, name), attribute)
        return
    if is_numbers(value):
        yield describe(path, value)
        return
    if isinstance(value, BaseEstimator):
        if id(value) in seen:
            return
        seen.add(id(value))
        parameters = set(value.get_params(deep=False))
        for name, attribute in vars(value).items():
            if name.startswith("_"):
                continue
            if name in parameters and not (isinstance(attribute, BaseEstimator) or named(attribute)):
                continue
            if name.endswith("_") or name in parameters:
                yield from learned(attribute, dot(path, name), seen)
        return
    if type(value).__name__ == "_CalibratedClassifier":
        for name in ("estimator", "calibrators"):
            yield from learned(getattr(value, name), dot(path, name), seen)
        return
    if isinstance(value, np.ma.MaskedArray):
        for name in ("data", "mask"):
            array = np.asarray(getattr(value, name))
            if is_numbers(array):
                yield describe(dot(path, name), array)
        return
    if isinstance(value, dict):
        if id(value) in seen or path.endswith("output_indices_"):
            return
        seen.add(id(value))
        for name, item in value.items():
            yield from learned(item, dot(path, name), seen)
        return
    if named(value):
        for name, part, *_ in value:
            yield from learned(part, dot(path, name), seen)
    elif isinstance(value, (list, tuple)):
        for i, item in enumerate(value):
            if is_part(item):
                yield from learned(item, f"{path}[{i}]", seen)
    elif isinstance(value, np.ndarray) and value.dtype == object:
        for index in np.ndindex(value.shape):
            if is_part(value[index]):
                yield from learned(value[index], f"{path}[{', '.join(map(str, index))}]", seen)


def is_part(item):
    return isinstance(item, (BaseEstimator, np.ndarray, dict)) or type(item).__name__ == "_CalibratedClassifier"


def settings(estimator):
    """Constructor parameters that are plain values, and whether each is the default."""
    defaults = {p.name: p.default for p in inspect.signature(type(estimator).__init__).parameters.values()}
    found = {}
    for name, value in estimator.get_params(deep=False).items():
        if isinstance(value, BaseEstimator) or named(value):
            continue
        default = defaults[name]
        plain = value is None or isinstance(value, (bool, int, float, str, tuple, type))
        same = plain and type(value) is type(default) and (value == default or (value != value and default != default))
        found[name] = None if default is inspect.Parameter.empty else bool(same)
    return found


def expectation(model):
    found = {"parameters": list(top_level(model))}
    if isinstance(model, BaseEstimator):
        found["className"] = type(model).__name__
        found["hyperparameters"] = settings(model)
        names = getattr(model, "feature_names_in_", None)
        if names is not None:
            found["features"] = [str(name) for name in names]
        classes = getattr(model, "classes_", None)
        if isinstance(classes, np.ndarray):
            found["classes"] = [str(label) for label in classes]
        count = getattr(model, "n_features_in_", None)
        if count is not None:
            found["featureCount"] = int(count)
    if isinstance(model, Pipeline):
        found["steps"] = [[name, type(step).__name__] for name, step in model.steps]
        last = model.steps[-1][1]
        if hasattr(last, "coef_"):
            try:
                names = model[:-1].get_feature_names_out()
                found["columns"] = [str(name) for name in names]
            except (AttributeError, ValueError):
                pass
    return found


def top_level(model):
    seen = set()
    if not isinstance(model, dict):
        yield from learned(model, "", seen)
        return
    for key, value in model.items():
        path = f"[{key}]" if isinstance(key, int) else key
        yield from learned(value, path, seen)


def write(generation, folder):
    folder = os.path.join(folder, generation)
    os.makedirs(folder, exist_ok=True)
    expected = {}
    for i, (name, model) in enumerate(models()):
        # Both writers and several protocols, in turn.
        if i % 3 == 0:
            file = f"{name}.joblib"
            joblib.dump(model, os.path.join(folder, file), compress=("zlib", 9) if i % 2 else 0)
        else:
            file = f"{name}.pkl"
            with open(os.path.join(folder, file), "wb") as stream:
                pickle.dump(model, stream, protocol=2 + i % 4)
        expected[file] = expectation(model)
    with open(os.path.join(folder, "expected.json"), "w") as stream:
        json.dump({"version": sklearn_version, "models": expected}, stream, separators=(",", ":"))
        stream.write("\n")


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in ("old", "new"):
        raise SystemExit(__doc__)
    if os.environ.get("PYTHONHASHSEED") != "0":
        # Sets of text are written in the order of their hashes.
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, "PYTHONHASHSEED": "0"})
    write(sys.argv[1], sys.argv[2])
