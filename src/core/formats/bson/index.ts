import type { Format, Match, Probe } from "../format.ts";
import { littleUint } from "../probe.ts";
import { readBson } from "./read.ts";

//   document: i32 bytes of it, elements, a zero byte
//   element:  u8 type, name, a zero byte, value
//   Julia's BSON.jl keeps what is not BSON's own in documents with a "tag": arrays with type, size and bytes (first index
//   fastest), structs with type and fields, symbols, references into "_backrefs".
//   https://bsonspec.org/spec.html, https://github.com/JuliaIO/BSON.jl

export const bsonFormat: Format = {
  id: "bson",
  label: "BSON",
  extensions: [".bson"],
  sniff,
  read: readBson,
};

/** The file's own size, a type that exists, and a name. */
function sniff({ head, tail, size }: Probe): Match | undefined {
  if (littleUint(head, 0, 4) !== size || size < 5 || tail.at(-1) !== 0) return undefined;
  const type = head[4] ?? 0;
  if (size > 5 && !((type >= 1 && type <= 0x13) || type === 0x7f || type === 0xff)) return undefined;
  return { certainty: "likely", reason: "begins with its own size, and with an element of BSON" };
}
