import type { Sentence } from "../model/sentence.ts";
import type { DiffEntry, ElementChange, Verdict } from "./report.ts";

/** Entries of a report by what happened to them. */
export interface Differences {
  /** On both sides, and read. */
  readonly pairs: readonly DiffEntry[];
  /** Same bits, under the same path or another. */
  readonly same: readonly DiffEntry[];
  readonly renamed: readonly DiffEntry[];
  /** The old numbers with fewer digits or in another type. */
  readonly precise: readonly DiffEntry[];
  readonly permuted: readonly DiffEntry[];
  readonly scaled: readonly DiffEntry[];
  readonly reshaped: readonly DiffEntry[];
  readonly tolerated: readonly DiffEntry[];
  /** Changed, but the old ones are these with fewer digits. */
  readonly refined: readonly DiffEntry[];
  readonly unexplained: readonly DiffEntry[];
  /** All pairs but the same ones. */
  readonly changed: readonly DiffEntry[];
  readonly added: readonly DiffEntry[];
  readonly removed: readonly DiffEntry[];
}

const PRECISION: readonly Verdict[] = ["recast-lossless", "rounded", "decimal-truncated", "quantised"];
const ONE_SIDED: readonly Verdict[] = ["added", "removed", "unread"];

export function differencesOf(entries: readonly DiffEntry[]): Differences {
  const of = (...verdicts: readonly Verdict[]): readonly DiffEntry[] =>
    entries.filter(({ verdict }) => verdicts.includes(verdict));
  const pairs = entries.filter(({ verdict }) => !ONE_SIDED.includes(verdict));
  return {
    pairs,
    same: of("identical", "renamed"),
    renamed: of("renamed"),
    precise: of(...PRECISION),
    permuted: of("permuted"),
    scaled: of("scaled"),
    reshaped: of("reshaped"),
    tolerated: of("within-tolerance"),
    refined: of("changed").filter(isRefined),
    unexplained: of("changed").filter((entry) => !isRefined(entry)),
    changed: pairs.filter(({ verdict }) => verdict !== "identical" && verdict !== "renamed"),
    added: of("added"),
    removed: of("removed"),
  };
}

function isRefined({ detail }: DiffEntry): boolean {
  return detail?.["refined"] !== undefined;
}

/** One statement about one, all, or some of the parameters. */
export interface Amounts {
  readonly one: Sentence;
  readonly all?: Sentence;
  readonly some: Sentence;
}

/** The statement that fits so many entries of `total`, with `path` (of the first), `count` and `total` filled in. */
export function amount(
  entries: readonly DiffEntry[],
  total: number,
  amounts: Amounts,
  more: Sentence["args"] = {},
): Sentence {
  const { template } =
    entries.length === 1
      ? amounts.one
      : entries.length === total && amounts.all !== undefined
        ? amounts.all
        : amounts.some;
  return { template, args: { path: entries[0]?.path ?? "", count: entries.length, total, ...more } };
}

/** "3.1 %", "5.9e-8", "24-fold": two digits, in the form in which a person reads such a size. */
export function relativeText(relative: number): string {
  if (relative < 1e-3) return relative.toExponential(1);
  if (relative < 10) return `${plainDigits(relative * 100)} %`;
  return relative < 1e6 ? `${plainDigits(relative)}-fold` : `${relative.toExponential(1)}-fold`;
}

/** Two significant digits, whole ones all kept. */
function plainDigits(value: number): string {
  return value >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(2)));
}

/** `coef_[0, age]`: an element as a person would say it. */
export function placeOf({ path }: DiffEntry, { position, labels }: ElementChange): string {
  if (position.length === 0) return path;
  return `${path}[${position.map((at, axis) => labels[axis] ?? String(at)).join(", ")}]`;
}
