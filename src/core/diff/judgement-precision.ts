import { type Sentence, say } from "../model/sentence.ts";
import { amount, type Amounts, type Differences } from "./differences.ts";
import type { DiffEntry } from "./report.ts";

/**
 * The sentence for two versions of which the numbers are the same but for their precision; undefined when anything else
 * happened to a parameter.
 */
export function onlyPrecision({ precise, refined, changed, pairs }: Differences): Sentence | undefined {
  if (refined[0] !== undefined && refined.length === changed.length)
    return moreDigits(refined, refined[0], pairs.length);
  const [first] = precise;
  if (first === undefined || precise.length !== changed.length) return undefined;
  const isOneKind = precise.every(({ verdict }) => verdict === first.verdict);
  const total = pairs.length;
  if (!isOneKind) return amount(precise, total, MIXED);
  const { templates, key } = ofKind(precise, first);
  return amount(
    precise,
    total,
    templates,
    key === undefined ? {} : { [key]: first.detail?.[key] ?? "", from: first.detail?.["from"] ?? "" },
  );
}

/** True for a sentence that `onlyPrecision` gave. */
export function isOfPrecision({ template }: Sentence): boolean {
  return [REFINED, ROUNDED].some(({ one, all, some }) =>
    [one, all, some].some((sentence) => sentence?.template === template),
  );
}

/** The old numbers are the new ones with fewer digits. */
function moreDigits(refined: readonly DiffEntry[], first: DiffEntry, total: number): Sentence {
  const shares = (key: string): boolean => refined.every(({ detail }) => detail?.[key] === first.detail?.[key]);
  const how = first.detail?.["refined"] ?? "";
  const digits = first.detail?.["digits"];
  if (!shares("refined") || !shares("digits")) return amount(refined, total, REFINED_ANYHOW);
  if (how === "printed")
    return digits === undefined
      ? amount(refined, total, REFINED_ANYHOW)
      : amount(refined, total, REFINED_DIGITS, { digits });
  return how === "quantised" ? amount(refined, total, REFINED_STEPS) : amount(refined, total, REFINED, { dtype: how });
}

/** Templates for parameters that share a verdict, and the detail they share. */
function ofKind(
  entries: readonly DiffEntry[],
  first: DiffEntry,
): { readonly templates: Amounts; readonly key?: string } {
  const shares = (key: string): boolean =>
    first.detail?.[key] !== undefined && entries.every(({ detail }) => detail?.[key] === first.detail?.[key]);
  const { verdict } = first;
  if (verdict === "rounded") return shares("dtype") ? { templates: ROUNDED, key: "dtype" } : { templates: MIXED };
  if (verdict === "decimal-truncated") {
    if (shares("digits")) return { templates: DIGITS, key: "digits" };
    return shares("decimals") ? { templates: DECIMALS, key: "decimals" } : { templates: PRINTED };
  }
  if (verdict === "recast-lossless")
    return shares("to") ? { templates: RECAST, key: "to" } : { templates: RECAST_MANY };
  return { templates: QUANTISED };
}

const REFINED: Amounts = {
  one: say("Only precision: the old value of {path} is the new one rounded to {dtype}."),
  all: say("Only precision: each of the {total} parameters has more digits; rounded to {dtype} it is the old one."),
  some: say(
    "Only precision: {count} of {total} parameters have more digits; rounded to {dtype} they are the old ones.",
  ),
};

const REFINED_DIGITS: Amounts = {
  one: say("Only precision: the old value of {path} is the new one printed with {digits} significant digits."),
  all: say(
    "Only precision: each of the {total} parameters has more digits; printed with {digits} significant digits it is the old one.",
  ),
  some: say(
    "Only precision: {count} of {total} parameters have more digits; printed with {digits} significant digits they are the old ones.",
  ),
};

const REFINED_STEPS: Amounts = {
  one: say("Only precision: the old value of {path} is the new one quantised."),
  all: say("Only precision: each of the {total} parameters has more digits; quantised it is the old one."),
  some: say("Only precision: {count} of {total} parameters have more digits; quantised they are the old ones."),
};

const REFINED_ANYHOW: Amounts = {
  one: say("Only precision: the old value of {path} is the new one with fewer digits."),
  all: say("Only precision: each of the {total} parameters has more digits; the old ones are these with fewer."),
  some: say("Only precision: {count} of {total} parameters have more digits; the old ones are these with fewer."),
};

const ROUNDED: Amounts = {
  one: say("Only rounding: {path} is the old one rounded to {dtype}."),
  all: say("Only rounding: each of the {total} parameters is the old one rounded to {dtype}."),
  some: say("Only rounding: {count} of {total} parameters are the old ones rounded to {dtype}."),
};

const DIGITS: Amounts = {
  one: say("Only rounding: {path} is the old one printed with {digits} significant digits."),
  all: say("Only rounding: each of the {total} parameters is the old one printed with {digits} significant digits."),
  some: say("Only rounding: {count} of {total} parameters are the old ones printed with {digits} significant digits."),
};

const DECIMALS: Amounts = {
  one: say("Only rounding: {path} is the old one printed with {decimals} decimals."),
  all: say("Only rounding: each of the {total} parameters is the old one printed with {decimals} decimals."),
  some: say("Only rounding: {count} of {total} parameters are the old ones printed with {decimals} decimals."),
};

const PRINTED: Amounts = {
  one: say("Only rounding: {path} is the old one printed with fewer digits."),
  all: say("Only rounding: each of the {total} parameters is the old one printed with fewer digits."),
  some: say("Only rounding: {count} of {total} parameters are the old ones printed with fewer digits."),
};

const RECAST: Amounts = {
  one: say("Only the type changed: {path} is {to} instead of {from}, and every value is the same."),
  all: say("Only the type changed: each of the {total} parameters is {to} now, and every value is the same."),
  some: say("Only the type changed: {count} of {total} parameters are {to} now, and every value is the same."),
};

const RECAST_MANY: Amounts = {
  one: say("Only the type changed: {path} has another one, and every value is the same."),
  all: say("Only the types changed: each of the {total} parameters has another one, and every value is the same."),
  some: say("Only the types changed: {count} of {total} parameters have another one, and every value is the same."),
};

const QUANTISED: Amounts = {
  one: say("Only quantised: {path} is the old one to within half a step."),
  all: say("Only quantised: each of the {total} parameters is the old one to within half a step."),
  some: say("Only quantised: {count} of {total} parameters are the old ones to within half a step."),
};

const MIXED: Amounts = {
  one: say("Only precision: {path} is the old one with fewer digits."),
  all: say("Only precision: each of the {total} parameters is the old one with fewer digits or in another type."),
  some: say("Only precision: {count} of {total} parameters are the old ones with fewer digits or in another type."),
};
