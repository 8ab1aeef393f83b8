//   0           8                                            8 + n
//   +-----------+--------------------------------------------+-------------------------
//   | u64 LE n  | {"__metadata__": {"format": "pt"},         | elements of all tensors,
//   | <= 100 MB |  "w": {"dtype": "F32", "shape": [2, 3],    | little-endian, C order,
//   |           |        "data_offsets": [0, 24]}, ...}      | end to end from byte 0
//   |           |  UTF-8 JSON, padded with spaces            | of the buffer, no gaps
//   +-----------+--------------------------------------------+-------------------------
//   data_offsets count from 8 + n. The header may list tensors in any order.
//   https://huggingface.co/docs/safetensors (format), https://github.com/huggingface/safetensors

import { LIMITS } from "../../limits.ts";
import type { Format, Match, Probe } from "../format.ts";
import { indexOfText, textOf } from "../probe.ts";
import { LENGTH_BYTES } from "./header.ts";
import { readSafetensors } from "./read.ts";

export const safetensorsFormat: Format = {
  id: "safetensors",
  label: "Safetensors",
  extensions: [".safetensors"],
  sniff,
  read: readSafetensors,
};

function sniff({ head, size }: Probe): Match | undefined {
  if (head.length <= LENGTH_BYTES) return undefined;
  const length = new DataView(head.buffer, head.byteOffset).getBigUint64(0, true);
  if (length < 2n || length > BigInt(LIMITS.safetensorsHeaderBytes)) return undefined;
  const text = head.subarray(LENGTH_BYTES);
  const hasFields = indexOfText(text, '"data_offsets"') >= 0 || indexOfText(text, '"__metadata__"') >= 0;
  const isObject = /^\s*\{\s*["}]/.test(textOf(text.subarray(0, 256)));
  if (isObject && hasFields) return { certainty: "certain", reason: "a length, then a JSON header with data_offsets" };
  // A damaged first byte, or a file cut inside of the first entry: still nothing else.
  if (hasFields) return { certainty: "likely", reason: "a JSON header with data_offsets" };
  if (!isObject) return undefined;
  const fits = BigInt(size - LENGTH_BYTES) >= length;
  return { certainty: fits ? "likely" : "possible", reason: "a length, then a JSON object of that length" };
}
