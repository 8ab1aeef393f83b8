//   ModelProto, a protobuf message without a signature
//   +---------+-----------------------+-----------------------------------------------------------+
//   | version | class_name            | serialized_data: Any, the type's URL and a message of it  |
//   |         | "org.tribuo. ..."     |                                                           |
//   +---------+-----------------------+-----------------------------------------------------------+
//   What has several implementations is such a triple everywhere within: domains of features, tensors, nodes of trees.
//   https://github.com/oracle/tribuo/blob/main/Core/src/main/resources/protos/tribuo-core.proto

import type { Format, Match, Probe } from "../format.ts";
import { textOf } from "../probe.ts";
import { headFields } from "../protobuf/probe.ts";
import { MODEL } from "./messages.ts";
import { readTribuo } from "./read.ts";

export const tribuoFormat: Format = {
  id: "tribuo",
  label: "Tribuo",
  extensions: [".model", ".tribuo", ".pb"],
  sniff,
  read: readTribuo,
};

const CLASS_NAME = 2;

function sniff(probe: Probe): Match | undefined {
  const name = headFields(probe, MODEL)?.find(({ number }) => number === CLASS_NAME);
  if (name?.start === undefined || name.end === undefined) return undefined;
  return textOf(probe.head.subarray(name.start, name.end)).startsWith("org.tribuo.")
    ? { certainty: "certain", reason: "a message that names a class of Tribuo" }
    : undefined;
}
