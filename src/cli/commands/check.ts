import { diffArtifacts } from "../../core/diff/diff.ts";
import type { Finding } from "../../core/findings/finding.ts";
import { checkArtifact } from "../../core/findings/run.ts";
import type { Artifact } from "../../core/model/artifact.ts";
import { findingJson } from "../../core/view/findings-json.ts";
import { jsonText } from "../../core/view/json-text.ts";
import { findingLines, isAtOrAbove } from "../finding-lines.ts";
import { failLevel, judged } from "../rules.ts";
import { sarif } from "../sarif.ts";
import { type Session, withArtifact } from "../session.ts";
import { EXIT, type ExitCode, UsageError } from "../usage.ts";
import { VERSION } from "../version.ts";

/** A check reads every value, however large the file: that is what it was asked for. */
const WHOLE = { check: false, digestBytes: Number.POSITIVE_INFINITY };

export async function check(session: Session): Promise<ExitCode> {
  const [file, ...more] = session.arguments.words;
  if (file === undefined || more.length > 0) throw new UsageError("check takes one FILE");
  const level = failLevel(session);
  const found = await withArtifact(session, file, (artifact) => allFindings(session, artifact), WHOLE);
  const findings = await judged(session, file, found);
  if (session.arguments.flag("sarif")) session.output.out(sarif(findings, file, VERSION));
  else if (session.arguments.flag("json"))
    session.output.out(`${jsonText({ schemaVersion: 1, file, findings: findings.map(findingJson) })}\n`);
  else session.output.out(findings.length === 0 ? "No findings.\n" : `${findingLines(findings).join("\n")}\n`);
  return isAtOrAbove(findings, level) ? EXIT.findings : EXIT.done;
}

/** The reader's findings, those of every rule over every value, and, with --against, what drifted. */
async function allFindings(session: Session, artifact: Artifact): Promise<Finding[]> {
  const { host, work } = session;
  const own = await checkArtifact(artifact, host, work, { valueBytes: Number.POSITIVE_INFINITY });
  const against = session.arguments.text("against");
  if (against === undefined) return [...artifact.findings, ...own];
  const drift = await withArtifact(session, against, (old) => diffArtifacts(old, artifact, {}, host, work), {
    check: false,
  });
  return [...artifact.findings, ...own, ...drift.findings];
}
