import { corrupt, unsupported } from "../../errors.ts";
import { type Doc, isDocList, isDocMap } from "../document/doc.ts";
import { isWellFormed, utf8Bytes, utf8Text } from "../../model/utf8.ts";
import { EXTENSIONS, integerBytes, integerOf, nodeBytes, nodeOf } from "./extensions.ts";
import type { Msgpack, MsgpackExtension } from "./msgpack-read.ts";
import type { MsgpackWriter } from "./msgpack-write.ts";

const LEAST_INTEGER = -(1n << 63n);
const GREATEST_INTEGER = (1n << 64n) - 1n;

/** Spells a document as MessagePack. Documents nest as deep as our own code makes them: some levels. */
export function writeDoc(writer: MsgpackWriter, doc: Doc): void {
  if (doc === null) writer.nil();
  else if (typeof doc === "boolean") writer.boolean(doc);
  else if (typeof doc === "bigint") writeInteger(writer, doc);
  else if (typeof doc === "number") writer.float(doc);
  else if (typeof doc === "string") writeText(writer, doc);
  else if (doc instanceof Uint8Array) writer.bin(doc);
  else if (isDocMap(doc)) {
    writer.map(doc.size);
    for (const [key, value] of doc) {
      writeText(writer, key);
      writeDoc(writer, value);
    }
  } else if (isDocList(doc)) {
    writer.array(doc.length);
    for (const item of doc) writeDoc(writer, item);
  } else writer.extension(EXTENSIONS.node, nodeBytes(doc.ref));
}

function writeInteger(writer: MsgpackWriter, value: bigint): void {
  if (value >= LEAST_INTEGER && value <= GREATEST_INTEGER) writer.integer(value);
  else writer.extension(EXTENSIONS.integer, integerBytes(value));
}

export function writeText(writer: MsgpackWriter, text: string): void {
  if (isWellFormed(text)) writer.text(text);
  else writer.extension(EXTENSIONS.text, utf8Bytes(text));
}

/** The document that a MessagePack object spells. Throws `unsupported` for extension types that are not ours. */
export function docOf(object: Msgpack): Doc {
  if (typeof object !== "object" || object === null) return object;
  switch (object.kind) {
    case "nan":
      throw corrupt("a NaN with a payload stands outside of a float record");
    case "bin":
      return object.bytes;
    case "array":
      return object.items.map(docOf);
    case "map":
      return new Map([...object.entries].map(([key, value]) => [key, docOf(value)]));
    case "extension":
      return extensionOf(object);
  }
}

function extensionOf({ code, bytes, offset }: MsgpackExtension): Doc {
  switch (code) {
    case EXTENSIONS.node:
      return { ref: nodeOf(bytes, offset) };
    case EXTENSIONS.integer:
      return integerOf(bytes, offset);
    case EXTENSIONS.text:
      return utf8Text(bytes, offset);
    default:
      throw unsupported(`MessagePack extension type ${code} at byte ${offset} is none of a .model file`, offset);
  }
}
