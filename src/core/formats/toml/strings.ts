import type { ArtifactError } from "../../errors.ts";
import { utf8Of } from "../written/text.ts";

/** A string, and the byte after it. */
export interface TomlString {
  readonly text: string;
  readonly end: number;
}

type Fault = (code: "corrupt" | "truncated", what: string, at: number) => ArtifactError;

const ESCAPES: Readonly<Record<string, string>> = {
  b: "\b",
  t: "\t",
  n: "\n",
  f: "\f",
  r: "\r",
  e: "\u001b",
  '"': '"',
  "\\": "\\",
};
const HEX_LENGTH: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/** The string whose quote stands at `start`: in one or three of `"` (with escapes) or `'` (without). */
export function tomlString(text: string, start: number, fault: Fault): TomlString {
  const quote = text[start] ?? "";
  const isLong = text.startsWith(quote.repeat(3), start);
  const close = isLong ? quote.repeat(3) : quote;
  const parts: string[] = [];
  let at = start + close.length;
  // A line end right after the opening quotes is none of the text.
  if (isLong) at += text.startsWith("\r\n", at) ? 2 : text[at] === "\n" ? 1 : 0;
  let from = at;
  // The ends of lines are the same everywhere.
  const take = (end: number): void => void parts.push(utf8Of(text.slice(from, end).replaceAll("\r\n", "\n")));
  for (;;) {
    const character = text[at];
    if (character === undefined) throw fault("truncated", "the string does not end", start);
    if (character === quote && text.startsWith(close, at)) {
      // Up to two quotes may stand before the three that close.
      const more = isLong
        ? text.startsWith(quote.repeat(5), at)
          ? 2
          : text.startsWith(quote.repeat(4), at)
            ? 1
            : 0
        : 0;
      take(at + more);
      return { text: parts.join(""), end: at + more + close.length };
    }
    if (!isLong && (character === "\n" || character === "\r"))
      throw fault("corrupt", "a line ends within a string", at);
    if (quote === '"' && character === "\\") {
      take(at);
      const escape = escapeAt(text, at, isLong, fault);
      parts.push(escape.text);
      at = escape.end;
      from = at;
    } else at += 1;
  }
}

function escapeAt(text: string, at: number, isLong: boolean, fault: Fault): TomlString {
  const letter = text[at + 1] ?? "";
  const simple = ESCAPES[letter];
  if (simple !== undefined) return { text: simple, end: at + 2 };
  const length = HEX_LENGTH[letter];
  if (length !== undefined) {
    const digits = text.slice(at + 2, at + 2 + length);
    const point = /^[\dA-Fa-f]+$/.test(digits) && digits.length === length ? Number.parseInt(digits, 16) : Infinity;
    // Halves of a pair are no characters of their own.
    if (point > 0x10ffff || (point >= 0xd800 && point < 0xe000))
      throw fault("corrupt", `\\${letter}${digits} is no character`, at);
    return { text: String.fromCodePoint(point), end: at + 2 + length };
  }
  // A backslash at the end of a line takes away all white space up to the next character.
  let end = at + 1;
  while (text[end] === " " || text[end] === "\t") end += 1;
  if (!isLong || (text[end] !== "\n" && text[end] !== "\r"))
    throw fault(letter === "" ? "truncated" : "corrupt", `\\${letter} is no escape`, at);
  while (end < text.length && " \t\r\n".includes(text[end] ?? "")) end += 1;
  return { text: "", end };
}
