import { fromBytes } from "../../bytes/source.ts";
import { type DType, scalarDType } from "../../model/dtype.ts";
import { numberReader } from "../../model/element-number.ts";
import { type Sentence, say } from "../../model/sentence.ts";
import { denseByteLength, elementCount, type TensorRef } from "../../model/tensor.ts";
import type { Work } from "../../work.ts";
import { fitsWhole, littleEndian, readWhole } from "../whole.ts";
import type { Derivation } from "./rows.ts";

/** Whole numbers and floats that float64 holds as they are: what is made of anything else would not be exact. */
function isExact({ kind, bits, itemSize }: DType): boolean {
  return itemSize > 0 && ((kind === "f" && bits <= 64) || ((kind === "i" || kind === "u") && bits <= 32));
}

/**
 * What stands under the other name for these values, in the shape that it has there: float64, in memory. Where it cannot
 * be made the reason: then the two cannot be compared, for as they lie they are not the same thing.
 */
export async function derived(
  tensor: TensorRef,
  derivation: Exclude<Derivation, "same">,
  shape: readonly number[],
  work: Work,
): Promise<{ readonly tensor: TensorRef } | { readonly why: Sentence }> {
  const { dtype } = tensor;
  if (!isExact(dtype))
    return { why: say("values of type {dtype} cannot be turned into it exactly", { dtype: dtype.name }) };
  const count = elementCount(tensor.shape);
  const wanted = derivation === "both-signs" ? 2 * count : count;
  if (wanted !== elementCount(shape))
    return { why: say("it has {count} elements instead of {wanted}", { count: elementCount(shape), wanted }) };
  if (!fitsWhole(tensor))
    return { why: say("{bytes} bytes are more than is turned in memory", { bytes: denseByteLength(tensor) }) };
  const bytes = await readWhole(tensor, work);
  const read = numberReader(littleEndian(dtype));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = Float64Array.from({ length: count }, (_, at) => read(view, at * dtype.itemSize));
  const out = DERIVED[derivation](values);
  return {
    tensor: { dtype: scalarDType("float64"), shape, order: "C", offset: 0, data: fromBytes(toBytes(out)) },
  };
}

const DERIVED: Readonly<Record<Exclude<Derivation, "same">, (values: Float64Array) => Float64Array>> = {
  reciprocal: (values) => values.map((value) => 1 / value),
  negative: (values) => values.map((value) => -value),
  "both-signs": withBothSigns,
};

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
