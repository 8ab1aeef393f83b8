import type { Host } from "../../host.ts";
import type { LinearLeaf, SplitTest, Tree, TreeEnsemble } from "../../meaning/trees/ensemble.ts";
import type { Work } from "../../work.ts";
import { type FeatureKeys, isLeaf, preOrder } from "./features.ts";

const TESTS: readonly SplitTest[] = ["<=", "<", ">=", ">", "==", "!=", "in", "not-in"];

/**
 * A digest of what a tree decides: its splits and leaf values in pre-order, whatever numbers its nodes have, with the
 * weight it has in the sum and the output it adds to. Covers and gains are not in it: they decide nothing. Throws when
 * cancelled.
 */
export async function treeKey(
  ensemble: TreeEnsemble,
  index: number,
  tree: Tree,
  keys: FeatureKeys,
  host: Host,
  work: Work,
): Promise<string> {
  const hasher = host.sha256();
  const batch = new NumberBatch((bytes) => hasher.update(bytes));
  batch.put(ensemble.weightOf(index));
  batch.put(ensemble.outputOf(index) ?? -1);
  batch.put(tree.outputs);
  for (const { node } of preOrder(tree)) {
    if (work.isDue()) await work.checkpoint();
    if (isLeaf(tree, node)) {
      batch.put(-1);
      for (let k = 0; k < tree.outputs; k++) batch.put(tree.values[node * tree.outputs + k] ?? Number.NaN);
      putLinear(tree.linear?.get(node), (feature) => keys.keyOf(ensemble, feature), batch);
      continue;
    }
    batch.put(keys.keyOf(ensemble, tree.feature[node] ?? -1));
    batch.put(TESTS.indexOf(testOf(tree, node)));
    batch.put(tree.missingLeft?.[node] ?? 2);
    batch.put(tree.zeroIsMissing?.[node] ?? 0);
    const categories = tree.categories?.get(node);
    batch.put(categories === undefined ? (tree.threshold[node] ?? Number.NaN) : categories.length);
    for (const category of categories ?? []) batch.put(category);
  }
  batch.flush();
  return hasher.hex();
}

function putLinear(leaf: LinearLeaf | undefined, keyOf: (feature: number) => number, batch: NumberBatch): void {
  // Said of every leaf: else the numbers of one could be read as those of the next.
  batch.put(leaf === undefined ? 0 : 1);
  if (leaf === undefined) return;
  batch.put(leaf.constant);
  batch.put(leaf.features.length);
  for (const feature of leaf.features) batch.put(keyOf(feature));
  for (const coefficient of leaf.coefficients) batch.put(coefficient);
}

export function testOf({ test }: Tree, node: number): SplitTest {
  return typeof test === "string" ? test : (test[node] ?? "<=");
}

/** Numbers on their way to a digest. */
class NumberBatch {
  private readonly numbers = new Float64Array(4096);
  private readonly update: (bytes: Uint8Array) => void;
  private count = 0;

  constructor(update: (bytes: Uint8Array) => void) {
    this.update = update;
  }

  put(value: number): void {
    if (this.count === this.numbers.length) this.flush();
    // One NaN for all: what it carries decides nothing.
    this.numbers[this.count++] = Number.isNaN(value) ? Number.NaN : value;
  }

  flush(): void {
    // A copy: the digest may be made later than the next numbers are put.
    this.update(new Uint8Array(this.numbers.slice(0, this.count).buffer));
    this.count = 0;
  }
}
