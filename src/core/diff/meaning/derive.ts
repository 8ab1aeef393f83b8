import { fromBytes } from "../../bytes/source.ts";
import { scalarDType } from "../../model/dtype.ts";
import { numberReader } from "../../model/element-number.ts";
import { elementCount, type TensorRef } from "../../model/tensor.ts";
import type { Work } from "../../work.ts";
import { fitsWhole, littleEndian, readWhole } from "../whole.ts";
import type { Derivation } from "./rows.ts";

/**
 * What stands under the other name for these values, in the shape that it has there: float64, in memory. Undefined where
 * they are as they are, or take too much memory.
 */
export async function derived(
  tensor: TensorRef,
  derivation: Derivation,
  shape: readonly number[],
  work: Work,
): Promise<TensorRef | undefined> {
  if (derivation === "same" || tensor.dtype.kind !== "f" || !fitsWhole(tensor)) return undefined;
  const bytes = await readWhole(tensor, work);
  const read = numberReader(littleEndian(tensor.dtype));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = elementCount(tensor.shape);
  const values = Float64Array.from({ length: count }, (_, at) => read(view, at * tensor.dtype.itemSize));
  const out = derivation === "reciprocal" ? values.map((value) => 1 / value) : withBothSigns(values);
  if (out.length !== elementCount(shape)) return undefined;
  return { dtype: scalarDType("float64"), shape, order: "C", offset: 0, data: fromBytes(toBytes(out)) };
}

/** The first class scores the negative of the second. */
function withBothSigns(values: Float64Array): Float64Array {
  const out = new Float64Array(values.length * 2);
  out.set(values.map((value) => -value));
  out.set(values, values.length);
  return out;
}

function toBytes(values: Float64Array): Uint8Array {
  const bytes = new Uint8Array(values.length * 8);
  const view = new DataView(bytes.buffer);
  for (const [at, value] of values.entries()) view.setFloat64(at * 8, value, true);
  return bytes;
}
