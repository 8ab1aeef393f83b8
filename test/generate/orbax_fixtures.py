"""Checkpoints of Orbax in each of its forms, a database of several nodes, and groups of Zarr without consolidated metadata.

    python orbax_fixtures.py ../fixtures/orbax

Run with requirements-orbax.txt (Python 3.11). expected.json: the arrays of each folder by path, as dtype, shape and hexadecimal.
"""

import json
import os
import shutil
import sys

import jax.numpy as jnp
import numpy as np
import orbax.checkpoint as ocp
import tensorstore as ts
import zarr

TREE = {
    "params": {"dense": {"kernel": np.arange(12, dtype=np.float32).reshape(3, 4), "bias": np.ones(4, np.float16)}},
    "opt": [np.zeros((2, 2)), {"m": jnp.arange(5, dtype=jnp.bfloat16)}],
    "step": np.int64(7),
    "lr": 0.5,
    "none": None,
    "empty": {},
}
ARRAYS = {
    "params.dense.kernel": TREE["params"]["dense"]["kernel"],
    "params.dense.bias": TREE["params"]["dense"]["bias"],
    "opt.0": TREE["opt"][0],
    "opt.1.m": np.asarray(TREE["opt"][1]["m"]),
    "step": np.asarray(TREE["step"]),
    "lr": np.asarray(0.5),
}
FORMS = {
    "ocdbt": {},
    "ocdbt3": {"use_zarr3": True},
    "plain": {"use_ocdbt": False},
    "plain3": {"use_ocdbt": False, "use_zarr3": True},
}


def told(arrays):
    return {
        path: {"dtype": str(array.dtype), "shape": list(array.shape), "hex": np.ascontiguousarray(array).tobytes().hex()}
        for path, array in arrays.items()
    }


def database(folder):
    """Nodes so small that the tree has several levels, and values in them and beside them; written twice over."""
    arrays = {f"layer{k:02}/weight": np.arange(k, k + 24, dtype=np.float32).reshape(4, 6) for k in range(12)}
    settings = {"max_decoded_node_bytes": 700, "max_inline_value_bytes": 60, "compression": {"id": "zstd"}}
    store = ts.KvStore.open({"driver": "ocdbt", "base": f"file://{folder}/", "config": settings}).result()
    metadata = {"zarr_format": 2, "shape": [4, 6], "chunks": [2, 6], "dtype": "<f4", "fill_value": 0, "order": "C"}
    for factor in (0, 1):
        with ts.Transaction() as transaction:
            new = store.with_transaction(transaction)
            for path, array in arrays.items():
                new[f"{path}/.zarray"] = json.dumps({**metadata, "compressor": None, "filters": None})
                for row in (0, 1):
                    new[f"{path}/{row}.0"] = (array[2 * row : 2 * row + 2] * factor).tobytes()
    return arrays


def groups(folder, version):
    arrays = {
        "a": np.arange(6, dtype=np.int16).reshape(2, 3),
        "deep/er/b": np.linspace(0, 1, 5),
        "deep/c": np.arange(4, dtype=np.uint8),
    }
    root = zarr.open_group(folder, mode="w", zarr_format=version)
    for path, array in arrays.items():
        root.create_array(path, data=array, chunks=array.shape)
    return arrays


def main(folder):
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    folder = os.path.abspath(folder)
    expected = {}
    for name, settings in FORMS.items():
        place = os.path.join(folder, name)
        with ocp.Checkpointer(ocp.PyTreeCheckpointHandler(**settings)) as checkpointer:
            checkpointer.save(place, TREE)
        for beside in ("_CHECKPOINT_METADATA", "commit_success.txt", "_sharding"):
            if os.path.exists(os.path.join(place, beside)):
                os.remove(os.path.join(place, beside))
        shutil.rmtree(os.path.join(place, "array_metadatas"), ignore_errors=True)
        # What the merged database of all processes names lies in these files.
        manifest = os.path.join(place, "ocdbt.process_0", "manifest.ocdbt")
        if os.path.exists(manifest):
            os.remove(manifest)
        expected[name] = told(ARRAYS)
    expected["nodes"] = told(database(os.path.join(folder, "nodes")))
    expected["group2"] = told(groups(os.path.join(folder, "group2"), 2))
    expected["group3"] = told(groups(os.path.join(folder, "group3"), 3))
    with open(os.path.join(folder, "expected.json"), "w") as file:
        json.dump(expected, file, indent=1)
        file.write("\n")


main(sys.argv[1])
