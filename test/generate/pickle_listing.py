"""Writes test/fixtures/pickle/listing.json: where each opcode of the pickles in new.json lies, as Python's own
pickletools lists them. pickletools reads opcodes and runs none of them. Standard library only.

    python3 test/generate/pickle_listing.py
"""
import base64
import json
import pathlib
import pickletools

FIXTURES = pathlib.Path(__file__).parent.parent / "fixtures" / "pickle"
LONGEST = 1000


def opcodes(data: bytes) -> str:
    """`position name` of each opcode."""
    return " ".join(f"{position}:{opcode.name}" for opcode, _, position in pickletools.genops(data))


def main() -> None:
    cases = json.loads((FIXTURES / "new.json").read_text())["cases"]
    listed = {}
    for case in cases:
        for protocol in ("0", "2", "5"):
            if protocol not in case["protocols"]:
                continue
            data = base64.b64decode(case["protocols"][protocol])
            text = opcodes(data)
            if len(text) < LONGEST:
                listed[f"{case['name']} {protocol}"] = text
    (FIXTURES / "listing.json").write_text(json.dumps(listed, indent=0, sort_keys=True) + "\n")


main()
