import type { Format, Match, Probe } from "../format.ts";
import { littleUint } from "../probe.ts";
import { readMnn } from "./read.ts";

//   A FlatBuffers file (../flatbuffers) without an identifier: Net -> oplists: Op: name, type, inputs and outputs by number,
//   main: a table of its kind with settings and weights; tensorName; outputName
//   https://github.com/alibaba/MNN/blob/master/schema/default/MNN.fbs

export const mnnFormat: Format = {
  id: "mnn",
  label: "MNN",
  extensions: [".mnn"],
  sniff,
  read: readMnn,
};

const OPERATORS = 3;
const NAMES = 7;

/** Nothing but the name tells the schema of such a file; the root table must be one that has operators. */
function sniff({ name, head }: Probe): Match | undefined {
  if (!/\.mnn$/i.test(name)) return undefined;
  const root = littleUint(head, 0, 4) ?? 0;
  const table = root - (littleUint(head, root, 4) ?? 0);
  if (root < 4 || root > 1024 || table < 4 || table >= root) return undefined;
  const fields = ((littleUint(head, table, 2) ?? 0) - 4) / 2;
  const has = (field: number): boolean => field < fields && (littleUint(head, table + 4 + 2 * field, 2) ?? 0) > 0;
  return has(OPERATORS) && has(NAMES)
    ? { certainty: "likely", reason: "its name, and a table with operators and names as Net is one" }
    : undefined;
}
