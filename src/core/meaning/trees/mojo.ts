import { corrupt, limitExceeded } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import type { Artifact } from "../../model/artifact.ts";
import { type DictNode, dictGet, isNode, type Value } from "../../model/value.ts";
import { readAll } from "../../bytes/read-all.ts";
import type { Work } from "../../work.ts";
import { quotedPath } from "../path.ts";
import { checkedTree, indicesOf, numbersOf, tensorIn } from "./columns.ts";
import type { SplitTest, Tree, TreeEnsemble } from "./ensemble.ts";

/**
 * Trees of an H2O MOJO (gradient boosting, random forest, isolation forest): one tree for each class and round. A value goes
 * right when it is not below the threshold, or when its level is in the set.
 * https://github.com/h2oai/h2o-3/tree/master/h2o-genmodel/src/main/java/hex/genmodel/algos/tree
 */
export function mojoEnsembles(artifact: Artifact): Promise<readonly TreeEnsemble[]> {
  const { root, format } = artifact;
  if (format !== "mojo" || !isNode(root) || root.kind !== "dict") return Promise.resolve([]);
  const places = placesIn(root);
  return Promise.resolve(places.length === 0 ? [] : [ensembleOf(root, places, artifact)]);
}

/** `trees/t01_007`: the eighth tree of the second class. */
const NAME = /^trees\/t(\d+)_(\d+)$/;

interface Place {
  readonly key: string;
  readonly node: DictNode;
  readonly output: number;
  readonly round: number;
}

/** The trees that could be read, round by round. */
function placesIn(root: DictNode): readonly Place[] {
  const places: Place[] = [];
  for (const [i, key] of root.keys.entries()) {
    const node = root.values[i];
    const match = typeof key === "string" ? NAME.exec(key) : null;
    if (match === null || typeof key !== "string" || !isNode(node) || node.kind !== "dict") continue;
    places.push({ key, node, output: Number(match[1]), round: Number(match[2]) });
  }
  return places.sort((a, b) => a.round - b.round || a.output - b.output);
}

function ensembleOf(root: DictNode, places: readonly Place[], artifact: Artifact): TreeEnsemble {
  const { schema } = artifact;
  const outputs = places.reduce((most, { output }) => Math.max(most, output + 1), 1);
  if (outputs > LIMITS.namedValues) throw corrupt(`a MOJO has trees for ${outputs} outputs`);
  const base = numberIn(root, "init_f") ?? 0;
  const algorithm = dictGet(root, "algorithm");
  const sizes = levelCounts(artifact);
  const paths = places.map(({ key }) => quotedPath("", key));
  return {
    path: "",
    library: "h2o",
    treeCount: places.length,
    ...(schema.features !== undefined && { features: schema.features, featureCount: schema.features.length }),
    ...(schema.classes !== undefined && { classes: schema.classes }),
    outputs,
    aggregate:
      algorithm === "Gradient Boosting Machine" ? "sum" : algorithm === "Distributed Random Forest" ? "mean" : "each",
    base: Array.from({ length: outputs }, () => base),
    outputOf: (index) => places[index]?.output,
    weightOf: () => 1,
    precision: { feature: "float64", sum: "float64" },
    holds: paths,
    pathOf: (index) => paths[index] ?? "",
    tree: (index, work) => treeOf(places[index]?.node, sizes, paths[index] ?? "a tree", work),
  };
}

/** How many levels each column has; undefined for a column of numbers. */
function levelCounts({ metadata, schema }: Artifact): readonly (number | undefined)[] {
  const domains = isNode(metadata) && metadata.kind === "dict" ? dictGet(metadata, "domains") : undefined;
  if (!isNode(domains) || domains.kind !== "dict") return [];
  return (schema.features ?? []).map((name) => {
    const levels = dictGet(domains, name);
    return isNode(levels) && levels.kind === "list" ? levels.items.length : undefined;
  });
}

