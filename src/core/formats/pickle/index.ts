/**
 * Pickle, Python's own serialisation, protocols 0 to 5.
 *
 *     80 04                      PROTO 4
 *     95 1e 00 00 00 ...         FRAME of 30 bytes
 *     7d 94                      EMPTY_DICT, MEMOIZE: push {} and remember it as 0
 *     8c 05 "coef_"              SHORT_BINUNICODE: push text
 *     47 3f f8 ...               BINFLOAT: push 1.5
 *     73                         SETITEM: dict[key] = value
 *     2e                         STOP: the top of the stack is the object
 *
 * A pickle is a program for a small stack machine, and two of its instructions import and call. Here it is evaluated
 * abstractly: what would be called is described, never called. The reference is `pickletools.py` in Python's standard
 * library; docs/formats/pickle.md says what is read and how.
 */
import type { Format } from "../format.ts";
import { joblibArraysOf } from "../joblib/side-cars.ts";
import { withDistributedTensors } from "../torch/distributed.ts";
import { beginsWithMagic } from "../torch/magic.ts";
import { readPickles } from "./read.ts";
import { sniffPickle } from "./sniff.ts";

export const pickleFormat: Format = {
  id: "pickle",
  label: "pickle",
  extensions: [".pkl", ".pickle", ".pck", ".p", ".model", ".dat", ".bin"],
  // PyTorch's stacked form begins as a pickle, and is read as what it is.
  sniff: (probe) => (beginsWithMagic(probe.head) ? undefined : sniffPickle(probe)),
  // A joblib file may have any name: its arrays are followed whatever format was asked.
  read: async (source, context) =>
    withDistributedTensors(await readPickles(source, context, joblibArraysOf(context)), source, context),
};
