//   04 00 00 00  08 00 00 00  01 00 00 00     version 4.8.1, little-endian as everything
//   02 02  xx * 8                             types of thresholds and of what leaves give; how many trees
//   model: numbers, and arrays and texts behind their length (8 bytes); then each tree: a number, a flag, 20 arrays of nodes
//
//   https://treelite.readthedocs.io/en/latest/serialization/v4.html

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
  const isVersion = at(0, 4) === 4 && at(4, 4) < 100 && at(8, 4) < 100;
  // Thresholds are floats; leaves give these or whole numbers. Then features, task, a flag, targets and as many classes.
  const areTypes = [2, 3].includes(at(12, 1)) && [1, at(12, 1)].includes(at(13, 1));
  const isModel = at(18, 4) === 0 && at(26, 1) < 16 && at(27, 1) < 2 && at(28, 4) > 0 && at(32, 4) === at(28, 4);
  return isVersion && areTypes && isModel
    ? { certainty: "likely", reason: "the version and the head of a model, as Treelite 4 writes them" }
    : undefined;
}
