"""Writes test/fixtures/torch: checkpoints by PyTorch itself, with every value as hex.

    python test/generate/torch_fixtures.py new        (requirements-torch-new.txt)
    python test/generate/torch_fixtures.py old        (requirements-torch-old.txt)
"""

import json
import pathlib
import pickle
import sys

import torch
from torch import nn

GENERATION = sys.argv[1]
HERE = pathlib.Path(__file__).resolve().parent.parent / "fixtures" / "torch"
HERE.mkdir(parents=True, exist_ok=True)
expected = {}
torch.manual_seed(7)


def hexed(tensor):
    dense = tensor.detach().contiguous().clone()
    if dense.dtype is torch.bool:
        dense = dense.to(torch.uint8)
    if dense.dtype is torch.bfloat16 or "float8" in str(dense.dtype):
        dense = dense.view(torch.int16 if dense.dtype is torch.bfloat16 else torch.uint8)
    return dense.numpy().tobytes().hex()


def described(tensor):
    return {"dtype": str(tensor.dtype).replace("torch.", ""), "shape": list(tensor.shape), "hex": hexed(tensor)}


def save(name, value, tensors, **options):
    torch.save(value, HERE / f"{GENERATION}-{name}", **options)
    expected[f"{GENERATION}-{name}"] = {path: described(tensor) for path, tensor in tensors.items()}


# Every element type, with values that rounding would lose.
plain = {
    "float64": torch.tensor([0.1, -0.0, 5e-324, float("inf")], dtype=torch.float64),
    "float32": torch.tensor([[0.1, -0.0, 1e-45], [1.5, float("-inf"), 3.0]]),
    "float16": torch.tensor([0.1, 6e-8, 65504.0], dtype=torch.float16),
    "bfloat16": torch.tensor([0.1, -0.0, 3e38], dtype=torch.bfloat16),
    "int64": torch.tensor([-(2**63), 2**63 - 1]),
    "int32": torch.tensor([-(2**31), 7], dtype=torch.int32),
    "int16": torch.tensor([-(2**15), 7], dtype=torch.int16),
    "int8": torch.tensor([-128, 127], dtype=torch.int8),
    "uint8": torch.tensor([0, 255], dtype=torch.uint8),
    "bool": torch.tensor([True, False, True]),
    "complex64": torch.tensor([1 - 2j, 0.1j], dtype=torch.complex64),
    "complex128": torch.tensor([0.1 + 0.2j], dtype=torch.complex128),
    "scalar": torch.tensor(0.1),
    "empty": torch.zeros((0, 3)),
}
if GENERATION == "new":
    for name in ["float8_e4m3fn", "float8_e5m2", "float8_e4m3fnuz", "float8_e5m2fnuz", "uint16", "uint32", "uint64"]:
        dtype = getattr(torch, name)
        plain[name] = torch.tensor([1, 2, 100]).to(dtype)
save("dtypes.pt", plain, plain)

# Views of one storage: offsets, strides, transposed, expanded.
base = torch.arange(24, dtype=torch.float32).reshape(4, 6)
views = {
    "base": base,
    "row": base[1],
    "column": base[:, 2],
    "transposed": base.t(),
    "stepped": base[::2, 1::3],
    "expanded": base[0, :1].expand(5, 3),
    "permuted": base.reshape(2, 3, 4).permute(2, 0, 1),
}
save("views.pt", views, views)
save("views-stacked.pt", views, views, _use_new_zipfile_serialization=False)
save("stacked-protocol-4.pt", views, views, _use_new_zipfile_serialization=False, pickle_protocol=4)
save("protocol-5.pt", views, views, pickle_protocol=5)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.ReLU())
        self.head = nn.Linear(4, 2, bias=False)
        self.register_buffer("steps", torch.tensor(3))
        self.ratio = 0.5

    def forward(self, x):
        return self.head(torch.flatten(self.features(x), 1)) * torch.tensor([0.25, 4.0])


net = Net().eval()
state = net.state_dict()
save("state-dict.pt", state, state)
save("module.pt", net, state)



def no_source(*_):
    raise OSError("the text of the classes is not to be in the fixture")


torch.serialization.get_source_lines_and_file = no_source
save("module-stacked.pt", net, state, _use_new_zipfile_serialization=False)

