"""What numpy needs for the statistics of a diff: diff_numpy.py whole|chunked DTYPE OFFSET OLD NEW"""

import json
import sys
import time

import numpy as np

CHUNK = 1 << 18


def figures(old, new):
    d = new.astype(np.float64) - old
    size = np.abs(d)
    return {
        "changed": int((old.view(f"u{old.itemsize}") != new.view(f"u{new.itemsize}")).sum()),
        "maxAbs": float(size.max(initial=0)),
        "sumAbs": float(size.sum()),
        "squares": float(np.vdot(d, d)),
        "old": float(np.vdot(old.astype(np.float64), old.astype(np.float64))),
        "new": float(np.vdot(new.astype(np.float64), new.astype(np.float64))),
        "maxRel": float((size / np.abs(old.astype(np.float64))).max(initial=0)),
        "signFlips": int(((old < 0) & (new > 0) | (old > 0) & (new < 0)).sum()),
        "finite": int((np.isfinite(old) & np.isfinite(new)).sum()),
    }


def main(way, dtype, offset, old_path, new_path):
    np.seterr(all="ignore")
    begun = time.perf_counter()
    if way == "whole":
        old = np.fromfile(old_path, dtype, offset=int(offset))
        new = np.fromfile(new_path, dtype, offset=int(offset))
        total = figures(old, new)
    else:
        old = np.memmap(old_path, dtype, "r", int(offset))
        new = np.memmap(new_path, dtype, "r", int(offset))
        total = {}
        for start in range(0, len(old), CHUNK):
            part = figures(np.asarray(old[start : start + CHUNK]), np.asarray(new[start : start + CHUNK]))
            for key, value in part.items():
                total[key] = max(total.get(key, 0), value) if key.startswith("max") else total.get(key, 0) + value
    seconds = time.perf_counter() - begun
    print(json.dumps({"milliseconds": seconds * 1000, **total}))


main(*sys.argv[1:])
