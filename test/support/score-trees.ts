import type { SplitTest, Tree, TreeEnsemble } from "../../src/core/meaning/trees/ensemble.ts";
import { quietWork } from "../../src/core/work.ts";

/**
 * Raw predictions of an ensemble, made with nothing but what it says of itself: to prove that its trees were read right.
 * One row of numbers for each row of `rows`; a missing value is NaN. In the precision that the library has.
 */
export async function rawPredictions(
  ensemble: TreeEnsemble,
  rows: readonly (readonly number[])[],
): Promise<readonly (readonly number[])[]> {
  const { treeCount, outputs, base, aggregate, precision } = ensemble;
  const toFeature = precision.feature === "float32" ? Math.fround : (value: number) => value;
  const toSum = precision.sum === "float32" ? Math.fround : (value: number) => value;
  const given = rows.map((row) => row.map(toFeature));
  const raw = rows.map(() => Array.from({ length: outputs }, (_, k) => (aggregate === "sum" ? (base[k] ?? 0) : 0)));
  for (let index = 0; index < treeCount; index++) {
    const tree = await ensemble.tree(index, quietWork());
    const [output, weight] = [ensemble.outputOf(index), ensemble.weightOf(index)];
    for (const [i, row] of given.entries()) {
      const sums = raw[i] ?? [];
      const leaf = leafOf(tree, row, rows[i]);
      for (let k = 0; k < tree.outputs; k++) {
        const at = output ?? k;
        sums[at] = toSum((sums[at] ?? 0) + toSum(weight * leafValue(tree, leaf, k, row)));
      }
    }
  }
  if (aggregate === "sum") return raw;
  const writers = Array.from({ length: treeCount }, (_, index) => ensemble.outputOf(index));
  return raw.map((sums) =>
    sums.map((sum, k) => {
      const count = writers.filter((output) => output === undefined || output === k).length;
      return toSum(toSum(sum / count) + (base[k] ?? 0));
    }),
  );
}

function leafValue(tree: Tree, leaf: number, output: number, row: readonly number[]): number {
  const constant = tree.values[leaf * tree.outputs + output] ?? Number.NaN;
  const linear = tree.linear?.get(leaf);
  if (linear === undefined || linear.features.some((feature) => Number.isNaN(row[feature]))) return constant;
  return linear.features.reduce(
    (sum, feature, i) => sum + (linear.coefficients[i] ?? Number.NaN) * (row[feature] ?? Number.NaN),
    linear.constant,
  );
}

/** The leaf that a row ends in. `given`: the row before its features were rounded, for categories are no measures. */
export function leafOf(tree: Tree, row: readonly number[], given = row): number {
  let node = 0;
  while (tree.feature[node] !== -1) {
    const isCategory = tree.categories?.has(node) === true;
    const value = (isCategory ? given : row)[tree.feature[node] ?? -1];
    if (value === undefined) throw new Error(`no feature ${tree.feature[node]}`);
    node = (goesLeft(tree, node, value) ? tree.left[node] : tree.right[node]) ?? -1;
  }
  return node;
}

function goesLeft(tree: Tree, node: number, value: number): boolean {
  const isMissing = Number.isNaN(value) || (tree.zeroIsMissing?.[node] === 1 && Math.abs(value) <= 1e-35);
  if (isMissing && tree.missingLeft !== undefined) return tree.missingLeft[node] === 1;
  const test: SplitTest = typeof tree.test === "string" ? tree.test : (tree.test[node] ?? "<=");
  const threshold = tree.threshold[node] ?? Number.NaN;
  switch (test) {
    case "<=":
      return value <= threshold;
    case "<":
      return value < threshold;
    case ">=":
      return value >= threshold;
    case ">":
      return value > threshold;
    case "==":
      return value === threshold;
    case "!=":
      return value !== threshold;
    case "in":
      return tree.categories?.get(node)?.includes(Math.trunc(value)) === true;
    case "not-in":
      return tree.categories?.get(node)?.includes(Math.trunc(value)) !== true;
  }
}

/** What a generator wrote beside a model: float64 in hexadecimal, little-endian. */
export interface ExpectedPredictions {
  readonly features: number;
  readonly outputs: number;
  readonly rows: string;
  readonly raw: string;
}

/** Rows of `width` numbers. */
export function numbersIn(hex: string, width: number): readonly (readonly number[])[] {
  const bytes = Buffer.from(hex, "hex");
  const rows: number[][] = [];
  for (let at = 0; at < bytes.length; at += width * 8)
    rows.push(Array.from({ length: width }, (_, k) => bytes.readDoubleLE(at + k * 8)));
  return rows;
}

/** The largest difference of any two; infinite where the tables differ in shape or one of them is no number. */
export function largestError(found: readonly (readonly number[])[], wanted: readonly (readonly number[])[]): number {
  if (found.length !== wanted.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (const [i, row] of found.entries()) {
    if (row.length !== wanted[i]?.length) return Number.POSITIVE_INFINITY;
    for (const [k, value] of row.entries()) {
      const error = Math.abs(value - (wanted[i]?.[k] ?? Number.NaN));
      largest = Number.isNaN(error) ? Number.POSITIVE_INFINITY : Math.max(largest, error);
    }
  }
  return largest;
}
