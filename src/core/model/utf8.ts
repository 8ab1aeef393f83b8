import { corrupt } from "../errors.ts";

/** UTF-8 for text that may not have any. */

const encoder = new TextEncoder();

/** False for text with lone surrogates, which Python and JSON allow and UTF-8 does not. */
export function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}

/** UTF-8, lone surrogates in three bytes each (Python's `surrogatepass`): the same as UTF-8 for all other text. */
export function utf8Bytes(text: string): Uint8Array {
  if (isWellFormed(text)) return encoder.encode(text);
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 0x3f));
    else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f));
    else
      bytes.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 0x3f), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f));
  }
  return Uint8Array.from(bytes);
}

/** The text of such bytes. Throws `corrupt`, naming `offset`, for bytes that are none. */
export function utf8Text(bytes: Uint8Array, offset: number): string {
  const parts: string[] = [];
  let codes: number[] = [];
  for (let at = 0; at < bytes.length; ) {
    const { code, width } = codePointAt(bytes, at, offset);
    codes.push(code);
    at += width;
    if (codes.length < PIECE) continue;
    parts.push(String.fromCodePoint(...codes));
    codes = [];
  }
  return parts.join("") + String.fromCodePoint(...codes);
}

/** Characters that are put together at once: text that grows by one at a time takes thirty bytes for each. */
const PIECE = 8192;

/** One code point of generalised UTF-8, surrogates allowed, longer forms than needed not. */
function codePointAt(bytes: Uint8Array, at: number, offset: number): { code: number; width: number } {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return { code: first, width: 1 };
  const width = first >= 0xf0 && first < 0xf8 ? 4 : first >= 0xe0 ? 3 : 2;
  let code = first & (0x7f >> width);
  for (let next = 1; next < width; next++) {
    const byte = bytes[at + next] ?? 0;
    if (byte >> 6 !== 2) throw corrupt(`text at byte ${offset} is not UTF-8`, offset);
    code = (code << 6) | (byte & 0x3f);
  }
  const least = [0, 0, 0x80, 0x800, 0x10000][width] ?? 0;
  const isLead = first >= 0xc2 && first < 0xf5;
  if (!isLead || code < least || code > 0x10ffff) throw corrupt(`text at byte ${offset} is not UTF-8`, offset);
  return { code, width };
}
