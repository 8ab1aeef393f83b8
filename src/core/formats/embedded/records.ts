import { type ByteSource, checkRange } from "../../bytes/source.ts";
import { corrupt } from "../../errors.ts";
import type { DType } from "../../model/dtype.ts";
import { spreadItems } from "../../model/gather.ts";
import { structuredDType, subarrayDType } from "../../model/numpy-dtype.ts";
import { elementCount, type TensorRef } from "../../model/tensor.ts";
import { readElements } from "../../model/window.ts";

/**
 * A structured array put together from its fields, which are tensors of their own: how the nodes of a decision tree
 * come back from a file that holds `threshold`, `feature` ... each under its own name. What lies between fields is
 * zero. Nothing is copied: records are made when they are read.
 */
export function recordsOf(dtype: DType, shape: readonly number[], fields: ReadonlyMap<string, TensorRef>): TensorRef {
  const parts = (dtype.fields ?? []).map((field) => {
    const tensor = fields.get(field.name);
    if (tensor === undefined) throw corrupt(`the field ${JSON.stringify(field.name)} has no tensor`);
    const inner = field.dtype.subarray?.shape ?? [];
    if (!sameShape(tensor.shape, [...shape, ...inner]))
      throw corrupt(`the field ${JSON.stringify(field.name)} is of shape [${tensor.shape.join(", ")}]`);
    const base = tensor.dtype;
    const whole = inner.length === 0 ? base : subarrayDType(base, inner);
    if (whole.itemSize !== field.dtype.itemSize)
      throw corrupt(
        `the field ${JSON.stringify(field.name)} takes ${whole.itemSize} bytes, not ${field.dtype.itemSize}`,
      );
    return { spec: { ...field, dtype: whole }, tensor, perRecord: elementCount(inner) };
  });
  const made = structuredDType(
    parts.map(({ spec }) => spec),
    { itemSize: dtype.itemSize, aligned: dtype.aligned === true },
  );
  const count = elementCount(shape);
  const source: ByteSource = {
    size: count * made.itemSize,
    name: "records",
    async read(start, end) {
      checkRange(source, start, end);
      if (start === end) return new Uint8Array(0);
      const first = Math.floor(start / made.itemSize);
      const rows = Math.ceil(end / made.itemSize) - first;
      const out = new Uint8Array(rows * made.itemSize);
      for (const { spec, tensor, perRecord } of parts) {
        const bytes = await readElements(tensor, first * perRecord, rows * perRecord);
        const width = spec.dtype.itemSize;
        spreadItems(bytes, width, rows, out, spec.offset, made.itemSize);
      }
      return out.subarray(start - first * made.itemSize, end - first * made.itemSize);
    },
  };
  return { dtype: made, shape, order: "C", offset: 0, data: source };
}

export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((dim, axis) => dim === b[axis]);
}
