import type { LinearLeaf, Tree, TreeEnsemble } from "../../meaning/trees/ensemble.ts";
import { float32Text, float64Text } from "../../model/float-text.ts";
import type { Work } from "../../work.ts";
import { FeatureKeys, featureName, isLeaf } from "./features.ts";
import { testOf } from "./key.ts";
import type { NodeField, NodeRow, NodeText, Rewritten, TreeComparison, TreeCounts } from "./report.ts";

/** A tree of one side and the ensemble that it is of. */
export interface TreeSide {
  readonly ensemble: TreeEnsemble;
  readonly tree: Tree;
}

/** What explains the numbers of a node of each side that are not the same; undefined for nothing. */
export type Explained = (old: number, next: number) => Rewritten | undefined;

type Counts = { -readonly [K in keyof TreeCounts]: TreeCounts[K] };

/** Categories of one split that are printed. */
const CATEGORIES = 50;

interface Place {
  readonly old: number;
  readonly next: number;
  readonly depth: number;
  readonly parent: number;
  readonly branch: NodeRow["branch"];
}

/**
 * Lays two trees over each other from their roots on: a place that both have is the same or says what differs; below a
 * leaf that became a split, or a split that became a leaf, nodes are added or removed. At most `limit` rows are made, all
 * are counted. Throws when cancelled.
 */
export async function compareTrees(
  old: TreeSide | undefined,
  next: TreeSide | undefined,
  keys: FeatureKeys,
  limit: number,
  work: Work,
  explained: Explained = () => undefined,
): Promise<TreeComparison> {
  const rows: NodeRow[] = [];
  const counts: Counts = { same: 0, changed: 0, added: 0, removed: 0 };
  const open: Place[] = [
    { old: old === undefined ? -1 : 0, next: next === undefined ? -1 : 0, depth: 0, parent: -1, branch: "root" },
  ];
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    if (work.isDue()) await work.checkpoint();
    const before = old !== undefined && place.old >= 0 ? { ...old, node: place.old } : undefined;
    const after = next !== undefined && place.next >= 0 ? { ...next, node: place.next } : undefined;
    const fields = before !== undefined && after !== undefined ? differing(before, after, keys) : [];
    const kind =
      before === undefined
        ? "added"
        : after === undefined
          ? "removed"
          : fields.length === 0
            ? "same"
            : (explained(place.old, place.next) ?? "changed");
    counts[kind] = (counts[kind] ?? 0) + 1;
    const row = rows.length;
    if (row < limit)
      rows.push({
        depth: place.depth,
        parent: place.parent,
        branch: place.branch,
        kind,
        fields,
        ...(before === undefined ? {} : { old: textOf(before, firstOther(before, after)) }),
        ...(after === undefined ? {} : { new: textOf(after, firstOther(before, after)) }),
      });
    for (const branch of ["right", "left"] as const) {
      const child = (side: NodeAt | undefined): number =>
        side === undefined || isLeaf(side.tree, side.node) ? -1 : (side.tree[branch][side.node] ?? -1);
      const [from, to] = [child(before), child(after)];
      if (from >= 0 || to >= 0) open.push({ old: from, next: to, depth: place.depth + 1, parent: row, branch });
    }
  }
  return { rows, total: totalOf(counts), counts };
}

/** The nodes of one tree as rows, at most `limit` of them. */
export async function treeRows(
  ensemble: TreeEnsemble,
  tree: Tree,
  limit: number,
  work: Work,
): Promise<Pick<TreeComparison, "rows" | "total">> {
  const keys = new FeatureKeys(ensemble, ensemble);
  const { rows, total } = await compareTrees(undefined, { ensemble, tree }, keys, limit, work);
  return { rows: rows.map((row) => ({ ...row, kind: "same" })), total };
}

function totalOf(counts: TreeCounts): number {
  return Object.values(counts).reduce((sum, count: number) => sum + count, 0);
}

/** A node of one side. */
export interface NodeAt extends TreeSide {
  readonly node: number;
}

function differing(old: NodeAt, next: NodeAt, keys: FeatureKeys): readonly NodeField[] {
  const [a, b] = [isLeaf(old.tree, old.node), isLeaf(next.tree, next.node)];
  if (a !== b) return ["structure"];
  if (a) return sameValues(old, next) && sameLinear(old, next, keys) ? [] : ["value"];
  const fields: NodeField[] = [];
  const featureOf = ({ ensemble, tree, node }: NodeAt): number => keys.keyOf(ensemble, tree.feature[node] ?? -1);
  if (featureOf(old) !== featureOf(next)) fields.push("feature");
  if (testOf(old.tree, old.node) !== testOf(next.tree, next.node)) fields.push("test");
  if (!sameThreshold(old, next)) fields.push("threshold");
  if (
    old.tree.missingLeft?.[old.node] !== next.tree.missingLeft?.[next.node] ||
    (old.tree.zeroIsMissing?.[old.node] ?? 0) !== (next.tree.zeroIsMissing?.[next.node] ?? 0)
  )
    fields.push("missing");
  return fields;
}

