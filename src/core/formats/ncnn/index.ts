import type { Format, Match, Probe } from "../format.ts";
import { littleUint } from "../probe.ts";
import { isParam } from "./param.ts";
import { readNcnn } from "./read.ts";
import { TAGS } from "./weights.ts";

//   name.param   7767517                                   the number that says what it is
//                75 83                                     layers, blobs
//                Convolution conv1 1 1 data conv1 0=16 1=3 6=432 ...
//                type, name, numbers of inputs and outputs, their names, settings by number; -23300 - n for arrays
//   name.bin     what each layer loads, in the order of param. Weights begin with a u32 that says how they are stored:
//                0 float32, 0x01306b47 float16, 0x000d4b38 int8, 0x0002c056 float32 as well, anything else 256 float32 and an
//                index of a byte each; biases, scales and the like are bare float32. Everything is padded to 4 bytes.
//   https://github.com/Tencent/ncnn/wiki/param-and-model-file-structure,
//   https://github.com/Tencent/ncnn/wiki/operation-param-weight-table

export const ncnnFormat: Format = {
  id: "ncnn",
  label: "ncnn",
  extensions: [".param"],
  sniff,
  read: readNcnn,
};

function sniff({ head, name, size }: Probe): Match | undefined {
  if (isParam(head)) return { certainty: "certain", reason: "the number 7767517" };
  // Weights say nothing of themselves; what is beside them does.
  const tag = littleUint(head, 0, 4);
  return /\.bin$/i.test(name) && size % 4 === 0 && tag !== undefined && tag in TAGS
    ? { certainty: "possible", reason: "a tag of stored weights" }
    : undefined;
}
