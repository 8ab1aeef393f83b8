//   0     4          +v    4    +n     1    4      4      4     4                        4    +o
//   +-----+----------+-----+----+------+----+------+------+-----+------------------------+----+---------+------------+---------+
//   | u32 | version, | u32 | id | "m"  |min |max   |bits  |lda  | u32 n-grams, 3 each;   |u32 | options,| u32 4,     | what    |
//   | v   | NUL      |     |NUL |      |f32 label  |u32   |u32  | u32 skips, 3 each      | o  | NUL     | u32 hash   | follows |
//   +-----+----------+-----+----+------+----+------+------+-----+------------------------+----+---------+------------+---------+
//   Little-endian. The id came with 8.3.3, the hash with 8.0.1, pairs and triples stood after the bits before 7.10.2. What follows: what
//   each reduction keeps, the outermost first; a byte that says whether the state of training follows; then weights that are not
//   zero: u32 index (u64 from 31 bits on), float32 weight, and with the state what the learner keeps beside each weight.
//   The text forms (--readable_model, --invert_hash) say the same in lines.
//   https://github.com/VowpalWabbit/vowpal_wabbit/wiki/Command-line-arguments (parse_regressor.cc, gd.cc)

import type { Format, Match, Probe } from "../format.ts";
import { littleUint, textOf } from "../probe.ts";
import { readVowpalWabbit } from "./read.ts";

export const vowpalWabbitFormat: Format = {
  id: "vowpalwabbit",
  label: "Vowpal Wabbit",
  extensions: [".vw", ".model"],
  sniff,
  read: readVowpalWabbit,
};

function sniff({ head }: Probe): Match | undefined {
  const length = littleUint(head, 0, 4) ?? 0;
  const isBinary =
    length > 4 && length < 17 && head[3 + length] === 0 && /^\d+\.\d+\.\d+$/.test(textOf(head.subarray(4, 3 + length)));
  if (isBinary) return { certainty: "certain", reason: "the version of Vowpal Wabbit with its length" };
  return /^Version \d+\.\d+\.\d+\r?\n(?:Id .*\r?\n)?Min label:/.test(textOf(head.subarray(0, 1024)))
    ? { certainty: "certain", reason: "the first lines of a readable model of Vowpal Wabbit" }
    : undefined;
}
