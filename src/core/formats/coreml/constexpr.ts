import { corrupt } from "../../errors.ts";
import { scalarDType } from "../../model/dtype.ts";
import { elementCount, type TensorRef } from "../../model/tensor.ts";
import { isNode, type Value } from "../../model/value.ts";
import { unpackedBits } from "./bits.ts";
import { filled, looked, scaled, widened } from "./decompressed.ts";

/**
 * The values that a compressed constant stands for, lazily. Undefined for an operation whose parts are shown as they are,
 * and where a part is one that could not be read. Throws `corrupt` where the parts do not fit each other.
 */
export function decompress(type: string, inputs: ReadonlyMap<string, Value>): TensorRef | undefined {
  const of = (name: string): TensorRef | undefined => tensorOf(inputs.get(name));
  const shape = integersOf(inputs.get("shape"));
  switch (type) {
    case "constexpr_cast": {
      const values = of("source_val");
      return values && widened(values);
    }
    case "constexpr_affine_dequantize": {
      const [data, scale, zero] = [of("quantized_data"), of("scale"), of("zero_point")];
      const axis = integersOf(inputs.get("axis"))?.[0] ?? 0;
      return data && scale && scaled(data, alongAxis(scale, data, axis), zero);
    }
    case "constexpr_blockwise_shift_scale": {
      const [data, scale, offset] = [of("data"), of("scale"), of("offset")];
      return data && scale && (inputs.has("offset") && offset === undefined ? undefined : scaled(data, scale, offset));
    }
    case "constexpr_lut_to_dense": {
      const [indices, table] = [of("indices"), of("lut")];
      if (indices === undefined || table === undefined) return undefined;
      if (shape === undefined) return looked(indices, table, integersOf(inputs.get("vector_axis"))?.[0] ?? -1);
      const bits = Math.log2(elementCount(table.shape));
      if (![1, 2, 3, 4, 6, 8].includes(bits)) throw corrupt(`a table of ${elementCount(table.shape)} entries`);
      const one = [...shape.map(() => 1), elementCount(table.shape), 1];
      return looked(unpacked(indices, shape, bits), { ...table, shape: one }, -1);
    }
    case "constexpr_sparse_to_dense": {
      const [stored, mask] = [of("nonzero_data"), of("mask")];
      return stored && mask && filled(stored, shape === undefined ? mask : unpacked(mask, shape, 1));
    }
    default:
      return undefined;
  }
}

function tensorOf(value: Value | undefined): TensorRef | undefined {
  return isNode(value) && (value.kind === "tensor" || value.kind === "scalar") ? value.tensor : undefined;
}

/** Settings: short lists of integers, or one integer. */
function integersOf(value: Value | undefined): readonly number[] | undefined {
  if (typeof value === "bigint") return [Number(value)];
  if (!isNode(value) || value.kind !== "list") return undefined;
  return value.items.map(Number);
}

function unpacked(packed: TensorRef, shape: readonly number[], bits: number): TensorRef {
  const count = elementCount(shape);
  const available = elementCount(packed.shape);
  if (Math.ceil((count * bits) / 8) > available) throw corrupt(`${available} bytes for ${count} times ${bits} bits`);
  const data = unpackedBits(packed.data, packed.offset, count, bits);
  return { dtype: scalarDType("uint8"), shape, order: "C", offset: 0, data };
}

/** One scale for each place along one axis, in the shape of blocks. */
function alongAxis(scale: TensorRef, data: TensorRef, axis: number): TensorRef {
  const at = axis < 0 ? axis + data.shape.length : axis;
  const count = elementCount(scale.shape);
  return { ...scale, shape: data.shape.map((_, k) => (k === at ? count : 1)) };
}
