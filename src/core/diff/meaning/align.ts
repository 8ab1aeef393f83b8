import type { Parameter } from "../../model/artifact.ts";
import { elementCount } from "../../model/tensor.ts";
import type { Sentence } from "../../model/sentence.ts";
import { alignOptimizer } from "./optimizer.ts";
import { type Derivation, MEANINGS } from "./rows.ts";

/** Two parameters that mean one thing, under the names that two libraries have for it. */
export interface MeaningPair {
  readonly old: Parameter;
  readonly next: Parameter;
  readonly because: Sentence;
  readonly derivation: Derivation;
  /** True when the old side has the other name: the new values derive the old ones. */
  readonly isBackwards: boolean;
}

/** Pairs by the table of meanings, where exactly one parameter of each side has a meaning and their sizes agree. */
export function alignMeanings(old: readonly Parameter[], next: readonly Parameter[]): readonly MeaningPair[] {
  const taken = new Set<Parameter>();
  const pairs: MeaningPair[] = [];
  for (const { one, other, key = asFound, derivation, because, becauseBoth = because } of MEANINGS)
    for (const isBackwards of [false, true]) {
      const before = uniqueByKey(old, isBackwards ? other : one, key);
      if (before.size === 0) continue;
      const after = uniqueByKey(next, isBackwards ? one : other, key);
      for (const [name, earlier] of before) {
        const later = after.get(name);
        if (earlier === null || later === undefined || later === null || taken.has(earlier) || taken.has(later))
          continue;
        const [plain, derived] = isBackwards ? [later, earlier] : [earlier, later];
        const [from, to] = [elementCount(plain.tensor.shape), elementCount(derived.tensor.shape)];
        const isDoubled = derivation === "both-signs" && to === 2 * from;
        if (from !== to && !isDoubled) continue;
        taken.add(earlier).add(later);
        const held = derivation === "both-signs" && !isDoubled ? "same" : derivation;
        const why = isDoubled ? becauseBoth : because;
        pairs.push({ old: earlier, next: later, because: why, derivation: held, isBackwards });
      }
    }
  for (const pair of alignOptimizer(old, next)) if (!taken.has(pair.old) && !taken.has(pair.next)) pairs.push(pair);
  return pairs;
}

function asFound(found: string): string {
  return found;
}

/** Parameters that a pattern fits, by what tells them apart; null where several have it. */
function uniqueByKey(
  parameters: readonly Parameter[],
  pattern: RegExp,
  key: (found: string) => string,
): ReadonlyMap<string, Parameter | null> {
  const found = new Map<string, Parameter | null>();
  for (const parameter of parameters) {
    const match = pattern.exec(parameter.path);
    if (match === null) continue;
    const name = key(match[1] ?? "");
    found.set(name, found.has(name) ? null : parameter);
  }
  return found;
}
