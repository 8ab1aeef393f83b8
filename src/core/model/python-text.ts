/**
 * Text as Python's `repr` writes it. Python escapes what `str.isprintable` refuses: the categories Other and
 * Separator, apart from the ASCII space.
 */
const UNPRINTABLE = /[\p{C}\p{Z}]/u;

const SHORT_ESCAPES: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\" };

/** `repr(str)`: single quotes unless the text holds one and no double quote. */
export function pythonString(text: string): string {
  const quote = quoteFor(text.includes("'"), text.includes('"'));
  let out = quote;
  for (const character of text) out += character === quote ? `\\${quote}` : escapeCharacter(character);
  return out + quote;
}

/** `repr(bytes)`. */
export function pythonBytes(bytes: Uint8Array): string {
  const quote = quoteFor(bytes.includes(0x27), bytes.includes(0x22));
  let out = `b${quote}`;
  for (const byte of bytes) {
    const character = String.fromCharCode(byte);
    if (character === quote) out += `\\${quote}`;
    else if (byte >= 0x20 && byte < 0x7f && byte !== 0x5c) out += character;
    else out += SHORT_ESCAPES[character] ?? `\\x${hex(byte, 2)}`;
  }
  return out + quote;
}

/** `repr` of a tuple of integers: `()`, `(3,)`, `(3, 2)`. */
export function pythonTuple(items: readonly number[]): string {
  return items.length === 1 ? `(${items[0]},)` : `(${items.join(", ")})`;
}

function quoteFor(hasSingle: boolean, hasDouble: boolean): string {
  return hasSingle && !hasDouble ? '"' : "'";
}

function escapeCharacter(character: string): string {
  const short = SHORT_ESCAPES[character];
  if (short !== undefined) return short;
  if (character === " " || !UNPRINTABLE.test(character)) return character;
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x100) return `\\x${hex(code, 2)}`;
  return code < 0x10000 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`;
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, "0");
}

/** The bytes of `b'...'` as `pythonBytes` writes it; undefined for any other text. */
export function readPythonBytes(text: string): Uint8Array | undefined {
  const body = /^b(['"])([\x20-\x7e]*)\1$/.exec(text)?.[2];
  if (body === undefined) return undefined;
  const bytes: number[] = [];
  for (const [token] of body.matchAll(/\\x[0-9a-f]{2}|\\.|[^]/g)) {
    const escaped = LONG_ESCAPES[token];
    if (token.length === 4) bytes.push(Number.parseInt(token.slice(2), 16));
    else if (token.length === 1) bytes.push(token.charCodeAt(0));
    else if (escaped === undefined) return undefined;
    else bytes.push(escaped);
  }
  return Uint8Array.from(bytes);
}

const LONG_ESCAPES: Readonly<Record<string, number>> = {
  "\\n": 10,
  "\\r": 13,
  "\\t": 9,
  "\\\\": 92,
  "\\'": 39,
  '\\"': 34,
};
