import { placeIn } from "../../bytes/place.ts";
import type { ByteSource } from "../../bytes/source.ts";
import type { ArtifactError } from "../../errors.ts";
import { type Finding, finding, type RuleId } from "../../findings/finding.ts";
import { say } from "../../model/sentence.ts";

/** What can be wrong with a MATLAB file, in words. */

const RULES: Readonly<Partial<Record<string, RuleId>>> = {
  truncated: "integrity/truncated",
  limit: "integrity/limit",
  unsupported: "integrity/not-read",
};

export function stopped(source: ByteSource, variables: number, at: number, reason: ArtifactError): Finding {
  return finding(
    RULES[reason.code] ?? "integrity/corrupt",
    "error",
    say("Reading stopped at byte {at}, after {variables} variables: {reason}.", {
      at,
      variables,
      reason: reason.message,
    }),
    placeIn(source, Math.min(at, source.size), 0),
  );
}

export function unreadVariable(source: ByteSource, at: number, reason: ArtifactError): Finding {
  return finding(
    RULES[reason.code] ?? "integrity/corrupt",
    "error",
    say("The variable at byte {at} was not read: {reason}.", { at, reason: reason.message }),
    placeIn(source, Math.min(at, source.size), 0),
  );
}

/** Everything came out of a compressed variable, and its checksum says that it is not what was written. */
export function damagedVariable(packed: ByteSource, reason: ArtifactError): Finding {
  return finding(
    "integrity/corrupt",
    "error",
    say("A compressed variable is damaged: {reason}. What came out of it is shown.", { reason: reason.message }),
    placeIn(packed, 0, packed.size),
  );
}

export function duplicateName(name: string): Finding {
  return finding(
    "integrity/duplicate-name",
    "warning",
    say("The name {name} occurs more than once; MATLAB keeps the last one.", { name }),
    { path: name },
  );
}

export function notUtf8(name: string): Finding {
  return finding(
    "integrity/corrupt",
    "error",
    say("The text {name} is not UTF-8, as the file says: its bytes are shown.", {
      name: name === "" ? "in a cell or struct" : name,
    }),
    name === "" ? {} : { path: name },
  );
}

export function opaqueObject(name: string, className: string): Finding {
  return finding(
    "integrity/not-read",
    "info",
    say(
      "There is an object of the class {className}: what it holds is in #subsystem, in a form of MATLAB's own that is shown as bytes.",
      {
        className,
      },
    ),
    name === "" ? {} : { path: name },
  );
}