function sameValues(old: NodeAt, next: NodeAt): boolean {
  const { outputs } = old.tree;
  if (outputs !== next.tree.outputs) return false;
  for (let k = 0; k < outputs; k++)
    if (!Object.is(old.tree.values[old.node * outputs + k], next.tree.values[next.node * outputs + k])) return false;
  return true;
}

export function sameLinear(old: NodeAt, next: NodeAt, keys: FeatureKeys): boolean {
  const [a, b] = [old.tree.linear?.get(old.node), next.tree.linear?.get(next.node)];
  if (a === undefined || b === undefined) return a === b;
  return (
    Object.is(a.constant, b.constant) &&
    a.features.length === b.features.length &&
    a.features.every((feature, k) => {
      const other = b.features[k];
      return other !== undefined && keys.keyOf(old.ensemble, feature) === keys.keyOf(next.ensemble, other);
    }) &&
    a.coefficients.every((coefficient, k) => Object.is(coefficient, b.coefficients[k]))
  );
}

function sameThreshold(old: NodeAt, next: NodeAt): boolean {
  const [a, b] = [old.tree.categories?.get(old.node), next.tree.categories?.get(next.node)];
  if (a === undefined && b === undefined)
    return Object.is(old.tree.threshold[old.node], next.tree.threshold[next.node]);
  return sameCategories(a, b);
}

/** True for two sets of the same categories, and where there is none on either side. */
export function sameCategories(a: readonly number[] | undefined, b: readonly number[] | undefined): boolean {
  return a?.length === b?.length && (a ?? []).every((category, at) => category === b?.[at]);
}

/** Where the categories of two nodes part; 0 where they do not, or there are none. */
function firstOther(old: NodeAt | undefined, next: NodeAt | undefined): number {
  const [a, b] = [old?.tree.categories?.get(old.node), next?.tree.categories?.get(next.node)];
  if (a === undefined || b === undefined) return 0;
  const at = a.findIndex((category, k) => category !== b[k]);
  return at < 0 && b.length > a.length ? a.length : Math.max(0, at);
}

/** A node in words; of many categories those around `from`. */
function textOf({ ensemble, tree, node }: NodeAt, from: number): NodeText {
  const { feature, sum } = ensemble.precision;
  const number = feature === "float32" && sum === "float32" ? shortest : float64Text;
  const cover = tree.cover?.[node];
  const covered = cover === undefined || Number.isNaN(cover) ? {} : { cover: number(cover) };
  if (isLeaf(tree, node)) {
    const linear = tree.linear?.get(node);
    const plain = Array.from(tree.values.subarray(node * tree.outputs, (node + 1) * tree.outputs), number);
    const values = linear === undefined ? plain : [`${linearText(linear, ensemble, number)}; NaN: ${plain.join(", ")}`];
    return { node, isLeaf: true, values, ...covered };
  }
  const gain = tree.gain?.[node];
  const categories = tree.categories?.get(node);
  const missing = tree.missingLeft?.[node];
  return {
    node,
    isLeaf: false,
    feature: featureName(ensemble, tree.feature[node] ?? -1),
    test: testOf(tree, node),
    threshold: categories === undefined ? number(tree.threshold[node] ?? Number.NaN) : categoriesText(categories, from),
    ...(missing === undefined ? {} : { missing: missing === 1 ? "left" : "right" }),
    ...(tree.zeroIsMissing?.[node] === 1 ? { zeroIsMissing: true } : {}),
    ...covered,
    ...(gain === undefined ? {} : { gain: number(gain) }),
  };
}

/** "{1, 2, 5}"; of more than are printed, those from a little before `from` on. */
function categoriesText(categories: readonly number[], from: number): string {
  const start = categories.length <= CATEGORIES ? 0 : Math.max(0, from - 2);
  const shown = categories.slice(start, start + CATEGORIES);
  const [before, after] = [start > 0 ? "…, " : "", start + shown.length < categories.length ? ", …" : ""];
  return `{${before}${shown.join(", ")}${after}}`;
}

/** "0.5 + 1.25 × age". */
function linearText(
  { constant, features, coefficients }: LinearLeaf,
  ensemble: TreeEnsemble,
  number: (value: number) => string,
): string {
  const terms = Array.from(
    features,
    (feature, k) => `${number(coefficients[k] ?? Number.NaN)} × ${featureName(ensemble, feature)}`,
  );
  return [number(constant), ...terms].join(" + ");
}

/** For libraries whose numbers are all float32, and were widened: 0.1 and not 0.10000000149011612. */
function shortest(value: number): string {
  return Object.is(Math.fround(value), value) ? float32Text(value) : float64Text(value);
}
