import { type Sentence, say } from "../model/sentence.ts";
import { type Differences, differencesOf } from "./differences.ts";
import type { DiffEntry } from "./report.ts";
import type { EnsembleChange, Rewriting } from "./trees/report.ts";

/** What became of the model where its trees tell it, and not the columns that they are held in. */
export interface ByTrees {
  /** Of all that the trees do not tell of. */
  readonly differences: Differences;
  readonly isOfTrees: (path: string) => boolean;
  readonly sentences: readonly Sentence[];
}

/** True where the two sides hold their trees in columns that have nothing to do with each other. */
export function areColumnsApart(change: EnsembleChange, entries: readonly DiffEntry[]): boolean {
  const isOfTrees = heldBy(change);
  return !entries.some((entry) => !isOneSided(entry) && isOfTrees(entry.path));
}

/** True for addresses below which everything is of these ensembles, on either side. */
export function heldBy(...changes: readonly EnsembleChange[]): (path: string) => boolean {
  const holds = new Set(changes.flatMap(({ old, new: next }) => [...old.holds, ...next.holds]));
  return (path) => isBelowAny(path, holds);
}

function isOneSided({ verdict }: DiffEntry): boolean {
  return verdict === "added" || verdict === "removed" || verdict === "unread";
}

/**
 * Two libraries hold trees in columns that have nothing to do with each other; and one library holds, beside what a tree
 * decides, what decides nothing: gains, the numbers of leaves, one table of thresholds for all trees. `all`: what became of
 * the ensembles of both sides, those that are the same included. Undefined where trees do not tell what became of the model.
 */
export function judgedByTrees(all: readonly EnsembleChange[], entries: readonly DiffEntry[]): ByTrees | undefined {
  const only = combined(all);
  if (only === undefined) return undefined;
  const isOfTrees = heldBy(only);
  if (only.old.library !== only.new.library || areColumnsApart(only, entries)) {
    // A column of trees that was paired with anything by its shape says nothing.
    const isTold = ({ path, oldPath = path }: DiffEntry): boolean => isOfTrees(path) || isOfTrees(oldPath);
    const differences = differencesOf(entries.filter((entry) => !isTold(entry)));
    return { differences, isOfTrees, sentences: [...treeSentences(only), ...baseSentence(only)] };
  }
  // Where trees are the same a column that has its digits back decides nothing either.
  const untold =
    only.rewritten > 0 ? differencesOf(entries).unexplained : entries.filter(({ verdict }) => verdict === "changed");
  const [first] = untold;
  if (first === undefined || only.unread > 0 || !untold.every(({ path }) => isOfTrees(path))) return undefined;
  // Trees of other sizes: between columns of other lengths there is nothing to compare.
  const isResized = untold.some(({ tier }) => tier === "shape");
  if (only.changed > 0 && !isResized) return undefined;
  const isTold = ({ verdict, path }: DiffEntry): boolean =>
    isOfTrees(path) && verdict !== "identical" && verdict !== "renamed";
  const count = untold.length;
  const differences = differencesOf(entries.filter((entry) => !isTold(entry)));
  if (only.changed > 0) return { differences, isOfTrees, sentences: retrainedTrees(only) };
  return {
    differences,
    isOfTrees,
    sentences: [
      ...treeSentences(only),
      ...(only.added + only.removed + only.rewritten > 0
        ? []
        : [
            count === 1
              ? say("{path} differs, which decides nothing.", { path: first.path })
              : say("{count} parameters differ that decide nothing, {path} first.", { count, path: first.path }),
          ]),
    ],
  };
}

function retrainedTrees(change: EnsembleChange): readonly Sentence[] {
  const { same, changed, added, removed, rewritten } = change;
  const trees = change.new.trees;
  if (trees === 1 || rewritten + added + removed > 0) return treeSentences(change);
  return [
    same === 0
      ? say("Retrained: each of the {trees} trees changed.", { trees })
      : say("Retrained: {changed} of {trees} trees changed; {same} are the same.", { changed, trees, same }),
  ];
}

function baseSentence({ base }: EnsembleChange): readonly Sentence[] {
  return base === undefined ? [] : [say("What the trees add to is {new} instead of {old}.", base)];
}

/** Ensembles as one, where they share a library on each side, and the way in which trees were rewritten. */
function combined(all: readonly EnsembleChange[]): EnsembleChange | undefined {
  const [first, ...more] = all;
  if (first === undefined) return undefined;
  return more.reduce<EnsembleChange | undefined>(
    (sum, change) => (sum === undefined ? undefined : sumOf(sum, change)),
    first,
  );
}

