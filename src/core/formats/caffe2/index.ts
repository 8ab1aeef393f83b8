import type { Format, Match, Probe } from "../format.ts";
import { textOf } from "../probe.ts";
import { headFields } from "../protobuf/probe.ts";
import { NET, OPERATOR } from "./messages.ts";
import { readCaffe2 } from "./read.ts";
import { isNetText } from "./text-form.ts";

//   NetDef, a protobuf message without a signature: init_net.pb fills the parameters, predict_net.pb uses them
//   +------+----------------------------------------------------------------------------------------+
//   | name | op: input, output, type ("GivenTensorFill"), arg: name and a number, a list or a text   |
//   +------+----------------------------------------------------------------------------------------+
//   Also as text: op { output: "w" type: "GivenTensorFill" arg { name: "shape" ints: 2 } arg { name: "values" floats: 0.5 ...
//   https://github.com/pytorch/pytorch/blob/v1.13.1/caffe2/proto/caffe2.proto

export const caffe2Format: Format = {
  id: "caffe2",
  label: "Caffe2",
  extensions: ["_net.pb", "_net.pbtxt"],
  sniff,
  read: readCaffe2,
};

const NAME = 1;
const OPERATORS = 2;
const TYPE = 4;

function sniff(probe: Probe): Match | undefined {
  if (isNetText(probe.head)) return { certainty: "likely", reason: "operators in protobuf's text form" };
  const fields = headFields(probe, NET) ?? [];
  const at = fields[0]?.number === NAME ? 1 : 0;
  const first = fields[at];
  if (first?.number !== OPERATORS || first.start === undefined || first.end === undefined) return undefined;
  const head = probe.head.subarray(first.start, first.end);
  const type = headFields({ head, size: first.end - first.start }, OPERATOR)?.find(({ number }) => number === TYPE);
  const name = textOf(head.subarray(type?.start ?? 0, type?.end ?? 0));
  if (!/^[A-Z][A-Za-z0-9_]+$/.test(name)) return undefined;
  return { certainty: "likely", reason: "operators with inputs, outputs and a type, as NetDef has them" };
}
