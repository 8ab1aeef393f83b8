import type { ByteSource } from "../../bytes/source.ts";
import { corrupt, limitExceeded, truncated } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import type { Work } from "../../work.ts";
import { numberEndAt, numbersValue } from "../plain-text/numbers.ts";
import { Places } from "../plain-text/places.ts";
import { wordValue } from "../plain-text/written.ts";
import type { Entries } from "./entries.ts";

const NEWLINE = 0x0a;
const OPEN = 0x5b;
const CLOSE = 0x5d;

/** Reads the text form: numbers keep their digits. What is read until an error is in `entries`. */
export async function readText(source: ByteSource, entries: Entries, work: Work): Promise<void> {
  if (source.size > LIMITS.textModelBytes)
    throw limitExceeded(`${source.name}: bytes of text`, source.size, LIMITS.textModelBytes);
  const bytes = await source.read(0, source.size);
  let kept = 0;
  for (let at = blanks(bytes, 0); at < bytes.length; at = blanks(bytes, at)) {
    if (work.isDue()) await work.checkpoint();
    kept += 1;
    if (kept > LIMITS.kaldiValues)
      throw limitExceeded(`${source.name}: tokens and values`, kept, LIMITS.kaldiValues, at);
    if (bytes[at] === OPEN) {
      at = await array(bytes, at, source.name, entries, work);
      continue;
    }
    const end = wordEnd(bytes, at);
    const word = new TextDecoder().decode(bytes.subarray(at, end));
    if (word.startsWith("<") && word.endsWith(">")) {
      entries.token(word.slice(1, -1));
      at = word === "<Nnet3>" ? configuration(bytes, end, entries) : end;
      continue;
    }
    // A word that touches the end of the text may go on.
    if (end === bytes.length) throw truncated(source.name, end, 1, 0);
    if (word === "T" || word === "F") entries.value(word === "T");
    else entries.value(wordValue(word, at));
    at = end;
  }
}

/** A vector on one line, or a matrix with a row a line. */
async function array(bytes: Uint8Array, start: number, name: string, entries: Entries, work: Work): Promise<number> {
  const places = new Places();
  let [rows, columns, row] = [0, 0, 0];
  const endRow = (at: number): void => {
    if (row === 0) return;
    if (rows > 0 && row !== columns)
      throw corrupt(`${name}: a row of ${row} numbers before byte ${at}, where the others have ${columns}`, at);
    [rows, columns, row] = [rows + 1, row, 0];
  };
  let isOnFirstLine = true;
  for (let at = start + 1; ; ) {
    if (work.isDue()) await work.checkpoint();
    const byte = bytes[at];
    if (byte === undefined) throw truncated(name, at, 1, 0);
    if (byte === NEWLINE) {
      endRow(at);
      if (rows === 0) isOnFirstLine = false;
      at += 1;
    } else if (byte === CLOSE) {
      endRow(at);
      const isVector = isOnFirstLine && rows <= 1;
      entries.value(numbersValue(bytes, places.all(), isVector ? [columns] : [rows, columns], name, start));
      return at + 1;
    } else if (byte <= 0x20) at += 1;
    else {
      const end = numberEndAt(bytes, at, bytes.length);
      if (end < 0) throw corrupt(`${name}: no number at byte ${at}`, at);
      places.push(at);
      row += 1;
      at = end;
    }
  }
}

/** Lines up to an empty one. */
function configuration(bytes: Uint8Array, start: number, entries: Entries): number {
  let at = bytes.indexOf(NEWLINE, start) + 1;
  const first = at === 0 ? bytes.length : at;
  for (at = first; at < bytes.length; ) {
    const newline = bytes.indexOf(NEWLINE, at);
    const end = newline < 0 ? bytes.length : newline;
    if (end === at || bytes[at] === 0x3c) break;
    at = end + 1;
  }
  entries.value(new TextDecoder().decode(bytes.subarray(first, at)).trim());
  return at;
}

function blanks(bytes: Uint8Array, start: number): number {
  let at = start;
  while (at < bytes.length && (bytes[at] ?? 0) <= 0x20) at += 1;
  return at;
}

function wordEnd(bytes: Uint8Array, start: number): number {
  let at = start;
  while (at < bytes.length && (bytes[at] ?? 0) > 0x20) at += 1;
  return at;
}
