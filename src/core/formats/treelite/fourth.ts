import { corrupt } from "../../errors.ts";
import type { ScalarName } from "../../model/dtype.ts";
import type { Value } from "../../model/value.ts";
import type { CheckpointReader } from "./checkpoint-reader.ts";
import type { Layout, NumberTypes } from "./layout.ts";

const TASKS = ["kBinaryClf", "kRegressor", "kMultiClf", "kLearningToRank", "kIsolationForest"];

/** Arrays of a tree in the order of the file; `leaf` and `threshold` stand for the model's types. */
const ARRAYS: readonly (readonly [string, ScalarName | "leaf" | "threshold"])[] = [
  ["node_type", "int8"],
  ["cleft", "int32"],
  ["cright", "int32"],
  ["split_index", "int32"],
  ["default_left", "bool"],
  ["leaf_value", "leaf"],
  ["threshold", "threshold"],
  ["cmp", "int8"],
  ["category_list_right_child", "bool"],
  ["leaf_vector", "leaf"],
  ["leaf_vector_begin", "uint64"],
  ["leaf_vector_end", "uint64"],
  ["category_list", "uint32"],
  ["category_list_begin", "uint64"],
  ["category_list_end", "uint64"],
  ["data_count", "uint64"],
  ["data_count_present", "bool"],
  ["sum_hess", "float64"],
  ["sum_hess_present", "bool"],
  ["gain", "float64"],
  ["gain_present", "bool"],
];

/** https://treelite.readthedocs.io/en/latest/serialization/v4.html */
export const fourthLayout: Layout = { arrays: ARRAYS.length, settings, tree };

async function settings(reader: CheckpointReader): Promise<readonly (readonly [string, Value])[]> {
  const entries: [string, Value][] = [["num_feature", BigInt(await reader.int())]];
  const task = await reader.byte();
  entries.push(["task_type", TASKS[task] ?? BigInt(task)], ["average_tree_output", (await reader.byte()) !== 0]);
  entries.push(["num_target", BigInt(await reader.int())]);
  for (const name of ["num_class", "leaf_vector_shape", "target_id", "class_id"])
    entries.push([name, await reader.array("int32")]);
  entries.push(["postprocessor", await reader.text()]);
  for (const name of ["sigmoid_alpha", "ratio_c"]) entries.push([name, await reader.float()]);
  entries.push(["base_scores", await reader.array("float64")], ["attributes", await reader.text()]);
  await reader.noMore();
  return entries;
}

async function tree(
  reader: CheckpointReader,
  { leaf, threshold }: NumberTypes,
): Promise<readonly (readonly [string, Value])[]> {
  const nodes = await reader.int();
  const entries: [string, Value][] = [["has_categorical_split", (await reader.byte()) !== 0]];
  for (const [name, type] of ARRAYS) {
    const { at } = reader;
    const array = await reader.array(type === "leaf" ? leaf : type === "threshold" ? threshold : type);
    const [length = 0] = array.tensor.shape;
    // Lists over all nodes stand beside an array for each.
    if (length !== nodes && length !== 0 && name !== "leaf_vector" && name !== "category_list")
      throw corrupt(`${name} of ${length} elements in a tree of ${nodes} nodes`, at);
    if (length > 0) entries.push([name, array]);
  }
  await reader.noMore();
  await reader.noMore();
  return entries;
}
