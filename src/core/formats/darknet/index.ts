import type { Format, Match, Probe } from "../format.ts";
import { littleUint } from "../probe.ts";
import { isConfiguration } from "./configuration.ts";
import { readDarknet } from "./read.ts";

//   name.cfg       [net]                name.weights   0       4       8          12
//                  width=320                           +-------+-------+----------+------------+-----------------------+
//                  [convolutional]                     | i32   | i32   | i32      | images     | float32 of each layer |
//                  filters=8                           | major | minor | revision | seen *     | in the order of cfg   |
//                  ...                                 +-------+-------+----------+------------+-----------------------+
//   * u64 from version 0.2 on, i32 before. Of a convolution: biases; scales, means and variances where it normalises;
//   weights. Neither names nor shapes are in the weights: without the cfg they are one row of numbers.
//   https://github.com/pjreddie/darknet/blob/master/src/parser.c (load_weights_upto),
//   https://github.com/AlexeyAB/darknet/wiki/CFG-Parameters-in-the-different-layers

export const darknetFormat: Format = {
  id: "darknet",
  label: "Darknet",
  extensions: [".cfg", ".weights"],
  sniff,
  read: readDarknet,
};

function sniff({ head, name, size }: Probe): Match | undefined {
  if (isConfiguration(head)) return { certainty: "certain", reason: "the section [net]" };
  const [major, minor, revision] = [0, 4, 8].map((at) => littleUint(head, at, 4) ?? 99);
  const isVersion = major === 0 && (minor === 1 || minor === 2) && (revision ?? 99) < 10;
  return /\.weights$/i.test(name) && isVersion && size % 4 === 0
    ? { certainty: "likely", reason: "a version and whole float32 behind it" }
    : undefined;
}
