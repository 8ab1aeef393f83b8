"""Writes test/fixtures/pairs/torch: small PyTorch models in the forms in which they are saved, exported, sharded and renamed.

    python -m venv venv && venv/bin/pip install -r test/generate/requirements-torch-pairs.txt
    venv/bin/python test/generate/torch_pairs_fixtures.py test/fixtures/pairs/torch

What each pair is to be found to be stands in test/core/diff/pairs-torch.test.ts.
"""

import json
import shutil
import sys
import warnings
from pathlib import Path

import gguf
import torch
from safetensors.torch import save_file

warnings.filterwarnings("ignore")
HERE = Path(sys.argv[1])
shutil.rmtree(HERE, ignore_errors=True)
HERE.mkdir(parents=True)


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = torch.nn.Sequential(torch.nn.Linear(7, 5), torch.nn.LayerNorm(5), torch.nn.ReLU())
        self.norm = torch.nn.BatchNorm1d(4)
        self.head = torch.nn.Linear(5, 3)

    def forward(self, x):
        # Batches of four rows of seven: linear layers of three dimensions are exported as products of matrices.
        return self.head(self.norm(self.encoder(x)))


def trained(steps):
    torch.manual_seed(7)
    net = Net()
    optimiser = torch.optim.Adam(net.parameters(), 0.05)
    x, y = torch.randn(16, 4, 7), torch.randn(16, 4, 3)
    for _ in range(steps):
        optimiser.zero_grad()
        torch.nn.functional.mse_loss(net(x), y).backward()
        optimiser.step()
    return net.eval(), optimiser


def detached(net):
    return {key: tensor.detach().clone() for key, tensor in net.state_dict().items()}


net, optimiser = trained(5)
state = detached(net)
torch.save(state, HERE / "net.pt")
save_file(state, HERE / "net.safetensors")
later, _ = trained(9)
torch.save(detached(later), HERE / "net-retrained.pt")
save_file(detached(later), HERE / "net-retrained.safetensors")
parallel = {f"module.{key}": tensor for key, tensor in state.items()}
torch.save(parallel, HERE / "net-parallel.pt")
torch.save({f"module.{key}": tensor for key, tensor in detached(later).items()}, HERE / "net-parallel-retrained.pt")
torch.save({"model": parallel, "optimizer": optimiser.state_dict(), "epoch": 5}, HERE / "net-checkpoint.pt")
torch.save({f"_orig_mod.{key}": tensor for key, tensor in state.items()}, HERE / "net-compiled.pt")
torch.jit.script(net).save(HERE / "net-script.pt")
torch.jit.trace(net, torch.randn(2, 4, 7)).save(HERE / "net-trace.pt")
torch.onnx.export(net, (torch.randn(2, 4, 7),), str(HERE / "net-script.onnx"), dynamo=False, input_names=["x"], output_names=["y"])
torch.onnx.export(net, (torch.randn(2, 4, 7),), str(HERE / "net-dynamo.onnx"), dynamo=True, external_data=False)
torch.onnx.export(later, (torch.randn(2, 4, 7),), str(HERE / "net-script-retrained.onnx"), dynamo=False, input_names=["x"], output_names=["y"])


class Folded(torch.nn.Module):
    """A convolution and what normalises it, which the exporter makes one."""

    def __init__(self):
        super().__init__()
        self.conv = torch.nn.Conv2d(3, 4, 2)
        self.bn = torch.nn.BatchNorm2d(4)

    def forward(self, x):
        return self.bn(self.conv(x))


torch.manual_seed(2)
folded = Folded()
folded(torch.randn(8, 3, 5, 5))
folded.eval()
save_file(detached(folded), HERE / "folded.safetensors")
torch.onnx.export(folded, (torch.randn(1, 3, 5, 5),), str(HERE / "folded.onnx"), dynamo=False)

# One block of a language model under the names that transformers and llama.cpp have for its tensors.
torch.manual_seed(4)
HF = {"model.embed_tokens.weight": (11, 8), "model.norm.weight": (8,), "lm_head.weight": (11, 8)}
GGML = {"model.embed_tokens.weight": "token_embd.weight", "model.norm.weight": "output_norm.weight", "lm_head.weight": "output.weight"}
for block in range(2):
    for name, called, shape in (
        ("self_attn.q_proj", "attn_q", (8, 8)),
        ("self_attn.k_proj", "attn_k", (8, 8)),
        ("self_attn.v_proj", "attn_v", (8, 8)),
        ("self_attn.o_proj", "attn_output", (8, 8)),
        ("mlp.gate_proj", "ffn_gate", (12, 8)),
        ("mlp.up_proj", "ffn_up", (12, 8)),
        ("mlp.down_proj", "ffn_down", (8, 12)),
        ("input_layernorm", "attn_norm", (8,)),
        ("post_attention_layernorm", "ffn_norm", (8,)),
    ):
        HF[f"model.layers.{block}.{name}.weight"] = shape
        GGML[f"model.layers.{block}.{name}.weight"] = f"blk.{block}.{called}.weight"
language = {key: torch.randn(shape) for key, shape in HF.items()}
save_file(language, HERE / "language.safetensors", metadata={"format": "pt"})
tuned = {key: tensor + 0.02 * torch.randn_like(tensor) for key, tensor in language.items()}
save_file(tuned, HERE / "language-tuned.safetensors", metadata={"format": "pt"})


def write_gguf(name, tensors, kind):
    writer = gguf.GGUFWriter(HERE / name, "llama")
    writer.add_block_count(2)
    writer.add_head_count(2)
    for key, tensor in tensors.items():
        array = tensor.numpy()
        writer.add_tensor(GGML[key], array.astype(kind) if array.ndim > 1 else array)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


write_gguf("language.gguf", language, "float32")
write_gguf("language-float16.gguf", language, "float16")
write_gguf("language-tuned.gguf", tuned, "float32")

# The same over two files, as transformers does it, in both of its forms.
keys = list(language)
halves = [keys[: len(keys) // 2], keys[len(keys) // 2 :]]
total = sum(tensor.numel() * 4 for tensor in language.values())
for folder, stem, suffix, index in (
    ("language-sharded", "model", "safetensors", "model.safetensors.index.json"),
    ("language-sharded-bin", "pytorch_model", "bin", "pytorch_model.bin.index.json"),
):
    (HERE / folder).mkdir()
    weight_map = {}
    for n, half in enumerate(halves, 1):
        shard = f"{stem}-{n:05}-of-00002.{suffix}"
        part = {key: language[key] for key in half}
        if suffix == "bin":
            torch.save(part, HERE / folder / shard)
        else:
            save_file(part, HERE / folder / shard, metadata={"format": "pt"})
        weight_map |= {key: shard for key in half}
    document = {"metadata": {"total_size": total}, "weight_map": weight_map}
    (HERE / folder / index).write_text(json.dumps(document, indent=2) + "\n")
