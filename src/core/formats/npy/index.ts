//   0                 6     8         10 (or 12)          64 k
//   +-----------------+-----+---------+-------------------+--------------------------
//   | 93 N U M P Y    | 1 0 | u16 len | {'descr': '<f8',  | elements, C or Fortran
//   |                 | 2 0 | u32 len |  'fortran_order': | order; or one pickle of
//   |                 | 3 0 | u32 len |  False, 'shape':  | the whole array where the
//   |                 |     |         |  (3, 4), }   \n   | dtype holds objects
//   +-----------------+-----+---------+-------------------+--------------------------
//   The header is a Python literal: Latin-1 in versions 1 and 2, UTF-8 in 3. Lengths are little-endian.
//   NEP 1, and numpy.lib.format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html

import type { Format } from "../format.ts";
import { MAGIC } from "./header.ts";
import { readNpy } from "./read.ts";

export const npyFormat: Format = {
  id: "npy",
  label: "NumPy array",
  extensions: [".npy"],
  sniff({ head }) {
    const isNpy = MAGIC.every((byte, at) => head[at] === byte);
    return isNpy ? { certainty: "certain", reason: "begins with \\x93NUMPY" } : undefined;
  },
  async read(source, context) {
    const { value, facts, findings, imports, complete } = await readNpy(source, context);
    return { format: "npy", container: [], root: value, namedTensors: false, facts, findings, imports, complete };
  },
};
