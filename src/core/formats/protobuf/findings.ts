import { placeIn } from "../../bytes/place.ts";
import type { ByteSource } from "../../bytes/source.ts";
import type { ArtifactError } from "../../errors.ts";
import type { CappedFindings } from "../../findings/capped.ts";
import { type Finding, finding, type RuleId } from "../../findings/finding.ts";
import { say } from "../../model/sentence.ts";
import type { ParsedMessage } from "./parse.ts";

const RULES: Readonly<Partial<Record<string, RuleId>>> = {
  truncated: "integrity/truncated",
  limit: "integrity/limit",
  unsupported: "integrity/not-read",
};

/** Why a protobuf file was not read to its end. */
export function stopped(source: ByteSource, reason: ArtifactError): Finding {
  return finding(
    RULES[reason.code] ?? "integrity/corrupt",
    "error",
    say("The file could be read up to byte {at} only: {reason}.", {
      at: reason.place.offset ?? 0,
      reason: reason.message,
    }),
    placeIn(source, Math.min(reason.place.offset ?? 0, source.size), 0),
  );
}

export function unknownFields(source: ByteSource, names: readonly string[], at: number): Finding {
  return finding(
    "integrity/not-read",
    "info",
    say("Fields that are not known were skipped: {names}.", { names: names.join(", ") }),
    placeIn(source, at, 0),
  );
}

/** Says what a walk could not read; true when there was nothing of that. */
export function reportParse(source: ByteSource, { error, unknown }: ParsedMessage, findings: CappedFindings): boolean {
  if (unknown.size > 0)
    findings.add(unknownFields(source, [...unknown.keys()].slice(0, 20), [...unknown.values()][0] ?? 0));
  if (error === undefined) return true;
  findings.add(stopped(source, error));
  return false;
}
