"""Writes test/fixtures/vowpalwabbit: small models of Vowpal Wabbit, binary and in both readable forms.

    python -m venv VENV && VENV/bin/pip install -r test/generate/requirements-vw.txt
    VENV/bin/python test/generate/vw_fixtures.py

weights.json has every weight of the binary models as the library itself tells it, as hex of its float32.
"""

import json
import struct
from pathlib import Path

import vowpalwabbit

FOLDER = Path(__file__).parent.parent / "fixtures" / "vowpalwabbit"

SIMPLE = ["1 |a x:1.5 y |b z", "-1 |a x:0.5 w |b q:2", "1 |a w |b z:0.25"]
LABELS = ["1 |a x", "2 |a y", "3 |b z"]
BANDIT = [
    ["shared |s u", "0:1:0.5 |a a=1", "|a a=2"],
    ["shared |s v", "|a a=1", "0:0.5:0.5 |a a=2"],
]
MODELS = {
    "plain": ("-b 10 --predict_only_model", SIMPLE),
    "resume": ("-b 10", SIMPLE),
    "sgd": ("-b 10 --sgd", SIMPLE),
    "quadratic": ("-b 12 -q ab --predict_only_model --ngram a2 --id mine", SIMPLE),
    "ftrl": ("-b 10 --ftrl", SIMPLE),
    "coin": ("-b 10 --coin", SIMPLE),
    "oaa": ("-b 10 --oaa 3 --predict_only_model", LABELS),
    "mtr": ("-b 10 --cb_explore_adf --cb_type mtr --predict_only_model", BANDIT),
    "cover": ("-b 10 --cb_explore_adf --cover 3", BANDIT),
    "squarecb": ("-b 10 --cb_explore_adf --squarecb", BANDIT),
    "lda": ("-b 5 --lda 2", ["|a x y", "|a z"]),
}


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    weights = {}
    for name, (arguments, examples) in MODELS.items():
        paths = [FOLDER / f"{name}.{end}" for end in ("model", "readable.txt", "inverted.txt")]
        for path in paths:
            path.unlink(missing_ok=True)
        model, readable, inverted = paths
        workspace = vowpalwabbit.Workspace(
            f"{arguments} --quiet -f {model} --readable_model {readable} --invert_hash {inverted}"
        )
        for example in examples:
            try:
                workspace.learn(example)
            except RuntimeError:
                # Topics have no labels, which the wrapper does not know.
                break
        if name not in ("lda", "oaa", "cover"):
            bits = int(arguments.split()[1])
            found = {index: workspace.get_weight(index) for index in range(2**bits)}
            weights[name] = {
                str(index): struct.pack("<f", value).hex() for index, value in found.items() if value != 0
            }
        workspace.finish()
    (FOLDER / "weights.json").write_text(json.dumps(weights, indent=1) + "\n")


if __name__ == "__main__":
    main()
