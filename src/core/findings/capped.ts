import { LIMITS } from "../limits.ts";
import { say } from "../model/sentence.ts";
import { type Finding, finding } from "./finding.ts";

/** At most LIMITS.findingsPerRule; the last one says how many more there are. */
export function capped(found: readonly Finding[]): Finding[] {
  const most = LIMITS.findingsPerRule;
  const last = found[most - 1];
  if (found.length <= most || last === undefined) return [...found];
  const more = found.length - most + 1;
  return [
    ...found.slice(0, most - 1),
    finding(last.rule, last.severity, say("{more} more findings of this kind.", { more }), {}),
  ];
}

/** The same for findings of several rules. */
export function cappedByRule(found: readonly Finding[]): Finding[] {
  const rules = new Map<string, Finding[]>();
  for (const one of found) {
    const same = rules.get(one.rule);
    if (same === undefined) rules.set(one.rule, [one]);
    else same.push(one);
  }
  return [...rules.values()].flatMap(capped);
}
