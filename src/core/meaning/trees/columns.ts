import { corrupt } from "../../errors.ts";
import { decodeBlock } from "../../model/decode.ts";
import { denseByteLength, elementCount, type TensorRef } from "../../model/tensor.ts";
import { isNode, type Value } from "../../model/value.ts";
import { readElements } from "../../model/window.ts";
import type { Work } from "../../work.ts";
import type { Tree } from "./ensemble.ts";

/** The tensor that a value is; undefined for any other value, and for arrays of objects. */
export function tensorIn(value: Value | undefined): TensorRef | undefined {
  if (!isNode(value) || (value.kind !== "tensor" && value.kind !== "scalar")) return undefined;
  if (value.kind === "tensor" && value.objects !== undefined) return undefined;
  return value.tensor.dtype.scalar === undefined ? undefined : value.tensor;
}

/** Elements that are decoded before others get a turn. */
const BLOCK = 1 << 16;

/** All elements in C order as float64. A column of a tree is at most as large as the file. */
export async function numbersOf(tensor: TensorRef, work?: Work): Promise<Float64Array> {
  const count = elementCount(tensor.shape);
  if (denseByteLength(tensor) > tensor.data.size)
    throw corrupt(`an array of ${count} elements lies in ${tensor.data.size} bytes`);
  const bytes = await readElements(tensor, 0, count);
  const numbers = new Float64Array(count);
  const { itemSize } = tensor.dtype;
  if (work === undefined || itemSize === 0) decodeBlock(tensor.dtype, bytes, count, numbers);
  else
    for (let at = 0; at < count; at += BLOCK) {
      if (work.isDue()) await work.checkpoint();
      const size = Math.min(BLOCK, count - at);
      decodeBlock(tensor.dtype, bytes.subarray(at * itemSize), size, numbers.subarray(at, at + size));
    }
  return numbers;
}

/** Elements that are whole numbers of 32 bits; others become -1, which no child or feature is. */
export async function indicesOf(tensor: TensorRef, work?: Work): Promise<Int32Array> {
  const numbers = await numbersOf(tensor, work);
  const indices = new Int32Array(numbers.length);
  for (let at = 0; at < numbers.length; at++) {
    const value = numbers[at] ?? -1;
    const index = value | 0;
    // -(2 ** 31) is no index either; -0 is 0.
    indices[at] = index === value && index !== -(2 ** 31) ? index : -1;
  }
  return indices;
}

/**
 * The tree itself, when its columns are of one length, its inner nodes have two children inside of it, and no node is
 * reached twice. Nodes that are not reached from the root are let be: XGBoost keeps those that it pruned. Throws
 * `corrupt`, or when cancelled.
 */
export async function checkedTree(tree: Tree, name: string, work: Work): Promise<Tree> {
  const { nodeCount, left, right, feature, threshold, values, outputs, missingLeft, gain, cover } = tree;
  if (nodeCount < 1) throw corrupt(`${name} has no nodes`);
  for (const column of [left, right, feature, threshold, missingLeft, gain, cover])
    if (column !== undefined && column.length !== nodeCount)
      throw corrupt(`${name} has columns of ${nodeCount} and of ${column.length} nodes`);
  if (values.length !== nodeCount * outputs)
    throw corrupt(`${name} has ${values.length} values for ${nodeCount} nodes of ${outputs} outputs`);
  const seen = new Uint8Array(nodeCount);
  const open = [0];
  seen[0] = 1;
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (work.isDue()) await work.checkpoint();
    if (tree.feature[node] === -1) continue;
    for (const child of [left[node] ?? -1, right[node] ?? -1]) {
      if (child < 0 || child >= nodeCount)
        throw corrupt(`${name}: node ${node} has the child ${child}, of ${nodeCount}`);
      if (seen[child] === 1) throw corrupt(`${name}: node ${child} is reached twice`);
      seen[child] = 1;
      open.push(child);
    }
  }
  return tree;
}
