import type { Value } from "../../src/core/model/value.ts";
import { elementCount, type TensorRef } from "../../src/core/model/tensor.ts";
import { readElements } from "../../src/core/model/window.ts";
import { toHex } from "./bytes-builder.ts";

/** A value in the words of the generators of text formats: `{"f": hex}`, `{"i": digits}`, `{"l": [...]}` ... */
export async function inWords(value: Value | undefined): Promise<unknown> {
  if (value === null || value === undefined) return null;
  if (typeof value === "boolean") return { b: value };
  if (typeof value === "bigint") return { i: String(value) };
  if (typeof value === "number") return { f: floatHex(value) };
  if (typeof value === "string") return { s: value };
  switch (value.kind) {
    case "decimal":
      return { f: floatHex(value.nearest) };
    case "bytes":
      return { x: toHex(await value.data.read(0, value.data.size)) };
    case "list":
      return { [value.type === "set" ? "t" : "l"]: await Promise.all(value.items.map(inWords)) };
    case "dict":
      return {
        d: await Promise.all(value.keys.map(async (key, i) => [await inWords(key), await inWords(value.values[i])])),
      };
    case "tensor":
    case "scalar":
      return tensorWords(value.tensor);
    case "float":
    case "global":
    case "object":
    case "persistent":
    case "unread":
      return { other: value.kind };
  }
}

/** int64 and float64 as nested lists; a whole number that is written as one among floats stays one. */
async function tensorWords(tensor: TensorRef): Promise<unknown> {
  const bytes = await readElements(tensor, 0, elementCount(tensor.shape));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const at = (index: number): unknown => {
    const text = tensor.texts?.text(index);
    if (tensor.dtype.kind === "i") return { i: String(view.getBigInt64(index * 8, true)) };
    if (text !== undefined && /^-?\d+$/.test(text)) return { i: text };
    return { f: floatHex(view.getFloat64(index * 8, true)) };
  };
  const nest = (axis: number, from: number): unknown => {
    if (axis === tensor.shape.length) return at(from);
    const inner = tensor.shape.slice(axis + 1).reduce((product, size) => product * size, 1);
    return { l: Array.from({ length: tensor.shape[axis] ?? 0 }, (_, k) => nest(axis + 1, from + k * inner)) };
  };
  return nest(0, 0);
}

function floatHex(value: number): string {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return view.getBigUint64(0).toString(16).padStart(16, "0");
}
