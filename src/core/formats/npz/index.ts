//   +------------------+------------------+-----+---------------------+------------+
//   | PK 3 4  name.npy | PK 3 4  bias.npy | ... | PK 1 2 directory:   | PK 5 6 end |
//   |  extra, an .npy  |  extra, an .npy  |     |  name, sizes, CRC,  |  where the |
//   |  stored or       |                  |     |  where each begins  |  directory |
//   |  deflated        |                  |     |  (zip64 past 4 GiB) |  is        |
//   +------------------+------------------+-----+---------------------+------------+
//   A zip archive of .npy files, as numpy.savez and savez_compressed write it; array `w` is member `w.npy`.
//   Zip: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
//   https://numpy.org/doc/stable/reference/generated/numpy.savez.html

import { DOCUMENT_MEMBER } from "../embedded/layout.ts";
import type { Format, Match, Probe } from "../format.ts";
import { littleUint, startsWith } from "../probe.ts";
import { readNpz } from "./read.ts";
import { memberNames } from "./sniff.ts";

export const npzFormat: Format = {
  id: "npz",
  label: "NumPy archive",
  extensions: [".npz"],
  sniff,
  read: readNpz,
};

function sniff(probe: Probe): Match | undefined {
  const names = memberNames(probe);
  if (names === undefined) return undefined;
  const arrays = names.filter((name) => name.endsWith(".npy")).length;
  // What was converted may have no array at all: its document alone is an archive of ours.
  if (names.includes(DOCUMENT_MEMBER)) return { certainty: "certain", reason: "a zip archive with model_loupe.json" };
  if (names.length === 0 && isEmpty(probe))
    return { certainty: "likely", reason: "an empty zip archive by the name of .npz, as numpy.savez without arrays" };
  if (arrays === 0) return names.length === 0 ? { certainty: "possible", reason: "an empty zip archive" } : undefined;
  if (arrays === names.length) return { certainty: "certain", reason: "a zip archive of .npy members" };
  return { certainty: "likely", reason: `a zip archive with ${arrays} .npy members` };
}

/** True for a zip archive that is nothing but the record of its end, and is called as those of numpy are. */
function isEmpty({ name, head, size }: Probe): boolean {
  const isEnd = startsWith(head, [0x50, 0x4b, 0x05, 0x06]) && head.subarray(4, 20).every((byte) => byte === 0);
  return isEnd && /\.npz$/i.test(name) && size === 22 + (littleUint(head, 20, 2) ?? 0);
}
