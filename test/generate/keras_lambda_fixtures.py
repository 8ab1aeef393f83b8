"""Writes test/fixtures/keras/lambda.keras and lambda.h5: a model with Lambda layers of a lambda and of a function by name.

    python -m venv venv && venv/bin/pip install -r test/generate/requirements-keras.txt
    venv/bin/python test/generate/keras_lambda_fixtures.py
"""

import os
import pathlib

os.environ.setdefault("KERAS_BACKEND", "jax")

import keras
from keras import layers

HERE = pathlib.Path(__file__).resolve().parent.parent / "fixtures" / "keras"


@keras.saving.register_keras_serializable(package="own")
def halved(x):
    return x / 2


# Code has the name of its file in it.
exec(compile("doubled = lambda x: x * 2", "model.py", "exec"))

model = keras.Sequential(
    [
        keras.Input((2,), name="features"),
        layers.Lambda(doubled, name="doubled"),
        layers.Lambda(halved, name="halved"),
        layers.Dense(1, name="out", kernel_initializer="ones"),
    ],
    name="with_code",
)
for suffix in (".keras", ".h5"):
    model.save(HERE / f"lambda{suffix}")
