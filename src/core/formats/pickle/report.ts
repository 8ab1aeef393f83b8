import type { ByteSource } from "../../bytes/source.ts";
import { type Finding, type FindingPlace, finding } from "../../findings/finding.ts";
import { enumerate } from "../../findings/rules/names.ts";
import { english, say } from "../../model/sentence.ts";
import type { ReadContext } from "../format.ts";
import type { Evaluation } from "./evaluation.ts";
import type { PickleStream } from "./stream.ts";

/** What reading has to say, as findings: what stopped it, what it stumbled over, what lies elsewhere. */
export interface Report {
  readonly findings: readonly Finding[];
  readonly isComplete: boolean;
}

export function reportOf(
  source: ByteSource,
  streams: readonly PickleStream[],
  evaluation: Evaluation,
  context: ReadContext,
): Report {
  const findings: Finding[] = [];
  let isComplete = true;
  for (const { problem } of streams) {
    if (problem === undefined) continue;
    isComplete = false;
    // The container's own finding says it already when its stream ended early.
    if (context.sourceError !== undefined && problem.rule === "integrity/truncated") continue;
    const { rule, sentence, offset, needed, available } = problem;
    const evidence: Record<string, string> = { offset: `${offset}` };
    if (needed !== undefined) evidence["needed"] = `${needed}`;
    if (available !== undefined) evidence["available"] = `${available}`;
    findings.push(finding(rule, "error", sentence, placeOf(source, context, offset, available ?? 0, evidence)));
  }
  for (const { rule, severity, sentence, offset } of evaluation.notes) {
    isComplete &&= rule === "integrity/trailing-bytes";
    findings.push(finding(rule, severity, sentence, placeOf(source, context, offset, 0)));
  }
  for (const [rule, count] of evaluation.unlisted())
    findings.push(
      finding(rule, "warning", say("{count} more findings of the rule {rule} are not listed.", { count, rule })),
    );
  findings.push(...functionsByValue(evaluation, source));
  const elsewhere = [...sideCars(evaluation), ...persistent(evaluation)];
  findings.push(...elsewhere);
  return { findings, isComplete: isComplete && elsewhere.length === 0 };
}

/** Names in a sentence. */
const NAMED = 3;

function functionsByValue({ imports }: Evaluation, source: ByteSource): Finding[] {
  const names = imports.madeFunctions();
  if (names.length === 0) return [];
  const sentence = say(
    "{file} holds Python functions by value, as compiled code ({list}): loading would make them, and whatever uses them later runs them. Nothing of it is run here; ask whoever made the file what they do.",
    { file: source.name, list: enumerate(names, NAMED) },
  );
  return [finding("safety/unusual-global", "warning", sentence, { evidence: { functions: names.join(", ") } })];
}

/** Byte ranges are of the opened file: inside of a compressed stream there are none, and the evidence has the offset. */
export function placeOf(
  source: ByteSource,
  context: ReadContext,
  offset: number,
  length: number,
  evidence: Record<string, string> = { offset: `${offset}` },
): FindingPlace {
  if (context.container.length > 0) return { evidence: { ...evidence, within: context.container.join(", ") } };
  return { range: { offset: (source.origin ?? 0) + offset, length }, evidence };
}

function sideCars({ traits }: Evaluation): Finding[] {
  const { sideCars: names } = traits;
  const [first] = names;
  if (first === undefined) return [];
  const sentence = say(
    "{count} arrays of this joblib file (written before joblib 0.10) are in files of their own beside it ({first} ...), which are not there or cannot be read.",
    { count: names.length, first },
  );
  return [finding("integrity/not-read", "warning", sentence, { evidence: { files: names.slice(0, 20).join(", ") } })];
}

function persistent({ traits }: Evaluation): Finding[] {
  if (traits.persistent === 0) return [];
  const sentence = say(
    "{count} objects are named by persistent ids: they are kept outside of the pickle and are not read.",
    { count: traits.persistent },
  );
  return [finding("integrity/not-read", "warning", sentence)];
}

/** Bytes after the last pickle: `pickle.load` never reads them. */
export function trailingBytes(source: ByteSource, end: number, context: ReadContext): Finding {
  const length = source.size - end;
  return finding(
    "integrity/trailing-bytes",
    "warning",
    say("{length} bytes follow the end of the pickle at byte {end}; loading would not read them.", { length, end }),
    placeOf(source, context, end, length, { offset: `${end}`, bytes: `${length}` }),
  );
}

/** The problem of a stream as text; for errors. */
export function problemText(stream: PickleStream | undefined): string {
  return stream?.problem === undefined ? "there is no pickle in it" : english(stream.problem.sentence);
}
