import type { Format, Match, Probe } from "../format.ts";
import { startsWith } from "../probe.ts";
import { readMxnet } from "./read.ts";

//   0      8      16      24
//   +------+------+-------+----------------------------+-------+----------------------+
//   | 112h | 0    | count | arrays                     | count | names: u64, text     |
//   +------+------+-------+----------------------------+-------+----------------------+
//   array, old:  u32 dimensions, u32 each; device type and number; u32 element type; elements
//   array, new:  u32 f993fac8 (dimensions of 64 bits), f993fac9 and ...ca (storage type before the shape; sparse ones with
//                the stored shape, and the arrays of indices with their types and shapes)
//   https://github.com/apache/mxnet/blob/master/src/ndarray/ndarray.cc (NDArray::Save, Load)

export const mxnetFormat: Format = {
  id: "mxnet",
  label: "MXNet parameters",
  extensions: [".params"],
  sniff,
  read: readMxnet,
};

function sniff({ head }: Probe): Match | undefined {
  return startsWith(head, [0x12, 0x01, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
    ? { certainty: "certain", reason: "the number 112h of a list of arrays" }
    : undefined;
}
