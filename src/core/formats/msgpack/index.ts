//   one object: a first byte that has the kind, and the value or a length, then the bytes of that length (big-endian)
//   0x00..7f fixint   80..8f map   90..9f array   a0..bf text   c0 nil  c2 c3 false true  c4..c6 bytes  c7..c9 d4..d8 extension
//   ca cb float   cc..cf d0..d3 integers   d9..db text   dc dd array   de df map   e0..ff negative fixint
//
//   https://github.com/msgpack/msgpack/blob/master/spec.md
//   flax: extension 1 is an array, the MessagePack of (shape, dtype's name, bytes); 2 a complex number, 3 a numpy scalar;
//   arrays over 1 GiB are {"__msgpack_chunked_array__": true, "shape": {"0": n, ...}, "chunks": {"0": array, ...}}
//   spaCy: {"vocab": MessagePack, "tokenizer": MessagePack, "meta.json": text, component: MessagePack, ...}, a component's "model"
//   being the MessagePack of thinc, {"nodes": [...], "attrs": [...], "params": [{name: array}, ...], "shims": [...]}
//   msgpack-numpy: {"nd": true, "type": "<f4", "kind": "", "shape": [...], "data": bytes}

import type { Format, Match, Probe } from "../format.ts";
import { readMsgpack } from "./read.ts";
import { scanHead } from "./scan.ts";

export const msgpackFormat: Format = {
  id: "msgpack",
  label: "MessagePack",
  extensions: [".msgpack", ".mpk"],
  sniff,
  read: readMsgpack,
};

/** There is no signature: the structure has to hold as far as the probe reaches, and more of it without the name. */
function sniff({ name, head, size }: Probe): Match | undefined {
  const scan = scanHead(head, size);
  if (scan === undefined) return undefined;
  if (/\.(?:msgpack|mpk)$/i.test(name.replace(/ \([^()]*\)$/, "")))
    return { certainty: "likely", reason: `MessagePack: ${scan.root}` };
  // Rows of vectors by the hash of their word.
  if (scan.root === "a map" && name === "key2row") return { certainty: "possible", reason: "spaCy's table of rows" };
  if (scan.root !== "a map" || !scan.hasNames || (scan.tokens < 5 && !scan.holdsBytes)) return undefined;
  return { certainty: scan.hasArrays ? "likely" : "possible", reason: "MessagePack: a map by name" };
}
