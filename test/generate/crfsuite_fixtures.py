"""Writes test/fixtures/crfsuite: a small tagger, with what the library reads from it.

    python crfsuite_fixtures.py ../fixtures/crfsuite      # requirements-vectors.txt

The library tells weights with six decimals only.
"""

import json
import os
import sys

import pycrfsuite

SENTENCES = [
    ("the model reads files", "D N V N"),
    ("größe zählt", "N V"),
    ("the files name 日本", "D N V P"),
    ("日本 reads the model", "P V D N"),
]


def features(words):
    for at, word in enumerate(words):
        yield {"word=" + word: 1.0, "last=" + word[-1]: 0.5, "first" if at == 0 else "later": 1.0}


def write(folder):
    os.makedirs(folder, exist_ok=True)
    trainer = pycrfsuite.Trainer(algorithm="lbfgs", verbose=False)
    trainer.set_params({"c1": 0.05, "c2": 0.01, "max_iterations": 40, "feature.possible_transitions": True})
    for words, tags in SENTENCES:
        trainer.append(list(features(words.split())), tags.split())
    path = os.path.join(folder, "tagger.crfsuite")
    trainer.train(path)
    tagger = pycrfsuite.Tagger()
    tagger.open(path)
    info = tagger.info()
    expected = {
        "labels": sorted(info.labels, key=lambda label: int(info.labels[label])),
        "attributes": sorted(info.attributes, key=lambda name: int(info.attributes[name])),
        "transitions": [[a, b, weight] for (a, b), weight in info.transitions.items()],
        "states": [[attribute, label, weight] for (attribute, label), weight in info.state_features.items()],
    }
    with open(os.path.join(folder, "expected.json"), "w") as file:
        json.dump(expected, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    write(sys.argv[1])
