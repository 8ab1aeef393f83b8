import type { Work } from "../../work.ts";
import { type FeatureKeys, isLeaf } from "./features.ts";
import type { Explained } from "./nodes.ts";
import type { Rewritten } from "./report.ts";
import { rewritingOf } from "./rewriting.ts";
import { type Holding, isHeld, NodeRules, type PlacedTree, RuleCounts, type Rules } from "./rewritten.ts";

/** How the nodes of one tree are made of those of the other by the rules that explain most of them. */
interface Way {
  readonly rules: Rules;
  readonly kind: Rewritten;
  /** Nodes that the rules explain. */
  readonly count: number;
  readonly at: (old: number, next: number) => Holding | undefined;
}

/**
 * Of two trees laid over each other, what explains a node whose numbers differ: the rules of one way, from the old tree
 * to the new one or back, that explain most nodes. Undefined where none explains any. Throws when cancelled.
 */
export async function explainedNodes(
  old: PlacedTree,
  next: PlacedTree,
  keys: FeatureKeys,
  work: Work,
): Promise<Explained | undefined> {
  const forth = await wayBetween(old, next, keys, false, work);
  const back = await wayBetween(next, old, keys, true, work);
  const way = (back?.count ?? 0) > (forth?.count ?? 0) ? back : forth;
  if (way === undefined) return undefined;
  return (from, to) => {
    const holding = way.at(from, to);
    return holding !== undefined && isHeld(holding, way.rules) ? way.kind : undefined;
  };
}

async function wayBetween(
  wide: PlacedTree,
  narrow: PlacedTree,
  keys: FeatureKeys,
  isBack: boolean,
  work: Work,
): Promise<Way | undefined> {
  const nodes = NodeRules.of(wide, narrow, keys);
  if (nodes === undefined) return undefined;
  const counts = new RuleCounts();
  let isMissingLost = false;
  const open: (readonly [number, number])[] = [[0, 0]];
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    if (work.isDue()) await work.checkpoint();
    const [a, b] = place;
    const holding = nodes.at(a, b);
    if (holding !== undefined) {
      counts.add(holding, isLeaf(wide.tree, a));
      isMissingLost ||= holding.isMissingLost;
    }
    if (isLeaf(wide.tree, a) || isLeaf(narrow.tree, b)) continue;
    open.push([wide.tree.right[a] ?? -1, narrow.tree.right[b] ?? -1]);
    open.push([wide.tree.left[a] ?? -1, narrow.tree.left[b] ?? -1]);
  }
  const { rules, count } = counts.most(nodes.all);
  const kind = rewritingOf(rules, isMissingLost, isBack, wide.ensemble.library !== narrow.ensemble.library)?.kind;
  if (kind === undefined || kind === "same") return undefined;
  return { rules, kind, count, at: isBack ? (old, next) => nodes.at(next, old) : (old, next) => nodes.at(old, next) };
}
