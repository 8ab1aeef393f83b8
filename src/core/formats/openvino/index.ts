import { xmlRoot } from "../../bytes/xml/root.ts";
import type { Format, Match, Probe } from "../format.ts";
import { readOpenvino } from "./read.ts";

//   name.xml   <net name="" version="11">
//                <layers> <layer id="" name="" type="" version="opset1"> <data .../> <input/> <output/> </layer> </layers>
//                <edges> <edge from-layer="" from-port="" to-layer="" to-port=""/> </edges>
//                <rt_info/>      who made it, and what the user adds
//              </net>
//   name.bin   the bytes of constants: a layer of type Const says where (offset, size) and what (element_type, shape)
//   https://docs.openvino.ai/2024/documentation/openvino-ir-format.html

export const openvinoFormat: Format = {
  id: "openvino",
  label: "OpenVINO IR",
  extensions: [".xml"],
  sniff,
  read: readOpenvino,
};

function sniff({ head }: Probe): Match | undefined {
  const root = xmlRoot(head);
  return root?.name === "net" && /\bversion\s*=/.test(root.attributes)
    ? { certainty: "certain", reason: "an XML text whose first element is net" }
    : undefined;
}
