import { slice } from "../../bytes/source.ts";
import { type ScalarName, scalarDType } from "../../model/dtype.ts";
import { dictOf, integersOf, listOf } from "../../model/make-value.ts";
import type { TensorNode, Value } from "../../model/value.ts";
import type { Table } from "../flatbuffers/table.ts";

/** `SparseIndexVector`: the element type of a vector of indices, by union number. */
const INDICES: Readonly<Record<number, ScalarName>> = { 1: "int32", 2: "uint16", 3: "uint8" };

/**
 * A sparse tensor as the file describes it: the elements that it has, in the order of traversal, and for each dimension
 * how it is laid out. It is not made dense: a few bytes could say that they are a billion zeros.
 */
export async function sparseValue(sparsity: Table, shape: readonly number[], values: TensorNode): Promise<Value> {
  const dimensions: Value[] = [];
  for await (const each of sparsity.tables(2)) {
    const format = each.i8(0);
    dimensions.push(
      format === 0
        ? dictOf([
            ["format", "dense"],
            ["size", BigInt(each.i32(1))],
          ])
        : dictOf([
            ["format", format === 1 ? "sparse_csr" : `format ${format}`],
            ["segments", await indices(each, 2)],
            ["indices", await indices(each, 4)],
          ]),
    );
  }
  return dictOf([
    ["values", values],
    ["shape", integersOf(shape)],
    ["traversal_order", integersOf(await sparsity.integers(0))],
    ["block_map", integersOf(await sparsity.integers(1))],
    ["dimensions", listOf(dimensions)],
  ]);
}

async function indices(table: Table, field: number): Promise<Value> {
  const scalar = INDICES[table.u8(field)];
  const union = await table.table(field + 1);
  if (scalar === undefined || union === undefined) return null;
  const dtype = scalarDType(scalar);
  const vector = await union.vector(0, dtype.itemSize);
  if (vector === undefined) return null;
  const data = slice(table.buffer.source, vector.start, vector.start + vector.count * dtype.itemSize);
  return {
    kind: "tensor",
    tensor: { dtype, shape: [vector.count], order: "C", offset: 0, data },
    className: "vector",
    offset: union.at,
  };
}