optimizer = torch.optim.Adam(net.parameters(), lr=0.01)
net(torch.ones(1, 1, 4, 3)).sum().backward()
optimizer.step()
state = net.state_dict()
checkpoint = {"epoch": 3, "model": state, "optimizer": optimizer.state_dict(), "loss": 0.1}
save("checkpoint.pt", checkpoint, {f'model["{k}"]' if "." in k else f"model.{k}": v for k, v in state.items()})

# Parameters, and tensors that are more than elements.
extra = {"parameter": nn.Parameter(torch.tensor([1.0, 2.0]), requires_grad=False), "untyped": torch.tensor([5])}
coo = torch.sparse_coo_tensor([[0, 1, 1], [2, 0, 2]], [3.0, 4.0, 5.0], (2, 3)).coalesce()
csr = torch.eye(3).to_sparse_csr()
extra["sparse"] = coo
extra["csr"] = csr
extra["meta"] = torch.empty((2, 3), device="meta")
tensors = {"parameter": extra["parameter"], "untyped": extra["untyped"]}
tensors |= {"sparse.indices": coo.indices(), "sparse.values": coo.values()}
tensors |= {"csr.crow_indices": csr.crow_indices(), "csr.col_indices": csr.col_indices(), "csr.values": csr.values()}
save("kinds.pt", extra, tensors)

lazy = torch.tensor([1 - 2j, 3 + 4j])
# Before 2.0 the mark of a lazy conjugate was lost on saving.
save("conjugated.pt", {"w": lazy.conj()}, {"w.stored" if GENERATION == "new" else "w": lazy})

# Quantised: integers, scale and zero point.
values = torch.tensor([[-1.0, 0.0, 0.5], [1.0, 2.0, 3.0]])
by_tensor = torch.quantize_per_tensor(values, 0.1, 10, torch.quint8)
scales = torch.tensor([0.1, 0.05], dtype=torch.float64)
by_channel = torch.quantize_per_channel(values, scales, torch.tensor([0, 3]), 0, torch.qint8)
save(
    "quantised.pt",
    {"by_tensor": by_tensor, "by_channel": by_channel},
    {
        "by_tensor.int_repr": by_tensor.int_repr(),
        "by_tensor.scale": torch.tensor(by_tensor.q_scale(), dtype=torch.float64),
        "by_channel.int_repr": by_channel.int_repr(),
        "by_channel.scale": by_channel.q_per_channel_scales(),
        "by_channel.zero_point": by_channel.q_per_channel_zero_points(),
    },
)

recurrent = nn.LSTM(2, 1)
save("recurrent-module.pt", recurrent, recurrent.state_dict())

if GENERATION == "new":
    # What numpy has no element type for, and what is less than a byte.
    halves = torch.tensor([1 - 2j, 0.5j]).to(torch.complex32)
    parts = torch.view_as_real(halves)
    nibbles = torch.quantize_per_channel(values, scales.float(), torch.zeros(2), 0, torch.quint4x2)
    save(
        "odd.pt",
        {"halves": halves, "nibbles": nibbles},
        {
            "halves.real": parts[:, 0],
            "halves.imag": parts[:, 1],
            "nibbles.int_repr.packed": torch.tensor(list(nibbles.untyped_storage())[:3], dtype=torch.uint8),
        },
    )
    torch.serialization.set_crc32_options(False)
    save("no-checksums.pt", {"w": values}, {"w": values})
    torch.serialization.set_crc32_options(True)

# TorchScript: parameters under their addresses, a constant of the code.
scripted = torch.jit.trace(net, torch.ones(1, 1, 4, 3))
name = f"{GENERATION}-script.pt"
torch.jit.save(scripted, HERE / name)
expected[name] = {path: described(tensor) for path, tensor in net.state_dict().items()}
expected[name]["CONSTANTS.c0"] = described(torch.tensor([0.25, 4.0]))

# An ordinary pickle: each storage is a stacked file within it.
name = f"{GENERATION}-tensors.pkl"
with open(HERE / name, "wb") as file:
    pickle.dump({"w": base.t(), "n": 1}, file, protocol=4)
expected[name] = {"w": described(base.t())}

(HERE / f"{GENERATION}.json").write_text(json.dumps(expected, indent=1) + "\n")
