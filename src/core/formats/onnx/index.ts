import type { Format, Match, Probe } from "../format.ts";
import { headFields } from "../protobuf/probe.ts";
import { MODEL } from "./messages.ts";
import { readOnnx } from "./read.ts";

//   ModelProto, a protobuf message without a signature
//   +------------+-------------+---------+-----------------------------------------------------------+
//   | ir_version | producer_*, | graph   | initializer: TensorProto (dims, data_type, raw_data or a  |
//   |            | opset_import|         |   list of numbers, or a place in another file)            |
//   |            |             |         | node: NodeProto (op_type, inputs, outputs, attributes)    |
//   |            |             |         | input, output: name and type                              |
//   +------------+-------------+---------+-----------------------------------------------------------+
//   https://github.com/onnx/onnx/blob/main/docs/IR.md, https://github.com/onnx/onnx/blob/main/docs/ExternalData.md

export const onnxFormat: Format = {
  id: "onnx",
  label: "ONNX",
  extensions: [".onnx"],
  sniff,
  read: readOnnx,
};

const IR_VERSION = 1;
const GRAPH = 7;
const OPERATOR_SETS = 8;
const LATEST = 100n;

function sniff(probe: Probe): Match | undefined {
  const fields = headFields(probe, MODEL);
  if (fields === undefined) return undefined;
  const isVersioned = fields.some(({ number, value = 0n }) => number === IR_VERSION && value > 0n && value < LATEST);
  const has = (number: number): boolean => fields.some((field) => field.number === number);
  if (!isVersioned || !(has(GRAPH) || has(OPERATOR_SETS))) return undefined;
  return { certainty: "likely", reason: "an IR version and a graph, as ModelProto has them" };
}
