//   0                         116         124      126
//   +-------------------------+-----------+--------+--------+--------------------------------------------+
//   | "MATLAB 5.0 MAT-file"   | subsystem | 0x0100 | "IM"   | type u32, bytes u32, content; padded to 8: |
//   |  and what wrote it      |           |        | or "MI"| 14 a matrix, 15 one that is deflated       |
//   +-------------------------+-----------+--------+--------+--------------------------------------------+
//   A matrix is elements again: flags with the class, dimensions, name, values column after column. Up to 4 bytes of content
//   lie in the tag itself. Version 4 has no header: type, rows, columns, imaginary, length of the name (u32 each), name,
//   values, one variable after another. Version 7.3 is HDF5, read by ../hdf5.
//   https://www.mathworks.com/help/pdf_doc/matlab/matfile_format.pdf

import type { Format, Match, Probe } from "../format.ts";
import { startsWithText } from "../probe.ts";
import { isMat4, readMat4 } from "./v4.ts";
import { readMat5 } from "./v5.ts";

export const matFormat: Format = {
  id: "mat",
  label: "MATLAB",
  extensions: [".mat"],
  sniff,
  async read(source, context) {
    const head = await source.read(0, Math.min(source.size, 128));
    return isMat5(head) ? readMat5(source, context) : readMat4(source, context);
  },
};

function sniff({ head, size }: Probe): Match | undefined {
  if (isMat5(head)) return { certainty: "certain", reason: "the header of a MATLAB 5 file" };
  return isMat4(head, size) ? { certainty: "likely", reason: "the first variable of a MATLAB 4 file" } : undefined;
}

/** By the text, or by version and byte order where somebody else wrote the text. */
function isMat5(head: Uint8Array): boolean {
  if (startsWithText(head, "MATLAB 5.0 MAT-file")) return true;
  const isLittle = head[124] === 0 && head[125] === 1 && startsWithText(head, "IM", 126);
  const isBig = head[124] === 1 && head[125] === 0 && startsWithText(head, "MI", 126);
  return isLittle || isBig;
}
