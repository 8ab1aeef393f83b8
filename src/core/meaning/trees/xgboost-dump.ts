import { corrupt } from "../../errors.ts";
import { type DictNode, dictGet, isNode, type Value } from "../../model/value.ts";
import type { Work } from "../../work.ts";
import { attributePath, indexPath } from "../path.ts";
import { checkedTree, numbersOf, tensorIn } from "./columns.ts";
import type { SplitTest, Tree, TreeEnsemble } from "./ensemble.ts";

/** What XGBoost calls features that have no names: by their numbers. */
const NUMBERED = /^f(0|[1-9]\d{0,5})$/;

/**
 * The trees of a dump. It tells neither what the trees add to nor, where they have names, the numbers of features: those are
 * numbered as they come, and all trees are taken for those of one output. `holder`: the address of what it lies in, "" for a
 * file of its own. Undefined for another value.
 */
export function dumpEnsemble(root: Value | undefined, holder: string): TreeEnsemble | undefined {
  const trees = isNode(root) && root.kind === "dict" ? dictGet(root, "trees") : undefined;
  if (!isNode(trees) || trees.kind !== "list" || trees.items.length === 0) return undefined;
  const features = numbered(new Set(trees.items.flatMap(namesIn)));
  const width = leafWidth(trees.items[0]);
  const base = attributePath(holder, "trees");
  const pathOf = (index: number): string => indexPath(base, index);
  return {
    path: holder,
    library: "xgboost",
    treeCount: trees.items.length,
    features: [...features.keys()],
    isPartial: true,
    outputs: width,
    aggregate: "sum",
    base: Array.from({ length: width }, () => Number.NaN),
    outputOf: () => (width === 1 ? 0 : undefined),
    weightOf: () => 1,
    precision: { feature: "float32", sum: "float32" },
    holds: [base],
    pathOf,
    tree: (index, work) => readTree(trees.items[index], pathOf(index), features, work),
  };
}

function numbered(names: ReadonlySet<string>): ReadonlyMap<string, number> {
  const numbers = [...names].map((name) => NUMBERED.exec(name)?.[1]);
  if (numbers.includes(undefined)) return new Map([...names].map((name, i) => [name, i]));
  const count = Math.max(...numbers.map(Number)) + 1;
  return new Map(Array.from({ length: count }, (_, i) => [`f${i}`, i]));
}

function partOf(tree: Value | undefined, key: string): DictNode | undefined {
  const part = isNode(tree) && tree.kind === "dict" ? dictGet(tree, key) : undefined;
  return isNode(part) && part.kind === "dict" ? part : undefined;
}

/** Numbers of each leaf: more than one where leaves are vectors. */
function leafWidth(tree: Value | undefined): number {
  const leaves = partOf(tree, "leaves");
  const values = leaves === undefined ? undefined : tensorIn(dictGet(leaves, "leaf"));
  return values?.shape[1] ?? 1;
}

function namesIn(tree: Value | undefined): readonly string[] {
  const nodes = partOf(tree, "nodes");
  const names = nodes === undefined ? undefined : dictGet(nodes, "split");
  return isNode(names) && names.kind === "list" ? names.items.filter((item) => typeof item === "string") : [];
}

async function readTree(
  tree: Value | undefined,
  path: string,
  features: ReadonlyMap<string, number>,
  work: Work,
): Promise<Tree> {
  const [nodes, leaves] = [partOf(tree, "nodes"), partOf(tree, "leaves")];
  if (nodes === undefined || leaves === undefined) throw corrupt(`${path} is no tree`);
  const optional = async (part: DictNode, key: string): Promise<Float64Array | undefined> => {
    const tensor = tensorIn(dictGet(part, key));
    return tensor === undefined ? undefined : numbersOf(tensor, work);
  };
  const column = async (part: DictNode, key: string): Promise<Float64Array> =>
    (await optional(part, key)) ?? new Float64Array(0);
  const [innerIds, leafIds] = [await column(nodes, "nodeid"), await column(leaves, "nodeid")];
  // The root is the node 0, which has no other place than the first.
  const ids = [...innerIds, ...leafIds].sort((a, b) => a - b);
  const placeOf = new Map(ids.map((id, at) => [id, at]));
  const count = ids.length;
  const at = (id: number | undefined): number => placeOf.get(id ?? Number.NaN) ?? -1;
  const filled = (value: number): Float64Array => new Float64Array(count).fill(value);
  const [yes, no, missing] = [await column(nodes, "yes"), await column(nodes, "no"), await optional(nodes, "missing")];
  const conditions = await column(nodes, "split_condition");
  const sets = partOf(nodes, "categories");
  const names = namesIn(tree);
  const [feature, left, right] = [
    new Int32Array(count).fill(-1),
    new Int32Array(count).fill(-1),
    new Int32Array(count).fill(-1),
  ];
  const [threshold, gain, cover] = [filled(Number.NaN), filled(0), filled(0)];
  const missingLeft = new Uint8Array(count);
  const tests = Array.from({ length: count }, (): SplitTest => "<");
  const categories = new Map<number, readonly number[]>();
  const [gains, covers, leafCovers] = [
    await optional(nodes, "gain"),
    await optional(nodes, "cover"),
    await optional(leaves, "cover"),
  ];
  for (const [i, id] of innerIds.entries()) {
    if (work.isDue()) await work.checkpoint();
    const node = at(id);
    feature[node] = features.get(names[i] ?? "") ?? -1;
    left[node] = at(yes[i]);
    right[node] = at(no[i]);
    missingLeft[node] = missing !== undefined && missing[i] === yes[i] ? 1 : 0;
    gain[node] = gains?.[i] ?? 0;
    cover[node] = covers?.[i] ?? 0;
    const set = sets === undefined ? undefined : tensorIn(dictGet(sets, String(id)));
    if (set !== undefined) {
      tests[node] = "in";
      categories.set(node, [...(await numbersOf(set))]);
    } else if (Number.isNaN(conditions[i])) {
      // Yes is that the feature is there.
      tests[node] = "!=";
      threshold[node] = 0;
    } else threshold[node] = Math.fround(conditions[i] ?? Number.NaN);
  }
  const outputs = leafWidth(tree);
  const values = new Float64Array(count * outputs);
  const leafValues = await column(leaves, "leaf");
  for (const [i, id] of leafIds.entries()) {
    // Digits of float32: the number is the nearest one, as in XGBoost.
    for (let k = 0; k < outputs; k++) values[at(id) * outputs + k] = Math.fround(leafValues[i * outputs + k] ?? 0);
    cover[at(id)] = leafCovers?.[i] ?? 0;
  }
  const hasCover = covers !== undefined || leafCovers !== undefined;
  return checkedTree(
    {
      nodeCount: count,
      feature,
      threshold,
      left,
      right,
      missingLeft,
      test: tests.every((test) => test === "<") ? "<" : tests,
      ...(categories.size === 0 ? {} : { categories }),
      outputs,
      values,
      ...(gains === undefined ? {} : { gain }),
      ...(hasCover ? { cover } : {}),
    },
    path,
    work,
  );
}
