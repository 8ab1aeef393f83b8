import { corrupt, unsupported } from "../../errors.ts";
import { fromUtf8 } from "../json-text.ts";

/** A text in UTF-8, and what it was. */
export interface Utf8Text {
  readonly bytes: Uint8Array;
  /** As the file or its byte order mark says: `UTF-8`, `UTF-16LE`, `ISO-8859-1`. */
  readonly encoding: string;
  /** True where the bytes are those of the file: then positions in them are positions in the file. */
  readonly isSame: boolean;
}

/** What a declared name stands for. Latin-1 is read as itself, not as the Windows code page that browsers take it for. */
const ENCODINGS: Readonly<Record<string, "utf-8" | "latin-1" | "windows-1252" | "utf-16">> = {
  "utf-8": "utf-8",
  utf8: "utf-8",
  "us-ascii": "utf-8",
  ascii: "utf-8",
  "iso-8859-1": "latin-1",
  "iso8859-1": "latin-1",
  latin1: "latin-1",
  "windows-1252": "windows-1252",
  cp1252: "windows-1252",
  "utf-16": "utf-16",
  "utf-16le": "utf-16",
  "utf-16be": "utf-16",
};

/**
 * An XML text as UTF-8: a byte order mark decides, else the first bytes, else what the declaration says. Throws
 * `unsupported` for other encodings, and `corrupt` for UTF-16 of an odd length.
 * https://www.w3.org/TR/xml/#sec-guessing
 */
export function xmlAsUtf8(bytes: Uint8Array): Utf8Text {
  const [a, b, c] = bytes;
  if (a === 0xef && b === 0xbb && c === 0xbf) return { bytes, encoding: "UTF-8", isSame: true };
  if (a === 0xff && b === 0xfe) return fromUtf16(bytes.subarray(2), true);
  if (a === 0xfe && b === 0xff) return fromUtf16(bytes.subarray(2), false);
  if (a === 0x3c && b === 0) return fromUtf16(bytes, true);
  if (a === 0 && b === 0x3c) return fromUtf16(bytes, false);
  const declared = declaredEncoding(bytes) ?? "UTF-8";
  const kind = ENCODINGS[declared.toLowerCase()];
  // A declaration that could be read byte by byte is in no encoding of two bytes, whatever it says.
  if (kind === "utf-8" || kind === "utf-16") return { bytes, encoding: "UTF-8", isSame: true };
  if (kind === undefined) throw unsupported(`XML in the encoding ${JSON.stringify(declared.slice(0, 40))}`, 0);
  if (bytes.every((byte) => byte < 0x80)) return { bytes, encoding: declared, isSame: true };
  return {
    bytes: kind === "latin-1" ? fromLatin1(bytes) : UTF8.encode(new TextDecoder("windows-1252").decode(bytes)),
    encoding: declared,
    isSame: false,
  };
}

const UTF8 = new TextEncoder();
/** A declaration is `<?xml version="1.0" encoding="..." standalone="yes"?>`, with room for white space. */
const DECLARATION_BYTES = 256;
/** What is decoded at a time, only to see whether it can be. */
const CHECKED_BYTES = 1 << 20;

function declaredEncoding(bytes: Uint8Array): string | undefined {
  let head = "";
  for (const byte of bytes.subarray(0, DECLARATION_BYTES)) head += String.fromCharCode(byte);
  return /^<\?xml\s[^>]*?\bencoding\s*=\s*["']([^"']*)["']/.exec(head)?.[1];
}

function fromUtf16(bytes: Uint8Array, isLittle: boolean): Utf8Text {
  if (bytes.length % 2 !== 0) throw corrupt(`a text in UTF-16 of ${bytes.length} bytes`, bytes.length);
  const text = new TextDecoder(isLittle ? "utf-16le" : "utf-16be").decode(bytes);
  return { bytes: UTF8.encode(text), encoding: isLittle ? "UTF-16LE" : "UTF-16BE", isSame: false };
}

/** Whether all of it is UTF-8. */
export function isUtf8(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; ) {
    let end = Math.min(bytes.length, at + CHECKED_BYTES);
    // No character is cut in two: bytes after its first begin with 10.
    for (let back = 0; back < 3 && ((bytes[end] ?? 0) & 0xc0) === 0x80; back++) end -= 1;
    if (fromUtf8(bytes.subarray(at, end)) === undefined) return false;
    at = end;
  }
  return true;
}

/** Every byte is the character of that number: two bytes from 128 on. */
function fromLatin1(bytes: Uint8Array): Uint8Array {
  let size = bytes.length;
  for (const byte of bytes) if (byte >= 0x80) size += 1;
  const out = new Uint8Array(size);
  let to = 0;
  for (const byte of bytes) {
    if (byte >= 0x80) {
      out[to++] = 0xc0 | (byte >> 6);
      out[to++] = 0x80 | (byte & 0x3f);
    } else out[to++] = byte;
  }
  return out;
}
