import { elementPosition, formatElement } from "../../model/decode.ts";
import { scalarDType } from "../../model/dtype.ts";
import { elementCount, type TensorRef } from "../../model/tensor.ts";
import type { ListNode, TensorNode, Value } from "../../model/value.ts";
import { readElements } from "../../model/window.ts";
import { fixedCount, fixedTensor } from "../protobuf/fixed-numbers.ts";
import type { Message } from "../protobuf/message.ts";
import { textOrBytes } from "../protobuf/texts.ts";
import { varintNumbers } from "../protobuf/varint-numbers.ts";
import type { OnnxReading } from "./reading.ts";

const FLOAT32 = scalarDType("float32");
const INT64 = scalarDType("int64");
/** Longer lists are not written out in the listing of a node: they are shown as arrays. */
export const LISTED = 64;

/** In the order of `AttributeProto.AttributeType`, which begins at 1. */
const FIELDS = [
  "f",
  "i",
  "s",
  "t",
  "g",
  "floats",
  "ints",
  "strings",
  "tensors",
  "graphs",
  "sparse_tensor",
  "sparse_tensors",
  "tp",
  "type_protos",
] as const;

export type AttributeField = (typeof FIELDS)[number];

/**
 * The field that holds an attribute's value; undefined where there is none. Files from before IR version 2 do not say
 * the type: then what is there tells.
 */
export function fieldOf(attribute: Message): AttributeField | undefined {
  return FIELDS[(attribute.number("type") ?? 0) - 1] ?? FIELDS.find((name) => attribute.has(name));
}

/** A single float, bit for bit, with its text. */
export async function floatValue(attribute: Message, reading: OnnxReading): Promise<Value> {
  const offset = attribute.fixed("f");
  if (offset === undefined) return 0;
  const tensor: TensorRef = { dtype: FLOAT32, shape: [], order: "C", offset, data: reading.source };
  return { kind: "scalar", tensor, text: (await texts(tensor))[0] ?? "" };
}

export function floatList(attribute: Message, reading: OnnxReading): TensorNode {
  const numbers = attribute.numbers("floats") ?? { wire: "fixed32", runs: [] };
  return arrayOf(fixedTensor(reading.source, numbers, FLOAT32, [fixedCount(numbers)]), attribute.start);
}

export async function intList(attribute: Message, reading: OnnxReading): Promise<TensorNode> {
  const numbers = attribute.numbers("ints") ?? { wire: "varint", runs: [] };
  const { data, count } = await varintNumbers(reading.source, numbers, 8, reading.work);
  return arrayOf({ dtype: INT64, shape: [count], order: "C", offset: 0, data }, attribute.start);
}

export async function textList(attribute: Message, reading: OnnxReading): Promise<ListNode> {
  const items: Value[] = [];
  for (const range of attribute.ranges("strings")) items.push(await textOrBytes(range, reading));
  return { kind: "list", type: "list", items };
}

function arrayOf(tensor: TensorRef, offset: number): TensorNode {
  return { kind: "tensor", tensor, className: "array", offset };
}

/** A short array as a list of numbers that print as themselves. */
export async function listed({ tensor }: TensorNode): Promise<ListNode> {
  const bytes = await readElements(tensor, 0, elementCount(tensor.shape));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const items = Array.from({ length: elementCount(tensor.shape) }, (_, index): Value => {
    if (tensor.dtype === INT64) return view.getBigInt64(8 * index, true);
    const one: TensorRef = {
      ...tensor,
      shape: [],
      strides: [],
      offset: tensor.offset + index * (tensor.strides?.[0] ?? 4),
    };
    return {
      kind: "scalar",
      tensor: one,
      text: formatElement(tensor.dtype, view, elementPosition(tensor.dtype, index)),
    };
  });
  return { kind: "list", type: "list", items };
}

async function texts(tensor: TensorRef): Promise<string[]> {
  const bytes = await readElements(tensor, 0, 1);
  return [formatElement(tensor.dtype, new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), 0)];
}
