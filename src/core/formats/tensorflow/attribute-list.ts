import { scalarDType } from "../../model/dtype.ts";
import { listOf } from "../../model/make-value.ts";
import type { Value } from "../../model/value.ts";
import { fixedCount, fixedTensor } from "../protobuf/fixed-numbers.ts";
import type { Message, Numbers } from "../protobuf/message.ts";
import { textOrBytes } from "../protobuf/texts.ts";
import { varintNumbers } from "../protobuf/varint-numbers.ts";
import type { TensorflowReading } from "./tensor.ts";
import { shapeText, typeName } from "./types.ts";

/** A longer list of whole numbers is an array: strides and sizes of windows have a few. */
const WRITTEN = 64;
const INT64 = scalarDType("int64");
const FLOAT32 = scalarDType("float32");

/** `AttrValue.ListValue`: strides, sizes of windows, types and shapes of what comes out. Undefined for lists of functions. */
export async function attributeList(list: Message, reading: TensorflowReading): Promise<Value | undefined> {
  const texts = list.ranges("s");
  if (texts.length > 0) {
    const items: Value[] = [];
    for (const text of texts) items.push(await textOrBytes(text, reading));
    return listOf(items);
  }
  const shapes = list.messages("shape");
  if (shapes.length > 0) return listOf(shapes.map(shapeText));
  const floats = list.numbers("f");
  if (floats !== undefined) {
    const tensor = fixedTensor(reading.source, floats, FLOAT32, [fixedCount(floats)]);
    return { kind: "tensor", tensor, className: "array", offset: list.start };
  }
  const whole = list.numbers("i");
  if (whole !== undefined) return integers(whole, list.start, reading, (value) => value);
  const flags = list.numbers("b");
  if (flags !== undefined) return integers(flags, list.start, reading, (value) => value !== 0n);
  const types = list.numbers("type");
  if (types !== undefined) return integers(types, list.start, reading, (value) => typeName(Number(value)));
  return list.has("func") || list.has("tensor") ? undefined : listOf([]);
}

async function integers(
  numbers: Numbers,
  offset: number,
  { source, work }: TensorflowReading,
  valueOf: (value: bigint) => Value,
): Promise<Value> {
  const { count, data } = await varintNumbers(source, numbers, 8, work);
  if (count > WRITTEN) {
    const tensor = { dtype: INT64, shape: [count], order: "C", offset: 0, data } as const;
    return { kind: "tensor", tensor, className: "array", offset };
  }
  const bytes = await data.read(0, data.size);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return listOf(Array.from({ length: count }, (_, k) => valueOf(view.getBigInt64(8 * k, true))));
}
