import type { Tree, TreeEnsemble } from "../../meaning/trees/ensemble.ts";

/** What a feature is called on one side. */
export function featureName({ features }: Pick<TreeEnsemble, "features">, index: number): string {
  const name = features?.[index] ?? String(index);
  // A number alone would read as one: "1 > 2.85".
  return /^\d+$/.test(name) ? `feature ${name}` : name;
}

/**
 * Features of both sides under one number each: by name where both sides have names and no two are alike, for a
 * model that was trained on reordered columns splits on the same ones; by position else.
 */
export class FeatureKeys {
  private readonly byName = new Map<string, number>();
  private readonly isNamed: boolean;

  constructor(old: TreeEnsemble, next: TreeEnsemble) {
    this.isNamed = [old, next].every(
      ({ features }) => features !== undefined && new Set(features).size === features.length,
    );
  }

  keyOf(ensemble: TreeEnsemble, index: number): number {
    const name = this.isNamed ? ensemble.features?.[index] : undefined;
    if (name === undefined) return this.isNamed ? -2 - index : index;
    const known = this.byName.get(name);
    if (known !== undefined) return known;
    const key = this.byName.size;
    this.byName.set(name, key);
    return key;
  }
}

/** Inner nodes that rows can come to, children after parents, left before right. */
export function* preOrder(tree: Tree): Generator<{ readonly node: number; readonly depth: number }> {
  const open: { readonly node: number; readonly depth: number }[] = [{ node: 0, depth: 0 }];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    yield at;
    if (isLeaf(tree, at.node)) continue;
    open.push({ node: tree.right[at.node] ?? -1, depth: at.depth + 1 });
    open.push({ node: tree.left[at.node] ?? -1, depth: at.depth + 1 });
  }
}

export function isLeaf(tree: Tree, node: number): boolean {
  return tree.feature[node] === -1;
}
