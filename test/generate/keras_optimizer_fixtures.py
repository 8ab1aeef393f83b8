"""Writes test/fixtures/pairs/keras-optimizer: a network that was trained, with the state of its optimizer, in both of Keras'
forms.

    python keras_optimizer_fixtures.py ../fixtures/pairs/keras-optimizer      # requirements-keras-optimizer.txt
"""

import os
import sys

os.environ["KERAS_BACKEND"] = "torch"

import keras
import numpy as np


def write(folder):
    os.makedirs(folder, exist_ok=True)
    keras.utils.set_random_seed(0)
    layers = keras.layers
    model = keras.Sequential(
        [keras.Input((3,)), layers.Dense(4, activation="relu", name="hidden"), layers.Dense(1, name="out")]
    )
    model.compile(optimizer=keras.optimizers.Adam(0.01), loss="mse")
    model.fit(np.random.rand(32, 3), np.random.rand(32, 1), epochs=2, verbose=0)
    for suffix in ("keras", "h5"):
        model.save(os.path.join(folder, f"trained.{suffix}"))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    write(sys.argv[1])
