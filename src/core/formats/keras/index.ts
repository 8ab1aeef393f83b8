//   +----------------+----------------+--------------------+-----------+
//   | metadata.json  | config.json    | model.weights.h5   | PK 1 2    |
//   | Keras version, | classes and    | HDF5: arrays by    | directory |
//   | date           | settings of    | layers/dense/vars/0|           |
//   |                | all layers     |                    |           |
//   +----------------+----------------+--------------------+-----------+
//   A zip archive, stored (Keras from 2.12 on). Before: one HDF5 file, whose attributes are the configuration, read by
//   ../hdf5; and JSON of the configuration alone.
//   https://github.com/keras-team/keras/blob/master/keras/src/saving/saving_lib.py

import type { Format, Match, Probe } from "../format.ts";
import { textOf } from "../probe.ts";
import { zipKind } from "../zip-kinds.ts";
import { readArchitecture } from "./architecture.ts";
import { readKerasArchive } from "./archive.ts";

export const kerasFormat: Format = {
  id: "keras",
  label: "Keras",
  extensions: [".keras"],
  sniff,
  async read(source, context) {
    const [first] = await source.read(0, Math.min(1, source.size));
    return first === ZIP_LETTER ? readKerasArchive(source, context) : readArchitecture(source, context);
  },
};

const ZIP_LETTER = 0x50;

function sniff(probe: Probe): Match | undefined {
  if (zipKind(probe)?.id === "keras")
    return { certainty: "certain", reason: "a zip archive with config.json of Keras" };
  const isObject = /^\s*\{/.test(textOf(probe.head.subarray(0, 64)));
  if (!isObject) return undefined;
  const text = textOf(probe.head) + textOf(probe.tail);
  const isModel = /"class_name":\s*"/.test(text) && /"config":\s*[[{]/.test(text) && /"keras_version":\s*"/.test(text);
  return isModel ? { certainty: "certain", reason: "JSON with class_name, config and keras_version" } : undefined;
}
