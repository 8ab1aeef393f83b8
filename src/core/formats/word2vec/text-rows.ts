import { type ByteSource, fromBytes } from "../../bytes/source.ts";
import { type ArtifactError, limitExceeded, truncated } from "../../errors.ts";
import type { CappedFindings } from "../../findings/capped.ts";
import { LIMITS } from "../../limits.ts";
import type { Work } from "../../work.ts";
import { isBlank, type Line, lineAt, skipBlanks } from "../plain-text/lines.ts";
import { numberEndAt } from "../plain-text/numbers.ts";
import type { Rows } from "./binary-rows.ts";
import { raggedRow } from "./findings.ts";
import { RowStarts } from "./row-starts.ts";
import type { Layout } from "./sniff.ts";
import { LONGEST_LINE, textTensor } from "./text-tensor.ts";
import { Words } from "./words.ts";

export interface TextRows extends Rows {
  /** False when the last row has no newline behind it. */
  readonly isEnded: boolean;
  /** False where the text is too large to be kept: what was written for a number is not known then. */
  readonly hasDigits: boolean;
  /** Lines that are no row. */
  readonly ragged: number;
}

/**
 * Finds the rows of a text. Up to LIMITS.textModelBytes of text are kept, and with them the digits of every number; of a
 * larger one only where each row begins.
 */
export async function scanText(
  source: ByteSource,
  layout: Layout,
  findings: CappedFindings,
  work: Work,
): Promise<TextRows> {
  const hasDigits = source.size <= LIMITS.textModelBytes;
  const kept = hasDigits ? await source.read(0, source.size) : undefined;
  const text = kept === undefined ? source : fromBytes(kept, source.name);
  const { width, words: promised = Number.POSITIVE_INFINITY } = layout;
  const words = new Words();
  const starts = new RowStarts();
  let at = layout.start;
  let isEnded = true;
  let ragged = 0;
  let error: ArtifactError | undefined;
  let bytes = new Uint8Array(0);
  let base = at;
  while (starts.length + ragged < promised) {
    if (work.isDue()) {
      work.report({ stage: "reading words", done: at, total: source.size, unit: "bytes" });
      await work.checkpoint();
    }
    let line = lineAt(bytes, at - base);
    if ((line === undefined || !line.isEnded) && base + bytes.length < text.size) {
      base = at;
      bytes = new Uint8Array(await text.read(at, Math.min(text.size, at + LONGEST_LINE)));
      line = lineAt(bytes, 0);
      if (line?.isEnded === false && base + bytes.length < text.size) {
        error = limitExceeded(`${source.name}: bytes of line ${starts.length + 1}`, bytes.length, LONGEST_LINE, at);
        break;
      }
    }
    if (line === undefined) {
      if (Number.isFinite(promised))
        error = truncated(`${source.name}: row ${starts.length + ragged + 1} of ${promised}`, source.size, 1, 0);
      break;
    }
    const row = rowIn(bytes, line, width);
    isEnded = line.isEnded;
    if (row !== undefined) {
      words.push(bytes.subarray(line.start, row.wordEnd), base + line.start);
      starts.push(base + row.numbers);
    } else if (!isEnded) {
      error = truncated(`${source.name}: row ${starts.length + ragged + 1} of ${width} numbers`, source.size, 1, 0);
      break;
    } else if (skipBlanks(bytes, line.start, line.end) < line.end || Number.isFinite(promised)) {
      findings.add(raggedRow(source, starts.length + ragged + 1, width, base + line.start));
      ragged += 1;
    }
    at = base + line.next;
  }
  return {
    words,
    tensor: textTensor(text, starts, at, width, kept),
    end: at,
    isEnded,
    hasDigits,
    ragged,
    ...(error === undefined ? {} : { error }),
  };
}

interface Row {
  readonly wordEnd: number;
  /** Where the first number stands. */
  readonly numbers: number;
}

/** A word and `width` numbers. A word may have spaces in it: then it is what stands before the last `width` numbers. */
function rowIn(bytes: Uint8Array, line: Line, width: number): Row | undefined {
  const { start, end } = line;
  let wordEnd = start;
  while (wordEnd < end && !isBlank(bytes[wordEnd])) wordEnd += 1;
  const first = skipBlanks(bytes, wordEnd, end);
  if (wordEnd < end && areNumbers(bytes, first, end, width)) return { wordEnd, numbers: first };
  let at = end;
  // A line may have fewer words than the header promises, by millions.
  for (let count = 0; count < width && at > start; count += 1) {
    while (at > start && isBlank(bytes[at - 1])) at -= 1;
    while (at > start && !isBlank(bytes[at - 1])) at -= 1;
  }
  if (at - start < 2 || !areNumbers(bytes, at, end, width)) return undefined;
  return { wordEnd: at - 1, numbers: at };
}

/** `width` numbers from `at` on, and nothing but blanks behind them. */
function areNumbers(bytes: Uint8Array, from: number, end: number, width: number): boolean {
  let at = from;
  for (let k = 0; k < width; k += 1) {
    const next = numberEndAt(bytes, at, end);
    if (next < 0 || (next < end && !isBlank(bytes[next]))) return false;
    at = skipBlanks(bytes, next, end);
  }
  return at === end;
}
