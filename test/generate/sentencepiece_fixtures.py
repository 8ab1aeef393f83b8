"""Writes test/fixtures/sentencepiece: a small unigram and a small BPE model, with what the library reads from them.

    python sentencepiece_fixtures.py ../fixtures/sentencepiece      # requirements-sentencepiece.txt
"""

import io
import json
import os
import struct
import sys

import sentencepiece

LINES = ["the model reads a file", "a file of numbers and names", "the names of the pieces", "numbers are read"] * 20


def write(folder):
    os.makedirs(folder, exist_ok=True)
    expected = {}
    for kind in ("unigram", "bpe"):
        made = io.BytesIO()
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(LINES), model_writer=made, vocab_size=25, model_type=kind, minloglevel=2,
            normalization_rule_name="identity", character_coverage=0.98,
        )
        with open(os.path.join(folder, f"{kind}.model"), "wb") as file:
            file.write(made.getvalue())
        model = sentencepiece.SentencePieceProcessor(model_proto=made.getvalue())
        ids = range(model.vocab_size())
        expected[kind] = {
            "pieces": [model.id_to_piece(i) for i in ids],
            "scores": b"".join(struct.pack("<f", model.get_score(i)) for i in ids).hex(),
            "controls": [i for i in ids if model.is_control(i)],
            "unknown": model.unk_id(),
        }
    with open(os.path.join(folder, "expected.json"), "w") as file:
        json.dump(expected, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    write(sys.argv[1])
