import { type Sentence, say } from "../model/sentence.ts";
import { count, type Differences } from "./differences.ts";
import type { DiffEntry, Verdict } from "./report.ts";

/**
 * The sentence for two versions of which the numbers are the same but for their precision; undefined when anything else
 * happened to a parameter.
 */
export function onlyPrecision({ precise, changed, pairs }: Differences): Sentence | undefined {
  if (precise.length === 0 || precise.length !== changed.length) return undefined;
  const total = pairs.length;
  const [first] = precise;
  const verdicts = new Set(precise.map(({ verdict }) => verdict));
  const verdict = verdicts.size === 1 ? first?.verdict : undefined;
  const sentence = verdict === undefined || first === undefined ? undefined : ofOneKind(verdict, first, precise, total);
  return (
    sentence ??
    say("Only precision: {count} of {total} parameters are the old ones with fewer digits or in another type.", {
      count: precise.length,
      total,
    })
  );
}

function ofOneKind(
  verdict: Verdict,
  first: DiffEntry,
  entries: readonly DiffEntry[],
  total: number,
): Sentence | undefined {
  const { path } = first;
  const shared = (key: string): string | undefined => {
    const value = first.detail?.[key];
    return entries.every(({ detail }) => detail?.[key] === value) ? value : undefined;
  };
  const args = { path, count: entries.length, total };
  const dtype = shared("dtype");
  if (verdict === "rounded" && dtype !== undefined)
    return count(entries.length, {
      one: () => say("Only rounding: {path} is the old one rounded to {dtype}.", { ...args, dtype }),
      many: () =>
        say("Only rounding: {count} of {total} parameters are the old ones rounded to {dtype}.", { ...args, dtype }),
    });
  if (verdict === "rounded")
    return say("Only rounding: {count} of {total} parameters are the old ones rounded to narrower types.", args);
  if (verdict === "decimal-truncated") return printed(entries, args, shared("digits"), shared("decimals"));
  const to = shared("to");
  if (verdict === "recast-lossless")
    return to === undefined
      ? say(
          "Only the type changed: {count} of {total} parameters have another type, and every value is the same.",
          args,
        )
      : count(entries.length, {
          one: () =>
            say("Only the type changed: {path} is {to} instead of {from}, and every value is the same.", {
              ...args,
              to,
              from: first.detail?.["from"] ?? "",
            }),
          many: () =>
            say("Only the type changed: {count} of {total} parameters are {to} now, and every value is the same.", {
              ...args,
              to,
            }),
        });
  return count(entries.length, {
    one: () => say("Only quantised: {path} is the old one to within half a step.", args),
    many: () => say("Only quantised: {count} of {total} parameters are the old ones to within half a step.", args),
  });
}

function printed(
  entries: readonly DiffEntry[],
  args: Readonly<Record<string, string | number>>,
  digits: string | undefined,
  decimals: string | undefined,
): Sentence {
  if (digits !== undefined)
    return count(entries.length, {
      one: () =>
        say("Only rounding: {path} is the old one printed with {digits} significant digits.", { ...args, digits }),
      many: () =>
        say("Only rounding: {count} of {total} parameters are the old ones printed with {digits} significant digits.", {
          ...args,
          digits,
        }),
    });
  if (decimals !== undefined)
    return count(entries.length, {
      one: () => say("Only rounding: {path} is the old one printed with {decimals} decimals.", { ...args, decimals }),
      many: () =>
        say("Only rounding: {count} of {total} parameters are the old ones printed with {decimals} decimals.", {
          ...args,
          decimals,
        }),
    });
  return say("Only rounding: {count} of {total} parameters are the old ones printed with fewer digits.", args);
}
