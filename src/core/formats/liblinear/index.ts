//   solver_type L2R_LR
//   nr_class 3
//   label 1 2 3                      classifiers: as they were in the data
//   nr_feature 13
//   bias -1                          below zero: none
//   rho 0.25                         one-class models
//   w
//   0.5 -1 0.25                      one line for each feature, and one for the bias: a weight for each class
//   ...                              (one alone where two classes share it, and for regression)
//
//   https://github.com/cjlin1/liblinear/blob/master/linear.cpp (save_model)

import type { Format, Match, Probe } from "../format.ts";
import { isLikelyText, textOf } from "../probe.ts";
import { readLiblinear } from "./read.ts";

export const liblinearFormat: Format = {
  id: "liblinear",
  label: "LIBLINEAR model",
  extensions: [".model"],
  sniff,
  read: readLiblinear,
};

function sniff({ head }: Probe): Match | undefined {
  return isLikelyText(head) && /^solver_type \w+\s*\n\s*nr_class /.test(textOf(head.subarray(0, 128)))
    ? { certainty: "certain", reason: 'text that begins with the line "solver_type"' }
    : undefined;
}
