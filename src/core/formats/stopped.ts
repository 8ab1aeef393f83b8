import { bytesAfter } from "../findings/bytes-after.ts";
import { placeIn } from "../bytes/place.ts";
import type { ByteSource } from "../bytes/source.ts";
import type { ArtifactError, ArtifactErrorCode } from "../errors.ts";
import { type Finding, finding, type RuleId } from "../findings/finding.ts";
import { say } from "../model/sentence.ts";
import { lineAt, skipBlanks } from "./plain-text/lines.ts";

const RULES: Readonly<Partial<Record<ArtifactErrorCode, RuleId>>> = {
  truncated: "integrity/truncated",
  limit: "integrity/limit",
  unsupported: "integrity/not-read",
};

/** Reading went no further than this; what came before is right and is shown. */
export function stoppedAt(source: ByteSource, reason: ArtifactError): Finding {
  const at = Math.max(0, Math.min(reason.place.offset ?? 0, source.size));
  return finding(
    RULES[reason.code] ?? "integrity/corrupt",
    "error",
    say("Reading stopped: {reason}. What stands before is shown.", { reason: reason.message }),
    { ...placeIn(source, at, 0), evidence: { offset: String(reason.place.offset ?? 0) } },
  );
}

/** The last line of a text has all that it must have and no newline: some editors take it off, and so does a cut. */
export function unendedLine(source: ByteSource): Finding {
  return finding(
    "integrity/truncated",
    "info",
    say("The last line has no end. If the file was cut there, its last number is not whole."),
    placeIn(source, source.size, 0),
  );
}

/** Names what follows the last line that a text should have; blank lines are nothing. */
export function trailingText(source: ByteSource, bytes: Uint8Array, end: number): readonly Finding[] {
  let at = end;
  for (let line = lineAt(bytes, at); line !== undefined; line = lineAt(bytes, at)) {
    if (skipBlanks(bytes, line.start, line.end) < line.end) break;
    at = line.next;
  }
  if (at >= source.size) return [];
  return [bytesAfter(source, at)];
}
