import type { Format, Match, Probe } from "../format.ts";
import { isLikelyText, textOf } from "../probe.ts";
import { readTfjs } from "./read.ts";

//   model.json: {"format": "graph-model", "modelTopology": {...}, "weightsManifest": [group, ...], ...}
//   weights_manifest.json, face-api.js: [group, ...]
//   group: {"paths": ["group1-shard1of1.bin"], "weights": [{"name": ..., "shape": [...], "dtype": "float32",
//           "quantization": {"dtype": "uint8", "scale": ..., "min": ...}}, ...]}
//   The files of a group are one run of bytes: its weights in order, little-endian. They lie beside the JSON file.
//   https://github.com/tensorflow/tfjs/blob/master/tfjs-core/src/io/types.ts

export const tfjsFormat: Format = {
  id: "tfjs",
  label: "TensorFlow.js",
  extensions: [".json"],
  sniff,
  read: readTfjs,
};

function sniff({ head }: Probe): Match | undefined {
  if (!isLikelyText(head)) return undefined;
  const text = textOf(head);
  const isModel =
    /^\s*\{/.test(text) && (/"weightsManifest"\s*:/.test(text) || /"format"\s*:\s*"(?:graph|layers)-model"/.test(text));
  const isManifest = /^\s*\[\s*\{\s*"(?:weights|paths)"\s*:\s*\[/.test(text);
  return isModel || isManifest ? { certainty: "certain", reason: "a manifest of weights" } : undefined;
}
