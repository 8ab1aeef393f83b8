import { elementCount, type TensorRef } from "../../src/core/model/tensor.ts";
import { attributesOf, classNameOf, dictGet, isNode, type Node, type Value } from "../../src/core/model/value.ts";
import { readElements } from "../../src/core/model/window.ts";
import { toHex } from "./bytes-builder.ts";

/**
 * A value in the same words as test/generate/pickle_fixtures.py describes Python's: floats and elements by their bits,
 * containers numbered by identity in the order of the first visit. Objects are `{object: class}` only.
 */
export async function describeValue(value: Value | undefined): Promise<unknown> {
  return describe(value, new Map());
}

async function describe(value: Value | undefined, numbers: Map<Node, number>): Promise<unknown> {
  if (value === undefined) return { nothing: true };
  if (value === null) return { is: "None" };
  if (typeof value === "boolean") return { is: value ? "True" : "False" };
  if (typeof value === "bigint") return { int: value.toString() };
  if (typeof value === "string") return { str: value };
  if (typeof value === "number") return { float: floatHex(value) };
  if (value.kind === "float") return { float: value.bits.toString(16).padStart(16, "0") };
  if (value.kind === "bytes") return { [value.type]: toHex(await value.data.read(0, value.data.size)) };
  if (value.kind === "scalar") return { scalar: value.tensor.dtype.name, hex: await elementsHex(value.tensor) };
  const known = numbers.get(value);
  if (known !== undefined) return { ref: known };
  // Empty tuples are one object in Python, and are not remembered by picklers.
  if (value.kind === "list" && value.type === "tuple" && value.items.length === 0) return { tuple: [] };
  const number = numbers.size;
  numbers.set(value, number);
  return { number, ...(await container(value, numbers)) };
}

async function container(node: Node, numbers: Map<Node, number>): Promise<Record<string, unknown>> {
  const all = async (values: readonly Value[]): Promise<unknown[]> => {
    const out: unknown[] = [];
    for (const each of values) out.push(await describe(each, numbers));
    return out;
  };
  if (node.kind === "list") return { [node.type]: await all(node.items) };
  if (node.kind === "dict") {
    const pairs: unknown[] = [];
    for (const [k, key] of node.keys.entries())
      pairs.push([await describe(key, numbers), await describe(node.values[k], numbers)]);
    return { dict: pairs };
  }
  if (node.kind === "tensor") {
    const { tensor, objects } = node;
    const out = { array: tensor.dtype.name, shape: tensor.shape, class: node.className };
    return objects === undefined ? { ...out, hex: await elementsHex(tensor) } : { ...out, objects: await all(objects) };
  }
  const attributes = attributesOf(node);
  if (attributes === undefined || classNameOf(node)?.endsWith(".MaskedArray") !== true) return { kind: node.kind };
  const fill = dictGet(attributes, "fill_value");
  if (!isNode(fill) || fill.kind !== "tensor") return { kind: node.kind };
  return {
    masked: await describe(dictGet(attributes, "data"), numbers),
    mask: await describe(dictGet(attributes, "mask"), numbers),
    fill_value: { array: fill.tensor.dtype.name, shape: fill.tensor.shape, hex: await elementsHex(fill.tensor) },
  };
}

export async function elementsHex(tensor: TensorRef): Promise<string> {
  return toHex(await readElements(tensor, 0, elementCount(tensor.shape)));
}

function floatHex(value: number): string {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return view.getBigUint64(0).toString(16).padStart(16, "0");
}
