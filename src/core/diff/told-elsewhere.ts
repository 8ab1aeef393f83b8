import { heldBy } from "./judgement-trees.ts";
import type { DiffEntry, DiffReport, ValueChange } from "./report.ts";

/** The changed parameters of a report, as a reader is shown them. */
export interface ShownEntries {
  readonly entries: readonly DiffEntry[];
  /** Columns of trees that were grown anew: what stands at one position in both has nothing to do with each other. */
  readonly ofTrees: number;
  /** True for such a column. */
  readonly isOfTrees: (entry: DiffEntry) => boolean;
}

/** All that is not identical, but for columns of compared trees where some of them have more or fewer nodes than before. */
export function shownEntries({ entries, ensembles }: DiffReport): ShownEntries {
  const isOfTrees = heldBy(...ensembles.filter(({ unread }) => unread === 0));
  const changed = entries.filter(({ verdict }) => verdict !== "identical");
  const ofTrees = changed.filter(({ verdict, path }) => verdict === "changed" && isOfTrees(path));
  if (!ofTrees.some(({ tier }) => tier === "shape")) return { entries: changed, ofTrees: 0, isOfTrees: () => false };
  const told = new Set(ofTrees);
  return {
    entries: changed.filter((entry) => !told.has(entry)),
    ofTrees: ofTrees.length,
    isOfTrees: (entry) => told.has(entry),
  };
}

/** Changes of values that are told in one line. */
export interface ToldValues {
  /** The path; of many, with `*` for the places in which they differ: `estimators_[*].random_state`. */
  readonly path: string;
  readonly changes: readonly ValueChange[];
}

/** As many members of one ensemble are told one by one. */
const ONE_BY_ONE = 8;

/** One setting of very many members of an ensemble is told once. */
export function toldValues(changes: readonly ValueChange[]): readonly ToldValues[] {
  const families = new Map<string, ValueChange[]>();
  for (const change of changes) {
    const family = `${change.path.replaceAll(/\[\d+\]/g, "[*]")} ${change.kind}`;
    const known = families.get(family);
    if (known === undefined) families.set(family, [change]);
    else known.push(change);
  }
  return [...families].flatMap(([family, members]) =>
    members.length > ONE_BY_ONE
      ? [{ path: family.slice(0, family.lastIndexOf(" ")), changes: members }]
      : members.map((change) => ({ path: change.path, changes: [change] })),
  );
}
