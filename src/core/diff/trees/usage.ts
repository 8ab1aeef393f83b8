import { LIMITS } from "../../limits.ts";
import type { Tree, TreeEnsemble } from "../../meaning/trees/ensemble.ts";
import { featureName, isLeaf, preOrder } from "./features.ts";
import type { FeatureUse } from "./report.ts";

interface Use {
  splits: number;
  gain: number;
}

/** Splits and gain by feature, gathered tree by tree. */
export class Usage {
  readonly byFeature = new Map<string, Use>();
  splits = 0;
  gain = 0;
  nodes = 0;
  depth = 0;
  /** False as soon as a tree does not tell its gains. */
  hasGain = true;
  private readonly ensemble: TreeEnsemble;

  constructor(ensemble: TreeEnsemble) {
    this.ensemble = ensemble;
  }

  add(tree: Tree): void {
    if (tree.gain === undefined) this.hasGain = false;
    for (const { node, depth } of preOrder(tree)) {
      this.nodes++;
      if (depth > this.depth) this.depth = depth;
      if (isLeaf(tree, node)) continue;
      const name = featureName(this.ensemble, tree.feature[node] ?? -1);
      const use = this.byFeature.get(name) ?? { splits: 0, gain: 0 };
      this.byFeature.set(name, use);
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
  const hasGain = old.hasGain && next.hasGain && old.gain > 0 && next.gain > 0;
  const share = (usage: Usage, use: Use | undefined): number => {
    if (use === undefined) return 0;
    if (hasGain) return use.gain / usage.gain;
    return usage.splits === 0 ? 0 : use.splits / usage.splits;
  };
  const names = new Set([...old.byFeature.keys(), ...next.byFeature.keys()]);
  const uses = [...names].map((feature): FeatureUse => {
    const [before, after] = [old.byFeature.get(feature), next.byFeature.get(feature)];
    return {
      feature,
      oldSplits: before?.splits ?? 0,
      newSplits: after?.splits ?? 0,
      ...(hasGain ? { oldGain: before?.gain ?? 0, newGain: after?.gain ?? 0 } : {}),
      shift: share(next, after) - share(old, before),
    };
  });
  return uses.sort((a, b) => Math.abs(b.shift) - Math.abs(a.shift)).slice(0, LIMITS.topChanges);
}
