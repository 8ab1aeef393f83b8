import { withoutEnd } from "../../model/text-end.ts";
import { utf8Of } from "../written/text.ts";
import { isBlank, isFlowIndicator, isLineEnd, type YamlScanner } from "./scanner.ts";

/** A scalar as it is written: text[start, end) of the file, and what that says. */
export interface Scalar {
  readonly text: string;
  readonly style: "plain" | "quoted" | "block";
  readonly start: number;
  readonly end: number;
  /** It can be an implicit key. */
  readonly isOneLine: boolean;
}

const HASH = 0x23;
const COLON = 0x3a;

/** A plain scalar. `parent`: lines that go on with it are indented deeper than this column. */
export function plainScalar(scanner: YamlScanner, parent: number): Scalar {
  const { text } = scanner;
  const start = scanner.at;
  const isFlow = scanner.flowDepth > 0;
  let end = plainEnd(scanner, isFlow);
  const lines = [text.slice(start, end)];
  scanner.at = end;
  for (;;) {
    const next = continuation(scanner, parent, isFlow);
    if (next === undefined) break;
    scanner.lineStart = next.lineStart;
    scanner.at = next.at;
    const lineEnd = plainEnd(scanner, isFlow);
    if (!isFlow && isKeyColon(scanner, lineEnd))
      throw scanner.error("corrupt", "a key where a text goes on", scanner.at);
    lines.push(next.breaks === 1 ? " " : "\n".repeat(next.breaks - 1), text.slice(scanner.at, lineEnd));
    end = lineEnd;
    scanner.at = end;
  }
  scanner.isFresh = false;
  return { text: utf8Of(lines.join("")), style: "plain", start, end, isOneLine: lines.length === 1 };
}

/** Where a plain scalar ends in the line that it is in, without the blanks behind it. */
function plainEnd({ text, at: from }: YamlScanner, isFlow: boolean): number {
  let end = from;
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (isLineEnd(code)) break;
    if (isBlank(code)) continue;
    if (code === HASH && at > from && isBlank(text.charCodeAt(at - 1))) break;
    if (code === COLON) {
      const next = text.charCodeAt(at + 1);
      if (Number.isNaN(next) || isBlank(next) || isLineEnd(next) || (isFlow && isFlowIndicator(next))) break;
    }
    if (isFlow && isFlowIndicator(code)) break;
    end = at + 1;
  }
  return end;
}

function isKeyColon(scanner: YamlScanner, from: number): boolean {
  let at = from;
  while (isBlank(scanner.text.charCodeAt(at))) at += 1;
  return scanner.text.charCodeAt(at) === COLON && scanner.isGap(at + 1);
}

interface Continuation {
  readonly at: number;
  readonly lineStart: number;
  readonly breaks: number;
}

/** Where a plain scalar goes on after the end of its line; undefined where it does not. */
function continuation(scanner: YamlScanner, parent: number, isFlow: boolean): Continuation | undefined {
  const { text } = scanner;
  let { at, lineStart } = scanner;
  let breaks = 0;
  for (;;) {
    while (isBlank(text.charCodeAt(at))) at += 1;
    const code = text.charCodeAt(at);
    if (!isLineEnd(code)) break;
    at += code === 0x0d && text.charCodeAt(at + 1) === 0x0a ? 2 : 1;
    lineStart = at;
    breaks += 1;
  }
  if (breaks === 0 || at >= text.length) return undefined;
  const code = text.charCodeAt(at);
  if (code === HASH || (isFlow && (isFlowIndicator(code) || (code === COLON && scanner.isGap(at + 1)))))
    return undefined;
  if (!isFlow && at - lineStart <= parent) return undefined;
  return scanner.isMarker(undefined, at, lineStart) ? undefined : { at, lineStart, breaks };
}

const ESCAPES: Readonly<Record<string, string>> = {
  "0": "\0",
  a: "\u0007",
  b: "\b",
  t: "\t",
  "\t": "\t",
  n: "\n",
  v: "\v",
  f: "\f",
  r: "\r",
  e: "\u001b",
  " ": " ",
  '"': '"',
  "/": "/",
  "\\": "\\",
  N: "\u0085",
  _: "\u00a0",
  L: "\u2028",
  P: "\u2029",
};
const HEX_LENGTH: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/** A scalar in single or double quotes, which the scanner stands on. */
export function quotedScalar(scanner: YamlScanner): Scalar {
  const { text } = scanner;
  const start = scanner.at;
  const quote = text[start] ?? "";
  const isDouble = quote === '"';
  const parts: string[] = [];
  let isOneLine = true;
  let from = start + 1;
  scanner.at = from;
  const take = (): void => {
    parts.push(utf8Of(text.slice(from, scanner.at)));
  };
  for (;;) {
    if (scanner.isEnd) throw scanner.error("truncated", "the text in quotes does not end", start);
    const character = text[scanner.at] ?? "";
    if (character === quote) {
      take();
      scanner.at += 1;
      if (isDouble || text[scanner.at] !== quote) break;
      from = scanner.at;
      scanner.at += 1;
    } else if (isDouble && character === "\\") {
      take();
      parts.push(escape(scanner));
      from = scanner.at;
    } else if (character === "\n" || character === "\r") {
      isOneLine = false;
      parts.push(utf8Of(withoutEnd(text.slice(from, scanner.at), " \t")), fold(scanner));
      from = scanner.at;
    } else scanner.at += 1;
  }
  scanner.isFresh = false;
  return { text: parts.join(""), style: "quoted", start, end: scanner.at, isOneLine };
}

