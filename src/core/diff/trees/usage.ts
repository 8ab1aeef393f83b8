import { LIMITS } from "../../limits.ts";
import type { Tree, TreeEnsemble } from "../../meaning/trees/ensemble.ts";
import type { Work } from "../../work.ts";
import { type FeatureKeys, featureName, isLeaf, preOrder } from "./features.ts";
import type { FeatureUse } from "./report.ts";

interface Use {
  /** Index of the feature on this side. */
  readonly feature: number;
  splits: number;
  gain: number;
}

/** Splits and gain by feature, gathered tree by tree. Features go by the numbers that both sides share. */
export class Usage {
  readonly byFeature = new Map<number, Use>();
  splits = 0;
  gain = 0;
  nodes = 0;
  depth = 0;
  /** False as soon as a tree does not tell its gains. */
  hasGain = true;
  readonly ensemble: TreeEnsemble;
  private readonly keys: FeatureKeys;

  constructor(ensemble: TreeEnsemble, keys: FeatureKeys) {
    this.ensemble = ensemble;
    this.keys = keys;
  }

  /** Throws when cancelled. */
  async add(tree: Tree, work: Work): Promise<void> {
    if (tree.gain === undefined) this.hasGain = false;
    for (const { node, depth } of preOrder(tree)) {
      if (work.isDue()) await work.checkpoint();
      this.nodes++;
      if (depth > this.depth) this.depth = depth;
      if (isLeaf(tree, node)) continue;
      const feature = tree.feature[node] ?? -1;
      const key = this.keys.keyOf(this.ensemble, feature);
      const use = this.byFeature.get(key) ?? { feature, splits: 0, gain: 0 };
      this.byFeature.set(key, use);
      const gain = tree.gain?.[node] ?? 0;
      use.splits++;
      use.gain += gain;
      this.splits++;
      this.gain += gain;
    }
  }
}

/** Both sides' use of every feature, the largest shift first. */
export function featureUses(old: Usage, next: Usage): readonly FeatureUse[] {
  // A gain that is infinite, or a NaN, leaves no shares to speak of.
  const hasGain = [old, next].every((side) => side.hasGain && side.gain > 0 && Number.isFinite(side.gain));
  const share = (usage: Usage, use: Use | undefined): number => {
    if (use === undefined) return 0;
    if (hasGain) return use.gain / usage.gain;
    return usage.splits === 0 ? 0 : use.splits / usage.splits;
  };
  const keys = new Set([...old.byFeature.keys(), ...next.byFeature.keys()]);
  const uses = [...keys].map((key): FeatureUse => {
    const [before, after] = [old.byFeature.get(key), next.byFeature.get(key)];
    return {
      feature: nameOf(old, before, next, after),
      oldSplits: before?.splits ?? 0,
      newSplits: after?.splits ?? 0,
      ...(hasGain ? { oldGain: before?.gain ?? 0, newGain: after?.gain ?? 0 } : {}),
      shift: share(next, after) - share(old, before),
    };
  });
  return uses.sort((a, b) => Math.abs(b.shift) - Math.abs(a.shift)).slice(0, LIMITS.topChanges);
}

/** Where one side alone has names, features go by position, and that side's names are those of the other as well. */
function nameOf(old: Usage, before: Use | undefined, next: Usage, after: Use | undefined): string {
  if (after !== undefined && next.ensemble.features !== undefined) return featureName(next.ensemble, after.feature);
  if (before !== undefined && old.ensemble.features !== undefined) return featureName(old.ensemble, before.feature);
  const named = next.ensemble.features === undefined ? old.ensemble : next.ensemble;
  return featureName(named, (after ?? before)?.feature ?? -1);
}
