import { LIMITS } from "../../limits.ts";
import type { Format, Match, Probe } from "../format.ts";
import { isAscii } from "../probe.ts";
import { headFields } from "../protobuf/probe.ts";
import { NET } from "./messages.ts";
import { isPrototxt, readPrototxt } from "./prototxt.ts";
import { readCaffe } from "./read.ts";

//   NetParameter, a protobuf message without a signature
//   +------+----------------------------------------------------------------------------------+
//   | name | layer (field 100; 2 before 2014): name, type, settings, blobs: shape and floats  |
//   +------+----------------------------------------------------------------------------------+
//   The same without blobs as text is a .prototxt: name: "net" layer { name: "conv1" type: "Convolution" ... }
//   https://github.com/BVLC/caffe/blob/master/src/caffe/proto/caffe.proto

export const caffeFormat: Format = {
  id: "caffe",
  label: "Caffe",
  extensions: [".caffemodel", ".prototxt"],
  sniff,
  async read(source, context) {
    const head = await source.read(0, Math.min(source.size, LIMITS.probeHeadBytes));
    return isPrototxt(head) ? readPrototxt(source) : readCaffe(source, context);
  },
};

const LAYER = 100;
const OLD_LAYER = 2;

function sniff(probe: Probe): Match | undefined {
  if (isPrototxt(probe.head)) return { certainty: "likely", reason: "inputs or layers in protobuf's text form" };
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