/** What the end of a line and the empty lines after it are in a text that is folded. */
function fold(scanner: YamlScanner): string {
  let breaks = 0;
  while (isLineEnd(scanner.code())) {
    scanner.breakLine();
    breaks += 1;
    if (scanner.isMarker()) throw scanner.error("corrupt", "a document's mark in a text in quotes");
    scanner.skipBlanks();
  }
  return breaks === 1 ? " " : "\n".repeat(breaks - 1);
}

function escape(scanner: YamlScanner): string {
  const { text } = scanner;
  const at = scanner.at;
  const letter = text[at + 1] ?? "";
  if (letter === "\n" || letter === "\r") {
    scanner.at += 1;
    scanner.breakLine();
    scanner.skipBlanks();
    const more = isLineEnd(scanner.code()) ? fold(scanner) : "";
    return more === " " ? "\n" : more === "" ? "" : `${more}\n`;
  }
  const length = HEX_LENGTH[letter];
  if (length === undefined) {
    const simple = ESCAPES[letter];
    if (simple === undefined)
      throw scanner.error(letter === "" ? "truncated" : "corrupt", `\\${letter} is no escape`, at);
    scanner.at += 2;
    return simple;
  }
  const digits = text.slice(at + 2, at + 2 + length);
  const point = /^[0-9a-fA-F]+$/.test(digits) && digits.length === length ? Number.parseInt(digits, 16) : Infinity;
  if (point > 0x10ffff) throw scanner.error("corrupt", `\\${letter}${digits} is no character`, at);
  scanner.at += 2 + length;
  return String.fromCodePoint(point);
}

/** A scalar of whole lines, literal (`|`) or folded (`>`). `parent`: its lines are indented deeper than this column. */
export function blockScalar(scanner: YamlScanner, parent: number): Scalar {
  const { text } = scanner;
  const start = scanner.at;
  const header = /^([|>])(?:([+-])([1-9])?|([1-9])([+-])?)?[ \t]*(?:[ \t]#.*)?$/.exec(
    text.slice(start, scanner.lineEnd()),
  );
  if (header === null) throw scanner.error("corrupt", "this begins no block of text");
  const isFolded = header[1] === ">";
  const chomping = header[2] ?? header[5] ?? "";
  const digit = header[3] ?? header[4];
  scanner.at = scanner.lineEnd();
  if (!scanner.isEnd) scanner.breakLine();
  const indent = digit === undefined ? findIndent(scanner, parent) : Math.max(parent, 0) + Number(digit);
  const chunks: string[] = [];
  let breaks = skipEmpty(scanner, indent);
  let lineBreak = "";
  while (isContent(scanner, indent)) {
    chunks.push("\n".repeat(breaks));
    const begin = scanner.lineStart + indent;
    const isText = !isBlank(text.charCodeAt(begin));
    const end = scanner.lineEnd(begin);
    chunks.push(utf8Of(text.slice(begin, end)));
    scanner.at = end;
    lineBreak = scanner.isEnd ? "" : "\n";
    if (!scanner.isEnd) scanner.breakLine();
    breaks = skipEmpty(scanner, indent);
    if (!isContent(scanner, indent)) break;
    const isFold = isFolded && isText && !isBlank(text.charCodeAt(scanner.lineStart + indent));
    if (!isFold) chunks.push(lineBreak);
    else if (breaks === 0) chunks.push(" ");
  }
  if (chomping !== "-") chunks.push(lineBreak);
  if (chomping === "+") chunks.push("\n".repeat(breaks));
  return { text: chunks.join(""), style: "block", start, end: scanner.at, isOneLine: false };
}

/** The column of the first line that is not empty. */
function findIndent({ text, at: from, lineStart: first }: YamlScanner, parent: number): number {
  let at = from;
  let lineStart = first;
  for (;;) {
    while (text.charCodeAt(at) === 0x20) at += 1;
    const code = text.charCodeAt(at);
    if (!isLineEnd(code)) return Math.max(at - lineStart, parent + 1);
    at += code === 0x0d && text.charCodeAt(at + 1) === 0x0a ? 2 : 1;
    lineStart = at;
  }
}

/** Over lines that have no content: how many they were. */
function skipEmpty(scanner: YamlScanner, indent: number): number {
  let count = 0;
  for (;;) {
    let at = scanner.lineStart;
    while (at < scanner.lineStart + indent && scanner.text.charCodeAt(at) === 0x20) at += 1;
    if (!isLineEnd(scanner.text.charCodeAt(at))) return count;
    scanner.at = at;
    scanner.breakLine();
    count += 1;
  }
}

/** The line that begins here belongs to a block of this indent. */
function isContent(scanner: YamlScanner, indent: number): boolean {
  const { text, lineStart, isEnd } = scanner;
  if (isEnd) return false;
  for (let at = lineStart; at < lineStart + indent; at += 1) if (text.charCodeAt(at) !== 0x20) return false;
  return lineStart + indent < text.length && !(indent === 0 && scanner.isMarker(undefined, lineStart, lineStart));
}
