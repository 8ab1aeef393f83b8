import { fromBytes } from "../../bytes/source.ts";
import { scalarDType } from "../../model/dtype.ts";
import type { TensorNode } from "../../model/value.ts";

/** Places of rows in another table: ours, not in the text. */
export function integers(numbers: readonly number[], name: string): TensorNode {
  const view = new DataView(new ArrayBuffer(numbers.length * 4));
  for (const [i, number] of numbers.entries()) view.setInt32(i * 4, number, true);
  return {
    kind: "tensor",
    className: "numbers",
    offset: 0,
    tensor: {
      dtype: scalarDType("int32"),
      shape: [numbers.length],
      order: "C",
      offset: 0,
      data: fromBytes(new Uint8Array(view.buffer), name),
    },
  };
}
