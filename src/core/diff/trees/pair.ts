import { ignoreUnreadable } from "../../errors.ts";
import type { TreeEnsemble } from "../../meaning/trees/ensemble.ts";
import { ensemblesOf } from "../../meaning/trees/index.ts";
import type { Artifact } from "../../model/artifact.ts";
import { asAsked } from "./mirrored.ts";

/**
 * Ensembles of both sides, paired by address; one that is all that a side has is paired whatever its address, and those of two
 * libraries in their order, when both sides have as many with as many trees each.
 */
export async function pairEnsembles(old: Artifact, next: Artifact): Promise<readonly EnsemblePair[]> {
  const pairs = await pairsOf(old, next);
  return pairs.map((pair) =>
    pair.old.library === pair.next.library ? pair : { old: asAsked(pair.old), next: asAsked(pair.next) },
  );
}

interface EnsemblePair {
  readonly old: TreeEnsemble;
  readonly next: TreeEnsemble;
}

async function pairsOf(old: Artifact, next: Artifact): Promise<readonly EnsemblePair[]> {
  const [before, after] = [await readableEnsembles(old), await readableEnsembles(next)];
  const byPath = new Map(before.map((each) => [each.path, each]));
  const pairs = after.flatMap((each) => {
    const same = byPath.get(each.path);
    return same === undefined ? [] : [{ old: same, next: each }];
  });
  if (pairs.length > 0) return pairs;
  const isInOrder =
    before.length > 1 &&
    before.length === after.length &&
    before.every(({ treeCount, library }, i) => treeCount === after[i]?.treeCount && library !== after[i]?.library);
  if (isInOrder) return before.flatMap((each, i) => (after[i] === undefined ? [] : [{ old: each, next: after[i] }]));
  const [onlyOld, onlyNew] = [joined(before, after), joined(after, before)];
  return onlyOld === undefined || onlyNew === undefined ? [] : [{ old: onlyOld, next: onlyNew }];
}

/**
 * The one ensemble of a side. Where the other side has one of as many trees, lone trees are one as well: ONNX has an operator
 * for each tree of a bagging, and others that combine what they give.
 */
function joined(side: readonly TreeEnsemble[], other: readonly TreeEnsemble[]): TreeEnsemble | undefined {
  const [first, ...more] = side;
  if (first === undefined || more.length === 0) return first;
  const [whole, ...others] = other;
  const isOfLone = side.every(({ treeCount, outputs }) => treeCount === 1 && outputs === first.outputs);
  if (!isOfLone || whole === undefined || others.length > 0 || whole.treeCount !== side.length) return undefined;
  return {
    ...first,
    treeCount: side.length,
    aggregate: whole.aggregate,
    outputOf: (index) => side[index]?.outputOf(0),
    weightOf: (index) => side[index]?.weightOf(0) ?? 1,
    holds: side.flatMap(({ holds }) => holds),
    pathOf: (index) => side[index]?.pathOf(0) ?? "",
    tree: (index, work) => (side[index] ?? first).tree(0, work),
  };
}

/** The ensembles of an artifact; none where what they start from cannot be read: its parameters say so. */
export async function readableEnsembles(artifact: Artifact): Promise<readonly TreeEnsemble[]> {
  try {
    return await ensemblesOf(artifact);
  } catch (error) {
    return ignoreUnreadable(error, []);
  }
}
