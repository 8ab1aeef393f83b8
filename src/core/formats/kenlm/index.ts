import type { Format, Match, Probe } from "../format.ts";
import { startsWithText } from "../probe.ts";
import { MAGIC } from "./header.ts";
import { readKenlm } from "./read.ts";

//   0                                    56        68              80     88     92         96    100         104     108
//   +------------------------------------+---------+---------------+------+------+----------+-----+-----------+-------+-----+
//   | mmap lm http://kheafield.com/code  | 0.0 1.0 | u32 1, max, 0 | u64  | u8   | f32      | i32 | u8 has    | u32   | u64 |
//   | format version 5\n\0 ...           | -0.5    |               | 1    | order| probing  | type| vocabulary|search | ... |
//   +------------------------------------+---------+---------------+------+------+----------+-----+-----------+-------+-----+
//   The u64 at the end are how many n-grams there are of each order. Then, aligned to 8 bytes, tables as they lie in memory, of a
//   layout that type and search version tell; at the end the words in their order, each with a zero byte, the first is <unk>.
//   The numbers at 56 show the byte order: files are those of the machine that built them, mostly little-endian.
//   https://github.com/kpu/kenlm/blob/master/lm/binary_format.cc, lm/vocab.cc

export const kenlmFormat: Format = {
  id: "kenlm",
  label: "KenLM binary language model",
  extensions: [".binary", ".klm", ".bin"],
  sniff,
  read: readKenlm,
};

function sniff({ head }: Probe): Match | undefined {
  return startsWithText(head, MAGIC) ? { certainty: "certain", reason: `text "${MAGIC}"` } : undefined;
}
