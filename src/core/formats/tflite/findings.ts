import { placeIn } from "../../bytes/place.ts";
import type { ByteSource } from "../../bytes/source.ts";
import type { ArtifactError } from "../../errors.ts";
import { type Finding, finding, type RuleId } from "../../findings/finding.ts";
import { say } from "../../model/sentence.ts";

/** What can be wrong with a TensorFlow Lite file, in words. */

const RULES: Readonly<Partial<Record<string, RuleId>>> = {
  truncated: "integrity/truncated",
  limit: "integrity/limit",
  unsupported: "integrity/not-read",
};

/** `what` is a part of the file: "subgraph 2", "the signatures". */
export function partUnread(source: ByteSource, what: string, reason: ArtifactError): Finding {
  return finding(
    RULES[reason.code] ?? "integrity/corrupt",
    "error",
    say("Not all of {what} could be read: {reason}.", { what, reason: reason.message }),
    placeIn(source, Math.min(reason.place.offset ?? 0, source.size), 0),
  );
}

export function tensorProblem(source: ByteSource, rule: RuleId, name: string, at: number, problem: string): Finding {
  return finding(rule, "error", say("The tensor {name} {problem}.", { name, problem }), {
    path: name,
    ...placeIn(source, at, 0),
  });
}
