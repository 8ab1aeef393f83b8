import { corrupt } from "../errors.ts";

/** RFC 4648 base64 with padding, for bytes inside of text formats. Core has neither Buffer nor atob. */

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const VALUES = new Map(Array.from(ALPHABET, (character, value) => [character.charCodeAt(0), value]));

export function toBase64(bytes: Uint8Array): string {
  const parts: string[] = [];
  let text = "";
  for (let at = 0; at < bytes.length; at += 3) {
    const [a = 0, b, c] = bytes.subarray(at, at + 3);
    const bits = (a << 16) | ((b ?? 0) << 8) | (c ?? 0);
    text += letter(bits >> 18) + letter(bits >> 12);
    text += (b === undefined ? "=" : letter(bits >> 6)) + (c === undefined ? "=" : letter(bits));
    // Flat strings: one grown by millions of small steps costs several times its size.
    if (text.length >= 8192) {
      parts.push(text);
      text = "";
    }
  }
  return parts.join("") + text;
}

/** Throws `corrupt` for text that is not the one base64 of any bytes. */
export function fromBase64(text: string): Uint8Array {
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  if (text.length % 4 !== 0) throw corrupt(`base64 text of ${text.length} characters is cut`);
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  let bits = 0;
  for (let at = 0; at < text.length; at++) {
    const value = VALUES.get(text.charCodeAt(at)) ?? (at >= text.length - padding ? 0 : undefined);
    if (value === undefined) throw corrupt(`base64 text has the character ${JSON.stringify(text[at])}`);
    bits = (bits << 6) | value;
    if (at % 4 !== 3) continue;
    const to = ((at - 3) / 4) * 3;
    bytes.set([(bits >> 16) & 0xff, (bits >> 8) & 0xff, bits & 0xff].slice(0, bytes.length - to), to);
    bits = 0;
  }
  const rest = bytes.length % 3;
  if (rest !== 0 && toBase64(bytes.subarray(-rest)) !== text.slice(-4))
    throw corrupt("base64 text ends in bits that belong to no byte");
  return bytes;
}

function letter(bits: number): string {
  return ALPHABET[bits & 63] ?? "";
}
