import { type ArtifactError, corrupt, truncated } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import type { Work } from "../../work.ts";
import { isBlank, lineAt, skipBlanks, wordEnd } from "../plain-text/lines.ts";
import { LEFT_OUT, numberEndAt } from "../plain-text/numbers.ts";
import { Places } from "../plain-text/places.ts";
import { Words } from "../word2vec/words.ts";

/** The n-grams of one order. */
export interface Section {
  readonly order: number;
  readonly names: Words;
  readonly probabilities: Places;
  /** LEFT_OUT where a line has none. */
  readonly backoffs: Places;
  readonly hasBackoffs: boolean;
  /** Where the next line begins that is none of them. */
  readonly end: number;
  readonly error?: ArtifactError;
}

/** Reads lines from `start` on up to an empty one or one that begins with a backslash. */
export async function readSection(
  bytes: Uint8Array,
  start: number,
  order: number,
  what: string,
  work: Work,
): Promise<Section> {
  const names = new Words();
  const probabilities = new Places();
  const backoffs = new Places();
  let hasBackoffs = false;
  let at = start;
  let error: ArtifactError | undefined;
  for (let line = lineAt(bytes, at); line !== undefined; line = lineAt(bytes, at)) {
    if (work.isDue()) await work.checkpoint();
    const first = skipBlanks(bytes, line.start, line.end);
    if (first === line.end || bytes[first] === BACKSLASH) break;
    const isLong = line.end - line.start > LIMITS.wordBytes;
    const gram = isLong ? undefined : gramIn(bytes, first, line.end, order);
    // Its last number may go on where the text was cut.
    if (!line.isEnded) {
      error = truncated(`${what}: ${order}-gram ${names.list.length + 1}`, line.end, 1, 0);
      break;
    }
    if (gram === undefined) {
      error = corrupt(`${what}: the line at byte ${line.start} is no ${order}-gram`, line.start);
      break;
    }
    probabilities.push(first);
    names.push(gram.words, gram.at);
    backoffs.push(gram.backoff);
    hasBackoffs ||= gram.backoff !== LEFT_OUT;
    at = line.next;
  }
  return { order, names, probabilities, backoffs, hasBackoffs, end: at, ...(error === undefined ? {} : { error }) };
}

const BACKSLASH = 0x5c;
const SPACE = 0x20;

interface Gram {
  readonly words: Uint8Array;
  readonly at: number;
  readonly backoff: number;
}

/** A number, `order` words, and another number or nothing. */
function gramIn(bytes: Uint8Array, start: number, end: number, order: number): Gram | undefined {
  const number = numberEndAt(bytes, start, end);
  if (number < 0 || number >= end || !isBlank(bytes[number])) return undefined;
  const at = skipBlanks(bytes, number, end);
  const words: number[] = [];
  let next = at;
  let last = at;
  for (let k = 0; k < order; k += 1) {
    if (next === end) return undefined;
    if (k > 0) words.push(SPACE);
    last = wordEnd(bytes, next, end);
    if (order > 1) for (let byte = next; byte < last; byte += 1) words.push(bytes[byte] ?? 0);
    next = skipBlanks(bytes, last, end);
  }
  const own = order > 1 ? Uint8Array.from(words) : bytes.subarray(at, last);
  if (next === end) return { words: own, at, backoff: LEFT_OUT };
  const behind = numberEndAt(bytes, next, end);
  return behind < 0 || skipBlanks(bytes, behind, end) < end ? undefined : { words: own, at, backoff: next };
}
