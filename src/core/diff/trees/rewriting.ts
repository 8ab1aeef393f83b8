import { ArtifactError } from "../../errors.ts";
import type { TreeEnsemble } from "../../meaning/trees/ensemble.ts";
import type { Work } from "../../work.ts";
import { FeatureKeys } from "./features.ts";
import type { Rewriting } from "./report.ts";
import { commonRules, type Holding, isHeld, type Rules, rulesBetween } from "./rewritten.ts";

/** Trees in the same place of both sides, and how each is made of the other: forth, the new one of the old one; or back. */
interface Tried {
  readonly newIndex: number;
  readonly forth: Holding | undefined;
  readonly back: Holding | undefined;
}

/** Trees that are looked into when none of them is the other side's in other numbers: a converter writes them all alike. */
const PATIENCE = 16;

export interface RewrittenTrees {
  readonly rewriting: Rewriting;
  /** Of trees that are the other side's, their index on the new side. */
  readonly trees: ReadonlySet<number>;
}

/**
 * Which of the trees that are not the same are the other side's exactly, in narrower numbers or held in another way: one
 * rule for all of them. Undefined where none is. Throws only when cancelled, or when a file changed while it was read.
 */
export async function rewrittenTrees(
  old: TreeEnsemble,
  next: TreeEnsemble,
  pairs: readonly { readonly old: number; readonly new: number }[],
  work: Work,
): Promise<RewrittenTrees | undefined> {
  const keys = new FeatureKeys(old, next);
  const tried: Tried[] = [];
  for (const pair of pairs) {
    if (tried.length >= PATIENCE && tried.every(({ forth, back }) => forth === undefined && back === undefined)) break;
    if (work.isDue()) await work.checkpoint();
    tried.push(await tryPair(old, next, pair, keys, work));
  }
  const isConverted = old.library !== next.library;
  const forth = ruled(tried, "forth");
  const back = ruled(tried, "back");
  if (forth === undefined || (back !== undefined && back.trees.size > forth.trees.size))
    return back && described(back, true, isConverted);
  return described(forth, false, isConverted);
}

async function tryPair(
  old: TreeEnsemble,
  next: TreeEnsemble,
  pair: { readonly old: number; readonly new: number },
  keys: FeatureKeys,
  work: Work,
): Promise<Tried> {
  try {
    const before = { ensemble: old, tree: await old.tree(pair.old, work), index: pair.old };
    const after = { ensemble: next, tree: await next.tree(pair.new, work), index: pair.new };
    return {
      newIndex: pair.new,
      forth: await rulesBetween(before, after, keys, work),
      back: await rulesBetween(after, before, keys, work),
    };
  } catch (error) {
    // What cannot be read is told where trees are compared.
    if (error instanceof ArtifactError && error.code !== "cancelled" && error.code !== "changed")
      return { newIndex: pair.new, forth: undefined, back: undefined };
    throw error;
  }
}

interface Ruled {
  readonly rules: Rules;
  readonly trees: ReadonlySet<number>;
  readonly isMissingLost: boolean;
}

function ruled(tried: readonly Tried[], way: "forth" | "back"): Ruled | undefined {
  const rules = commonRules(tried.map((each) => each[way]));
  if (rules === undefined) return undefined;
  const held = tried.flatMap((each) => {
    const holding = each[way];
    return holding !== undefined && isHeld(holding, rules) ? [{ newIndex: each.newIndex, holding }] : [];
  });
  return {
    rules,
    trees: new Set(held.map(({ newIndex }) => newIndex)),
    isMissingLost: held.some(({ holding }) => holding.isMissingLost),
  };
}

function described(
  { rules, trees, isMissingLost }: Ruled,
  isBack: boolean,
  isConverted: boolean,
): RewrittenTrees | undefined {
  const rewriting = rewritingOf(rules, isMissingLost, isBack, isConverted);
  return rewriting && { rewriting, trees };
}

/**
 * What rules that hold say became of the numbers; `isBack` where they make the old tree of the new one, `isConverted` between
 * two libraries.
 */
export function rewritingOf(
  { thresholds, leaves }: Rules,
  isMissingLost: boolean,
  isBack: boolean,
  isConverted: boolean,
): Rewriting | undefined {
  const isRounded = leaves.endsWith("32") || (thresholds !== "same" && thresholds !== "alike");
  const values = (["shared", "weighted", "numbered"] as const).find((name) => leaves.startsWith(name)) ?? "same";
  const isSame = !isRounded && values === "same" && thresholds === "same";
  // The numbers are the same: what differs is what becomes of missing values, which in one library is a change.
  if (isSame && isMissingLost && !isConverted) return undefined;
  return {
    kind: isSame && !isMissingLost ? "same" : isRounded ? (isBack ? "refined" : "rounded") : "restated",
    ...(isRounded ? { dtype: "float32" as const } : {}),
    thresholds,
    values,
    isMissingLost,
  };
}
