import type { TensorRef } from "../model/tensor.ts";
import type { TensorSide } from "./report.ts";

export function isSameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

/** True when two shapes differ in axes of length one only: [12] and [1, 12]. */
export function isSqueezedAlike(a: readonly number[], b: readonly number[]): boolean {
  const squeeze = (shape: readonly number[]): readonly number[] => shape.filter((size) => size !== 1);
  return isSameShape(squeeze(a), squeeze(b));
}

/** `[1, 12]`. */
export function shapeText(shape: readonly number[]): string {
  return `[${shape.join(", ")}]`;
}

export function sideOf({ dtype, shape }: TensorRef): TensorSide {
  return { dtype: dtype.name, shape };
}