/** What a node does with a missing value: nothing else goes left; it goes left (learnt, or as most do); it goes right. */
const MISSING_ALONE = 1;
const LEFTWARD = new Set([2, 4]);

async function treeOf(
  node: DictNode | undefined,
  sizes: readonly (number | undefined)[],
  name: string,
  work: Work,
): Promise<Tree> {
  const tensor = (key: string) => {
    const found = node === undefined ? undefined : tensorIn(dictGet(node, key));
    if (found === undefined) throw corrupt(`${name} has no column ${key}`);
    return found;
  };
  const feature = await indicesOf(tensor("column"), work);
  const missing = await numbersOf(tensor("missing"), work);
  const threshold = await numbersOf(tensor("threshold"), work);
  const values = await numbersOf(tensor("value"), work);
  const missingLeft = Uint8Array.from(missing, (code) => (LEFTWARD.has(code) ? 1 : 0));
  const sets = await setsOf(
    node === undefined ? undefined : dictGet(node, "sets"),
    { feature, sizes, missingLeft },
    name,
    work,
  );
  const test = Array.from(
    feature,
    (_, i): SplitTest => (sets.has(i) ? "not-in" : missing[i] === MISSING_ALONE ? "<=" : "<"),
  );
  const tree: Tree = {
    nodeCount: feature.length,
    feature,
    // Whatever is there goes left: no number is above infinity.
    threshold: threshold.map((value, i) =>
      feature[i] === -1 ? 0 : missing[i] === MISSING_ALONE ? Number.POSITIVE_INFINITY : value,
    ),
    left: await indicesOf(tensor("left"), work),
    right: await indicesOf(tensor("right"), work),
    missingLeft,
    test,
    ...(sets.size > 0 ? { categories: sets } : {}),
    outputs: 1,
    values: values.map((value) => (Number.isNaN(value) ? 0 : value)),
  };
  return checkedTree(tree, name, work);
}

/** Levels in all sets of a tree: a level takes a bit of the file, or none where a set does not tell of it. */
const LEVELS = 10_000_000;

interface Splits {
  readonly feature: Int32Array;
  readonly sizes: readonly (number | undefined)[];
  readonly missingLeft: Uint8Array;
}

/** Levels that go right, by node. A level outside of what a set tells of goes where missing values do. */
async function setsOf(
  value: Value | undefined,
  { feature, sizes, missingLeft }: Splits,
  name: string,
  work: Work,
): Promise<ReadonlyMap<number, readonly number[]>> {
  const sets = new Map<number, readonly number[]>();
  if (!isNode(value) || value.kind !== "list") return sets;
  let total = 0;
  for (const item of value.items) {
    if (work.isDue()) await work.checkpoint();
    if (!isNode(item) || item.kind !== "dict") continue;
    const [node, first, bits] = ["node", "first", "bits"].map((key) => Number(dictGet(item, key)));
    const levels = dictGet(item, "levels");
    if (node === undefined || first === undefined || bits === undefined || !isNode(levels) || levels.kind !== "bytes")
      throw corrupt(`${name} has a set of levels without bits`);
    const bytes = await readAll(levels.data);
    const right: number[] = [];
    for (let bit = 0; bit < bits; bit++) if (((bytes[bit >> 3] ?? 0) >> (bit & 7)) & 1) right.push(first + bit);
    const size = Math.min(sizes[feature[node] ?? -1] ?? 0, LIMITS.namedValues);
    if (missingLeft[node] !== 1)
      for (let level = 0; level < size; level++) if (level < first || level >= first + bits) right.push(level);
    total += right.length;
    if (total > LEVELS) throw limitExceeded(`levels that ${name} looks into`, total, LEVELS);
    sets.set(
      node,
      right.sort((a, b) => a - b),
    );
  }
  return sets;
}

function numberIn(root: DictNode, key: string): number | undefined {
  const value = dictGet(root, key);
  if (typeof value === "number") return value;
  if (typeof value === "bigint") return Number(value);
  return isNode(value) && value.kind === "decimal" ? value.nearest : undefined;
}
