/**
 * Text as pickles hold it: UTF-8 with lone surrogates, protocol 0's escapes, and the strings of Python 2. Short ones
 * are interned: an object graph repeats its attribute names thousands of times.
 */

/** Longer strings are rarely repeated. */
const INTERNED_LENGTH = 40;
const SLOTS = 4096;
const slots: string[] = Array.from({ length: SLOTS }, () => "");

/** Not one that throws: an exception costs a hundred times what a short text does. */
const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * `length` bytes from `start` as text, as Python's "surrogatepass" reads UTF-8; undefined when they are not UTF-8 even
 * then.
 */
export function readText(bytes: Uint8Array, start: number, length: number): string | undefined {
  if (length > INTERNED_LENGTH) return decodeUtf8(bytes, start, length);
  const end = start + length;
  let hash = length;
  for (let i = start; i < end; i++) {
    const byte = bytes[i] as number;
    if (byte > 0x7f) return decodeUtf8(bytes, start, length);
    hash = (Math.imul(hash, 31) + byte) | 0;
  }
  const slot = (hash ^ (hash >>> 12)) & (SLOTS - 1);
  const known = slots[slot] as string;
  if (known.length === length) {
    let i = 0;
    while (i < length && known.charCodeAt(i) === bytes[start + i]) i++;
    if (i === length) return known;
  }
  const made = asciiText(bytes, start, end);
  slots[slot] = made;
  return made;
}

const chars = String.fromCharCode;

/** Eight characters a call: three times as fast as one by one, and than a decoder for texts this short. */
function asciiText(bytes: Uint8Array, start: number, end: number): string {
  const at = (k: number): number => bytes[k] as number;
  if (end - start > 16) return utf8.decode(bytes.subarray(start, end));
  let text = "";
  let i = start;
  for (; i + 8 <= end; i += 8)
    text += chars(at(i), at(i + 1), at(i + 2), at(i + 3), at(i + 4), at(i + 5), at(i + 6), at(i + 7));
  switch (end - i) {
    case 0:
      return text;
    case 1:
      return text + chars(at(i));
    case 2:
      return text + chars(at(i), at(i + 1));
    case 3:
      return text + chars(at(i), at(i + 1), at(i + 2));
    case 4:
      return text + chars(at(i), at(i + 1), at(i + 2), at(i + 3));
    case 5:
      return text + chars(at(i), at(i + 1), at(i + 2), at(i + 3), at(i + 4));
    case 6:
      return text + chars(at(i), at(i + 1), at(i + 2), at(i + 3), at(i + 4), at(i + 5));
    default:
      return text + chars(at(i), at(i + 1), at(i + 2), at(i + 3), at(i + 4), at(i + 5), at(i + 6));
  }
}

function decodeUtf8(bytes: Uint8Array, start: number, length: number): string | undefined {
  const part = bytes.subarray(start, start + length);
  return strict(part) ?? decodeWithSurrogates(part);
}

/** UTF-8 in which single surrogates (ED A0..BF xx) are allowed; undefined for anything else that is not UTF-8. */
function decodeWithSurrogates(bytes: Uint8Array): string | undefined {
  const pieces: string[] = [];
  let from = 0;
  for (let i = 0; i + 2 < bytes.length; i++) {
    const [a, b, c] = [bytes[i], bytes[i + 1] ?? 0, bytes[i + 2] ?? 0];
    if (a !== 0xed || b < 0xa0 || b > 0xbf || c < 0x80 || c > 0xbf) continue;
    const before = strict(bytes.subarray(from, i));
    if (before === undefined) return undefined;
    pieces.push(before, String.fromCharCode(0xd000 | ((b & 0x3f) << 6) | (c & 0x3f)));
    from = i + 3;
    i += 2;
  }
  if (from === 0) return undefined;
  const rest = strict(bytes.subarray(from));
  if (rest === undefined) return undefined;
  pieces.push(rest);
  return pieces.join("");
}

/** What stands in a decoded text for bytes that are none, and may stand in the bytes as well: EF BF BD. */
const REPLACEMENT = "\ufffd";

/** Undefined for bytes that are not UTF-8: they have fewer of that character than the text made of them. */
function strict(bytes: Uint8Array): string | undefined {
  const text = utf8.decode(bytes);
  let at = text.indexOf(REPLACEMENT);
  if (at < 0) return text;
  let count = 0;
  for (; at >= 0; at = text.indexOf(REPLACEMENT, at + 1)) count += 1;
  for (let lead = bytes.indexOf(0xef); lead >= 0; lead = bytes.indexOf(0xef, lead + 1))
    if (bytes[lead + 1] === 0xbf && bytes[lead + 2] === 0xbd) count -= 1;
  return count === 0 ? text : undefined;
}

