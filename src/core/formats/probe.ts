import type { ByteSource } from "../bytes/source.ts";
import { LIMITS } from "../limits.ts";
import type { Probe } from "./format.ts";

/** Reads the head and the tail that sniffing looks at: two reads, whatever the size. */
export async function probeOf(source: ByteSource, name = source.name): Promise<Probe> {
  const { size } = source;
  const head = await source.read(0, Math.min(size, LIMITS.probeHeadBytes));
  const tailStart = Math.max(0, size - LIMITS.probeTailBytes);
  const tail = size <= head.length ? head : await source.read(tailStart, size);
  return { name, size, head, tail };
}

export function startsWith(bytes: Uint8Array, signature: readonly number[], at = 0): boolean {
  return bytes.length >= at + signature.length && signature.every((byte, index) => bytes[at + index] === byte);
}

/** `signature` has characters below 256 only. */
export function startsWithText(bytes: Uint8Array, signature: string, at = 0): boolean {
  if (bytes.length < at + signature.length) return false;
  for (let i = 0; i < signature.length; i++) if (bytes[at + i] !== signature.charCodeAt(i)) return false;
  return true;
}

export function indexOfText(bytes: Uint8Array, needle: string, from = 0): number {
  const first = needle.charCodeAt(0);
  for (let at = bytes.indexOf(first, from); at >= 0; at = bytes.indexOf(first, at + 1))
    if (startsWithText(bytes, needle, at)) return at;
  return -1;
}

/** Up to 6 bytes, little-endian; undefined past the end. */
export function littleUint(bytes: Uint8Array, at: number, length: number): number | undefined {
  if (at < 0 || at + length > bytes.length) return undefined;
  let value = 0;
  for (let i = length - 1; i >= 0; i--) value = value * 256 + (bytes[at + i] ?? 0);
  return value;
}

/** Printable ASCII only. */
export function isAscii(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte >= 0x20 && byte < 0x7f);
}

/** No control bytes but white space, and valid UTF-8 up to a character that the end of the probe cuts. */
export function isLikelyText(bytes: Uint8Array): boolean {
  if (bytes.length === 0) return false;
  for (const byte of bytes) if (byte < 0x09 || (byte > 0x0d && byte < 0x20) || byte === 0x7f) return false;
  const decoded = textOf(bytes);
  const bad = decoded.indexOf("\ufffd");
  return bad < 0 || (bytes.length === LIMITS.probeHeadBytes && bad >= decoded.length - 3);
}

const utf8 = new TextDecoder("utf-8");

export function textOf(bytes: Uint8Array): string {
  return utf8.decode(bytes);
}
