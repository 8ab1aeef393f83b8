import type { Format, Match, Probe } from "../format.ts";
import { isLikelyText, startsWithText, textOf } from "../probe.ts";
import { readKaldi } from "./read.ts";

//   binary: 00 "B", then tokens "<Name> " with what belongs to them behind; "</Name> " ends what "<Name> " began
//   +--------------------------------+-------------------------------------------------------------+
//   | 04 i32, 04 f32, 08 f64, 01 u8  | a number behind its size; which one it is the token tells   |
//   | 04 i32 count, i32 ...          | a list of integers                                          |
//   | "T", "F"                       | a truth value                                               |
//   | "FV " 04 i32 size, f32 ...     | a vector (DV: float64)                                      |
//   | "FM " 04 rows 04 columns, f32  | a matrix, row by row (DM: float64)                          |
//   | "FP " 04 rows, f32 ...         | a symmetric or triangular matrix, rows of the lower half    |
//   +--------------------------------+-------------------------------------------------------------+
//   text: the same tokens with blanks between, vectors and matrices in brackets, a row a line
//   https://kaldi-asr.org/doc/io.html, https://kaldi-asr.org/doc/io-inl_8h_source.html

export const kaldiFormat: Format = {
  id: "kaldi",
  label: "Kaldi",
  extensions: [".mdl", ".raw", ".nnet"],
  sniff,
  read: readKaldi,
};

const TEXT =
  /^\s*<(?:TransitionModel|Nnet3?|DiagGMM|FullGMMBegin|DIMENSION|IvectorExtractor|Plda)>\s+(?:<|\[|-?\d|input-node)/;

function sniff({ head }: Probe): Match | undefined {
  if (startsWithText(head, "\0B<")) return { certainty: "certain", reason: "the mark of binary Kaldi and a token" };
  if (startsWithText(head, "\0B") && /^[FD][VMP] /.test(textOf(head.subarray(2, 5))))
    return { certainty: "certain", reason: "the mark of binary Kaldi and a matrix" };
  if (isLikelyText(head) && TEXT.test(textOf(head)))
    return { certainty: "certain", reason: "a token that a Kaldi model begins with" };
  return undefined;
}
