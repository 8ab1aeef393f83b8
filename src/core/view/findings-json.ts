import type { Finding } from "../findings/finding.ts";
import type { Json } from "./json-text.ts";

/** A finding as the command line's JSON has it. */
export function findingJson(finding: Finding): Json {
  return {
    rule: finding.rule,
    severity: finding.severity,
    message: finding.message,
    path: finding.path,
    range: finding.range === undefined ? undefined : { offset: finding.range.offset, length: finding.range.length },
    evidence: finding.evidence,
    related: finding.related?.map((each) => ({
      path: each.path,
      range: each.range === undefined ? undefined : { offset: each.range.offset, length: each.range.length },
      message: each.message,
    })),
  };
}
