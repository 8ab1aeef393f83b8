//   04 00 00 00  08 00 00 00  01 00 00 00     version 4.8.1, little-endian as everything
//   02 02  xx * 8                             types of thresholds and of what leaves give; how many trees
//   model: numbers, and arrays and texts behind their length (8 bytes); then each tree: a number, a flag, 20 arrays of nodes;
//   before version 4 the model is a structure, and a tree's nodes are an array of structures
//
//   https://treelite.readthedocs.io/en/latest/serialization/v4.html, v3.html

import type { Format, Match, Probe } from "../format.ts";
import { littleUint } from "../probe.ts";
import { readTreelite } from "./read.ts";

export const treeliteFormat: Format = {
  id: "treelite",
  label: "Treelite checkpoint",
  extensions: [".tl"],
  sniff,
  read: readTreelite,
};

function sniff({ head }: Probe): Match | undefined {
  const at = (offset: number, size: number): number => littleUint(head, offset, size) ?? Number.NaN;
  const major = at(0, 4);
  const isMajor = major === 3 || major === 4 || (major === 2 && at(4, 4) >= 3);
  const isVersion = isMajor && at(4, 4) < 100 && at(8, 4) < 100;
  // Thresholds are floats; leaves give these or whole numbers. Then how many trees, features, task, a flag.
  const areTypes = [2, 3].includes(at(12, 1)) && [1, at(12, 1)].includes(at(13, 1));
  const isHead = isVersion && areTypes && at(18, 4) === 0 && at(26, 1) < 16 && at(27, 1) < 2;
  // Targets and as many classes; before that two flags, classes, values of a leaf, a name.
  const isModel =
    major === 4
      ? at(28, 4) > 0 && at(32, 4) === at(28, 4)
      : at(28, 1) < 2 && at(29, 1) < 2 && at(32, 4) > 0 && at(36, 4) > 0 && /^[a-z_]+\0/.test(nameIn(head));
  return isHead && isModel
    ? { certainty: "likely", reason: `the version and the head of a model, as Treelite ${major} writes them` }
    : undefined;
}

function nameIn(head: Uint8Array): string {
  return String.fromCharCode(...head.subarray(40, 80));
}
