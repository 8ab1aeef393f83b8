"""Writes test/fixtures/pickle/jax.json: arrays of JAX as pickles, each in base64.

    pip install -r test/generate/requirements-jax.txt
    python test/generate/jax_fixtures.py
"""

import base64
import json
import pathlib
import pickle

import jax.numpy as jnp

OUT = pathlib.Path(__file__).resolve().parent.parent / "fixtures" / "pickle" / "jax.json"
arrays = {
    "params": {"w": jnp.arange(6, dtype=jnp.float32).reshape(2, 3), "b": jnp.asarray([1.5, -0.0, 3], jnp.bfloat16)},
    "count": jnp.int32(7),
    "none": jnp.zeros((0, 2)),
}
pickles = {f"protocol {p}": base64.b64encode(pickle.dumps(arrays, p)).decode() for p in (2, 4, 5)}
OUT.write_text(json.dumps(pickles, indent=1) + "\n")
