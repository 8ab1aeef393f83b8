import type { Format, Match, Probe } from "../format.ts";
import { littleUint } from "../probe.ts";
import { isOldHeader, MAGIC } from "./arguments.ts";
import { readFastText } from "./read.ts";

//   +-------+---------+-----------+------------+-----------------+---------+--------------+--------+---------------+
//   | magic | version | arguments | dictionary | quantised? (u8) | input   | out quantised| output |               |
//   | i32   | i32 12  | 12 x i32, |            |                 | matrix  | ? (u8)       | matrix |               |
//   |       |         | f64       |            |                 |         |              |        |               |
//   +-------+---------+-----------+------------+-----------------+---------+--------------+--------+---------------+
//   Before version 11 there were no magic, no version, no pruned index, and no flags before the matrices.
//   dictionary     i32 entries, words, labels; i64 tokens; i64 pruned n-grams; then word, 0, i64 count, u8 kind for each
//                  entry, and two i32 for each n-gram that was kept
//   matrix         i64 rows, i64 columns, float32 by rows
//   quantised      u8 has norms, i64 rows, i64 columns, i32 codes, u8 codes, quantiser; of the norms: u8 codes, quantiser
//   quantiser      i32 dimension, sub-quantisers, size of each, size of the last; 256 centroids of each as float32
//   Everything is little-endian. Rows of the input are those of the words, then those of the buckets of n-grams.
//   https://github.com/facebookresearch/fastText/tree/main/src (fasttext.cc, args.cc, dictionary.cc, quantmatrix.cc)

export const fastTextFormat: Format = {
  id: "fasttext",
  label: "fastText model",
  extensions: [".bin", ".ftz"],
  sniff,
  read: readFastText,
};

function sniff({ head }: Probe): Match | undefined {
  if (littleUint(head, 0, 4) === MAGIC) return { certainty: "certain", reason: "the signature of fastText" };
  return isOldHeader(head) ? { certainty: "likely", reason: "arguments of fastText without a signature" } : undefined;
}
