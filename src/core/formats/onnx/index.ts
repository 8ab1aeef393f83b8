import type { Format, Match, Probe } from "../format.ts";
import { textOf } from "../probe.ts";
import { isData } from "./data.ts";
import { isModelJson } from "./json.ts";
import { readOnnx } from "./read.ts";
import { isGraphFirst, isModel, isModelText, isTensor } from "./sniff.ts";

//   ModelProto, a protobuf message without a signature
//   +------------+-------------+---------+-----------------------------------------------------------+
//   | ir_version | producer_*, | graph   | initializer: TensorProto (dims, data_type, raw_data or a  |
//   |            | opset_import|         |   list of numbers, or a place in another file)            |
//   |            |             |         | node: NodeProto (op_type, inputs, outputs, attributes)    |
//   |            |             |         | input, output: name and type                              |
//   +------------+-------------+---------+-----------------------------------------------------------+
//   The same as text is protobuf's JSON: {"irVersion": "6", "graph": {"node": [...], "initializer": [...]}, ...}
//   or its text form: ir_version: 6 graph { node { input: "X" ... } initializer { dims: 2 data_type: 1 ... } }
//   Test data of the onnx package are TensorProtos alone: dims, data_type, name and values; or sequences and maps of them.
//   https://github.com/onnx/onnx/blob/main/docs/IR.md, https://github.com/onnx/onnx/blob/main/docs/ExternalData.md

export const onnxFormat: Format = {
  id: "onnx",
  label: "ONNX",
  extensions: [".onnx"],
  sniff,
  read: readOnnx,
};

function sniff(probe: Probe): Match | undefined {
  if (isModelJson(textOf(probe.head)))
    return { certainty: "certain", reason: "JSON with an IR version and what ModelProto has beside it" };
  if (isModelText(probe.head))
    return { certainty: "certain", reason: "an IR version and what ModelProto has beside it, in protobuf's text form" };
  if (isModel(probe)) return { certainty: "likely", reason: "an IR version and a graph, as ModelProto has them" };
  if (/\.onnx$/i.test(probe.name) && isGraphFirst(probe))
    return { certainty: "possible", reason: "a graph, as ModelProto has one" };
  const data = isData(probe);
  if (data !== undefined) return { certainty: "possible", reason: `a ${data} of what TensorProto has` };
  return isTensor(probe)
    ? { certainty: "possible", reason: "a shape, a type and values, as TensorProto has them" }
    : undefined;
}
