import { placeIn } from "../../bytes/place.ts";
import type { ByteSource } from "../../bytes/source.ts";
import { type ArtifactError, corrupt, limitExceeded, truncated } from "../../errors.ts";
import { CappedFindings } from "../../findings/capped.ts";
import { type Finding, finding } from "../../findings/finding.ts";
import { LIMITS } from "../../limits.ts";
import type { AxisLabels, RawArtifact } from "../../model/artifact.ts";
import { say } from "../../model/sentence.ts";
import type { Value } from "../../model/value.ts";
import type { ReadContext } from "../format.ts";
import { isBlank, lineAt } from "../plain-text/lines.ts";
import { numbersValue } from "../plain-text/numbers.ts";
import { textOf } from "../probe.ts";
import { stoppedAt, trailingText } from "../stopped.ts";
import { readSection, type Section } from "./section.ts";

/**
 * Reads an ARPA language model: for each order n `{n}-grams.log10_probability` and, where any has one, `{n}-grams.log10_backoff`,
 * with the n-grams as names. Numbers keep their text. Throws where not one n-gram is whole.
 */
export async function readArpa(source: ByteSource, { work }: ReadContext): Promise<RawArtifact> {
  const what = source.name;
  const bytes = await source.read(0, Math.min(source.size, LIMITS.textModelBytes));
  const header = headerOf(bytes, what);
  const findings = new CappedFindings();
  const keys: Value[] = [];
  const values: Value[] = [];
  const axes = new Map<string, readonly (AxisLabels | undefined)[]>();
  let error: ArtifactError | undefined;
  let isWhole = true;
  let at = header.end;
  let vocabulary = 0;
  const orders: number[] = [];
  for (;;) {
    const line = nextLine(bytes, at);
    if (line === undefined || !line.isEnded) {
      if (line?.text === "\\end\\") at = line.next;
      else error = truncated(`${what}: the line "\\end\\"`, bytes.length, 1, 0);
      break;
    }
    at = line.next;
    if (line.text === "\\end\\") break;
    const order = Number(/^\\(\d{1,3})-grams:$/.exec(line.text)?.[1] ?? 0);
    if (order !== orders.length + 1) {
      error = corrupt(`${what}: the line at byte ${line.start} begins no ${orders.length + 1}-grams`, line.start);
      break;
    }
    const section = await readSection(bytes, at, order, what, work);
    put(section, bytes, what, keys, values, axes);
    orders.push(section.names.list.length);
    for (const found of section.names.brokenFindings(source)) findings.add(found);
    if (order === 1) vocabulary = section.names.list.length;
    at = section.end;
    error = section.error;
    if (error !== undefined) break;
    const promised = header.counts[order - 1];
    if (promised !== section.names.list.length) {
      findings.add(otherCount(source, order, promised, section.names.list.length, line.start));
      isWhole = false;
    }
  }
  if (vocabulary === 0) throw error ?? corrupt(`${what}: no 1-grams`, header.end);
  if (error !== undefined && bytes.length < source.size)
    error = limitExceeded(`${what}: bytes`, source.size, LIMITS.textModelBytes, at);
  if (error !== undefined) findings.add(stoppedAt(source, error));
  else {
    for (const found of trailingText(source, bytes, at)) findings.add(found);
    if (orders.length < header.counts.length) {
      findings.add(otherCount(source, orders.length + 1, header.counts[orders.length], 0, at));
      isWhole = false;
    }
  }
  return {
    format: "arpa",
    container: [],
    root: { kind: "dict", keys, values },
    namedTensors: true,
    facts: [
      { id: "arpa.order", label: "Order", value: String(header.counts.length) },
      { id: "arpa.ngrams", label: "n-grams of each order", value: header.counts.join(", ") },
    ],
    told: { schema: { vocabularySize: vocabulary }, axes },
    findings: findings.all(),
    complete: isWhole && error === undefined,
  };
}

function put(
  { order, names, probabilities, backoffs, hasBackoffs }: Section,
  bytes: Uint8Array,
  name: string,
  keys: Value[],
  values: Value[],
  axes: Map<string, readonly (AxisLabels | undefined)[]>,
): void {
  const labels: AxisLabels = { kind: "word", labels: names.list };
  const columns = [["log10_probability", probabilities] as const];
  for (const [column, places] of hasBackoffs ? [...columns, ["log10_backoff", backoffs] as const] : columns) {
    const key = `${order}-grams.${column}`;
    keys.push(key);
    values.push(numbersValue(bytes, places.all(), [places.length], name, probabilities.at(0)));
    axes.set(key, [labels]);
  }
}

interface Header {
  /** Of n-grams, by order from 1 on. */
  readonly counts: readonly number[];
  readonly end: number;
}

/** `\data\` and the counts, whatever stands before. */
function headerOf(bytes: Uint8Array, what: string): Header {
  let at = 0;
  let line = nextLine(bytes, at);
  for (; line !== undefined && line.text !== "\\data\\"; line = nextLine(bytes, at)) at = line.next;
  if (line === undefined) throw corrupt(`${what}: no line "\\data\\"`, 0);
  at = line.next;
  const counts: number[] = [];
  for (line = nextLine(bytes, at); line !== undefined; line = nextLine(bytes, at)) {
    const [, order, count] = /^ngram\s+(\d{1,3})\s*=\s*(\d{1,15})$/.exec(line.text) ?? [];
    if (Number(order) !== counts.length + 1) break;
    counts.push(Number(count));
    at = line.next;
  }
  if (counts.length === 0) throw corrupt(`${what}: no counts of n-grams at byte ${at}`, at);
  return { counts, end: at };
}

interface TextLine {
  readonly text: string;
  readonly start: number;
  readonly next: number;
  readonly isEnded: boolean;
}

/** The next line with anything on it. A file may be nothing but empty ones: no line is made of those. */
function nextLine(bytes: Uint8Array, from: number): TextLine | undefined {
  let at = from;
  while (at < bytes.length && (bytes[at] === 0x0a || isBlank(bytes[at]))) at += 1;
  const line = lineAt(bytes, at);
  if (line === undefined) return undefined;
  const text = textOf(bytes.subarray(line.start, Math.min(line.end, line.start + 200))).trim();
  return { text, start: line.start, next: line.next, isEnded: line.isEnded };
}

function otherCount(source: ByteSource, order: number, told: number | undefined, found: number, at: number): Finding {
  return finding(
    "integrity/corrupt",
    "error",
    say("{found} {order}-grams are in the file, and it says that it has {told}.", { found, order, told: told ?? 0 }),
    placeIn(source, at, 0),
  );
}
