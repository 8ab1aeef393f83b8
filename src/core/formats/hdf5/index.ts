//   0, 512, 1024 ...
//   +--------------+------------------+----------+-----------------------------------------+----------+
//   | 89 H D F     | superblock:      | object   | datasets, groups, attributes in headers | elements |
//   | 0d 0a 1a 0a  |  widths, base,   | header   | of messages; B-trees and heaps find     | in one   |
//   |              |  end, root group | of root  | them; chunks have an index of their own | piece or |
//   |              |                  |          |                                         | in chunks|
//   +--------------+------------------+----------+-----------------------------------------+----------+
//   Everything is found by addresses that count from the signature. What is before it is the user block (MATLAB's text).
//   https://support.hdfgroup.org/documentation/hdf5/latest/_f_m_t3.html

import type { Format, Match, Probe } from "../format.ts";
import { startsWith } from "../probe.ts";
import { readHdf5 } from "./read.ts";
import { SIGNATURE } from "./superblock.ts";

export const hdf5Format: Format = {
  id: "hdf5",
  label: "HDF5",
  extensions: [".h5", ".hdf5", ".he5", ".hdf", ".keras"],
  sniff,
  read: readHdf5,
};

/** The first places that a user block leaves for the signature; the reader looks for it at all of them. */
const PLACES = [0, 512, 1024, 2048];

function sniff({ head }: Probe): Match | undefined {
  const at = PLACES.find((place) => startsWith(head, SIGNATURE, place));
  if (at === undefined) return undefined;
  // An archive that holds an HDF5 file may have it at such a place as well: what the file begins with decides.
  return { certainty: at === 0 ? "certain" : "likely", reason: `the signature of HDF5 at byte ${at}` };
}
