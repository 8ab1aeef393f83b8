"""Writes test/fixtures/word2vec: word vectors by gensim, in text and binary, with every value as hex.

    python word_vector_fixtures.py ../fixtures/word2vec      # requirements-vectors.txt
"""

import json
import os
import sys

import numpy
from gensim.models import KeyedVectors

WORDS = ["the", "naïve", "日本", "…", "</s>", "New_York", "12", "a" * 40]


def write(folder):
    os.makedirs(folder, exist_ok=True)
    values = numpy.random.default_rng(7).normal(size=(len(WORDS), 12)).astype(numpy.float32)
    values[1, 0] = -0.0
    values[2, 1] = numpy.float32(1e-20)
    vectors = KeyedVectors(vector_size=12)
    vectors.add_vectors(WORDS, values)
    expected = {}
    for name, options in {
        "vectors.bin": {"binary": True},
        "vectors.vec": {"binary": False},
        "glove.txt": {"binary": False, "write_header": False},
    }.items():
        path = os.path.join(folder, name)
        vectors.save_word2vec_format(path, sort_attr=None, **options)
        again = KeyedVectors.load_word2vec_format(path, binary=options["binary"], no_header=name == "glove.txt")
        expected[name] = {
            "words": again.index_to_key,
            "rows": [again[word].astype("<f4").tobytes().hex() for word in again.index_to_key],
        }
    with open(os.path.join(folder, "expected.json"), "w") as file:
        json.dump(expected, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    write(sys.argv[1])
