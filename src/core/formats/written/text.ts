import { fromBrokenUtf8 } from "../../bytes/json-text.ts";

/**
 * A text file as one character for each byte: what its grammar is made of is ASCII, and a place in it is a byte of the
 * file. What is taken out of it goes through `utf8Of`.
 */
export function byteText(bytes: Uint8Array): string {
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; at += PIECE) pieces.push(String.fromCharCode(...bytes.subarray(at, at + PIECE)));
  return pieces.join("");
}

const PIECE = 8192;

/** The text that such characters are in UTF-8; bytes that are none show as the replacement character. */
export function utf8Of(piece: string): string {
  if (!/[\u0080-\u00ff]/.test(piece)) return piece;
  return fromBrokenUtf8(Uint8Array.from(piece, (character) => character.charCodeAt(0)));
}
