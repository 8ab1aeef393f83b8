import type { Format, Match, Probe } from "../format.ts";
import { startsWithText } from "../probe.ts";
import { readBurnpack } from "./read.ts";

//   0       4         6           10
//   +-------+---------+-----------+----------+---------+--------------------+
//   | NRUB  | u16     | u32 bytes | metadata | padding | tensors            |
//   |       | version | of it     | in CBOR  |         |                    |
//   +-------+---------+-----------+----------+---------+--------------------+
//   metadata: {"tensors": {name: {"dtype": "F32", "shape": [...], "data_offsets": [start, end], "param_id": ...}}, "metadata": {...}}
//   Offsets count from the first byte of the tensors: the next multiple of 256 after the metadata.
//   https://github.com/tracel-ai/burn/tree/main/crates/burn-store/src/burnpack

export const burnpackFormat: Format = {
  id: "burnpack",
  label: "Burn",
  extensions: [".bpk"],
  sniff,
  read: readBurnpack,
};

function sniff({ head }: Probe): Match | undefined {
  return startsWithText(head, "NRUB") ? { certainty: "certain", reason: "the signature NRUB" } : undefined;
}
