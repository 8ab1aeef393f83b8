import type { Finding, Severity } from "../core/findings/finding.ts";

const RANK: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

/** Worst first. */
export function sortedFindings(findings: readonly Finding[]): Finding[] {
  return [...findings].sort((a, b) => RANK[a.severity] - RANK[b.severity]);
}

/** `error safety/dangerous-global (byte 12): ...`, one finding a line. */
export function findingLines(findings: readonly Finding[]): string[] {
  return sortedFindings(findings).map(({ severity, rule, path, range, message }) => {
    const place = [path, range === undefined ? undefined : `byte ${range.offset}`]
      .filter((each) => each !== undefined && each !== "")
      .join(", ");
    return `  ${severity} ${rule}${place === "" ? "" : ` (${place})`}: ${message}`;
  });
}

/** True when a finding is at or above the level; `never` is above all. */
export function isAtOrAbove(findings: readonly Finding[], level: Severity | "never"): boolean {
  return level !== "never" && findings.some((each) => RANK[each.severity] <= RANK[level]);
}
