import { fromBytes } from "../../bytes/source.ts";
import { corrupt } from "../../errors.ts";
import { scalarDType } from "../../model/dtype.ts";
import { dictOf } from "../../model/make-value.ts";
import { elementCount } from "../../model/tensor.ts";
import type { TensorNode, Value } from "../../model/value.ts";
import type { Message } from "../protobuf/message.ts";
import { varintNumbers } from "../protobuf/varint-numbers.ts";
import type { Resolver } from "./resolve.ts";

/** Whole numbers of a field that are sizes, ids and indices. */
export async function integersOf(message: Message, name: string, resolver: Resolver): Promise<number[]> {
  return (await int64sOf(message, name, resolver)).map(Number);
}

/** Whole numbers of a field. */
export async function int64sOf(message: Message, name: string, { source, work }: Resolver): Promise<bigint[]> {
  const numbers = message.numbers(name);
  if (numbers === undefined) return [];
  const { count, data } = await varintNumbers(source, numbers, 8, work);
  const bytes = await data.read(0, data.size);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: count }, (_, k) => view.getBigInt64(k * 8, true));
}

/** A dense tensor over the file. Throws `corrupt` where the bytes are not as many as its dimensions say. */
export async function denseTensor(message: Message, resolver: Resolver): Promise<TensorNode> {
  const shape = await integersOf(message, "dimensions", resolver);
  const isEmpty = message.range("values") === undefined;
  const data = isEmpty ? fromBytes(new Uint8Array(0)) : resolver.bytesOf(message, "values");
  if (elementCount(shape) * 8 !== data.size)
    throw corrupt(`${resolver.source.name}: ${data.size} bytes for the shape [${shape.join(", ")}]`, message.start);
  const tensor = { dtype: scalarDType("float64"), shape, order: "C" as const, offset: 0, data };
  return { kind: "tensor", tensor, className: "DenseTensor", offset: message.start };
}

/** Indices and values of a sparse tensor, where they lie. */
export async function sparseTensorValue(message: Message, resolver: Resolver): Promise<Value> {
  const shape = await integersOf(message, "dimensions", resolver);
  const part = (name: string, scalar: "int32" | "float64"): TensorNode => {
    const data = message.range(name) === undefined ? fromBytes(new Uint8Array(0)) : resolver.bytesOf(message, name);
    const dtype = scalarDType(scalar);
    const count = Math.floor(data.size / dtype.itemSize);
    const tensor = { dtype, shape: [count], order: "C" as const, offset: 0, data };
    return { kind: "tensor", tensor, className: "SparseTensor", offset: message.start };
  };
  return dictOf([
    ["dimensions", { kind: "list", type: "list", items: shape.map(BigInt) }],
    ["indices", part("indices", "int32")],
    ["values", part("values", "float64")],
  ]);
}
