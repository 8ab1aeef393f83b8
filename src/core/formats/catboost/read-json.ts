import { append } from "../../append.ts";
import { fromBytes } from "../../bytes/source.ts";
import { type ArtifactError, corrupt } from "../../errors.ts";
import { formatElement } from "../../model/decode.ts";
import { scalarDType } from "../../model/dtype.ts";
import { elementCount } from "../../model/tensor.ts";
import { type DictNode, dictGet, isNode, type Value } from "../../model/value.ts";
import { readElements } from "../../model/window.ts";
import type { Work } from "../../work.ts";
import { retyped } from "../numbers-retyped.ts";
import { numbersWritten, writtenText } from "../plain-text/written.ts";
import { dictIn, itemsIn } from "./model.ts";

const FLOAT32 = scalarDType("float32");
const FLOAT64 = scalarDType("float64");
const INT32 = scalarDType("int32");
const UINT16 = scalarDType("uint16");

/**
 * Gives CatBoost's JSON the form of its binary files: settings apart from notes, borders as the `float32` that they are, splits
 * of oblivious trees as the numbers that both forms have. Changes the containers in place.
 */
export async function likeBinary(root: Value | undefined, name: string, work: Work): Promise<readonly ArtifactError[]> {
  const errors: ArtifactError[] = [];
  if (!isNode(root) || root.kind !== "dict") return errors;
  for (const key of ["float_features", "ctrs", "estimated_features"])
    for (const feature of itemsIn(dictIn(root, "features_info"), key) ?? []) retype(feature, "borders", FLOAT32);
  valuesApart(root);
  await scaleApart(root, name);
  for (const [index, tree] of (itemsIn(root, "oblivious_trees") ?? []).entries()) {
    if (work.isDue()) await work.checkpoint();
    retype(tree, "leaf_weights", FLOAT64);
    retype(tree, "leaf_values", FLOAT64);
    const problem = numberSplits(tree);
    if (problem !== undefined) errors.push(corrupt(`${name}: tree ${index}: ${problem}`));
  }
  const nested = itemsIn(root, "trees");
  for (const [index, tree] of (nested ?? []).entries()) {
    if (work.isDue()) await work.checkpoint();
    const made = await steppedTree(tree, name);
    if (typeof made === "string") errors.push(corrupt(`${name}: tree ${index}: ${made}`));
    const items = root.values[root.keys.indexOf("trees")];
    if (typeof made !== "string" && isNode(items) && items.kind === "list") items.items[index] = made;
  }
  apartSettings(root);
  return errors;
}

/** `params` of the notes become a part of their own: they were chosen, the others are noted. */
export function apartSettings(root: DictNode): void {
  const notes = dictIn(root, "model_info");
  const at = notes?.keys.indexOf("params") ?? -1;
  const params = notes?.values[at];
  if (notes === undefined || !isNode(params) || params.kind !== "dict") return;
  notes.keys.splice(at, 1);
  notes.values.splice(at, 1);
  root.keys.push("params");
  root.values.push(params);
}

/** What a category is asked to be is a part of its own in binary files, and a key of the category in the export. */
function valuesApart(root: DictNode): void {
  const info = dictIn(root, "features_info");
  const items: Value[] = [];
  for (const feature of itemsIn(info, "categorical_features") ?? []) {
    const at = isNode(feature) && feature.kind === "dict" ? feature.keys.indexOf("values") : -1;
    if (at < 0 || !isNode(feature) || feature.kind !== "dict") continue;
    retype(feature, "values", INT32);
    items.push({
      kind: "dict",
      keys: ["cat_feature_index", "values"],
      values: [dictGet(feature, "feature_index") ?? null, feature.values[at] ?? null],
    });
    feature.keys.splice(at, 1);
    feature.values.splice(at, 1);
  }
  if (items.length === 0 || info === undefined) return;
  info.keys.push("one_hot_features");
  info.values.push({ kind: "list", type: "list", items });
}

/** `[scale, [bias, ...]]`, before 1.0 `[scale, bias]`: two numbers of their own in binary files. */
async function scaleApart(root: DictNode, name: string): Promise<void> {
  const at = root.keys.indexOf("scale_and_bias");
  const pair = root.values[at];
  if (!isNode(pair)) return;
  const items = pair.kind === "list" ? [await textsIn(pair.items[0]), await textsIn(pair.items[1])] : undefined;
  const flat = pair.kind === "tensor" ? await textsIn(pair) : undefined;
  const scale = items === undefined ? flat?.[0] : items[0]?.[0];
  const bias = items === undefined ? flat?.slice(1) : items[1];
  if (scale === undefined || bias === undefined) return;
  root.keys.splice(at, 1, "scale", "bias");
  root.values.splice(
    at,
    1,
    { kind: "decimal", text: scale, nearest: Number(scale), offset: 0 },
    numbersWritten(bias, name),
  );
}

function retype(holder: Value, key: string, dtype: typeof FLOAT32): void {
  if (!isNode(holder) || holder.kind !== "dict") return;
  const at = holder.keys.indexOf(key);
  const value = holder.values[at];
  if (isNode(value) && value.kind === "list" && value.items.length === 0)
    holder.values[at] = arrayOf(dtype, new Uint8Array(0), 0);
  if (!isNode(value) || value.kind !== "tensor" || value.tensor.shape.length !== 1) return;
  if (value.tensor.dtype.scalar !== dtype.scalar)
    holder.values[at] = { ...value, tensor: retyped(value.tensor, dtype) };
}

