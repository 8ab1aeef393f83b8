import { placeIn } from "../../bytes/place.ts";
import type { ByteSource } from "../../bytes/source.ts";
import type { ArtifactError } from "../../errors.ts";
import { type Finding, finding } from "../../findings/finding.ts";
import { say } from "../../model/sentence.ts";

/** Why a text was not read to its end. */
export function stoppedBy(error: ArtifactError, source: ByteSource): Finding {
  const { code, message, place } = error;
  const rule =
    code === "limit" ? "integrity/limit" : code === "truncated" ? "integrity/truncated" : "integrity/corrupt";
  return finding(
    rule,
    "error",
    say("Reading stopped: {reason}. What stands before is shown.", { reason: message }),
    placeIn(source, Math.min(place.offset ?? 0, source.size), 0),
  );
}

/** Keys that occur twice: the first of them one by one, `count` in all. */
export function duplicateKeys(
  keys: readonly { readonly key: string; readonly at: number }[],
  count: number,
  source: ByteSource,
): Finding[] {
  const findings = keys.map(({ key, at }) =>
    finding(
      "integrity/duplicate-name",
      "warning",
      say("The key {key} occurs more than once in one object; most readers take the last value without a word.", {
        key: JSON.stringify(key.length > 200 ? `${key.slice(0, 200)}…` : key),
      }),
      placeIn(source, at, 1),
    ),
  );
  const more = count - keys.length;
  if (more > 0)
    findings.push(
      finding("integrity/duplicate-name", "warning", say("{count} more keys occur more than once.", { count: more })),
    );
  return findings;
}
