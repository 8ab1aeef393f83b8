import type { Finding } from "../core/findings/finding.ts";
import type { ServerSettings } from "../protocol/methods.ts";

/** Findings as grave as the settings say; those of rules that are off left out. */
export function adjusted(findings: readonly Finding[], { rules }: Pick<ServerSettings, "rules">): readonly Finding[] {
  return findings.flatMap((finding) => {
    const severity = Object.hasOwn(rules, finding.rule) ? rules[finding.rule] : undefined;
    if (severity === "off") return [];
    return severity === undefined || severity === finding.severity ? [finding] : [{ ...finding, severity }];
  });
}
