//   0     2           6             10            14
//   +-----+-----------+-------------+-------------+----------------------------------+--------------------------+
//   | X\n | i32       | i32 version | i32 least   | version 3: i32 length, encoding  | one object: i32 flags,   |
//   |     | 2 or 3    | of R        | version of R| of native text ("UTF-8")         | then what its type needs |
//   +-----+-----------+-------------+-------------+----------------------------------+--------------------------+
//   All numbers big-endian (XDR). The low 8 bits of the flags are the type; 0x100: is an object, 0x200: attributes follow,
//   0x400: a tag. Symbols and environments are numbered as they come, and referred to by number.
//   https://cran.r-project.org/doc/manuals/r-release/R-ints.html#Serialization-Formats
//   "B" instead of "X": the same little-endian; "A": as text, a number a line. `save` puts RDX3 (RDB3, RDA3) and a newline before
//   it, and the object is a pair list of those that were saved, by name.
//   saveRDS compresses with gzip, bzip2 or xz, which is taken off before.

import type { Format, Match, Probe } from "../format.ts";
import { isR } from "./form.ts";
import { readRds } from "./read.ts";

export const rdsFormat: Format = {
  id: "rds",
  label: "R data",
  extensions: [".rds", ".rdata", ".rda"],
  sniff,
  read: readRds,
};

function sniff({ head }: Probe): Match | undefined {
  return isR(head) ? { certainty: "certain", reason: "the head of R's serialisation" } : undefined;
}
