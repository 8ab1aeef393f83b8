//   zip: manifest.properties     what trained it: component, language, version of OpenNLP, parameters of training
//        *.model                 a model of events (maxent.ts): doccat.model, pos.model, token.model
//        *.dictionary, *.tagdict XML: words, and words with their tags
//        *.featuregen            XML: how features are made
//   https://opennlp.apache.org/docs/ (opennlp.tools.util.model.BaseModel)
//   A model of events may also lie alone in a file.

import type { Format, Match, Probe } from "../format.ts";
import { textOf } from "../probe.ts";
import { zipKind } from "../zip-kinds.ts";
import { MODEL_TYPES } from "./maxent.ts";
import { readOpenNlp } from "./read.ts";

export const openNlpFormat: Format = {
  id: "opennlp",
  label: "OpenNLP",
  extensions: [".bin", ".model"],
  sniff,
  read: readOpenNlp,
};

function sniff(probe: Probe): Match | undefined {
  if (zipKind(probe)?.id === "opennlp") return { certainty: "certain", reason: "a zip with manifest.properties" };
  const { head } = probe;
  const length = (head[0] ?? 0) * 256 + (head[1] ?? 0);
  return MODEL_TYPES.has(textOf(head.subarray(2, 2 + length))) && length < 32
    ? { certainty: "likely", reason: "the name of a model of OpenNLP with its length" }
    : undefined;
}
