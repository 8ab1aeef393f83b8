//   tar:  +--------------------------------+-----------------+--------------------------------+-----+------------+
//         | 512 bytes: name, mode, size in | content, padded | 512 bytes: next member         | ... | zero bytes |
//         | octal, checksum, type, "ustar" | to 512 bytes    |                                |     |            |
//         +--------------------------------+-----------------+--------------------------------+-----+------------+
//   zip:  PK 3 4 members, then the PK 1 2 directory.
//   What SageMaker, DVC and people make of a folder with a model in it: model.tar.gz, model.zip. Every member is read as the
//   file that it is. A gzip around a tar is taken off before.
//   https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html  (ustar and pax)
//   https://www.gnu.org/software/tar/manual/html_node/Standard.html      (GNU)

import type { Format, Match, Probe } from "../format.ts";
import { indexOfText, startsWithText } from "../probe.ts";
import { zipKind } from "../zip-kinds.ts";
import { readBundle } from "./read.ts";
import { isTar } from "./tar.ts";

export const bundleFormat: Format = {
  id: "bundle",
  label: "archive with models",
  extensions: [".tar", ".zip", ".tgz", ".nemo", ".llamafile"],
  sniff,
  read: readBundle,
};

function sniff(probe: Probe): Match | undefined {
  if (isTar(probe.head)) return { certainty: "likely", reason: "a tar header whose checksum is right" };
  if (isLlamafile(probe))
    return { certainty: "certain", reason: "the head of a llamafile and a zip archive at its end" };
  const kind = zipKind(probe);
  if (kind === undefined || kind.members.length === 0) return undefined;
  if (kind.id !== "zip" && kind.id !== "zip-with-pickle") return undefined;
  // Archives of arrays alone are .npz.
  if (kind.members.every((name) => name.endsWith(".npy"))) return undefined;
  return { certainty: "likely", reason: kind.what };
}

/** A program for every system that is a zip archive too, with a model in it: the archive is read, the program is not run. */
function isLlamafile({ head, tail }: Probe): boolean {
  return startsWithText(head, "MZqFpD") && indexOfText(tail, "PK\u0005\u0006") >= 0;
}
