import { JsonScanner } from "../../bytes/json-scan.ts";
import { placeIn } from "../../bytes/place.ts";
import type { ByteSource } from "../../bytes/source.ts";
import { ArtifactError } from "../../errors.ts";
import { type Finding, finding } from "../../findings/finding.ts";
import { LIMITS } from "../../limits.ts";
import type { Fact, RawArtifact } from "../../model/artifact.ts";
import { say } from "../../model/sentence.ts";
import { isNode, type Value } from "../../model/value.ts";
import type { ReadContext } from "../format.ts";
import { ValueReader } from "./values.ts";

/**
 * Reads JSON text: any JSON is shown as what it is, arrays of numbers are tensors. What stands before an error is
 * shown with a finding; throws only when not even the first value began.
 */
export async function readJson(source: ByteSource, context: Pick<ReadContext, "work">): Promise<RawArtifact> {
  const isOversized = source.size > LIMITS.jsonBytes;
  const bytes = await source.read(0, Math.min(source.size, LIMITS.jsonBytes));
  const scanner = new JsonScanner(bytes, {
    what: source.name,
    allowTrailing: true,
    ...(source.origin === undefined ? {} : { origin: source.origin }),
  });
  const reader = new ValueReader(bytes, scanner, source.name);
  const findings: Finding[] = [];
  try {
    await reader.read(context.work);
    if (scanner.end < bytes.length) findings.push(trailing(source, scanner.end));
  } catch (error) {
    if (!(error instanceof ArtifactError) || error.code === "cancelled") throw error;
    reader.finish();
    if (reader.root === undefined) throw error;
    findings.push(isOversized && error.code === "truncated" ? oversized(source) : stopped(source, error));
  }
  const isComplete = findings.length === 0;
  return {
    format: "json",
    container: [],
    root: reader.root,
    namedTensors: false,
    facts: factsOf(reader.root, scanner),
    findings: [...findings, ...noted(source, scanner, reader)],
    complete: isComplete && reader.notes.tooDeep === 0,
  };
}

const RULES = { truncated: "integrity/truncated", limit: "integrity/limit" } as const;

function stopped(source: ByteSource, error: ArtifactError): Finding {
  const { code, message, place } = error;
  const rule = code === "truncated" || code === "limit" ? RULES[code] : "integrity/corrupt";
  const at = (place.offset ?? 0) - (source.origin ?? 0);
  return finding(
    rule,
    "error",
    say("Reading stopped: {reason}. What stands before is shown, without a row or a value that is not whole.", {
      reason: message,
    }),
    { ...placeIn(source, Math.max(0, Math.min(at, source.size)), 0), evidence: { offset: String(place.offset ?? 0) } },
  );
}

function oversized(source: ByteSource): Finding {
  return finding(
    "integrity/limit",
    "error",
    say("{name} has {size} bytes; the first {limit} were read.", {
      name: source.name,
      size: source.size,
      limit: LIMITS.jsonBytes,
    }),
    placeIn(source, LIMITS.jsonBytes, source.size - LIMITS.jsonBytes),
  );
}

function trailing(source: ByteSource, at: number): Finding {
  return finding(
    "integrity/trailing-bytes",
    "warning",
    say("{length} bytes follow the first JSON value, from byte {at}; they are not shown.", {
      length: source.size - at,
      at: at + (source.origin ?? 0),
    }),
    placeIn(source, at, source.size - at),
  );
}

/** What was let through: each is read in one way here and may be in another elsewhere. */
function noted(source: ByteSource, scanner: JsonScanner, { notes }: ValueReader): Finding[] {
  const findings = notes.duplicates.map(({ key, at }) =>
    finding(
      "integrity/duplicate-name",
      "warning",
      say("The key {key} occurs more than once in one object; most readers take the last value without a word.", {
        key: JSON.stringify(key.length > 200 ? `${key.slice(0, 200)}…` : key),
      }),
      placeIn(source, at, 1),
    ),
  );
  const more = notes.duplicateCount - notes.duplicates.length;
  if (more > 0)
    findings.push(
      finding("integrity/duplicate-name", "warning", say("{count} more keys occur more than once.", { count: more })),
    );
  const { invalidUtf8At } = scanner.notes;
  if (invalidUtf8At >= 0)
    findings.push(
      finding(
        "integrity/corrupt",
        "warning",
        say("The text at byte {at} is not UTF-8; the bytes that are none show as the replacement character.", {
          at: invalidUtf8At + (source.origin ?? 0),
        }),
        placeIn(source, invalidUtf8At, 1),
      ),
    );
  if (notes.tooDeep > 0)
    findings.push(
      finding(
        "integrity/limit",
        "warning",
        say("{count} values lie more than {limit} brackets deep, the first at byte {at}; they are not shown.", {
          count: notes.tooDeep,
          limit: LIMITS.valueDepth,
          at: notes.tooDeepAt + (source.origin ?? 0),
        }),
        placeIn(source, notes.tooDeepAt, 1),
      ),
    );
  return findings;
}

function factsOf(root: Value | undefined, scanner: JsonScanner): Fact[] {
  const facts: Fact[] = [{ id: "json.root", label: "Top level", value: rootText(root) }];
  if (scanner.notes.hasByteOrderMark) facts.push({ id: "json.bom", label: "Byte order mark", value: "UTF-8" });
  if (scanner.notes.nonFinite > 0)
    facts.push({
      id: "json.nonFinite",
      label: "NaN and Infinity (not in standard JSON)",
      value: String(scanner.notes.nonFinite),
    });
  return facts;
}

function rootText(root: Value | undefined): string {
  if (!isNode(root)) return "a value";
  if (root.kind === "dict") return `an object of ${count(root.keys.length, "key")}`;
  if (root.kind === "list") return `an array of ${count(root.items.length, "item")}`;
  return root.kind === "tensor" ? `an array of shape [${root.tensor.shape.join(", ")}]` : "a value";
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
