//   %%MatrixMarket matrix coordinate real general      coordinate or array; real, integer, complex or pattern; symmetry
//   % comments
//   3 4 5                                              rows, columns, and of coordinates how many elements follow
//   1 1 0.5                                            row and column from 1 on, the element; of an array the element
//   3 2 -1e-3                                          alone, column after column
//
//   https://math.nist.gov/MatrixMarket/formats.html

import type { Format, Match, Probe } from "../format.ts";
import { isLikelyText, textOf } from "../probe.ts";
import { readMatrixMarket } from "./read.ts";

export const matrixMarketFormat: Format = {
  id: "matrixmarket",
  label: "Matrix Market",
  extensions: [".mtx"],
  sniff,
  read: readMatrixMarket,
};

function sniff({ head }: Probe): Match | undefined {
  return isLikelyText(head) && /^%%MatrixMarket\s+\w+/i.test(textOf(head.subarray(0, 64)))
    ? { certainty: "certain", reason: 'text that begins with "%%MatrixMarket"' }
    : undefined;
}
