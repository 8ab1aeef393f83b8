import { corrupt } from "../../errors.ts";
import type { Estimator } from "../../model/artifact.ts";
import type { TensorRef } from "../../model/tensor.ts";
import { isNode, type ObjectNode } from "../../model/value.ts";
import type { Work } from "../../work.ts";
import { attributeOf } from "../anatomy.ts";
import { attributePath, indexPath } from "../path.ts";
import { fieldTensors } from "../structured.ts";
import { checkedTree, indicesOf, numbersOf, tensorIn } from "./columns.ts";
import type { SplitTest, Tree, TreeEnsemble } from "./ensemble.ts";

/** A `TreePredictor` and its address. */
interface Predictor {
  readonly node: ObjectNode;
  readonly path: string;
}

/**
 * `HistGradientBoosting*`: `_predictors` are lists, one an iteration, of one tree an output. Leaf values have the learning
 * rate in them. Where columns are given by name or as a mask, scikit-learn (from 1.4 on) puts the categorical ones first
 * before it grows trees: indices are those of the input here.
 */
export async function histEnsemble({ node, path, schema }: Estimator): Promise<TreeEnsemble | undefined> {
  const rows = attributeOf(node, "_predictors");
  if (!isNode(rows) || rows.kind !== "list") return undefined;
  const base = attributePath(path, "_predictors");
  const predictors: Predictor[] = [];
  let outputs = 0;
  for (const [i, row] of rows.items.entries()) {
    if (!isNode(row) || row.kind !== "list" || (outputs > 0 && row.items.length !== outputs)) return undefined;
    outputs = row.items.length;
    for (const [k, item] of row.items.entries()) {
      if (!isNode(item) || item.kind !== "object") return undefined;
      predictors.push({ node: item, path: indexPath(indexPath(base, i), k) });
    }
  }
  if (outputs === 0) return undefined;
  const baseline = attributeOf(node, "_baseline_prediction");
  const tensor = tensorIn(baseline);
  const start = typeof baseline === "number" ? [baseline] : tensor === undefined ? [] : [...(await numbersOf(tensor))];
  const columns = await inputColumns(node);
  const { features, featureCount, classes } = schema;
  return {
    path,
    library: "scikit-learn",
    ...(features === undefined ? {} : { features }),
    ...(featureCount === undefined ? {} : { featureCount }),
    ...(classes === undefined ? {} : { classes }),
    treeCount: predictors.length,
    outputs,
    aggregate: "sum",
    base: Array.from({ length: outputs }, (_, k) => start[k] ?? Number.NaN),
    outputOf: (index) => index % outputs,
    weightOf: () => 1,
    precision: { feature: "float64", sum: "float64" },
    holds: [base],
    pathOf: (index) => predictors[index]?.path ?? "",
    tree: (index, work) => readPredictor(predictors[index], columns, work),
  };
}

/** The input's column by the column that trees were grown on; undefined where they are the same. */
async function inputColumns(node: ObjectNode): Promise<readonly number[] | undefined> {
  const mask = tensorIn(attributeOf(node, "is_categorical_"));
  if (!isNode(attributeOf(node, "_preprocessor")) || mask === undefined) return undefined;
  const flags = [...(await numbersOf(mask))];
  const all = [...flags.keys()];
  return [...all.filter((at) => flags[at] !== 0), ...all.filter((at) => flags[at] === 0)];
}

async function readPredictor(
  predictor: Predictor | undefined,
  columns: readonly number[] | undefined,
  work: Work,
): Promise<Tree> {
  if (predictor === undefined) throw corrupt("there is no such tree");
  const { node, path } = predictor;
  const nodes = attributeOf(node, "nodes");
  if (!isNode(nodes) || nodes.kind !== "tensor" || nodes.tensor.dtype.fields === undefined)
    throw corrupt(`${path} has no nodes`);
  const fields = new Map(fieldTensors(nodes.tensor).map(({ name, tensor }) => [name, tensor]));
  const needed = (...names: readonly string[]): TensorRef => {
    const tensor = names.map((name) => fields.get(name)).find((each) => each !== undefined);
    if (tensor?.dtype.scalar === undefined) throw corrupt(`${path} has no ${names[0] ?? "column"}`);
    return tensor;
  };
  const isLeaf = await numbersOf(needed("is_leaf"), work);
  const keep = (numbers: Int32Array): Int32Array => numbers.map((value, at) => (isLeaf[at] === 0 ? value : -1));
  const grown = await indicesOf(needed("feature_idx"), work);
  const feature = keep(columns === undefined ? grown : grown.map((index) => columns[index] ?? index));
  // Before 1.0 `threshold`, and no categories.
  const threshold = await numbersOf(needed("num_threshold", "threshold"), work);
  const categorical = fields.has("is_categorical") ? await numbersOf(needed("is_categorical"), work) : undefined;
  const sets = categorical?.includes(1) === true ? await categorySets(node, path, needed) : undefined;
  const tests = Array.from(isLeaf, (_, at): SplitTest => (sets !== undefined && categorical?.[at] === 1 ? "in" : "<="));
  const categories = new Map<number, readonly number[]>();
  for (const [at, test] of tests.entries()) {
    if (test !== "in" || isLeaf[at] !== 0) continue;
    categories.set(at, sets?.(at) ?? []);
    threshold[at] = Number.NaN;
  }
  return checkedTree(
    {
      nodeCount: isLeaf.length,
      feature,
      threshold,
      left: keep(await indicesOf(needed("left"), work)),
      right: keep(await indicesOf(needed("right"), work)),
      missingLeft: Uint8Array.from(await numbersOf(needed("missing_go_to_left"), work)),
      test: sets === undefined ? "<=" : tests,
      ...(sets === undefined ? {} : { categories }),
      outputs: 1,
      values: await numbersOf(needed("value"), work),
      gain: await numbersOf(needed("gain"), work),
      cover: await numbersOf(needed("count"), work),
    },
    path,
    work,
  );
}

/** Categories of a node that go left: bits of row `bitset_idx` of [rows, 8] words of 32 bits, the lowest first. */
async function categorySets(
  node: ObjectNode,
  path: string,
  needed: (name: string) => TensorRef,
): Promise<(at: number) => readonly number[]> {
  const tensor = tensorIn(attributeOf(node, "raw_left_cat_bitsets"));
  if (tensor === undefined) throw corrupt(`${path} splits by category and has no raw_left_cat_bitsets`);
  const words = await numbersOf(tensor);
  const rows = await indicesOf(needed("bitset_idx"));
  return (at) => {
    const row = rows[at] ?? -1;
    const found: number[] = [];
    for (let category = 0; category < 256; category++) {
      const word = words[row * 8 + (category >> 5)];
      if (word === undefined) throw corrupt(`${path}: node ${at} has the categories of row ${row}, which is not there`);
      if (((word >>> (category & 31)) & 1) === 1) found.push(category);
    }
    return found;
  };
}
