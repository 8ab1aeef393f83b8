import type { Format, Match, Probe } from "../format.ts";
import { startsWithText } from "../probe.ts";
import { readOrt } from "./read.ts";

//   0      4
//   +------+--------+
//   | root | "ORTM" | session -> model -> graph -> initialisers with their bytes, nodes, what is known of each value
//   +------+--------+
//   | root | "TORT" | a LoRA adapter -> parameters with their bytes
//   +------+--------+
//   FlatBuffers files (../flatbuffers). Types have ONNX's numbers.
//   https://github.com/microsoft/onnxruntime/blob/main/onnxruntime/core/flatbuffers/schema/ort.fbs
//   https://github.com/microsoft/onnxruntime/blob/main/onnxruntime/lora/adapter_format/adapter_schema.fbs

export const ortFormat: Format = {
  id: "ort",
  label: "ONNX Runtime",
  extensions: [".ort", ".orl", ".onnx_adapter"],
  sniff,
  read: readOrt,
};

function sniff({ head }: Probe): Match | undefined {
  if (startsWithText(head, "ORTM", 4)) return { certainty: "certain", reason: "the identifier ORTM" };
  return startsWithText(head, "TORT", 4) ? { certainty: "certain", reason: "the identifier TORT" } : undefined;
}
