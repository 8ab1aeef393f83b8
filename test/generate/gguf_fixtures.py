"""Writes test/fixtures/gguf: a tensor of every block type that the gguf package decodes, and the values it decodes.

    python test/generate/gguf_fixtures.py        (requirements-gguf.txt)

Blocks are random bytes, whose scales are made finite: every pattern of the packed parts occurs, also those that no
quantiser writes.
"""

import json
import pathlib

import gguf
import numpy as np

HERE = pathlib.Path(__file__).resolve().parent.parent / "fixtures" / "gguf"
HERE.mkdir(parents=True, exist_ok=True)
rng = np.random.default_rng(20)
T = gguf.GGMLQuantizationType
# Where a block's float16 scales are.
HALVES = {
    T.Q4_0: [0], T.Q4_1: [0, 2], T.Q5_0: [0], T.Q5_1: [0, 2], T.Q8_0: [0], T.Q2_K: [80, 82], T.Q3_K: [108], T.Q4_K: [0, 2],
    T.Q5_K: [0, 2], T.Q6_K: [208], T.TQ1_0: [52], T.TQ2_0: [64], T.MXFP4: [], T.NVFP4: [], T.IQ2_XXS: [0], T.IQ2_XS: [0],
    T.IQ2_S: [0], T.IQ3_XXS: [0], T.IQ3_S: [0], T.IQ1_S: [0], T.IQ1_M: [], T.IQ4_NL: [0], T.IQ4_XS: [0],
}
writer = gguf.GGUFWriter(HERE / "blocks.gguf", "llama")
writer.add_string("general.name", "every block type")
expected = {}
for kind, halves in HALVES.items():
    size, length = gguf.GGML_QUANT_SIZES[kind]
    # Two rows of several blocks.
    blocks = 10 if size < 256 else 4
    raw = rng.integers(0, 256, (2, blocks // 2 * length), dtype=np.uint8)
    flat = raw.reshape(blocks, length)
    for at in halves:
        scales = (rng.standard_normal(blocks) * 10.0 ** rng.integers(-5, 3, blocks)).astype(np.float16)
        scales[0] = np.float16(-0.0)
        flat[:, at : at + 2] = scales.view(np.uint8).reshape(blocks, 2)
    if kind == T.IQ1_M:
        # The scale's upper four bits: an exponent that is not all ones.
        flat[:, 55] &= 0xBF
    if kind == T.MXFP4:
        flat[:4, 0] = [0, 1, 2, 254]
    if kind == T.NVFP4:
        flat[0, :4] = [0, 0x7F, 0x7E, 0xFF]
    values = gguf.quants.dequantize(raw, kind)
    assert not np.isnan(values).any(), kind
    name = f"{kind.name.lower()}.weight"
    writer.add_tensor(name, raw, raw_dtype=kind)
    expected[name] = {"dtype": kind.name.lower(), "shape": list(values.shape), "hex": values.astype("<f4").tobytes().hex()}
writer.add_tensor("plain", np.arange(6, dtype="<f2").reshape(2, 3))
writer.write_header_to_file()
writer.write_kv_data_to_file()
writer.write_tensors_to_file()
writer.close()
(HERE / "blocks.json").write_text(json.dumps(expected, indent=0) + "\n")

# One model over three files.
for old in HERE.glob("split-*"):
    old.unlink()
split = gguf.GGUFWriter(HERE / "split.gguf", "llama", split_max_tensors=1)
split.add_string("general.name", "in three parts")
for number in range(3):
    split.add_tensor(f"t{number}", np.array([number, number + 0.5], dtype="<f4"))
split.write_header_to_file()
split.write_kv_data_to_file()
split.write_tensors_to_file()
split.close()
print(sorted((p.name, p.stat().st_size) for p in HERE.iterdir()))
