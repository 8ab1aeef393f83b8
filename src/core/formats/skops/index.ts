//   +-------------------------+-------------------------+-----+----------------------------+------------+
//   | PK 3 4  140396.npy      | PK 3 4  140397.npy      | ... | PK 3 4  schema.json        | PK 1 2 ... |
//   |  one array, as numpy    |                         |     |  the object as JSON        | directory  |
//   |  writes it              |                         |     |                            |            |
//   +-------------------------+-------------------------+-----+----------------------------+------------+
//   {"__class__": "Pipeline", "__module__": "sklearn.pipeline", "__loader__": "ObjectNode", "__id__": 140396,
//    "content": {...}, "protocol": 2, "_skops_version": "0.10.0"}
//   A zip archive. Every value is a JSON object that says its class and which loader makes it; arrays, sparse matrices
//   and bytes are members of their own, named in "file". The same "__id__" is the same object.
//   https://skops.readthedocs.io/en/stable/persistence.html
//   https://github.com/skops-dev/skops/tree/main/skops/io

import type { Format, Match, Probe } from "../format.ts";
import { zipKind } from "../zip-kinds.ts";
import { readSkops } from "./read.ts";

export const skopsFormat: Format = {
  id: "skops",
  label: "skops",
  extensions: [".skops"],
  sniff,
  read: readSkops,
};

function sniff(probe: Probe): Match | undefined {
  return zipKind(probe)?.id === "skops" ? { certainty: "likely", reason: "a zip archive with schema.json" } : undefined;
}
