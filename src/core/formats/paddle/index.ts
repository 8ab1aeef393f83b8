import type { Format, Match, Probe } from "../format.ts";
import { textOf } from "../probe.ts";
import { isPir } from "./pir.ts";
import { readPaddle } from "./read.ts";
import { isProgram, isTensors } from "./sniff.ts";

//   .pdmodel, __model__: ProgramDesc, a protobuf message without a signature
//   +------------------------------------------------------------------+---------+
//   | blocks: idx, parent_idx, vars: name, type, shape; ops with inputs | version |
//   +------------------------------------------------------------------+---------+
//   inference.json: the program of Paddle 3 (`pir.ts`)
//   .pdiparams, __params__: its parameters, in the order of their names and without them (`tensors.ts`)
//   A file for each parameter, called as it is, beside a __model__ of the time before that
//   .pdparams, .pdopt: pickles of dicts, which ../pickle reads
//   https://github.com/PaddlePaddle/Paddle/blob/develop/paddle/phi/core/framework/framework.proto

export const paddleFormat: Format = {
  id: "paddle",
  label: "PaddlePaddle",
  extensions: [".pdmodel", ".pdiparams", "__model__", "__params__"],
  sniff,
  read: readPaddle,
};

function sniff(probe: Probe): Match | undefined {
  if (isTensors(probe)) return { certainty: "certain", reason: "the head of a tensor, as Paddle saves it" };
  if (isPir(textOf(probe.head)))
    return { certainty: "certain", reason: 'JSON with the magic "pir" of a Paddle program' };
  return isProgram(probe)
    ? { certainty: "certain", reason: "a block without a parent, as ProgramDesc has it" }
    : undefined;
}
