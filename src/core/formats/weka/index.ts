//   Java's serialisation (../java) of the classifier, clusterer or filter, and often behind it of the header of the data that it was
//   trained on (weka.core.Instances without rows): what the Explorer, `-d` and SerializationHelper.write write.
//   https://waikato.github.io/weka-wiki/serialization/

import type { Format } from "../format.ts";
import { sniffPackage } from "../java/index.ts";
import { readWeka } from "./read.ts";

export const wekaFormat: Format = {
  id: "weka",
  label: "Weka",
  extensions: [".model"],
  sniff: (probe) => sniffPackage(probe, "weka."),
  read: readWeka,
};
