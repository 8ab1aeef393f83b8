//   svm_type c_svc                   one line for each setting
//   kernel_type rbf
//   gamma 0.5
//   nr_class 3
//   total_sv 87
//   rho 0.1 -0.2 0.3                 one for each two classes
//   label 1 2 3                      classifiers: as they were in the data
//   probA 1 2 3                      probB: Platt's sigmoids, where they were asked for
//   nr_sv 30 30 27                   support vectors of each class
//   SV
//   0.5 -1 1:0.25 4:-1e-3 ...        nr_class - 1 coefficients, then index:value of what is not zero
//
//   https://github.com/cjlin1/libsvm/blob/master/svm.cpp (svm_save_model)

import type { Format, Match, Probe } from "../format.ts";
import { isLikelyText, textOf } from "../probe.ts";
import { readLibsvm } from "./read.ts";

export const libsvmFormat: Format = {
  id: "libsvm",
  label: "LIBSVM model",
  extensions: [".model", ".svm"],
  sniff,
  read: readLibsvm,
};

function sniff({ head }: Probe): Match | undefined {
  return isLikelyText(head) && /^svm_type \w+\s*\n\s*[a-z]/.test(textOf(head.subarray(0, 128)))
    ? { certainty: "certain", reason: 'text that begins with the line "svm_type"' }
    : undefined;
}
