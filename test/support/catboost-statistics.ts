import { type DictNode, dictGet, isNode, type Value } from "../../src/core/model/value.ts";
import { catboostModelOf, dictIn, itemsIn } from "../../src/core/formats/catboost/model.ts";
import { numbersOf, tensorIn } from "../../src/core/meaning/trees/columns.ts";
import { fieldTensors } from "../../src/core/meaning/structured.ts";

/**
 * What CatBoost makes of the categories of a row, from nothing but what was read of its file: to prove that its tables of
 * statistics were read right. Rows have categories as the numbers that CatBoost hashes them to.
 * https://github.com/catboost/catboost/blob/master/catboost/libs/model/ctr_helpers.h · static_ctr_provider.cpp · ctr_data.h
 */

const MULTIPLIER = 0x4906ba494954cb65n;

function mixed(hash: bigint, value: bigint): bigint {
  const inner = BigInt.asUintN(64, hash + BigInt.asUintN(64, MULTIPLIER * BigInt.asUintN(64, value)));
  return BigInt.asUintN(64, MULTIPLIER * inner);
}

/** Statistics of one hash: counts by class, the count of all, or the sum and count of the target. */
type Table = ReadonlyMap<bigint, readonly number[]>;

interface Statistic {
  readonly type: string;
  readonly elements: readonly Value[];
  readonly table: Table;
  readonly denominator: number;
  readonly targetBorder: number;
  readonly prior: readonly [number, number];
  readonly shift: number;
  readonly scale: number;
}

/** Rows with what splits by statistics are asked of behind their columns, in the order of the ensemble's features. */
export async function withStatistics(
  root: Value | undefined,
  rows: readonly (readonly number[])[],
): Promise<readonly (readonly number[])[]> {
  const node = catboostModelOf(root)?.node;
  const info = dictIn(node, "features_info");
  if (node === undefined || info === undefined) throw new Error("there is no CatBoost model");
  const columns = { float: flatOf(info, "float_features"), category: flatOf(info, "categorical_features") };
  const statistics: Statistic[] = [];
  for (const ctr of itemsIn(info, "ctrs") ?? []) {
    const borders = tensorIn(dictGet(dictOf(ctr), "borders"));
    if (borders !== undefined && (borders.shape[0] ?? 0) > 0) statistics.push(await statisticOf(node, dictOf(ctr)));
  }
  return rows.map((row) => [...row, ...statistics.map((statistic) => valueOf(statistic, row, columns))]);
}

function dictOf(value: Value): DictNode {
  if (!isNode(value) || value.kind !== "dict") throw new Error("no object");
  return value;
}

function textOf(value: Value | undefined): string {
  if (typeof value !== "string") throw new Error("no text");
  return value;
}

/** Columns of the input by the index among those of their kind. */
function flatOf(info: DictNode, key: string): ReadonlyMap<number, number> {
  return new Map(
    (itemsIn(info, key) ?? []).map((feature) => [
      Number(dictGet(dictOf(feature), "feature_index")),
      Number(dictGet(dictOf(feature), "flat_feature_index")),
    ]),
  );
}

function numberAt(node: DictNode, otherwise: number, ...keys: readonly string[]): number {
  for (const key of keys) {
    const value = dictGet(node, key);
    if (typeof value === "number" || typeof value === "bigint") return Number(value);
    if (isNode(value) && value.kind === "decimal") return value.nearest;
  }
  return otherwise;
}

async function statisticOf(model: DictNode, ctr: DictNode): Promise<Statistic> {
  const type = textOf(dictGet(ctr, "ctr_type"));
  const elements = itemsIn(ctr, "elements") ?? [];
  const { table, denominator } = await tableOf(model, ctr, type, elements);
  return {
    type,
    elements,
    table,
    denominator,
    targetBorder: numberAt(ctr, 0, "target_border_idx"),
    // The export misspells it.
    prior: [numberAt(ctr, 0, "prior_numerator"), numberAt(ctr, 1, "prior_denominator", "prior_denomerator")],
    shift: numberAt(ctr, 0, "shift"),
    scale: numberAt(ctr, 1, "scale"),
  };
}

async function tableOf(
  model: DictNode,
  ctr: DictNode,
  type: string,
  elements: readonly Value[],
): Promise<{ readonly table: Table; readonly denominator: number }> {
  const data = dictGet(model, "ctr_data");
  if (isNode(data) && data.kind === "dict") {
    const held = dictOf(dictGet(data, textOf(dictGet(ctr, "identifier"))) ?? null);
    return { table: writtenTable(held), denominator: numberAt(held, 0, "counter_denominator") };
  }
  const classifier = numberAt(ctr, 0, "target_border_classifier_idx");
  const key = described(elements);
  for (const item of itemsIn(model, "ctr_data") ?? []) {
    const held = dictOf(item);
    const isIt =
      dictGet(held, "ctr_type") === type &&
      numberAt(held, 0, "target_border_classifier_idx") === classifier &&
      described(itemsIn(held, "elements") ?? []) === key;
    if (isIt) return { table: await packedTable(held), denominator: numberAt(held, 0, "counter_denominator") };
  }
  throw new Error(`there is no table for ${type} of ${key}`);
}

