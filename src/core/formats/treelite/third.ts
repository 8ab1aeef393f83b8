import { corrupt } from "../../errors.ts";
import type { ScalarName } from "../../model/dtype.ts";
import type { Value } from "../../model/value.ts";
import type { CheckpointReader } from "./checkpoint-reader.ts";
import type { Layout, NumberTypes } from "./layout.ts";

const TASKS = ["kBinaryClfRegr", "kMultiClfGrovePerClass", "kMultiClfProbDistLeaf", "kMultiClfCategLeaf"];
const OUTPUTS = ["kFloat", "kInt"];
/** Letters of `pred_transform`. */
const NAME = 256;

/** https://treelite.readthedocs.io/en/latest/serialization/v3.html; structures lie as a compiler aligns them. */
export const thirdLayout = layoutOf(true);
/** Version 2.3 and 2.4: the same without room for later fields. */
export const secondLayout = layoutOf(false);

function layoutOf(hasRoom: boolean): Layout {
  return {
    arrays: 19,
    async settings(reader) {
      const found = await settings(reader);
      if (hasRoom) await reader.noMore();
      return found;
    },
    async tree(reader, types) {
      const found = await tree(reader, types);
      if (!hasRoom) return found;
      await reader.noMore();
      await reader.noMore();
      return found;
    },
  };
}

async function settings(reader: CheckpointReader): Promise<readonly (readonly [string, Value])[]> {
  const entries: [string, Value][] = [["num_feature", BigInt(await reader.int())]];
  const task = await reader.byte();
  entries.push(["task_type", TASKS[task] ?? BigInt(task)], ["average_tree_output", (await reader.byte()) !== 0]);
  const output = await reader.byte();
  entries.push(["output_type", OUTPUTS[output] ?? BigInt(output)], ["grove_per_class", (await reader.byte()) !== 0]);
  await reader.byte();
  await reader.byte();
  for (const name of ["num_class", "leaf_vector_size"]) entries.push([name, BigInt(await reader.uint())]);
  entries.push(["pred_transform", (await reader.characters(NAME)).replace(/\0.*$/s, "")]);
  for (const name of ["sigmoid_alpha", "ratio_c", "global_bias"]) entries.push([name, await reader.float()]);
  return entries;
}

/** Nodes are structures: each field is an array that steps over the others. */
async function tree(
  reader: CheckpointReader,
  { leaf, threshold }: NumberTypes,
): Promise<readonly (readonly [string, Value])[]> {
  const { at } = reader;
  const nodes = await reader.int();
  const entries: [string, Value][] = [["has_categorical_split", (await reader.byte()) !== 0]];
  const isWide = threshold === "float64";
  const size = isWide ? 56 : 48;
  const { offset, length } = await reader.items(size);
  if (length !== nodes) throw corrupt(`${length} nodes in a tree of ${nodes}`, at);
  const counts = isWide ? 24 : 16;
  const fields: readonly (readonly [string, ScalarName, number])[] = [
    ["cleft", "int32", 0],
    ["cright", "int32", 4],
    // The highest bit: a missing value goes left.
    ["sindex", "uint32", 8],
    // What a leaf gives has the place of the threshold that it has not.
    ...(leaf === "uint32" ? [["leaf_value", leaf, isWide ? 16 : 12] as const] : []),
    [leaf === "uint32" ? "threshold" : "info", threshold, isWide ? 16 : 12],
    ["data_count", "uint64", counts],
    ["sum_hess", "float64", counts + 8],
    ["gain", "float64", counts + 16],
    ["split_type", "int8", counts + 24],
    ["cmp", "int8", counts + 25],
    ["data_count_present", "bool", counts + 26],
    ["sum_hess_present", "bool", counts + 27],
    ["gain_present", "bool", counts + 28],
    ["categories_list_right_child", "bool", counts + 29],
  ];
  for (const [name, scalar, place] of fields) entries.push([name, reader.column(scalar, offset + place, length, size)]);
  for (const [name, scalar, count] of [
    ["leaf_vector", leaf, undefined],
    ["leaf_vector_begin", "uint64", nodes],
    ["leaf_vector_end", "uint64", nodes],
    ["matching_categories", "uint32", undefined],
    ["matching_categories_offset", "uint64", nodes + 1],
  ] as const) {
    const start = reader.at;
    const array = await reader.array(scalar);
    const [found = 0] = array.tensor.shape;
    if (count !== undefined && found !== count && found !== 0)
      throw corrupt(`${name} of ${found} elements in a tree of ${nodes} nodes`, start);
    if (found > 0) entries.push([name, array]);
  }
  return entries;
}
