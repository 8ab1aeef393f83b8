"""Writes test/fixtures/keras: one model by Keras 3 as .keras, .h5 and .weights.h5, and expected.json with every weight as hex.

    python -m venv venv && venv/bin/pip install -r test/generate/requirements-keras.txt
    venv/bin/python test/generate/keras_fixtures.py

Weights are counted, not drawn; Keras stamps the archive with the time.
"""

import json
import os
import pathlib

os.environ.setdefault("KERAS_BACKEND", "jax")

import keras
import numpy as np
from keras import layers

HERE = pathlib.Path(__file__).resolve().parent.parent / "fixtures" / "keras"
HERE.mkdir(parents=True, exist_ok=True)
expected = {"keras": keras.__version__, "files": {}}


def counted(model):
    start = 0
    for weight in model.weights:
        size = int(np.prod(weight.shape))
        weight.assign((np.arange(start, start + size) / 64).reshape(weight.shape).astype(weight.dtype))
        start += size


def describe(model, rename=lambda path: path):
    return {rename(w.path): {"dtype": str(np.asarray(w.value).dtype), "shape": list(w.shape), "hex": np.asarray(w.value).tobytes().hex()} for w in model.weights}


def save(name, model):
    counted(model)
    for suffix in (".keras", ".h5"):
        model.save(HERE / f"{name}{suffix}")
    model.save_weights(HERE / f"{name}.weights.h5")
    expected["files"][name] = describe(model)


dense = keras.Sequential(
    [
        keras.Input((5,), name="features"),
        layers.Dense(4, activation="relu", name="hidden"),
        layers.BatchNormalization(name="norm"),
        layers.Dense(3, use_bias=False, name="between"),
        layers.Dropout(0.5, name="drop"),
        layers.Dense(2, activation="softmax", name="out"),
    ],
    name="classifier",
)
save("dense", dense)

tokens = keras.Input((7,), name="tokens")
x = layers.Embedding(6, 3, name="embedding")(tokens)
x = layers.Conv1D(3, 2, name="conv")(x)
x = layers.Bidirectional(layers.LSTM(2, return_sequences=True, name="lstm"), name="both")(x)
x = layers.GRU(2, name="gru")(x)
inner_in = keras.Input((2,), name="inner_in")
inner = keras.Model(inner_in, layers.Dense(2, name="deep")(inner_in), name="inner")
x = inner(x)
save("sequence", keras.Model(tokens, layers.Dense(1, name="head")(x), name="reader"))

(HERE / "expected.json").write_text(json.dumps(expected, indent=1, sort_keys=True) + "\n", encoding="utf-8")
