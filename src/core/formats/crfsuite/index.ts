import type { Format, Match, Probe } from "../format.ts";
import { startsWithText } from "../probe.ts";
import { readCrfsuite } from "./read.ts";

//   0      4      8      12       16          20       24            28        44       48
//   +------+------+------+--------+-----------+--------+-------------+---------+--------+------+------+------+------+------+
//   | lCRF | size | FOMC | u32    | u32 0 (no | labels | attributes  | where the five   | FEAT | CQDB | CQDB | LFRF | AFRF |
//   |      | u32  |      | 100    | features) | u32    | u32         | chunks begin     |      |      |      |      |      |
//   +------+------+------+--------+-----------+--------+-------------+---------+--------+------+------+------+------+------+
//   FEAT        id, u32 size, u32 count; for each feature u32 kind (0 state, 1 transition), u32 from, u32 to, f64 weight.
//               A state leads from an attribute to a label, a transition from a label to a label.
//   CQDB        a constant database of names: id, u32 size, flag, byte order, entries, where the offsets by id begin; 256 hash
//               tables; at each offset (from the chunk's start) u32 id, u32 length, the name and a zero byte
//   LFRF, AFRF  id, u32 size, u32 count, where the list of each label or attribute begins: u32 count, u32 features
//   Everything is little-endian.
//   https://github.com/chokkan/crfsuite/blob/master/lib/crf/src/crf1d_model.c, lib/cqdb/src/cqdb.c

export const crfsuiteFormat: Format = {
  id: "crfsuite",
  label: "CRFsuite model",
  extensions: [".crfsuite", ".model"],
  sniff,
  read: readCrfsuite,
};

function sniff({ head }: Probe): Match | undefined {
  return startsWithText(head, "lCRF") ? { certainty: "certain", reason: "the signature lCRF" } : undefined;
}
