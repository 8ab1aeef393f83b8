import type { Format, Match, Probe } from "../format.ts";
import { isGguf } from "./header.ts";
import { readGguf } from "./read.ts";

//   0      4          8               16                 24
//   +------+----------+---------------+------------------+-----------------------------+--------------+--------+
//   | GGUF | u32      | u64 number of | u64 number of    | key, type, value            | name, dims,  | padding|
//   |      | version  | tensors       | metadata entries | for each metadata entry     | type, offset | tensors|
//   +------+----------+---------------+------------------+-----------------------------+--------------+--------+
//   A text is a u64 length and UTF-8. Offsets count from the first byte of the tensors, which is a multiple of
//   general.alignment (32 unless told). Dimensions are listed with the fastest first. The whole file is little-endian, or,
//   from version 3 on, big-endian, which only the version's bytes tell.
//   https://github.com/ggml-org/ggml/blob/master/docs/gguf.md

export const ggufFormat: Format = {
  id: "gguf",
  label: "GGUF",
  extensions: [".gguf"],
  sniff,
  read: readGguf,
};

function sniff({ head }: Probe): Match | undefined {
  return isGguf(head) ? { certainty: "certain", reason: "the signature GGUF" } : undefined;
}
