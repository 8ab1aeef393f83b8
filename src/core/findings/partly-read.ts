import { placeIn } from "../bytes/place.ts";
import type { ByteSource } from "../bytes/source.ts";
import type { ArtifactError } from "../errors.ts";
import { say } from "../model/sentence.ts";
import { type Finding, finding, type RuleId } from "./finding.ts";

const RULES: Readonly<Partial<Record<string, RuleId>>> = {
  truncated: "integrity/truncated",
  limit: "integrity/limit",
  unsupported: "integrity/not-read",
  "not-recognised": "integrity/not-read",
  "not-found": "integrity/not-read",
};

/** The rule that an error while reading is a finding of. */
export function ruleOf({ code }: ArtifactError): RuleId {
  return RULES[code] ?? "integrity/corrupt";
}

/** Reading stopped inside of a file: what was read before is shown. */
export function partlyRead(source: ByteSource, count: number, reason: ArtifactError): Finding {
  return finding(
    ruleOf(reason),
    "error",
    say("{count} tensors could be read, then reading stopped: {reason}.", {
      count,
      reason: reason.message.replace(/\.$/, ""),
    }),
    placeIn(source, Math.min(reason.place.offset ?? 0, source.size), 0),
  );
}

/** One tensor, or a part of the file with a name, cannot be read; the others are. */
export function tensorUnread(source: ByteSource, name: string, at: number, reason: ArtifactError): Finding {
  return finding(
    ruleOf(reason),
    "error",
    say("{name} could not be read: {reason}.", { name, reason: reason.message.replace(/\.$/, "") }),
    { path: name, ...placeIn(source, Math.min(at, source.size), 0) },
  );
}
