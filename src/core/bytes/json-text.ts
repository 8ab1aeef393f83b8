/** Text out of JSON bytes: decoding strings, and where a byte is for a person. */

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const lenient = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * Up to this a loop is faster than a decoder. Longer ones that are put together character by character are kept as a chain of
 * their parts, ten times the memory, until somebody looks at them.
 */
const SHORT = 12;

export function fromAscii(bytes: Uint8Array, start: number, end: number): string {
  if (end - start > SHORT) return lenient.decode(bytes.subarray(start, end));
  let out = "";
  for (let at = start; at < end; at += 1) out += String.fromCharCode(bytes[at] ?? 0);
  return out;
}

/** The text of UTF-8 bytes; undefined when they are not UTF-8. */
export function fromUtf8(bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes);
  } catch {
    return undefined;
  }
}

/** The same with U+FFFD for what is not UTF-8. */
export function fromBrokenUtf8(bytes: Uint8Array): string {
  return lenient.decode(bytes);
}

const ESCAPES: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

/** Escapes of a string that was checked; each `\uXXXX` is one UTF-16 unit, so a lone surrogate stays one. */
export function unescapeJson(text: string): string {
  return text.replace(/\\(?:u([0-9a-fA-F]{4})|(.))/g, (_, unit: string | undefined, short: string | undefined) =>
    unit === undefined ? (ESCAPES[short ?? ""] ?? short ?? "") : String.fromCharCode(Number.parseInt(unit, 16)),
  );
}

/** Line and column of a byte, both from 1; columns count characters. */
export function lineAndColumn(bytes: Uint8Array, at: number): { readonly line: number; readonly column: number } {
  let line = 1;
  let start = 0;
  const end = Math.min(at, bytes.length);
  for (let next = bytes.indexOf(0x0a); next >= 0 && next < end; next = bytes.indexOf(0x0a, next + 1)) {
    line += 1;
    start = next + 1;
  }
  let column = 1;
  // The bytes of one character after its first begin with 10.
  for (let i = start; i < end; i += 1) if (((bytes[i] ?? 0) & 0xc0) !== 0x80) column += 1;
  return { line, column };
}
