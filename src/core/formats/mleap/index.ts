import type { Format, Match, Probe } from "../format.ts";
import { zipKind } from "../zip-kinds.ts";
import { readMleap } from "./read.ts";

//   zip: bundle.json                     name, format, version
//        root/model.json, node.json      an operator with its attributes; its name and the columns it reads and makes
//        root/<name>.node/model.json ... the steps of a pipeline, the same again
//   Other files of a node are its operator's own: trees, an XGBoost model.
//   https://combust.github.io/mleap-docs/core-concepts/mleap-bundles.html

export const mleapFormat: Format = { id: "mleap", label: "MLeap", extensions: [".zip"], sniff, read: readMleap };

function sniff(probe: Probe): Match | undefined {
  return zipKind(probe)?.id === "mleap" ? { certainty: "certain", reason: "a zip with bundle.json" } : undefined;
}