/** One character per byte. */
export function latin1(bytes: Uint8Array): string {
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; at += 8192) pieces.push(String.fromCharCode(...bytes.subarray(at, at + 8192)));
  return pieces.join("");
}

/** The bytes of a text whose characters are all below 256; undefined when one is not. */
export function latin1Bytes(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0xff) return undefined;
    bytes[i] = code;
  }
  return bytes;
}

export function isAsciiRange(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if ((bytes[i] as number) > 0x7f) return false;
  return true;
}

/**
 * The argument of UNICODE: Latin-1, with \uXXXX and \UXXXXXXXX the only escapes (Python's raw-unicode-escape). A
 * backslash before another one keeps both. Undefined when an escape is cut or no code point.
 */
export function rawUnicodeEscape(bytes: Uint8Array, from: number, to: number): string | undefined {
  if (to - from <= INTERNED_LENGTH && isAsciiRange(bytes, from, to)) {
    const short = readText(bytes, from, to - from) as string;
    return short.includes("\\") ? unescapeUnicode(short) : short;
  }
  return unescapeUnicode(latin1(bytes.subarray(from, to)));
}

function unescapeUnicode(text: string): string | undefined {
  const pieces: string[] = [];
  let from = 0;
  for (let at = text.indexOf("\\"); at >= 0; at = text.indexOf("\\", at)) {
    const letter = text[at + 1];
    const digits = letter === "u" ? 4 : letter === "U" ? 8 : 0;
    if (digits === 0) {
      at += 2;
      continue;
    }
    const hex = text.slice(at + 2, at + 2 + digits);
    const code = hex.length === digits && /^[0-9a-fA-F]+$/.test(hex) ? Number.parseInt(hex, 16) : Number.NaN;
    if (!(code <= 0x10ffff)) return undefined;
    pieces.push(text.slice(from, at), String.fromCodePoint(code));
    at += 2 + digits;
    from = at;
  }
  pieces.push(text.slice(from));
  return pieces.join("");
}

const ESCAPES: Readonly<Record<string, number>> = {
  "\\": 0x5c,
  "'": 0x27,
  '"': 0x22,
  a: 0x07,
  b: 0x08,
  t: 0x09,
  n: 0x0a,
  v: 0x0b,
  f: 0x0c,
  r: 0x0d,
};

/**
 * The argument of STRING: a quoted Python 2 string literal, its quotes still on. Undefined when the quotes are missing
 * or differ, or an escape is cut.
 */
export function quotedString(line: Uint8Array, from: number, to: number): Uint8Array | undefined {
  let end = to;
  while (end > from && isSpace(line[end - 1] as number)) end--;
  let start = from;
  while (start < end && isSpace(line[start] as number)) start++;
  const quote = line[start];
  if (end - start < 2 || (quote !== 0x27 && quote !== 0x22) || line[end - 1] !== quote) return undefined;
  const content = line.subarray(start + 1, end - 1);
  return content.includes(0x5c) ? unescape(content) : content;
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
}

/** Python 2's string_escape: the letters above, up to three octal digits, \xHH; an unknown one keeps its backslash. */
function unescape(content: Uint8Array): Uint8Array | undefined {
  const out = new Uint8Array(content.length);
  let length = 0;
  for (let i = 0; i < content.length; i++) {
    const byte = content[i] as number;
    if (byte !== 0x5c) {
      out[length++] = byte;
      continue;
    }
    i++;
    const next = content[i];
    if (next === undefined) return undefined;
    const simple = ESCAPES[String.fromCharCode(next)];
    if (simple !== undefined) out[length++] = simple;
    else if (next === 0x78) {
      const hex = latin1(content.subarray(i + 1, i + 3));
      if (!/^[0-9a-fA-F]{2}$/.test(hex)) return undefined;
      out[length++] = Number.parseInt(hex, 16);
      i += 2;
    } else if (next >= 0x30 && next <= 0x37) {
      const octal = /^[0-7]{1,3}/.exec(latin1(content.subarray(i, i + 3)))?.[0] ?? "0";
      out[length++] = Number.parseInt(octal, 8) & 0xff;
      i += octal.length - 1;
    } else {
      out[length++] = 0x5c;
      out[length++] = next;
    }
  }
  return out.slice(0, length);
}
