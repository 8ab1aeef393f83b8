//   0      4        8
//   +------+--------+------------------------+--------------------------------------+
//   | CBM1 | u32    | FlatBuffers: notes,    | parts that the model names:          |
//   |      | size   | features, trees        | statistics of categories, dictionaries |
//   +------+--------+------------------------+--------------------------------------+
//   Trees are columns for all of them together: splits (numbers of borders), sizes, values and weights of leaves.
//   https://github.com/catboost/catboost/blob/master/catboost/libs/model/flatbuffers/model.fbs
//   The JSON export has the keys features_info, model_info, oblivious_trees or trees, scale_and_bias.

import type { Format, Match, Probe } from "../format.ts";
import { startsWithText, textOf } from "../probe.ts";
import { readCatboost } from "./read.ts";

export const catboostFormat: Format = {
  id: "catboost",
  label: "CatBoost model",
  extensions: [".cbm", ".json"],
  sniff,
  read: readCatboost,
};

function sniff({ head }: Probe): Match | undefined {
  if (startsWithText(head, "CBM1")) return { certainty: "certain", reason: "the signature CBM1" };
  const isExport =
    head[0] === 0x7b &&
    /^\{\s*"(?:features_info"\s*:\s*\{\s*"(?:cat_features_hash|categorical_features|ctrs|embedding_features|float_features|text_features)"|ctr_data"\s*:\s*\{\s*"\{\\"identifier\\")/.test(
      textOf(head),
    );
  return isExport ? { certainty: "certain", reason: "JSON with features_info" } : undefined;
}
