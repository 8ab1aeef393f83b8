import type { Format, Match, Probe } from "../format.ts";
import { zipKind } from "../zip-kinds.ts";
import { readMojo } from "./read.ts";

//   zip: model.ini            [info] name = value; [columns] a name a line, the response last; [domains] column: count file
//        domains/d000.txt     the levels of a column, one a line
//        trees/t00_000.bin    tree of class 0, number 0 (trees.ts); _aux.bin: what training saw in each node
//        experimental/        a description for people
//   https://github.com/h2oai/h2o-3/tree/master/h2o-genmodel/src/main/java/hex/genmodel

export const mojoFormat: Format = {
  id: "mojo",
  label: "H2O MOJO",
  extensions: [".zip", ".mojo"],
  sniff,
  read: readMojo,
};

function sniff(probe: Probe): Match | undefined {
  return zipKind(probe)?.id === "mojo" ? { certainty: "certain", reason: "a zip with model.ini" } : undefined;
}