function described(elements: readonly Value[]): string {
  return elements.map((element) => dictOf(element).values.map(String).join(" ")).join(", ");
}

/** `hash_map` of the export: a hash and its numbers, `hash_stride` together. */
function writtenTable(held: DictNode): Table {
  const items = itemsIn(held, "hash_map") ?? [];
  const stride = numberAt(held, 1, "hash_stride");
  const table = new Map<bigint, readonly number[]>();
  for (let at = 0; at < items.length; at += stride) {
    const numbers = items.slice(at + 1, at + stride);
    table.set(
      BigInt(textOf(items[at])),
      numbers.map((item) => (isNode(item) && item.kind === "decimal" ? item.nearest : Number(item))),
    );
  }
  return table;
}

/** `hash_map` of the file: places of 12 bytes, a hash of 64 bits and the row of `statistics` that it stands for. */
async function packedTable(held: DictNode): Promise<Table> {
  const map = dictGet(held, "hash_map");
  if (!isNode(map) || map.kind !== "bytes") throw new Error("there is no hash table");
  const bytes = await map.data.read(0, map.data.size);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const rowOf = await statisticsOf(held);
  const table = new Map<bigint, readonly number[]>();
  for (let at = 0; at + 12 <= bytes.length; at += 12) {
    const hash = view.getBigUint64(at, true);
    if (hash !== 0xffff_ffff_ffff_ffffn) table.set(hash, rowOf(view.getUint32(at + 8, true)));
  }
  return table;
}

async function statisticsOf(held: DictNode): Promise<(row: number) => readonly number[]> {
  const value = dictGet(held, "statistics");
  if (!isNode(value) || value.kind !== "tensor") throw new Error("there are no statistics");
  if (value.tensor.dtype.fields !== undefined) {
    const fields: Float64Array[] = [];
    for (const { tensor } of fieldTensors(value.tensor)) fields.push(await numbersOf(tensor));
    return (row) => fields.map((column) => column[row] ?? Number.NaN);
  }
  const [, width = 1] = value.tensor.shape;
  const numbers = await numbersOf(value.tensor);
  return (row) => [...numbers.subarray(row * width, (row + 1) * width)];
}

interface Columns {
  readonly float: ReadonlyMap<number, number>;
  readonly category: ReadonlyMap<number, number>;
}

function hashOf(elements: readonly Value[], row: readonly number[], columns: Columns): bigint {
  let hash = 0n;
  for (const element of elements) {
    const node = dictOf(element);
    const category = dictGet(node, "cat_feature_index") ?? dictGet(node, "one_hot_feature_index");
    const exact = dictGet(node, "value");
    const float = dictGet(node, "float_feature_index");
    if (float !== undefined) {
      const isAbove = Math.fround(row[columns.float.get(Number(float)) ?? -1] ?? Number.NaN) > borderOf(node);
      hash = mixed(hash, isAbove ? 1n : 0n);
      continue;
    }
    const value = BigInt(row[columns.category.get(Number(category)) ?? -1] ?? 0);
    hash = mixed(hash, exact === undefined ? value : value === exact ? 1n : 0n);
  }
  return hash;
}

function borderOf(node: DictNode): number {
  return Math.fround(numberAt(node, Number.NaN, "border"));
}

/** In float32, as CatBoost computes it. */
function valueOf(statistic: Statistic, row: readonly number[], columns: Columns): number {
  const { type, targetBorder, table, denominator, prior, shift, scale } = statistic;
  const counts = table.get(hashOf(statistic.elements, row, columns));
  const made = (good: number, total: number): number => {
    const share = Math.fround(Math.fround(good + prior[0]) / Math.fround(total + prior[1]));
    return Math.fround(Math.fround(share + shift) * scale);
  };
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
  if (type === "Counter" || type === "FeatureFreq") return made(counts?.[0] ?? 0, denominator);
  if (counts === undefined) return made(0, 0);
  if (type.endsWith("TargetMeanValue")) return made(counts[0] ?? Number.NaN, counts[1] ?? Number.NaN);
  if (type === "Buckets") return made(counts[targetBorder] ?? Number.NaN, sum(counts));
  return made(sum(counts.slice(targetBorder + 1)), sum(counts));
}
