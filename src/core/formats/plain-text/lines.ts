/** One line of a text: bytes [start, end) without its end. */
export interface Line {
  readonly start: number;
  readonly end: number;
  /** Where the next one begins. */
  readonly next: number;
  /** False for the last one when the text ends without a newline: it may have been cut. */
  readonly isEnded: boolean;
}

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const SPACE = 0x20;
const TAB = 0x09;

/** The line that begins at `start`; undefined at the end of the text. */
export function lineAt(bytes: Uint8Array, start: number): Line | undefined {
  if (start >= bytes.length) return undefined;
  const newline = bytes.indexOf(NEWLINE, start);
  const isEnded = newline >= 0;
  const next = isEnded ? newline + 1 : bytes.length;
  let end = isEnded ? newline : bytes.length;
  if (end > start && bytes[end - 1] === RETURN) end -= 1;
  return { start, end, next, isEnded };
}

export function isBlank(byte: number | undefined): boolean {
  return byte === SPACE || byte === TAB || byte === RETURN;
}

/** The first byte from `at` on that is no blank; `end` when there is none. */
export function skipBlanks(bytes: Uint8Array, at: number, end: number): number {
  let next = at;
  while (next < end && isBlank(bytes[next])) next += 1;
  return next;
}

/** The end of the word that begins at `at`: a blank, or the end of its line where `end` lies behind that. */
export function wordEnd(bytes: Uint8Array, at: number, end: number): number {
  let next = at;
  while (next < end && !isBlank(bytes[next]) && bytes[next] !== NEWLINE) next += 1;
  return next;
}
