import { fromBytes } from "../../bytes/source.ts";
import { formatElement, toBigInt } from "../../model/decode.ts";
import { type DType, type ScalarName, scalarDType } from "../../model/dtype.ts";
import { encodeElement } from "../../model/encode.ts";
import { elementCount, type TensorRef } from "../../model/tensor.ts";
import { type DictNode, isNode, type ListNode, type TensorNode, type Value } from "../../model/value.ts";
import { readElements } from "../../model/window.ts";
import type { Work } from "../../work.ts";
import { fits, retyped } from "../numbers-retyped.ts";

/**
 * Element types of the arrays that XGBoost saves, by the key they lie under: text (JSON) has no types, and UBJSON has
 * those of its writer. https://github.com/dmlc/xgboost/blob/master/doc/model.schema ·
 * https://github.com/dmlc/xgboost/blob/master/src/tree/tree_model.cc
 */
const ARRAYS: Readonly<Record<string, ScalarName>> = {
  base_weights: "float32",
  leaf_weights: "float32",
  loss_changes: "float32",
  split_conditions: "float32",
  sum_hessian: "float32",
  weight_drop: "float32",
  weights: "float32",
  "ti+": "float32",
  "tj-": "float32",
  categories: "int32",
  categories_nodes: "int32",
  categories_segments: "int64",
  categories_sizes: "int64",
  default_left: "uint8",
  split_type: "uint8",
  left_children: "int32",
  right_children: "int32",
  parents: "int32",
  split_indices: "int32",
  tree_info: "int32",
  iteration_indptr: "int32",
  feature_segments: "int32",
  sorted_idx: "int32",
  offsets: "int32",
};

/**
 * Gives a model's arrays the types that XGBoost gives them, whatever container they come from: what JSON and UBJSON say of
 * one model is then the same. Arrays that it does not know keep their type. Changes the containers in place.
 */
export async function giveTypes(root: Value, work: Work): Promise<void> {
  const open: (DictNode | ListNode)[] = isContainer(root) ? [root] : [];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (work.isDue()) await work.checkpoint();
    const values = node.kind === "dict" ? node.values : node.items;
    for (const [i, value] of values.entries()) {
      const key = node.kind === "dict" ? node.keys[i] : undefined;
      const made = (typeof key === "string" ? await typed(key, value, node) : undefined) ?? single(value);
      values[i] = made;
      if (isContainer(made)) open.push(made);
    }
  }
}

function isContainer(value: Value): value is DictNode | ListNode {
  return isNode(value) && (value.kind === "dict" || value.kind === "list");
}

/** A lone float is a float32 as well. */
function single(value: Value): Value {
  if (!isNode(value) || value.kind !== "decimal") return value;
  return scalarNode(encodeElement(FLOAT32, value.text));
}

function scalarNode(bytes: Uint8Array): Value {
  return {
    kind: "scalar",
    tensor: { dtype: FLOAT32, shape: [], order: "C", offset: 0, data: fromBytes(bytes, "number") },
  };
}

const FLOAT32 = scalarDType("float32");

async function typed(key: string, value: Value, holder: DictNode | ListNode): Promise<Value | undefined> {
  if (!isNode(value) || (value.kind !== "tensor" && value.kind !== "list")) return undefined;
  if (key === "version") return versionText(value);
  const scalar = Object.hasOwn(ARRAYS, key) ? ARRAYS[key] : categoryType(key, value, holder);
  if (scalar === undefined) return undefined;
  if (value.kind === "list") return ofItems(value, scalarDType(scalar));
  const { tensor } = value;
  if (tensor.dtype.scalar === scalar || tensor.shape.length !== 1) return undefined;
  return { ...value, tensor: retyped(tensor, scalarDType(scalar)) };
}

/** Categories of a column: characters of texts when there are offsets into them, else numbers. */
function categoryType(key: string, value: TensorNode | ListNode, holder: DictNode | ListNode): ScalarName | undefined {
  if (key !== "values" || holder.kind !== "dict") return undefined;
  if (holder.keys.includes("offsets")) return "int8";
  return value.kind === "tensor" && value.tensor.dtype.kind === "f" ? "float32" : "int64";
}

/** `[3, 0, 1]` as `3.0.1`: it is no parameter, and two versions of a library may hold the same ones. */
async function versionText(value: TensorNode | ListNode): Promise<string | undefined> {
  const parts = value.kind === "list" ? value.items : await integersOf(value.tensor);
  return parts.length === 3 && parts.every((part) => typeof part === "bigint") ? parts.join(".") : undefined;
}

async function integersOf(tensor: TensorRef): Promise<readonly bigint[]> {
  if (tensor.shape.length !== 1 || (tensor.shape[0] ?? 0) > 3 || tensor.dtype.kind === "f") return [];
  const count = elementCount(tensor.shape);
  const bytes = await readElements(tensor, 0, count);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: count }, (_, i) => toBigInt(tensor.dtype, view, i * tensor.dtype.itemSize));
}

/** A list of what is no run of numbers: flags (XGBoost before 1.6), numbers with a letter each, or nothing. */
async function ofItems({ items }: ListNode, dtype: DType): Promise<Value | undefined> {
  const bytes = new Uint8Array(items.length * dtype.itemSize);
  for (const [i, item] of items.entries()) {
    const text = await numberText(item);
    if (text === undefined || !fits(dtype, text)) return undefined;
    bytes.set(encodeElement(dtype, text), i * dtype.itemSize);
  }
  const tensor = { dtype, shape: [items.length], order: "C" as const, offset: 0, data: fromBytes(bytes, "list") };
  return { kind: "tensor", className: "list", tensor, offset: 0 };
}

async function numberText(item: Value): Promise<string | undefined> {
  if (typeof item === "boolean") return item ? "1" : "0";
  if (typeof item === "bigint") return item.toString();
  if (typeof item === "number") return formatNumber(item);
  if (!isNode(item)) return undefined;
  if (item.kind === "decimal") return item.text;
  if (item.kind !== "scalar") return undefined;
  const { tensor } = item;
  const bytes = await readElements({ ...tensor, shape: [1] }, 0, 1);
  return formatElement(tensor.dtype, new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), 0);
}

function formatNumber(value: number): string {
  return Number.isNaN(value) ? "nan" : String(value).replace("Infinity", "inf");
}
