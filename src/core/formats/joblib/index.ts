/**
 * joblib: a pickle with the bytes of its arrays in between, the whole in an optional compressed stream.
 *
 *     80 04 95 ...               a pickle frame that ends with the BUILD of a NumpyArrayWrapper
 *     07 ff ff ff ff ff ff ff    padding: how many bytes of it, then those (joblib 1.2 and later)
 *     ...                        the array's elements, dense, aligned to 16 bytes
 *     95 ...                     the next frame of the pickle
 *
 * The facts are in joblib's `numpy_pickle.py`; docs/formats/joblib.md says what is read and how.
 */
import type { Format } from "../format.ts";
import { indexOfText } from "../probe.ts";
import { readPickles } from "../pickle/read.ts";
import { sniffPickle } from "../pickle/sniff.ts";
import { beginsWithMagic } from "../torch/magic.ts";
import { joblibArraysOf } from "./side-cars.ts";

export const joblibFormat: Format = {
  id: "joblib",
  label: "joblib",
  extensions: [".joblib", ".jl"],
  sniff(probe) {
    const match = sniffPickle(probe);
    if (match === undefined || beginsWithMagic(probe.head)) return undefined;
    const hasWrapper = indexOfText(probe.head, "joblib.numpy_pickle") >= 0;
    return hasWrapper ? { ...match, reason: `${match.reason}, with joblib's arrays` } : match;
  },
  async read(source, context) {
    const raw = await readPickles(source, context, joblibArraysOf(context));
    // The name said so, and a joblib file without arrays is a plain pickle.
    return { ...raw, format: "joblib" };
  },
};