function arrayOf(dtype: typeof FLOAT32, bytes: Uint8Array, count: number): Value {
  const tensor = { dtype, shape: [count], order: "C" as const, offset: 0, data: fromBytes(bytes, "list") };
  return { kind: "tensor", className: "array", tensor, offset: 0 };
}

/** The splits of a tree by their number; the border and the feature of each are in features_info. */
function numberSplits(tree: Value): string | undefined {
  if (!isNode(tree) || tree.kind !== "dict") return "it is no object";
  // A tree that is one leaf has null there.
  const splits = dictGet(tree, "splits") === null ? [] : itemsIn(tree, "splits");
  if (splits === undefined) return "it has no splits";
  const bytes = new Uint8Array(splits.length * 4);
  const view = new DataView(bytes.buffer);
  for (const [i, split] of splits.entries()) {
    const index = isNode(split) && split.kind === "dict" ? dictGet(split, "split_index") : undefined;
    if (typeof index !== "bigint" || index < 0n || index > 0x7fff_ffffn) return `split ${i} has no split_index`;
    view.setInt32(i * 4, Number(index), true);
  }
  tree.values[tree.keys.indexOf("splits")] = arrayOf(INT32, bytes, splits.length);
  return undefined;
}

/** Nested nodes as the columns that binary files have; what is wrong with them, in words. */
async function steppedTree(tree: Value, name: string): Promise<DictNode | string> {
  const nodes: DictNode[] = [];
  const sides: [number, number][] = [];
  const open: { readonly value: Value; readonly parent: number; readonly side: 0 | 1 }[] = [
    { value: tree, parent: -1, side: 0 },
  ];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, parent, side } = next;
    if (!isNode(value) || value.kind !== "dict") return "a node is no object";
    const at = nodes.push(value) - 1;
    sides.push([0, 0]);
    const above = sides[parent];
    if (above !== undefined) above[side] = at - parent;
    const [left, right] = [dictGet(value, "left"), dictGet(value, "right")];
    if (left === undefined && right === undefined) continue;
    if (left === undefined || right === undefined) return "a node has one side only";
    open.push({ value: right, parent: at, side: 1 }, { value: left, parent: at, side: 0 });
  }
  const [splits, steps, leafOf] = [
    new Int32Array(nodes.length),
    new Uint16Array(nodes.length * 2),
    new Int32Array(nodes.length).fill(-1),
  ];
  const values: string[] = [];
  const weights: string[] = [];
  for (const [at, node] of nodes.entries()) {
    const [no, yes] = sides[at] ?? [0, 0];
    if (no > 0xffff || yes > 0xffff) return "it has more nodes than CatBoost can count";
    steps.set([no, yes], at * 2);
    if (no === 0 && yes === 0) {
      leafOf[at] = weights.length;
      const texts = await textsIn(dictGet(node, "value"));
      const weight = writtenText(dictGet(node, "weight"));
      if (texts === undefined) return "a leaf has no value";
      append(values, texts);
      weights.push(weight ?? "nan");
      continue;
    }
    const split = dictGet(node, "split");
    const index = isNode(split) && split.kind === "dict" ? dictGet(split, "split_index") : undefined;
    if (typeof index !== "bigint" || index < 0n || index > 0x7fff_ffffn) return "a split has no split_index";
    splits[at] = Number(index);
  }
  const column = (dtype: typeof FLOAT32, from: Int32Array | Uint16Array, shape: readonly number[]): Value => ({
    kind: "tensor",
    className: "array",
    tensor: { dtype, shape, order: "C", offset: 0, data: fromBytes(littleBytes(from, dtype.itemSize), name) },
    offset: 0,
  });
  return {
    kind: "dict",
    keys: ["splits", "steps", "leaf_of_node", "leaf_values", "leaf_weights"],
    values: [
      column(INT32, splits, [nodes.length]),
      column(UINT16, steps, [nodes.length, 2]),
      column(INT32, leafOf, [nodes.length]),
      numbersWritten(values, name),
      numbersWritten(weights, name),
    ],
  };
}

/** One number, or one for each output. */
async function textsIn(value: Value | undefined): Promise<readonly string[] | undefined> {
  const text = writtenText(value);
  if (text !== undefined) return [text];
  if (!isNode(value) || value.kind !== "tensor" || value.tensor.shape.length !== 1) return undefined;
  const { tensor } = value;
  const count = elementCount(tensor.shape);
  const bytes = await readElements(tensor, 0, count);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from(
    { length: count },
    (_, i) => tensor.texts?.text(i) ?? formatElement(tensor.dtype, view, i * tensor.dtype.itemSize),
  );
}

function littleBytes(numbers: Int32Array | Uint16Array, itemSize: number): Uint8Array {
  const bytes = new Uint8Array(numbers.length * itemSize);
  const view = new DataView(bytes.buffer);
  for (const [i, number] of numbers.entries())
    if (itemSize === 4) view.setInt32(i * 4, number, true);
    else view.setUint16(i * 2, number, true);
  return bytes;
}
