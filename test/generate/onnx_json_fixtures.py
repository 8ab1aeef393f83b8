"""Writes test/fixtures/onnx/*.json: the binary fixtures of onnx_fixtures.py as protobuf's own JSON.

    python onnx_json_fixtures.py ../fixtures/onnx      # requirements-onnx.txt
"""

import pathlib
import sys

import onnx
from google.protobuf.json_format import MessageToJson

FOLDER = pathlib.Path(sys.argv[1])
for name in ("linear", "tensors", "forest_regressor", "external"):
    model = onnx.load(FOLDER / f"{name}.onnx", load_external_data=False)
    (FOLDER / f"{name}.onnx.json").write_text(MessageToJson(model, indent=1))