function sumOf(a: EnsembleChange, b: EnsembleChange): EnsembleChange | undefined {
  const [one, other] = [a.rewriting, b.rewriting];
  const isAlike = one?.kind === other?.kind || a.rewritten === 0 || b.rewritten === 0;
  if (a.old.library !== b.old.library || a.new.library !== b.new.library || !isAlike) return undefined;
  const side = (from: EnsembleChange["old"], to: EnsembleChange["old"]): EnsembleChange["old"] => ({
    ...from,
    trees: from.trees + to.trees,
    nodes: from.nodes + to.nodes,
    holds: [...from.holds, ...to.holds],
  });
  const both = one ?? other;
  const rewriting = both && {
    ...both,
    // What is true of some trees only is not told of all.
    values: one === undefined || other === undefined || one.values === other.values ? both.values : ("same" as const),
    isMissingLost: one?.isMissingLost === true || other?.isMissingLost === true,
  };
  return {
    ...a,
    old: side(a.old, b.old),
    new: side(a.new, b.new),
    same: a.same + b.same,
    moved: a.moved + b.moved,
    rewritten: a.rewritten + b.rewritten,
    ...(rewriting === undefined ? {} : { rewriting }),
    changed: a.changed + b.changed,
    added: a.added + b.added,
    removed: a.removed + b.removed,
    unread: a.unread + b.unread,
  };
}

/** True of what is held and of its parts. One look for each part of the path: a booster holds thousands of trees. */
function isBelowAny(path: string, holds: ReadonlySet<string>): boolean {
  if (holds.has("") || holds.has(path)) return true;
  for (let at = 0; at < path.length; at++) {
    const character = path[at];
    if ((character === "." || character === "[") && holds.has(path.slice(0, at))) return true;
  }
  return false;
}

/** What became of the trees of one ensemble, in one or two sentences. */
export function treeSentences(change: EnsembleChange): readonly Sentence[] {
  const { same, rewritten, rewriting, changed, added, removed, moved, unread } = change;
  const counts = { same, rewritten, changed, added, removed, moved, trees: change.new.trees, old: change.old.trees };
  const isLone = change.old.trees === 1 && change.new.trees === 1;
  if (unread > 0 && same + rewritten + changed === 0) return [];
  if (rewriting !== undefined) return rewrittenSentences(rewriting, counts, isLone);
  if (changed === 0 && removed === 0 && added > 0)
    return [say("Trained on: the {old} trees are the old ones, and {added} were added.", counts)];
  if (changed === 0 && added === 0 && removed > 0)
    return [say("{removed} of {old} trees were removed; the others are the old ones.", counts)];
  if (changed + added + removed === 0 && moved > 0)
    return [say("{moved} of {trees} trees are in another place.", { ...counts, moved })];
  if (changed + added + removed === 0)
    return [isLone ? say("The tree is identical.") : say("Each of the {trees} trees is identical.", counts)];
  if (same === 0 && added + removed === 0)
    return [isLone ? say("The tree changed.") : say("Each of the {trees} trees changed.", counts)];
  if (added + removed === 0) return [say("{changed} of {trees} trees changed; {same} are the same.", counts)];
  return [say("Trees: {same} the same, {changed} changed, {added} added, {removed} removed.", counts)];
}

type Counts = Readonly<Record<"same" | "rewritten" | "changed" | "added" | "removed" | "trees", number>>;

function rewrittenSentences(
  { kind, dtype = "float32", values, isMissingLost }: Rewriting,
  counts: Counts,
  isLone: boolean,
): readonly Sentence[] {
  const { changed, added, removed, rewritten, trees } = counts;
  const isAll = rewritten === trees && changed + added + removed === 0;
  const texts = REWRITTEN[kind === "same" ? "restated" : kind];
  const { template } = isLone ? texts.lone : isAll ? texts.all : texts.some;
  return [
    { template, args: { ...counts, dtype } },
    ...(values === "same" ? [] : [VALUES[values]]),
    ...(isMissingLost ? [MISSING] : []),
  ];
}

interface Texts {
  readonly lone: Sentence;
  readonly all: Sentence;
  readonly some: Sentence;
}

const REWRITTEN: Readonly<Record<"rounded" | "refined" | "restated", Texts>> = {
  rounded: {
    lone: say("Only rounding: the tree is the old one rounded to {dtype}."),
    all: say("Only rounding: each of the {trees} trees is the old one rounded to {dtype}."),
    some: say(
      "Trees: {rewritten} are the old ones rounded to {dtype}, {same} are the same, {changed} changed, {added} added, {removed} removed.",
    ),
  },
  refined: {
    lone: say("Only precision: the tree has more digits; rounded to {dtype} it is the old one."),
    all: say("Only precision: each of the {trees} trees has more digits; rounded to {dtype} it is the old one."),
    some: say(
      "Trees: {rewritten} have more digits and are the old ones when rounded to {dtype}, {same} are the same, {changed} changed, {added} added, {removed} removed.",
    ),
  },
  restated: {
    lone: say("The tree decides the same in other numbers."),
    all: say("Each of the {trees} trees decides the same in other numbers."),
    some: say(
      "Trees: {rewritten} decide the same in other numbers, {same} are the same, {changed} changed, {added} added, {removed} removed.",
    ),
  },
};

const MISSING = say("On one side, missing values have no direction of their own.");

const VALUES: Readonly<Record<"weighted" | "shared" | "numbered", Sentence>> = {
  numbered: say("On one side, leaf values are the numbers of their leaves."),
  weighted: say("On one side, leaf values are multiplied with the weights of their trees."),
  shared: say("On one side, leaf values are divided by the number of trees."),
};
