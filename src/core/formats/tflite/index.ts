import type { Format, Match, Probe } from "../format.ts";
import { startsWithText } from "../probe.ts";
import { readTflite } from "./read.ts";

//   0      4
//   +------+--------+
//   | root | "TFL3" | tables: model -> subgraphs -> tensors, operators; buffers -> bytes; metadata, signatures
//   +------+--------+
//   A FlatBuffers file (../flatbuffers). A tensor names its buffer by number; a buffer's bytes are a vector of its own, or,
//   in files over 2 GB, lie behind the FlatBuffers part, at an offset from the file's first byte.
//   https://github.com/tensorflow/tensorflow/blob/master/tensorflow/compiler/mlir/lite/schema/schema.fbs

export const tfliteFormat: Format = {
  id: "tflite",
  label: "TensorFlow Lite",
  extensions: [".tflite", ".lite"],
  sniff,
  read: readTflite,
};

function sniff({ head }: Probe): Match | undefined {
  return startsWithText(head, "TFL3", 4) ? { certainty: "certain", reason: "the identifier TFL3" } : undefined;
}
