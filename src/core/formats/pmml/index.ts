import { xmlRoot } from "../../bytes/xml/root.ts";
import type { Format, Match, Probe } from "../format.ts";
import { isLikelyText, textOf } from "../probe.ts";
import { readPmml } from "./read.ts";

//   <PMML version="4.4" xmlns="http://www.dmg.org/PMML-4_4">
//     <Header/>                  who made it, with what, when
//     <DataDictionary/>          fields: types, categories, ranges
//     <TransformationDictionary/> fields that are computed
//     <TreeModel/> ...           a model, or several: its MiningSchema says which fields go in and come out
//   </PMML>
//   https://dmg.org/pmml/v4-4-1/GeneralStructure.html

export const pmmlFormat: Format = {
  id: "pmml",
  label: "PMML",
  extensions: [".pmml"],
  sniff,
  read: readPmml,
};

/** The first element, or, behind comments that are longer than what sniffing sees, one somewhere in it. */
function sniff({ head }: Probe): Match | undefined {
  const root = xmlRoot(head);
  if (root?.name === "PMML") return { certainty: "certain", reason: "an XML text whose first element is PMML" };
  if (root === undefined && isLikelyText(head) && /<(?:\w+:)?PMML[\s>]/.test(textOf(head)))
    return { certainty: "likely", reason: "an element PMML" };
  return undefined;
}
