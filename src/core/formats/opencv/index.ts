import { xmlRoot } from "../../bytes/xml/root.ts";
import type { Format, Match, Probe } from "../format.ts";
import { isLikelyText, textOf } from "../probe.ts";
import { readOpencv } from "./read.ts";

//   <opencv_storage>
//     <name type_id="opencv-matrix">      nodes by name: numbers, texts in quotes where they need them, lists of <_>
//       <rows>2</rows> <cols>3</cols>
//       <dt>f</dt>                        elements: u c w s i f d h b n; "3f": three in each
//       <data> 0. 1. 2. 3. 4. 5.</data>   or base64 of a header of 24 bytes and the elements, where type_id is binary
//     </name>
//   </opencv_storage>
//   https://docs.opencv.org/4.x/da/d56/classcv_1_1FileStorage.html

export const opencvFormat: Format = {
  id: "opencv",
  label: "OpenCV storage",
  extensions: [".xml"],
  sniff,
  read: readOpencv,
};

/** The first element, or, behind a licence that is longer than what sniffing sees, one somewhere in it. */
function sniff({ head }: Probe): Match | undefined {
  const root = xmlRoot(head);
  if (root?.name === "opencv_storage")
    return { certainty: "certain", reason: "an XML text whose first element is opencv_storage" };
  if (root === undefined && isLikelyText(head) && /<opencv_storage[\s>]/.test(textOf(head)))
    return { certainty: "likely", reason: "an element opencv_storage" };
  return undefined;
}
