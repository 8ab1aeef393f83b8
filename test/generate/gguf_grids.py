"""Writes src/core/formats/gguf/blocks/grids.ts: the grids of GGML's IQ block types, from the gguf package's decoded ones.

    python test/generate/gguf_grids.py        (requirements-gguf.txt)

A row of a grid is some digits (8 of 3 levels, or 4 of 8), the first one the lowest; as numbers the rows rise. So a grid is
the set of its rows: one bit for every number there can be, lowest bits first, in base64.
"""

import base64
import pathlib

import numpy as np
from gguf import quants

OUT = pathlib.Path(__file__).resolve().parent.parent.parent / "src/core/formats/gguf/blocks/grids.ts"
TYPES = {"iq2_xxs": quants.IQ2_XXS, "iq2_xs": quants.IQ2_XS, "iq2_s": quants.IQ2_S,
         "iq3_xxs": quants.IQ3_XXS, "iq3_s": quants.IQ3_S, "iq1": quants.IQ1_S}

lines = [
    "/**",
    " * The grids of GGML's IQ block types (ggml-common.h), written by test/generate/gguf_grids.py from what the gguf package",
    " * decodes: `rows` has one bit for every row there can be, lowest first; a row is its number's digits, lowest first, each",
    " * one of `levels`.",
    " */",
    "export const GRIDS = {",
]
for name, kind in TYPES.items():
    kind.init_grid()
    grid = kind.grid.reshape(kind.grid_shape)
    levels = [int(level) for level in kind.grid_map]
    digits = np.vectorize(levels.index)(grid)
    numbers = (digits * len(levels) ** np.arange(grid.shape[1])).sum(axis=1)
    assert (np.diff(numbers) > 0).all(), name
    bits = np.zeros(len(levels) ** grid.shape[1], dtype=np.uint8)
    bits[numbers] = 1
    text = base64.b64encode(np.packbits(bits, bitorder="little").tobytes()).decode()
    lines += [f"  {name}: {{", f"    levels: {levels},", f"    width: {grid.shape[1]},", f'    rows: "{text}",', "  },"]
lines += ["} as const;", ""]
OUT.write_text("\n".join(lines))

# The sign patterns of seven bits are what their comment in ggml says: the eighth makes the number of signs even.
signs = np.frombuffer(quants.IQ2_XXS.ksigns, dtype=np.uint8)
assert all(signs[i] == i | (bin(i).count("1") & 1) << 7 for i in range(128))
