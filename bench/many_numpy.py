"""The peer of the benchmark of many tensors: what one would write with numpy, tensor by tensor, by name."""

import json
import sys
import time

import numpy as np


def tensors(path):
    with open(path, "rb") as file:
        size = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(size))
    data = np.memmap(path, np.uint8, "r", 8 + size)
    return {
        name: data[entry["data_offsets"][0] : entry["data_offsets"][1]].view("<f4").reshape(entry["shape"])
        for name, entry in header.items()
        if name != "__metadata__"
    }


begun = time.perf_counter()
old, new = tensors(sys.argv[1]), tensors(sys.argv[2])
opened = time.perf_counter()
changed = 0
for name, a in old.items():
    b = new.get(name)
    if b is None or np.array_equal(a.view(np.int32), b.view(np.int32)):
        continue
    changed += 1
    x, y = a.astype(np.float64), b.astype(np.float64)
    delta = y - x
    size = np.abs(delta)
    with np.errstate(divide="ignore", invalid="ignore"):
        figures = (
            size.max(),
            size.mean(),
            np.nanmax(size / np.abs(x)),
            np.sqrt((delta * delta).sum()),
            np.vdot(x, y) / np.sqrt(np.vdot(x, x) * np.vdot(y, y)),
            np.abs(b.view(np.int32).astype(np.int64) - a.view(np.int32)).max(),
            (np.signbit(a) != np.signbit(b)).sum(),
            np.argsort(size, axis=None)[-10:],
        )
done = time.perf_counter()
print(json.dumps({"open": 1000 * (opened - begun), "diff": 1000 * (done - opened), "changed": changed}))
