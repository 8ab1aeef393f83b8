import { fromBytes } from "../../bytes/source.ts";
import { ArtifactError } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import { elementCount, type TensorRef } from "../../model/tensor.ts";
import { type DictNode, isNode, type TensorNode, type Value } from "../../model/value.ts";
import { readElements } from "../../model/window.ts";

const OBJECT = { name: "object", kind: "O", itemSize: 8, bits: 64, bigEndian: false } as const;

/**
 * An array of objects from its items as `tolist` nests them. Undefined when they are not of that shape: then they are
 * shown as the list that they are.
 */
export function objectArray(items: readonly Value[], shape: readonly number[], offset: number): TensorNode | undefined {
  let level = items;
  try {
    if (shape.length === 0 || elementCount(shape) === 0) {
      if (shape.length === 0 || level.length !== shape[0]) return undefined;
      return { kind: "tensor", className: "numpy.ndarray", tensor: tensor(shape), objects: [], offset };
    }
  } catch (error) {
    if (error instanceof ArtifactError) return undefined;
    throw error;
  }
  if (level.length !== shape[0]) return undefined;
  for (const size of shape.slice(1)) {
    const next: Value[] = [];
    for (const row of level) {
      if (!isNode(row) || row.kind !== "list" || row.items.length !== size) return undefined;
      for (const item of row.items) next.push(item);
    }
    level = next;
  }
  return { kind: "tensor", className: "numpy.ndarray", tensor: tensor(shape), objects: level, offset };
}

function tensor(shape: readonly number[]): TensorRef {
  return { dtype: OBJECT, shape, order: "C", offset: 0, data: fromBytes(new Uint8Array(0), "no bytes") };
}

/** A tuple of sizes. */
export function shapeOf(value: Value): number[] | undefined {
  if (!isNode(value) || value.kind !== "list") return undefined;
  const sizes = value.items.map((item) => (typeof item === "bigint" && item >= 0n ? Number(item) : Number.NaN));
  return sizes.every(Number.isSafeInteger) ? sizes : undefined;
}

/** The attributes of a scipy matrix from the members of the .npz that `scipy.sparse.save_npz` writes. */
export async function sparseState({ keys, values }: DictNode): Promise<DictNode> {
  const state: DictNode = { kind: "dict", keys: [], values: [] };
  for (const [i, key] of keys.entries()) {
    const value = values[i];
    // The format is the class, and the mark of an array class says no more than that.
    if (value === undefined || key === "format" || key === "_is_array") continue;
    state.keys.push(key === "shape" ? "_shape" : key);
    state.values.push(key === "shape" ? ((await sizesTuple(value)) ?? value) : value);
  }
  return state;
}

/** The shape as the matrix itself has it: a tuple. */
async function sizesTuple(value: Value): Promise<Value | undefined> {
  if (!isNode(value) || value.kind !== "tensor") return undefined;
  const { dtype, shape } = value.tensor;
  const [count = 0] = shape;
  if (shape.length !== 1 || count > LIMITS.dimensions || !["int64", "int32"].includes(dtype.name)) return undefined;
  const bytes = await readElements(value.tensor, 0, count);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const items = Array.from({ length: count }, (_, k) =>
    dtype.itemSize === 8 ? view.getBigInt64(k * 8, true) : BigInt(view.getInt32(k * 4, true)),
  );
  return { kind: "list", type: "tuple", items };
}
