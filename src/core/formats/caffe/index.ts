import type { Format, Match, Probe } from "../format.ts";
import { isAscii } from "../probe.ts";
import { headFields } from "../protobuf/probe.ts";
import { NET } from "./messages.ts";
import { readCaffe } from "./read.ts";

//   NetParameter, a protobuf message without a signature
//   +------+----------------------------------------------------------------------------------+
//   | name | layer (field 100; 2 before 2014): name, type, settings, blobs: shape and floats  |
//   +------+----------------------------------------------------------------------------------+
//   https://github.com/BVLC/caffe/blob/master/src/caffe/proto/caffe.proto

export const caffeFormat: Format = {
  id: "caffe",
  label: "Caffe",
  extensions: [".caffemodel"],
  sniff,
  read: readCaffe,
};

const LAYER = 100;
const OLD_LAYER = 2;

function sniff(probe: Probe): Match | undefined {
  const [name, ...more] = headFields(probe, NET) ?? [];
  if (name?.number !== 1 || name.start === undefined || !isAscii(probe.head.subarray(name.start, name.end)))
    return undefined;
  if (more.some(({ number }) => number === LAYER))
    return { certainty: "likely", reason: "layers, as NetParameter has them" };
  // Many messages have a text and another message as their first fields.
  const isOld =
    more.length > 0 && more.every(({ number }) => number === OLD_LAYER) && /\.caffemodel$/i.test(probe.name);
  return isOld ? { certainty: "likely", reason: "layers of the first version, as NetParameter has them" } : undefined;
}
