import type { Format, Match, Probe } from "../format.ts";
import { startsWithText } from "../probe.ts";
import { MAGICS, readGgml } from "./read.ts";

//   0       4           8
//   +-------+-----------+----------------+-------------+------------+---------------------------------------------+
//   | magic | u32       | i32 hyper-     | mel filters | vocabulary | tensors up to the end: i32 dimensions, i32  |
//   |       | version * | parameters     | **          |            | length of the name, i32 type, i32 sizes,    |
//   +-------+-----------+----------------+-------------+------------+ the name, (padding to 32), data             |
//   * of ggmf, ggjt, ggla     ** of speech models only               +---------------------------------------------+
//   Magic "lmgg" (ggml), "fmgg" (ggmf), "tjgg" (ggjt: padded), "algg" (ggla: LoRA). Nothing says which model it is: its
//   hyper-parameters have no names and no count. Sizes have the fastest dimension first. Blocks changed twice.
//   https://github.com/ggml-org/llama.cpp/blob/master-9e37e44/llama.cpp (file versions),
//   https://github.com/ggml-org/whisper.cpp/blob/master/src/whisper.cpp (whisper_model_load)

export const ggmlFormat: Format = {
  id: "ggml",
  label: "GGML before GGUF",
  extensions: [".ggml"],
  sniff,
  read: readGgml,
};

function sniff({ head }: Probe): Match | undefined {
  const magic = Object.keys(MAGICS).find((each) => startsWithText(head, each));
  return magic === undefined ? undefined : { certainty: "certain", reason: `the signature ${magic}` };
}
