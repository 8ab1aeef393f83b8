import type { ByteSource } from "../bytes/source.ts";
import { ArtifactError } from "../errors.ts";
import type { DType } from "./dtype.ts";

/**
 * Numbers that came from decimal text (JSON): the tensor holds the nearest float64 of each; this keeps the digits.
 */
export interface DecimalTexts {
  /** The text of element `index` (C order), as the file has it. */
  text(index: number): string;
  /** Significant digits written for element `index`, leading and trailing-of-integer zeros not counted; 0 for non-finite. */
  digits(index: number): number;
  /** Byte position of element `index` in the file, where the file is text that can be pointed into. */
  offset?(index: number): number;
}

/**
 * A tensor: where its raw bytes are and what they mean. Values are read a window at a time (`window.ts`).
 * Element (i0, i1, ...) lies at `offset + sum(ik * strides[k])` of `data` when strides are given, else densely in
 * `order`.
 */
export interface TensorRef {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly order: "C" | "F";
  /** In bytes; present for views: fields of a structured array, transposed or sliced storages. */
  readonly strides?: readonly number[];
  /** Of the first element, in bytes of `data`. */
  readonly offset: number;
  readonly data: ByteSource;
  readonly texts?: DecimalTexts;
  /** Of a matrix whose other elements are zero and not in the file: how it is stored. */
  readonly sparse?: { readonly format: string; readonly stored: number };
  /** What the file says the SHA-256 of its dense bytes is, in hexadecimal: a claim, checked by `formats/model/check.ts`. */
  readonly sha256?: string;
}

/** Elements of a shape. Throws `corrupt` when the product is not a safe integer or a dimension is negative. */
export function elementCount(shape: readonly number[], what = "shape"): number {
  let count = 1;
  for (const dim of shape) {
    if (!Number.isSafeInteger(dim) || dim < 0)
      throw new ArtifactError("corrupt", `${what}: dimension ${dim} of [${shape.join(", ")}] is not a size`);
    count *= dim;
    if (!Number.isSafeInteger(count))
      throw new ArtifactError("corrupt", `${what}: [${shape.join(", ")}] has more elements than can be counted`);
  }
  return count;
}

/** Bytes that the elements take when packed densely. */
export function denseByteLength(tensor: { readonly dtype: DType; readonly shape: readonly number[] }): number {
  const count = elementCount(tensor.shape);
  return tensor.dtype.itemSize > 0 ? count * tensor.dtype.itemSize : Math.ceil((count * tensor.dtype.bits) / 8);
}

/** Bytes that the elements take in the file: less than what they are as single numbers where they lie in blocks. */
export function storedByteLength(tensor: { readonly dtype: DType; readonly shape: readonly number[] }): number {
  const { block } = tensor.dtype;
  if (block === undefined) return denseByteLength(tensor);
  return Math.ceil(elementCount(tensor.shape) / block.elements) * block.bytes;
}
