import type { Format } from "../format.ts";
import { readModel } from "./read.ts";

/**
 * Our own container: a MessagePack stream, specified in docs/model-format.md.
 *
 *     map          header: format, version, header_bytes, features, ..., root, nodes, tensors
 *     bin 8        SHA-256 of the header's bytes
 *     nil ...      up to where the next content begins at a multiple of 64
 *     bin 32       content of the first chunk
 *     nil ...
 *     bin 32       content of the next one, and so on
 */
export const modelFormat: Format = {
  id: "model",
  label: "Model Loupe container",
  extensions: [".model"],
  sniff({ head }) {
    return startsOurs(head) ? { certainty: "certain", reason: "first object says format: model-loupe" } : undefined;
  },
  read: readModel,
};

/** "format" and "model-loupe" as MessagePack texts. */
const encoder = new TextEncoder();
const SIGNATURE = [0xa6, ...encoder.encode("format"), 0xab, ...encoder.encode("model-loupe")];

/** A map's head takes one, three or five bytes; the first key and value come right after it. */
function startsOurs(head: Uint8Array): boolean {
  const first = head[0] ?? 0;
  const start = first === 0xde ? 3 : first === 0xdf ? 5 : (first & 0xf0) === 0x80 ? 1 : undefined;
  return start !== undefined && SIGNATURE.every((byte, at) => head[start + at] === byte);
}
