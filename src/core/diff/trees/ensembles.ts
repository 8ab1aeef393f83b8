import { asArtifactError, ignoreUnreadable } from "../../errors.ts";
import type { Host } from "../../host.ts";
import { LIMITS } from "../../limits.ts";
import type { Tree, TreeEnsemble } from "../../meaning/trees/ensemble.ts";
import type { Artifact } from "../../model/artifact.ts";
import { float64Text } from "../../model/float-text.ts";
import type { Work } from "../../work.ts";
import { explainedNodes } from "./explained.ts";
import { FeatureKeys } from "./features.ts";
import { treeKey } from "./key.ts";
import { matchTrees } from "./match.ts";
import { compareTrees } from "./nodes.ts";
import { pairEnsembles } from "./pair.ts";
import type { EnsembleChange, TreeChange, TreeComparison } from "./report.ts";
import { rewrittenTrees } from "./rewriting.ts";
import { featureUses, Usage } from "./usage.ts";

/**
 * What became of the trees of both sides, one entry for each ensemble that both have.
 * One tree is in memory at a time. Throws only when cancelled, or when a file changed while it was read.
 */
export async function compareEnsembles(
  old: Artifact,
  next: Artifact,
  host: Host,
  work: Work,
): Promise<readonly EnsembleChange[]> {
  const changes: EnsembleChange[] = [];
  for (const pair of await pairEnsembles(old, next)) {
    changes.push(await compareEnsemble(pair.old, pair.next, host, work));
  }
  return changes;
}

/** Trees of an ensemble that are not the same in the same place. */
export function differingTrees({ changed, rewritten, moved, added, removed, unread }: EnsembleChange): number {
  return changed + rewritten + moved + added + removed + unread;
}

/** One ensemble of both sides. */
export async function compareEnsemble(
  old: TreeEnsemble,
  next: TreeEnsemble,
  host: Host,
  work: Work,
): Promise<EnsembleChange> {
  const keys = new FeatureKeys(old, next);
  const [before, after] = [await keysOf(old, keys, host, work), await keysOf(next, keys, host, work)];
  // The same trees, of which one side takes the sum and the other the mean, are not the same.
  const isComparable = old.aggregate === next.aggregate || (old.treeCount === 1 && next.treeCount === 1);
  const matches = matchTrees(before.keys, isComparable ? after.keys : after.keys.map(() => undefined));
  const isRead = ({ old: from, new: to }: { readonly old: number; readonly new: number }): boolean =>
    !before.failures.has(from) && !after.failures.has(to);
  const others = matches.pairs.filter((pair) => !pair.isSame && isRead(pair));
  const found = await rewrittenTrees(old, next, others, work);
  const listed: Record<"changed" | "rewritten" | "added" | "removed" | "moved", TreeChange[]> = {
    changed: [],
    rewritten: [],
    added: [],
    removed: [],
    moved: [],
  };
  const note = (where: TreeChange[], change: TreeChange): void => {
    if (where.length < LIMITS.viewRows) where.push(change);
  };
  let [same, moved, rewritten, changed, added, removed, unread] = [0, 0, 0, 0, 0, 0, 0];
  const noteUnread = (why: string, place: Pick<TreeChange, "oldIndex" | "newIndex">): void => {
    unread++;
    note(listed.changed, { kind: "unread", ...place, why });
  };
  for (const { old: oldIndex, new: newIndex, isSame } of matches.pairs) {
    if (work.isDue()) await work.checkpoint();
    const why = before.failures.get(oldIndex) ?? after.failures.get(newIndex);
    if (why !== undefined) noteUnread(why, { oldIndex, newIndex });
    else if (isSame || (found?.rewriting.kind === "same" && found.trees.has(newIndex))) {
      same++;
      if (oldIndex === newIndex) continue;
      moved++;
      note(listed.moved, { kind: "moved", oldIndex, newIndex });
    } else if (found !== undefined && found.rewriting.kind !== "same" && found.trees.has(newIndex)) {
      rewritten++;
      note(listed.rewritten, { kind: found.rewriting.kind, oldIndex, newIndex });
    } else {
      changed++;
      if (listed.changed.length >= LIMITS.viewRows) continue;
      const { counts } = await comparedTrees({ old, next }, oldIndex, newIndex, 0, work);
      note(listed.changed, {
        kind: "changed",
        oldIndex,
        newIndex,
        counts,
        ...placeInSum(old, next, oldIndex, newIndex),
      });
    }
  }
  for (const newIndex of matches.added) {
    const why = after.failures.get(newIndex);
    if (why !== undefined) noteUnread(why, { newIndex });
    else {
      added++;
      note(listed.added, { kind: "added", newIndex, nodes: after.nodes[newIndex] ?? 0 });
    }
  }
  for (const oldIndex of matches.removed) {
    const why = before.failures.get(oldIndex);
    if (why !== undefined) noteUnread(why, { oldIndex });
    else {
      removed++;
      note(listed.removed, { kind: "removed", oldIndex, nodes: before.nodes[oldIndex] ?? 0 });
    }
  }
  return {
    old: sideOf(old, before.usage),
    new: sideOf(next, after.usage),
    same,
    moved,
    rewritten,
    ...(found === undefined || rewritten === 0 ? {} : { rewriting: found.rewriting }),
    changed,
    added,
    removed,
    unread,
    trees: [...listed.changed, ...listed.rewritten, ...listed.added, ...listed.removed, ...listed.moved].slice(
      0,
      LIMITS.viewRows,
    ),
    ...baseOf(old, next),
    // Where no tree changed, shares of the gain that moved are gains that were printed with fewer digits.
    features: changed + added + removed === 0 ? [] : featureUses(before.usage, after.usage),
  };
}

