import { fromBytes } from "../../bytes/source.ts";
import { type ArtifactError, corrupt } from "../../errors.ts";
import { scalarDType } from "../../model/dtype.ts";
import { type DictNode, dictGet, isNode, type Value } from "../../model/value.ts";
import type { Work } from "../../work.ts";
import { retyped } from "../numbers-retyped.ts";
import { dictIn, itemsIn } from "./model.ts";

const FLOAT32 = scalarDType("float32");
const FLOAT64 = scalarDType("float64");
const INT32 = scalarDType("int32");

/**
 * Gives CatBoost's JSON the form of its binary files: settings apart from notes, borders as the `float32` that they are, splits
 * of oblivious trees as the numbers that both forms have. Changes the containers in place.
 */
export async function likeBinary(root: Value | undefined, name: string, work: Work): Promise<readonly ArtifactError[]> {
  const errors: ArtifactError[] = [];
  if (!isNode(root) || root.kind !== "dict") return errors;
  for (const key of ["float_features", "ctrs", "estimated_features"])
    for (const feature of itemsIn(dictIn(root, "features_info"), key) ?? []) retype(feature, "borders", FLOAT32);
  for (const [index, tree] of (itemsIn(root, "oblivious_trees") ?? []).entries()) {
    if (work.isDue()) await work.checkpoint();
    retype(tree, "leaf_weights", FLOAT64);
    retype(tree, "leaf_values", FLOAT64);
    const problem = numberSplits(tree);
    if (problem !== undefined) errors.push(corrupt(`${name}: tree ${index}: ${problem}`));
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
  const splits = itemsIn(tree, "splits");
  if (splits === undefined || !isNode(tree) || tree.kind !== "dict")
    return splits === undefined ? "it has no splits" : undefined;
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
