import { fromBytes, slice } from "../../bytes/source.ts";
import { asArtifactError } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import { sparseTensor } from "../../meaning/sparse.ts";
import { toBigInt } from "../../model/decode.ts";
import { scalarDType } from "../../model/dtype.ts";
import { elementCount, type TensorRef } from "../../model/tensor.ts";
import { isNode, type Value } from "../../model/value.ts";
import { readElements } from "../../model/window.ts";

/**
 * A sparse matrix, which MATLAB stores as the row numbers and values of each column (`ir`, `data`) and where each column
 * begins (`jc`): one matrix, whose elements that are not stored are zero. The parts by their names, where it is larger
 * than a matrix may be that is made of its parts, or they do not fit each other.
 */
export async function sparseMatrix(
  shape: readonly number[],
  ir: Value,
  jc: Value,
  data: Value,
  offset: number,
): Promise<Value> {
  const matrix = await matrixOf(shape, ir, jc, data);
  if (matrix !== undefined) return { kind: "tensor", tensor: matrix, className: "sparse", offset };
  const size: Value = { kind: "list", type: "tuple", items: shape.map(BigInt) };
  return { kind: "dict", keys: ["shape", "ir", "jc", "data"], values: [size, ir, jc, data] };
}

async function matrixOf(
  [rows = 0, columns = 0, ...more]: readonly number[],
  ir: Value,
  jc: Value,
  data: Value,
): Promise<TensorRef | undefined> {
  const [indices, starts, values] = [numbers(ir), numbers(jc), numbers(data)];
  if (starts === undefined || more.length > 0 || elementCount(starts.shape) !== columns + 1) return undefined;
  try {
    const last = await readElements(starts, columns, 1);
    const stored = Number(toBigInt(starts.dtype, new DataView(last.buffer, last.byteOffset, last.byteLength), 0));
    // A matrix without elements may have no place for them.
    const row = stored === 0 && indices === undefined ? starts : indices;
    const value = stored === 0 && values === undefined ? nothing : values;
    if (row === undefined || value === undefined || stored < 0 || value.dtype.scalar === undefined) return undefined;
    if (!(rows * columns * value.dtype.itemSize <= LIMITS.sparseBytes && stored <= LIMITS.sparseStored))
      return undefined;
    if (stored > elementCount(row.shape) || stored > elementCount(value.shape)) return undefined;
    // There may be room for more elements than there are.
    return await sparseTensor({
      format: "csc",
      shape: [rows, columns],
      data: first(value, stored),
      index: [first(row, stored), starts],
    });
  } catch (error) {
    const reason = asArtifactError(error, "reading a sparse matrix");
    if (reason.code === "cancelled" || reason.code === "changed") throw reason;
    return undefined;
  }
}

const nothing: TensorRef = {
  dtype: scalarDType("float64"),
  shape: [0],
  order: "C",
  offset: 0,
  data: fromBytes(new Uint8Array(0), "sparse matrix"),
};

function numbers(value: Value): TensorRef | undefined {
  return isNode(value) && value.kind === "tensor" && value.objects === undefined ? value.tensor : undefined;
}

/** The first elements of a vector. */
function first(tensor: TensorRef, count: number): TensorRef {
  const { dtype, offset, data } = tensor;
  return { dtype, shape: [count], order: "C", offset: 0, data: slice(data, offset, offset + count * dtype.itemSize) };
}
