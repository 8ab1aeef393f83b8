import { placeIn } from "../../bytes/place.ts";
import type { ByteSource } from "../../bytes/source.ts";
import type { ArtifactError } from "../../errors.ts";
import { type Finding, finding, type RuleId } from "../../findings/finding.ts";
import { say } from "../../model/sentence.ts";

/** What can be wrong with an HDF5 file, in words. */

const RULES: Readonly<Partial<Record<string, RuleId>>> = {
  truncated: "integrity/truncated",
  limit: "integrity/limit",
  unsupported: "integrity/not-read",
};

export function notRead(source: ByteSource, path: string, reason: ArtifactError): Finding {
  const at = (reason.place.offset ?? 0) - (source.origin ?? 0);
  return finding(
    RULES[reason.code] ?? "integrity/corrupt",
    "error",
    say("{path} was not read, or not all of it: {reason}.", { path, reason: reason.message }),
    { path, ...placeIn(source, Math.max(0, Math.min(at, source.size)), 0) },
  );
}

export function cut(source: ByteSource, end: number): Finding {
  return finding(
    "integrity/truncated",
    "error",
    say("The file is cut: its superblock says that it ends at byte {end}, it has {size}.", { end, size: source.size }),
    placeIn(source, source.size, 0),
  );
}

export function duplicate(source: ByteSource, path: string): Finding {
  return finding(
    "integrity/duplicate-name",
    "warning",
    say("{path} is in its group more than once; the first one is shown.", { path }),
    { path, ...placeIn(source, 0, 0) },
  );
}

export function elsewhere(path: string, reason: string): Finding {
  return finding(
    "integrity/not-read",
    "warning",
    say("The values of {path} are not shown: {reason}.", { path, reason }),
    { path },
  );
}

export function missingPart(source: ByteSource, path: string, missing: string): Finding {
  return finding(
    "integrity/not-read",
    "warning",
    say("A part of {path} is {missing}, which is not there: the fill value is shown for it.", { path, missing }),
    { path, ...placeIn(source, 0, 0) },
  );
}

export function externalLink(path: string, file: string, target: string): Finding {
  return finding(
    "integrity/not-read",
    "warning",
    say('{path} is a link to {target} in the file "{file}", which is not opened.', { path, file, target }),
    { path },
  );
}
