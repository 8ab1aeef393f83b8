"""A package of PyTorch with a module that it brings: test/fixtures/torch/package.pt, its tensor as hex in package.json.

Usage: python torch_package_fixtures.py (requirements-torch-new.txt)
"""
import importlib
import json
import pathlib
import sys
import tempfile

import torch
from torch.package import PackageExporter

HERE = pathlib.Path(__file__).resolve().parent.parent / "fixtures" / "torch"
torch.manual_seed(3)
with tempfile.TemporaryDirectory() as folder:
    pathlib.Path(folder, "brought.py").write_text("class Kept:\n    pass\n")
    sys.path.insert(0, folder)
    kept = importlib.import_module("brought").Kept()
    kept.weight = torch.randn(2, 3)
    kept.name = "x"
    with PackageExporter(HERE / "package.pt") as exporter:
        exporter.intern("brought")
        exporter.extern("torch.**")
        exporter.save_pickle("model", "model.pkl", kept)
        exporter.save_text("notes", "notes.txt", "hello")
(HERE / "package.json").write_text(json.dumps({"weight": kept.weight.numpy().tobytes().hex()}) + "\n")
