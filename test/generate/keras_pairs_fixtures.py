"""Writes test/fixtures/pairs/keras: one small Keras model in every form TensorFlow and Keras save it in, and later versions of it.

    python -m venv venv     python -m venv venv && venv/bin/pip install -r test/generate/requirements-keras-pairs.txt    python -m venv venv && venv/bin/pip install -r test/generate/requirements-keras-pairs.txt venv/bin/pip install --no-deps tensorflowjs==4.22.0
    venv/bin/pip install -r test/generate/requirements-keras-pairs.txt
    venv/bin/python test/generate/keras_pairs_fixtures.py test/fixtures/pairs/keras

What each pair is to be found to be stands in test/core/diff/pairs-keras.test.ts. Keras stamps archives with the time.
"""

import importlib.util
import json
import os
import shutil
import sys
import types
from pathlib import Path

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

import keras
import numpy as np
import tensorflow as tf
from keras import layers

HERE = Path(sys.argv[1])
shutil.rmtree(HERE, ignore_errors=True)
HERE.mkdir(parents=True)

random = np.random.default_rng(5)
X = random.normal(size=(64, 6)).astype("float32")
Y = (X @ random.normal(size=(6, 3)) + random.normal(size=(64, 3)) / 5).argmax(axis=1)


def network(dtype=None, inserted=False, name="classifier"):
    keras.utils.set_random_seed(11)
    return keras.Sequential(
        [
            keras.Input((6,), name="features"),
            layers.Dense(5, activation="relu", name="hidden", dtype=dtype),
            layers.BatchNormalization(name="norm", dtype=dtype),
            *([layers.Dense(5, activation="tanh", name="extra", dtype=dtype)] if inserted else []),
            layers.Dense(3, activation="softmax", name="out", dtype=dtype),
        ],
        name=name,
    )


def trained(model, epochs):
    # No optimizer in the files: what is compared is the model.
    model.compile(optimizer=keras.optimizers.SGD(0.1), loss="sparse_categorical_crossentropy")
    model.fit(X, Y, epochs=epochs, verbose=0, shuffle=False)
    fresh = network()
    fresh.set_weights(model.get_weights())
    return fresh


def save(model, stem):
    model.save(HERE / f"{stem}.keras")
    model.save(HERE / f"{stem}.h5")
    model.save_weights(HERE / f"{stem}.weights.h5")


first = trained(network(), 3)
save(first, "net")
save(trained(network(), 6), "net-retrained")
half = network(dtype="float16")
half.set_weights(first.get_weights())
save(half, "net-float16")
more = network(inserted=True)
for layer in first.layers:
    more.get_layer(layer.name).set_weights(layer.get_weights())
more.save(HERE / "net-inserted.keras")
more.save_weights(HERE / "net-inserted.weights.h5")

first.export(HERE / "net-saved", verbose=False)
for extra in ("fingerprint.pb", "assets"):
    found = HERE / "net-saved" / extra
    shutil.rmtree(found) if found.is_dir() else found.unlink(missing_ok=True)
tf.train.Checkpoint(model=first).write(str(HERE / "net-checkpoint"))

converter = tf.lite.TFLiteConverter.from_keras_model(first)
(HERE / "net.tflite").write_bytes(converter.convert())
converter = tf.lite.TFLiteConverter.from_keras_model(first)
converter.optimizations = [tf.lite.Optimize.DEFAULT]
converter.target_spec.supported_types = [tf.float16]
(HERE / "net-float16.tflite").write_bytes(converter.convert())

# TensorFlow.js' converter imports four other frameworks on the way; its writer of weights needs none of them.
package = types.ModuleType("tensorflowjs")
package.__path__ = [str(Path(importlib.util.find_spec("keras").origin).parents[1] / "tensorflowjs")]
sys.modules["tensorflowjs"] = package
write_weights = importlib.import_module("tensorflowjs.write_weights")
for name, quantised in (("net-js", {}), ("net-js-float16", {"float16": "*"})):
    folder = HERE / name
    folder.mkdir()
    weights = [
        {"name": f"{layer.name}/{weight.name}", "data": np.asarray(weight.value)}
        for layer in first.layers
        for weight in layer.weights
    ]
    manifest = write_weights.write_weights([weights], str(folder), write_manifest=False, quantization_dtype_map=quantised)
    topology = {"keras_version": keras.__version__, "backend": "tensorflow", "model_config": json.loads(first.to_json())}
    document = {"format": "layers-model", "generatedBy": f"keras v{keras.__version__}", "convertedBy": None}
    document |= {"modelTopology": topology, "weightsManifest": manifest}
    (folder / "model.json").write_text(json.dumps(document))
