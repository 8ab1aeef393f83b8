import { fromBytes } from "../../../src/core/bytes/source.ts";
import type { AxisLabels, Parameter } from "../../../src/core/model/artifact.ts";
import { scalarDType, type ScalarName } from "../../../src/core/model/dtype.ts";
import { encodeElement } from "../../../src/core/model/decode.ts";
import type { TensorRef } from "../../../src/core/model/tensor.ts";

/** Tensors made in a test: values as numbers or texts, in C order. */
export function array(
  scalar: ScalarName,
  values: readonly (number | string | bigint)[],
  shape: readonly number[] = [values.length],
): TensorRef {
  const dtype = scalarDType(scalar);
  const bytes = new Uint8Array(values.length * dtype.itemSize);
  for (const [index, value] of values.entries()) {
    const element = encodeElement(dtype, textOf(value));
    bytes.set(element, index * dtype.itemSize);
  }
  return { dtype, shape, order: "C", offset: 0, data: fromBytes(bytes, scalar) };
}

function textOf(value: number | string | bigint): string {
  if (typeof value !== "number") return String(value);
  return Object.is(value, -0) ? "-0.0" : Number.isNaN(value) ? "nan" : String(value).replace("Infinity", "inf");
}

export function parameter(path: string, tensor: TensorRef, axes: readonly (AxisLabels | undefined)[] = []): Parameter {
  return { path, tensor, axes: tensor.shape.map((_, axis) => axes[axis]), origin: "tensor" };
}

/** Reproducible numbers that look like weights. */
export function weights(count: number, seed = 1): number[] {
  let state = seed;
  const uniform = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 0.5) / 4294967296;
  };
  return Array.from({ length: count }, () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()));
}
