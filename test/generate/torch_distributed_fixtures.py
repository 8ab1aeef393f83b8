"""Parameters of two processes as PyTorch keeps them: test/fixtures/torch/distributed, values as hex.

Usage: python torch_distributed_fixtures.py (requirements-torch-new.txt)

`checkpoint/` is a folder of torch.distributed.checkpoint: `rows` is cut along its first dimension, `columns` along its
second, `whole` is in both processes, `step` and `note` are no tensors of the network. `dtensor.pt` is a DTensor of one
process in a file of torch.save; `packed-stacked.pt` has integers of four bits in the form before 1.6.
"""
import json
import os
import pathlib
import shutil

import torch
import torch.distributed as dist
import torch.distributed.checkpoint as checkpoint
import torch.multiprocessing as processes
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.tensor import Replicate, Shard, distribute_tensor

HERE = pathlib.Path(__file__).resolve().parent.parent / "fixtures" / "torch" / "distributed"
PLACEMENTS = {"rows": Shard(0), "columns": Shard(1), "whole": Replicate()}


def tensors():
    torch.manual_seed(11)
    return {"rows": torch.randn(5, 3), "columns": torch.randn(2, 4), "whole": torch.randn(3).bfloat16()}


def run(rank, size):
    os.environ.update(MASTER_ADDR="127.0.0.1", MASTER_PORT="29531")
    dist.init_process_group("gloo", rank=rank, world_size=size)
    mesh = init_device_mesh("cpu", (size,))
    state = {name: distribute_tensor(tensor, mesh, [PLACEMENTS[name]]) for name, tensor in tensors().items()}
    if size == 1:
        torch.save(state, HERE / "dtensor.pt")
    else:
        checkpoint.save({"model": state, "step": torch.tensor(3), "note": "hello"}, checkpoint_id=HERE / "checkpoint")
    dist.destroy_process_group()


if __name__ == "__main__":
    shutil.rmtree(HERE, ignore_errors=True)
    HERE.mkdir(parents=True)
    for size in (1, 2):
        processes.spawn(run, args=(size,), nprocs=size)
    values = torch.tensor([[-1.0, 0.0, 0.5, 2.0], [1.0, 2.0, 3.0, 0.1]])
    scales = torch.tensor([0.1, 0.5])
    nibbles = torch.quantize_per_channel(values, scales, torch.zeros(2), 0, torch.quint4x2)
    torch.save({"nibbles": nibbles, "after": scales}, HERE / "packed-stacked.pt", _use_new_zipfile_serialization=False)
    held = {name: tensor.contiguous().view(torch.uint8).numpy().tobytes().hex() for name, tensor in tensors().items()}
    held["nibbles"] = bytes(nibbles.untyped_storage()).hex()
    held["after"] = scales.numpy().tobytes().hex()
    (HERE / "values.json").write_text(json.dumps(held, indent=1) + "\n")
