import type { Format, Match, Probe } from "../format.ts";
import { startsWithText } from "../probe.ts";
import { readNetcdf } from "./read.ts";

//   All big-endian; counts and sizes are i32, i64 in version 5; offsets i32, i64 from version 2 on
//   +-------+---------+---------+---------------------+----------------------+-----------------------------------+
//   | "CDF" | version | records | 10, count, each:    | 12, count, each:     | 11, count, each: name, dimensions,|
//   |       | 1, 2, 5 |         | name, size          | name, type, count,   | attributes, type, bytes, offset   |
//   |       |         |         |                     | values               |                                   |
//   +-------+---------+---------+---------------------+----------------------+-----------------------------------+
//   A list that is not there is two zeros. Names and values are padded to four bytes. A dimension of size 0 is that of the
//   records: variables with it have their parts of one record side by side, record after record.
//   https://docs.unidata.ucar.edu/netcdf-c/current/file_format_specifications.html

export const netcdfFormat: Format = {
  id: "netcdf",
  label: "NetCDF",
  extensions: [".nc", ".cdf"],
  sniff,
  read: readNetcdf,
};

function sniff({ head }: Probe): Match | undefined {
  const version = head[3] ?? 0;
  return startsWithText(head, "CDF") && [1, 2, 5].includes(version)
    ? { certainty: "certain", reason: "the signature of classic NetCDF" }
    : undefined;
}
