"""Writes test/fixtures/gensim: objects whose arrays gensim keeps in files of their own, sparse ones too.

    python gensim_fixtures.py ../fixtures/gensim      # requirements-vectors.txt
"""

import json
import os
import sys

import numpy
from gensim.similarities import SparseMatrixSimilarity

CORPUS = [[(0, 1.0), (2, 2.5)], [(1, -3.0)], [], [(0, 0.5), (1, 4.0), (3, 1.0)]]


def write(folder):
    os.makedirs(folder, exist_ok=True)
    expected = {}
    for name in ("plain.index", "packed.index.gz"):
        path = os.path.join(folder, name)
        made = SparseMatrixSimilarity(CORPUS, num_features=4)
        made.notes = "not kept"
        made.norms = numpy.arange(3, dtype=numpy.float32)
        made.save(path, separately=["index", "norms"], ignore=["notes"])
        again = SparseMatrixSimilarity.load(path)
        dense = again.index.toarray()
        expected[name] = {"dtype": dense.dtype.name, "shape": dense.shape, "index": dense.tobytes().hex(),
                          "norms": again.norms.tobytes().hex(), "notes": again.notes}
    with open(os.path.join(folder, "expected.json"), "w") as file:
        json.dump(expected, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    write(sys.argv[1])
