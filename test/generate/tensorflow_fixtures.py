"""Small checkpoints as TensorFlow's Saver writes them, with every value as hex: test/fixtures/tensorflow.

Usage: python tensorflow_fixtures.py OUT (Python 3.7, requirements-tensorflow.txt)

`table.ckpt` is of Saver's first version (one table with the numbers in it), `bundle.ckpt` of the second (an index and
bare bytes), both of the same variables: partitioned along the first and along the second dimension, scalars, empty,
half, complex, boolean, text. `*.meta` is the graph beside each.
"""
import json
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import tensorflow.compat.v1 as tf


def main(out):
    os.makedirs(out, exist_ok=True)
    drawn = tf.random_uniform_initializer(-1, 1, seed=1)
    with tf.Graph().as_default(), tf.Session() as session:
        held = {
            "rows": tf.get_variable("rows", (4, 3), initializer=drawn, partitioner=tf.fixed_size_partitioner(3)),
            "columns": tf.get_variable("columns", (4, 3), initializer=drawn, partitioner=tf.fixed_size_partitioner(3, axis=1)),
        }
        for name, value in {
            "step": np.int64(-7),
            "empty": np.zeros((0, 3), "float32"),
            "half": np.array([1.5, -0.0, 65504], "float16"),
            "complex": np.array([1 + 2j, -3j], "complex64"),
            "flags": np.array([True, False, True]),
            "text": np.array(["a", "\u00e9t\u00e9"], dtype=object),
        }.items():
            held[name] = tf.get_variable(name, initializer=tf.constant(value, dtype=None if name != "text" else tf.string))
        session.run(tf.global_variables_initializer())
        for name, version in (("table.ckpt", tf.train.SaverDef.V1), ("bundle.ckpt", tf.train.SaverDef.V2)):
            tf.train.Saver(write_version=version).save(session, os.path.join(out, name))
        tf.train.export_meta_graph(os.path.join(out, "text.meta"), as_text=True)
        told = {}
        for name, variable in held.items():
            value = session.run(tf.convert_to_tensor(variable))
            if name == "text":
                told[name] = {"texts": [text.decode() for text in value]}
            else:
                told[name] = {"dtype": str(value.dtype), "shape": list(value.shape), "hex": value.tobytes().hex()}
    os.remove(os.path.join(out, "checkpoint"))
    with open(os.path.join(out, "values.json"), "w") as file:
        json.dump({"tensorflow": tf.__version__, "values": told}, file, indent=1)
        file.write("\n")


main(sys.argv[1])
