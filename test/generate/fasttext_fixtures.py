"""Writes test/fixtures/fasttext: small fastText models, with what the library reads from them as hex.

    python fasttext_fixtures.py ../fixtures/fasttext      # requirements-vectors.txt
"""

import json
import os
import random
import sys
import tempfile

import fasttext

WORDS = ["model", "reads", "file", "number", "name", "zahl", "größe", "日本", "the", "of", "and", "row"]


def lines(with_labels):
    source = random.Random(3)
    for _ in range(120):
        words = source.choices(WORDS, k=8)
        label = "__label__" + ("a" if "the" in words else "bé" if "of" in words else "c")
        yield (label + " " if with_labels else "") + " ".join(words)


def hex_rows(matrix):
    return [row.astype("<f4").tobytes().hex() for row in matrix]


def described(model):
    args = model.f.getArgs()
    words, counts = model.get_words(include_freq=True)
    return {
        "args": {
            "dim": args.dim, "ws": args.ws, "epoch": args.epoch, "minCount": args.minCount, "neg": args.neg,
            "wordNgrams": args.wordNgrams, "bucket": args.bucket, "minn": args.minn, "maxn": args.maxn,
            "loss": args.loss.name, "model": args.model.name, "t": args.t,
        },
        "words": words,
        "wordCounts": [int(count) for count in counts],
        "quantised": model.is_quantized(),
        # The vector of a row of the input: what the library adds up for its bytes, quantised or not.
        "rows": [vector_of(model, row) for row in range(len(words))],
    }


def vector_of(model, row):
    vector = fasttext.FastText.fasttext.Vector(model.get_dimension())
    model.f.getInputVector(vector, row)
    import numpy

    return numpy.array(vector).astype("<f4").tobytes().hex()


def write(folder):
    os.makedirs(folder, exist_ok=True)
    expected = {}
    with tempfile.TemporaryDirectory() as work:
        def text(with_labels):
            path = os.path.join(work, "text.txt")
            with open(path, "w", encoding="utf-8") as file:
                file.write("\n".join(lines(with_labels)) + "\n")
            return path

        def keep(name, model):
            model.save_model(os.path.join(folder, name))
            again = fasttext.load_model(os.path.join(folder, name))
            expected[name] = described(again)
            if not again.is_quantized():
                expected[name]["input"] = hex_rows(again.get_input_matrix())
                expected[name]["output"] = hex_rows(again.get_output_matrix())
            if again.f.getArgs().model.name == "supervised":
                labels, counts = again.get_labels(include_freq=True)
                expected[name]["labels"], expected[name]["labelCounts"] = labels, [int(c) for c in counts]

        common = {"dim": 6, "epoch": 1, "thread": 1, "verbose": 0, "minCount": 1}
        keep("skipgram.bin", fasttext.train_unsupervised(text(False), model="skipgram", bucket=20, **common))
        supervised = fasttext.train_supervised(text(True), bucket=30, wordNgrams=2, minn=2, maxn=3, **common)
        keep("supervised.bin", supervised)
        for name, options in {"quantised.ftz": {"qnorm": True}, "pruned.ftz": {"cutoff": 270, "retrain": False}}.items():
            model = fasttext.train_supervised(text(True), bucket=2000 if "cutoff" in options else 300, wordNgrams=2, minn=2, maxn=3, **common)
            model.quantize(input=text(True), dsub=4, **options)
            keep(name, model)
    with open(os.path.join(folder, "expected.json"), "w") as file:
        json.dump(expected, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    write(sys.argv[1])
