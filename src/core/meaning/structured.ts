import type { TensorRef } from "../model/tensor.ts";

/** The fields of a structured array as tensors that step over the other fields. A sub-array adds its dimensions. */
export function fieldTensors(tensor: TensorRef): readonly { readonly name: string; readonly tensor: TensorRef }[] {
  const { dtype, shape } = tensor;
  const strides = tensor.strides ?? denseStrides(shape, dtype.itemSize, tensor.order);
  return (dtype.fields ?? []).map((field) => {
    const { subarray } = field.dtype;
    const inner = subarray?.base ?? field.dtype;
    const innerShape = subarray?.shape ?? [];
    return {
      name: field.name,
      tensor: {
        dtype: inner,
        shape: [...shape, ...innerShape],
        order: "C",
        strides: [...strides, ...denseStrides(innerShape, inner.itemSize, "C")],
        offset: tensor.offset + field.offset,
        data: tensor.data,
      },
    };
  });
}

/** Bytes from one element to the next along each dimension of a dense array. */
export function denseStrides(shape: readonly number[], itemSize: number, order: "C" | "F"): number[] {
  const strides = Array.from(shape, () => itemSize);
  let step = itemSize;
  for (let i = 0; i < shape.length; i++) {
    const k = order === "C" ? shape.length - 1 - i : i;
    strides[k] = step;
    step *= shape[k] ?? 1;
  }
  return strides;
}
