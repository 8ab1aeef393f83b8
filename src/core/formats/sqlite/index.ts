//   0                  16      18     20       24        28      32          56         72        100
//   +------------------+-------+------+--------+---------+-------+-----+------------+-------+----------------+--------+
//   | SQLite format 3\0| page  | file | unused | change  | pages | ... | encoding   | ...   | root page of   | page 2 |
//   |                  | size  | form.| bytes  | counter |       |     | of text    |       | sqlite_schema  | ...    |
//   +------------------+-------+------+--------+---------+-------+-----+------------+-------+----------------+--------+
//   Big-endian. A table is a b-tree of pages: interior ones (5) lead to leaves (13), whose cells are records: a header of
//   type numbers, then the values; what does not fit into a page goes on in a chain of overflow pages.
//   https://www.sqlite.org/fileformat2.html

import type { Format, Match, Probe } from "../format.ts";
import { startsWithText } from "../probe.ts";
import { readSqlite } from "./read.ts";

export const sqliteFormat: Format = {
  id: "sqlite",
  label: "SQLite",
  extensions: [".db", ".sqlite", ".sqlite3"],
  sniff,
  read: readSqlite,
};

function sniff({ head }: Probe): Match | undefined {
  return startsWithText(head, "SQLite format 3\0")
    ? { certainty: "certain", reason: "the signature of SQLite" }
    : undefined;
}
