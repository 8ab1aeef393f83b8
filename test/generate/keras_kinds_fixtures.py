"""Writes test/fixtures/keras-kinds: what Keras 3 keeps in its files besides arrays of float32. bfloat16, which HDF5 has no type
for; vocabularies, which are text beside the arrays; weights over several files. expected.json has every array as hex.

    python keras_kinds_fixtures.py      # requirements-keras-kinds.txt

Weights are counted, not drawn; Keras stamps archives with the time.
"""

import json
import os
import pathlib

os.environ["CUDA_VISIBLE_DEVICES"] = ""

import keras
import numpy as np
from keras import layers

HERE = pathlib.Path(__file__).resolve().parent.parent / "fixtures" / "keras-kinds"


def counted(model):
    start = 0
    for weight in model.weights:
        size = int(np.prod(weight.shape))
        weight.assign((np.arange(start, start + size) / 64).reshape(weight.shape))
        start += size
    return {
        weight.path.split("/", 1)[1].replace("/", "."): np.asarray(weight.value).tobytes().hex()
        for weight in model.weights
    }


def bfloat16():
    model = keras.Sequential([keras.Input((3,)), layers.Dense(2, dtype="bfloat16", name="half")])
    values = counted(model)
    for suffix in ("keras", "h5"):
        model.save(HERE / f"bfloat16.{suffix}")
    model.save_weights(HERE / "bfloat16.weights.h5")
    return values


def words():
    lookup = layers.StringLookup(output_mode="tf_idf", name="words")
    lookup.adapt(np.array([["ü", "b", "ü"], ["b c", "ü", "b"]]))
    model = keras.Sequential([keras.Input((3,), dtype="string"), lookup, layers.Dense(2, name="head")])
    values = counted(model)
    model.save(HERE / "words.keras")
    model.save_weights(HERE / "words.weights.h5")
    return {**values, "vocabulary": lookup.get_vocabulary()}


def quantised():
    model = keras.Sequential([keras.Input((3,)), layers.Dense(2, name="small")])
    counted(model)
    model.quantize("int8")
    model.save(HERE / "int8.keras")
    return {weight.path.split("/", 1)[1].replace("/", "."): np.asarray(weight.value).tobytes().hex() for weight in model.weights}


def sharded():
    model = keras.Sequential([keras.Input((3,)), layers.Dense(2, name="one"), layers.Dense(2, name="two")])
    values = counted(model)
    model.save_weights(HERE / "sharded.weights.json", max_shard_size=4e-8)
    return values


if __name__ == "__main__":
    HERE.mkdir(parents=True, exist_ok=True)
    expected = {"bfloat16": bfloat16(), "words": words(), "int8": quantised(), "sharded": sharded()}
    (HERE / "expected.json").write_text(json.dumps(expected, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
