import { ArtifactError } from "../errors.ts";
import { checkDigests } from "../formats/model/check.ts";
import type { Host } from "../host.ts";
import { LIMITS } from "../limits.ts";
import type { Artifact } from "../model/artifact.ts";
import { say } from "../model/sentence.ts";
import type { Work } from "../work.ts";
import { type Finding, finding } from "./finding.ts";
import type { DriftContext, Remark, Rule } from "./rule.ts";
import { RULES } from "./rules/table.ts";
import { createValueScans, type ValueScans } from "./value-scan.ts";

export interface CheckOptions {
  /**
   * Bytes of values that rules may read; LIMITS.checkedValueBytes when absent, which keeps opening cheap. What is not
   * read is not judged.
   */
  readonly valueBytes?: number;
}

/**
 * Runs the rules for one file. Returns what they found; what the reader found is in the artifact already. Values that
 * cannot be read are a finding and do not stop the rules.
 */
export async function checkArtifact(
  artifact: Artifact,
  host: Host,
  work: Work,
  options: CheckOptions = {},
): Promise<Finding[]> {
  const valueBytes = options.valueBytes ?? LIMITS.checkedValueBytes;
  const scans = createValueScans(valueBytes, work);
  const findings: Finding[] = await checkDigests(artifact, host, work, valueBytes);
  for (const rule of RULES) {
    if (rule.checkFile === undefined) continue;
    await work.checkpoint();
    try {
      findings.push(...findingsOf(rule, await rule.checkFile({ artifact, scans, work })));
    } catch (error) {
      findings.push(failure(rule, error));
    }
  }
  // A file that was not read whole has its findings already.
  return artifact.complete ? [...unreadable(scans), ...findings] : findings;
}

function unreadable({ failures }: ValueScans): Finding[] {
  return [...failures]
    .slice(0, LIMITS.findingsPerRule)
    .map(([path, { code, message }]) =>
      finding(
        code === "truncated" ? "integrity/truncated" : "integrity/corrupt",
        "error",
        say("The values of {path} cannot be read: {reason}", { path, reason: message }),
        { path },
      ),
    );
}

/** Runs the rules for two versions of a model, over what the diff found. */
export function checkDrift(context: DriftContext): Finding[] {
  return RULES.flatMap((rule) => (rule.checkDrift === undefined ? [] : findingsOf(rule, rule.checkDrift(context))));
}

function findingsOf(rule: Rule, remarks: readonly Remark[]): Finding[] {
  const shown = remarks.slice(0, LIMITS.findingsPerRule).map((remark) => {
    const { sentence, severity, ...place } = remark;
    return finding(rule.id, severity ?? rule.severity, sentence, place);
  });
  const more = remarks.length - shown.length;
  if (more > 0) shown.push(finding(rule.id, rule.severity, say("The same in {count} more places.", { count: more })));
  return shown;
}

/** A rule that failed is not a clean result. Cancelling and a file that changed are the caller's business. */
function failure(rule: Rule, error: unknown): Finding {
  if (error instanceof ArtifactError && (error.code === "cancelled" || error.code === "changed")) throw error;
  const reason = error instanceof Error ? error.message : String(error);
  return finding("integrity/corrupt", "error", say("{rule} could not be checked: {reason}", { rule: rule.id, reason }));
}
