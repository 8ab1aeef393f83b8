//   tree                              header: key=value, one a line, up to the first tree
//   version=v4
//   feature_names=age income
//   tree_sizes=512 498
//
//   Tree=0                            a tree: arrays of numbers, with spaces between them
//   num_leaves=3
//   split_feature=0 1
//   ...
//   end of trees
//   feature_importances: ...  parameters: [key: value] ... end of parameters  pandas_categorical:[...]
//
//   The first versions have no line `version` and no sizes. The dump (`dump_model`) has the same keys as JSON, its nodes in
//   each other.
//   https://github.com/microsoft/LightGBM/blob/master/src/boosting/gbdt_model_text.cpp · src/io/tree.cpp

import type { Format, Match, Probe } from "../format.ts";
import { textOf } from "../probe.ts";
import { readLightgbm } from "./read.ts";

export const lightgbmFormat: Format = {
  id: "lightgbm",
  label: "LightGBM model",
  extensions: [".txt", ".lgb", ".model", ".bst", ".json"],
  sniff,
  read: readLightgbm,
};

function sniff({ head }: Probe): Match | undefined {
  const text = textOf(head);
  if (/^tree\r?\n(?:version|num_class)=/.test(text))
    return { certainty: "certain", reason: "the line `tree` and a header" };
  if (/^\s*\{\s*"name"\s*:\s*"tree"\s*,\s*"version"\s*:/.test(text))
    return { certainty: "certain", reason: "a dump of trees" };
  return undefined;
}
