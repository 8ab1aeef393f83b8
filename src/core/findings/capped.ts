import { LIMITS } from "../limits.ts";
import { say } from "../model/sentence.ts";
import { type Finding, finding } from "./finding.ts";

/**
 * Findings while they are gathered: of each rule at most LIMITS.findingsPerRule, the last of which says how many more
 * there are. A hostile file can be wrong in a million places, and a finding takes half a kilobyte.
 */
export class CappedFindings {
  readonly #rules = new Map<string, { readonly kept: Finding[]; count: number }>();

  add(found: Finding): void {
    const same = this.#rules.get(found.rule);
    if (same === undefined) this.#rules.set(found.rule, { kept: [found], count: 1 });
    else {
      same.count += 1;
      if (same.kept.length < LIMITS.findingsPerRule) same.kept.push(found);
    }
  }

  /** By rule, in the order in which each rule came up first. */
  all(): Finding[] {
    return [...this.#rules.values()].flatMap(({ kept, count }) => {
      const last = kept.at(-1);
      if (count === kept.length || last === undefined) return kept;
      const told = kept.slice(0, -1);
      const more = say("{more} more findings of this kind.", { more: count - told.length });
      return [...told, finding(last.rule, last.severity, more, {})];
    });
  }
}
