import { fromBytes } from "../../bytes/source.ts";
import { LIMITS } from "../../limits.ts";
import { sparseTensor } from "../../meaning/sparse.ts";
import { scalarDType } from "../../model/dtype.ts";
import { dictOf } from "../../model/make-value.ts";
import type { TensorRef } from "../../model/tensor.ts";
import type { Value } from "../../model/value.ts";
import { readElements } from "../../model/window.ts";
import { fixedCount, fixedTensor } from "../protobuf/fixed-numbers.ts";
import type { Message } from "../protobuf/message.ts";
import type { Resolver } from "./resolve.ts";
import { integersOf } from "./tensors.ts";

const FLOAT64 = scalarDType("float64");

/**
 * Support vectors, each written as the indices and values that are not zero, as one matrix of [vectors, features]; by rows where
 * that were too large.
 */
export async function supportVectors(rows: readonly Message[], features: number, resolver: Resolver): Promise<Value> {
  const indices: number[] = [];
  const ends = [0];
  const pieces: Uint8Array[] = [];
  for (const row of rows) {
    if (resolver.work.isDue()) await resolver.work.checkpoint();
    const numbers = row.numbers("value");
    const count = numbers === undefined ? 0 : fixedCount(numbers);
    const places = await integersOf(row, "index", resolver);
    for (const place of places.slice(0, count)) indices.push(place);
    if (numbers !== undefined) {
      const bytes = await readElements(fixedTensor(resolver.source, numbers, FLOAT64, [count]), 0, count);
      pieces.push(bytes.slice(0, Math.min(places.length, count) * 8));
    }
    ends.push(indices.length);
  }
  const data = new Uint8Array(indices.length * 8);
  let at = 0;
  for (const piece of pieces) {
    data.set(piece, at);
    at += piece.length;
  }
  const values: TensorRef = { dtype: FLOAT64, shape: [indices.length], order: "C", offset: 0, data: fromBytes(data) };
  const columns = integers(indices);
  const starts = integers(ends);
  const width = Math.max(
    features,
    indices.reduce((most, each) => Math.max(most, each + 1), 0),
  );
  const isSmall = rows.length * width * 8 <= LIMITS.sparseBytes && indices.length <= LIMITS.sparseStored;
  if (!isSmall || width === 0)
    return dictOf([
      ["values", valueOf(values)],
      ["columns", valueOf(columns)],
      ["rows", valueOf(starts)],
    ]);
  return valueOf(
    await sparseTensor({ format: "csr", shape: [rows.length, width], data: values, index: [columns, starts] }),
  );
}

function integers(values: readonly number[]): TensorRef {
  const bytes = new Uint8Array(Int32Array.from(values).buffer);
  return { dtype: scalarDType("int32"), shape: [values.length], order: "C", offset: 0, data: fromBytes(bytes) };
}

function valueOf(tensor: TensorRef): Value {
  return { kind: "tensor", tensor, className: "array", offset: 0 };
}
