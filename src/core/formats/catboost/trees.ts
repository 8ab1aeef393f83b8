import { type ByteSource, fromBytes } from "../../bytes/source.ts";
import { corrupt } from "../../errors.ts";
import { type ScalarName, scalarDType } from "../../model/dtype.ts";
import type { DictNode, Value } from "../../model/value.ts";
import type { Flatbuffer, Table, Vector } from "../flatbuffers/table.ts";

/** A tree of more levels would have more leaves than can be; CatBoost itself allows 16. */
const MOST_LEVELS = 31;

/** Numbers that lie in the file as they are. */
export function windowOf(source: ByteSource, scalar: ScalarName, offset: number, count: number): Value {
  const dtype = scalarDType(scalar);
  return {
    kind: "tensor",
    className: "array",
    tensor: { dtype, shape: [count], order: "C", offset, data: source },
    offset,
  };
}

function dict(entries: Readonly<Record<string, Value>>): DictNode {
  return { kind: "dict", keys: Object.keys(entries), values: Object.values(entries) };
}

/** Trees as they lie in the file: one column of splits, of values and of weights for all of them. */
interface Columns {
  readonly source: ByteSource;
  readonly splits: Vector;
  readonly sizes: readonly number[];
  readonly values: Vector;
  readonly weights: Vector | undefined;
  readonly outputs: number;
}

/**
 * The trees of a model, each with its splits and leaves as windows of the file. Oblivious trees have one split a level, and
 * leaf k is where level i answers bit i of k; others have a node for each split, and where its two sides go on.
 */
export async function treesOf(
  model: Table,
  buffer: Flatbuffer,
): Promise<{ readonly key: string; readonly items: Value[] }> {
  const { source } = buffer;
  const none: Vector = { start: 0, count: 0 };
  const columns: Columns = {
    source,
    splits: (await model.vector(1, 4)) ?? none,
    sizes: await model.integers(2),
    values: (await model.vector(8, 8)) ?? none,
    weights: await model.vector(9, 8),
    outputs: Math.max(1, model.i32(0, 1)),
  };
  const steps = await model.vector(10, 4);
  const isOblivious = steps === undefined || steps.count === 0;
  if (isOblivious) return { key: "oblivious_trees", items: obliviousTrees(columns) };
  return { key: "trees", items: await steppedTrees(model, columns, steps, buffer) };
}

function obliviousTrees({ source, splits, sizes, values, weights, outputs }: Columns): Value[] {
  const items: Value[] = [];
  let [split, value, weight] = [0, 0, 0];
  for (const [index, size] of sizes.entries()) {
    if (size < 0 || size > MOST_LEVELS) throw corrupt(`${source.name}: tree ${index} has ${size} levels`);
    const leaves = 2 ** size;
    if (split + size > splits.count || value + leaves * outputs > values.count)
      throw corrupt(
        `${source.name}: tree ${index} of ${size} levels goes on behind ${splits.count} splits and ${values.count} values`,
      );
    const hasWeights = weights !== undefined && weight + leaves <= weights.count;
    items.push(
      dict({
        splits: windowOf(source, "int32", splits.start + split * 4, size),
        leaf_values: windowOf(source, "float64", values.start + value * 8, leaves * outputs),
        ...(hasWeights ? { leaf_weights: windowOf(source, "float64", weights.start + weight * 8, leaves) } : {}),
      }),
    );
    split += size;
    value += leaves * outputs;
    weight += leaves;
  }
  return items;
}

/** `steps` of a node lead to its two sides, as distances; 0 ends there, in the leaf that the node has. */
async function steppedTrees(model: Table, columns: Columns, steps: Vector, buffer: Flatbuffer): Promise<Value[]> {
  const { source, splits, sizes, values, weights, outputs } = columns;
  const leafIds = await model.vector(11, 4);
  if (leafIds === undefined || leafIds.count !== steps.count || splits.count !== steps.count)
    throw corrupt(
      `${source.name}: ${steps.count} nodes, ${splits.count} splits and ${leafIds?.count ?? 0} leaves of them`,
    );
  const ids = await buffer.bytes(leafIds, 4);
  const items: Value[] = [];
  let node = 0;
  for (const [index, size] of sizes.entries()) {
    if (size < 1 || node + size > steps.count)
      throw corrupt(`${source.name}: tree ${index} of ${size} nodes goes on behind ${steps.count}`);
    // Values of a tree's leaves lie together: its first one is the least that a node of it names.
    let [first, last] = [Number.POSITIVE_INFINITY, -1];
    for (let at = node; at < node + size; at++) {
      const id = ids.getUint32(at * 4, true);
      if (id * 1 === 0xffff_ffff) continue;
      first = Math.min(first, id);
      last = Math.max(last, id);
    }
    if (last < 0 || last + outputs > values.count)
      throw corrupt(`${source.name}: tree ${index} has the value ${last} of ${values.count}`);
    const local = new Uint8Array(size * 4);
    const view = new DataView(local.buffer);
    for (let at = 0; at < size; at++) {
      const id = ids.getUint32((node + at) * 4, true);
      view.setInt32(at * 4, id === 0xffff_ffff ? -1 : (id - first) / outputs, true);
    }
    const leaves = (last - first) / outputs + 1;
    const weightAt = first / outputs;
    const areWhole = Number.isInteger(leaves) && Number.isInteger(weightAt);
    const hasWeights = weights !== undefined && areWhole && weightAt + leaves <= weights.count;
    items.push(
      dict({
        splits: windowOf(source, "int32", splits.start + node * 4, size),
        steps: stepsOf(source, steps.start + node * 4, size),
        leaf_of_node: windowOf(fromBytes(local, source.name), "int32", 0, size),
        leaf_values: windowOf(source, "float64", values.start + first * 8, leaves * outputs),
        ...(hasWeights ? { leaf_weights: windowOf(source, "float64", weights.start + weightAt * 8, leaves) } : {}),
      }),
    );
    node += size;
  }
  return items;
}

/** [nodes, 2]: distance to the side of false and of true. */
function stepsOf(source: ByteSource, offset: number, nodes: number): Value {
  const dtype = scalarDType("uint16");
  return {
    kind: "tensor",
    className: "array",
    tensor: { dtype, shape: [nodes, 2], order: "C", offset, data: source },
    offset,
  };
}
