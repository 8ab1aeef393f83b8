import type { Match, Probe } from "../format.ts";
import { isBlank, lineAt, skipBlanks, wordEnd } from "../plain-text/lines.ts";
import { numberEndAt } from "../plain-text/numbers.ts";
import { isLikelyText, textOf } from "../probe.ts";

/** What a file of word vectors is, as far as its head tells. */
export interface Layout {
  readonly kind: "binary" | "text" | "glove";
  /** Numbers of each word. */
  readonly width: number;
  /** As the header has it; undefined without one. */
  readonly words?: number;
  /** Where the first row begins. */
  readonly start: number;
}

/** A header-less text needs more than a word and some numbers on a line: lines of GloVe have at least 25. */
const NARROWEST_GLOVE = 10;
/** Names of files of word vectors. */
const NAMED = /\.(?:vec|glove|w2v)(?:\W|$)|word2?vec|embedding|vectors/i;
const LONGEST_PROBED_WORD = 512;

export function sniff(probe: Probe): Match | undefined {
  const layout = layoutOf(probe.head, probe.size, probe.name);
  if (layout === undefined) return undefined;
  if (layout.kind === "glove") return { certainty: "likely", reason: `lines of a word and ${layout.width} numbers` };
  return {
    certainty: "likely",
    reason: `the line "${layout.words} ${layout.width}", then a word and ${layout.kind === "text" ? "numbers" : "float32"}`,
  };
}

/** `head`: the first bytes of a file of `size`. `name` matters only where there is no header, or words are numbers. */
export function layoutOf(head: Uint8Array, size: number, name: string): Layout | undefined {
  const header = /^(\d{1,10}) (\d{1,7})[ \t]*(\r?\n)/.exec(textOf(head.subarray(0, 32)));
  if (header === null) return gloveOf(head, size, name);
  const [line, words, width] = [header[0], Number(header[1]), Number(header[2])];
  if (words === 0 || width === 0) return undefined;
  const layout = { words, width, start: line.length };
  // Words of a text need not be UTF-8: what the numbers look like decides.
  const row = probeRow(head, line.length, size);
  if (row !== undefined && row.numbers > 0 && (row.isWhole ? row.numbers === width : row.numbers <= width)) {
    // A matrix or a graph with its size on the first line has numbers for words.
    const isTable = row.isNumber && probeRow(head, row.next, size)?.isNumber === true;
    return isTable && !NAMED.test(name) ? undefined : { kind: "text", ...layout };
  }
  if (isLikelyText(head)) return undefined;
  return isBinaryRow(head, line.length, width) ? { kind: "binary", ...layout } : undefined;
}

function gloveOf(head: Uint8Array, size: number, name: string): Layout | undefined {
  if (!/\.(?:txt|vec|glove)(?:\W|$)/i.test(name) || !isLikelyText(head)) return undefined;
  const first = probeRow(head, 0, size);
  if (first === undefined || !first.isWhole || first.numbers < NARROWEST_GLOVE) return undefined;
  const second = probeRow(head, first.next, size);
  if (second === undefined || second.numbers === 0) return undefined;
  if (second.isWhole ? second.numbers !== first.numbers : second.numbers > first.numbers) return undefined;
  // A table of numbers has one in its first column too, in every row.
  if (first.isNumber && second.isNumber) return undefined;
  return { kind: "glove", width: first.numbers, start: 0 };
}

interface ProbedRow {
  /** Numbers after the first word. */
  readonly numbers: number;
  /** False where the head ends before the line does. */
  readonly isWhole: boolean;
  /** The first word is a number itself. */
  readonly isNumber: boolean;
  readonly next: number;
}

/** A line of a word and numbers; undefined for any other. */
function probeRow(head: Uint8Array, start: number, size: number): ProbedRow | undefined {
  const line = lineAt(head, start);
  if (line === undefined) return undefined;
  const word = wordEnd(head, line.start, line.end);
  if (word === line.end) return undefined;
  const isWhole = line.isEnded || head.length === size;
  let numbers = 0;
  let at = skipBlanks(head, word, line.end);
  while (at < line.end) {
    const next = numberEndAt(head, at, line.end);
    const isCut = !line.isEnded && wordEnd(head, at, line.end) === line.end;
    if (isCut && !isWhole) break;
    if (next < 0 || (next < line.end && !isBlank(head[next]))) {
      if (isCut) break;
      return undefined;
    }
    numbers += 1;
    at = skipBlanks(head, next, line.end);
  }
  // Columns of numbers may be set in from the left.
  const isNumber = word === line.start || numberEndAt(head, line.start, word) === word;
  return { numbers, isWhole: line.isEnded, isNumber, next: line.next };
}

/** A word, one space, and what can be trained weights: neither huge nor far below what float32 keeps of a sum. */
function isBinaryRow(head: Uint8Array, start: number, width: number): boolean {
  const space = head.indexOf(0x20, start + 1);
  if (space < 0 || space - start > LONGEST_PROBED_WORD) return false;
  for (let at = start; at < space; at += 1) if ((head[at] ?? 0) < 0x20 && head[at] !== 0x0a) return false;
  const count = Math.min(width, Math.floor((head.length - space - 1) / 4));
  const view = new DataView(head.buffer, head.byteOffset + space + 1, count * 4);
  for (let k = 0; k < count; k += 1) {
    const size = Math.abs(view.getFloat32(k * 4, true));
    if (!(size === 0 || (size > 1e-35 && size < 1e6))) return false;
  }
  return count > 0;
}