/** Outputs that are told of when what they start from differs. */
const SHOWN_BASES = 8;

function baseOf({ base: old }: TreeEnsemble, { base: next }: TreeEnsemble): Pick<EnsembleChange, "base"> {
  const isTold = [...old, ...next].every((value) => !Number.isNaN(value));
  const isAlike =
    old.length !== next.length || old.every((value, k) => Math.fround(value) === Math.fround(next[k] ?? 0));
  if (!isTold || isAlike) return {};
  const text = (base: readonly number[]): string => {
    const shown = base.slice(0, SHOWN_BASES).map(float64Text).join(", ");
    return base.length === 1 ? shown : `[${shown}${base.length > SHOWN_BASES ? ", …" : ""}]`;
  };
  return { base: { old: text(old), new: text(next) } };
}

/** Two trees with the same nodes still predict otherwise with another weight, or for another output. */
function placeInSum(
  old: TreeEnsemble,
  next: TreeEnsemble,
  oldIndex: number,
  newIndex: number,
): Pick<TreeChange, "weight" | "output"> {
  const [a, b] = [old.weightOf(oldIndex), next.weightOf(newIndex)];
  const [from, to] = [old.outputOf(oldIndex), next.outputOf(newIndex)];
  const outputText = (output: number | undefined): string => (output === undefined ? "every" : String(output));
  return {
    ...(Object.is(a, b) ? {} : { weight: { old: float64Text(a), new: float64Text(b) } }),
    ...(from === to ? {} : { output: { old: outputText(from), new: outputText(to) } }),
  };
}

/** The nodes of two trees of a pair of ensembles; an index that is undefined is of a tree that one side does not have. */
export async function comparedTrees(
  { old, next }: { readonly old: TreeEnsemble; readonly next: TreeEnsemble },
  oldIndex: number | undefined,
  newIndex: number | undefined,
  limit: number,
  work: Work,
): Promise<TreeComparison> {
  const treeOf = async (ensemble: TreeEnsemble, index: number | undefined): Promise<Tree | undefined> =>
    index === undefined ? undefined : ensemble.tree(index, work);
  const [before, after] = [await treeOf(old, oldIndex), await treeOf(next, newIndex)];
  const keys = new FeatureKeys(old, next);
  const [oldSide, newSide] = [before && { ensemble: old, tree: before }, after && { ensemble: next, tree: after }];
  const explained =
    oldSide === undefined || newSide === undefined || oldIndex === undefined || newIndex === undefined
      ? undefined
      : await explainedNodes({ ...oldSide, index: oldIndex }, { ...newSide, index: newIndex }, keys, work);
  return compareTrees(oldSide, newSide, keys, limit, work, explained);
}

interface Keyed {
  readonly keys: readonly (string | undefined)[];
  readonly nodes: readonly number[];
  /** Why a tree could not be read, by its index. */
  readonly failures: ReadonlyMap<number, string>;
  readonly usage: Usage;
}

async function keysOf(ensemble: TreeEnsemble, features: FeatureKeys, host: Host, work: Work): Promise<Keyed> {
  const keys: (string | undefined)[] = [];
  const nodes: number[] = [];
  const failures = new Map<number, string>();
  const usage = new Usage(ensemble, features);
  for (let index = 0; index < ensemble.treeCount; index++) {
    work.report({ stage: "comparing trees", done: index, total: ensemble.treeCount, unit: "items" });
    if (work.isDue()) await work.checkpoint();
    try {
      const tree = await ensemble.tree(index, work);
      keys.push(await treeKey(ensemble, index, tree, features, host, work));
      nodes.push(tree.nodeCount);
      await usage.add(tree, work);
    } catch (error) {
      ignoreUnreadable(error, undefined);
      failures.set(index, asArtifactError(error, `reading tree ${index}`).message);
      keys.push(undefined);
      nodes.push(0);
    }
  }
  return { keys, nodes, failures, usage };
}

function sideOf({ path, library, treeCount, holds }: TreeEnsemble, { nodes, depth }: Usage): EnsembleChange["old"] {
  return { path, library, trees: treeCount, nodes, depth, holds };
}
