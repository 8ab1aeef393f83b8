import { type ByteSource, slice } from "../../bytes/source.ts";
import type { XmlElement } from "../../bytes/xml/document.ts";
import { corrupt, truncated, unsupported } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import { listOf } from "../../model/make-value.ts";
import { elementCount } from "../../model/tensor.ts";
import type { Value } from "../../model/value.ts";
import { bytesOf, elementType, elementTypeOf } from "./element-types.ts";

/** A range of the `.bin` and what its bytes are. */
export interface Constant {
  readonly elementType: string;
  readonly shape: readonly number[];
  readonly offset: number;
  readonly size: number;
}

/** What a layer of type Const says of its bytes. Throws `corrupt` where it does not say it. */
export function constantOf(layer: XmlElement): Constant {
  const data = layer.child("data");
  const port = layer.child("output")?.child("port");
  const precision = port?.attribute("precision");
  const told = data?.attribute("element_type") ?? (precision === undefined ? undefined : elementTypeOf(precision));
  const shape = data?.attribute("shape");
  if (data === undefined || told === undefined) throw corrupt("it has no data with an element type", layer.offset);
  return {
    elementType: told,
    shape: shape === undefined ? dimensionsOf(port) : shapeOf(shape, layer.offset),
    offset: sizeOf(data, "offset"),
    size: sizeOf(data, "size"),
  };
}

/** `weights`, `biases` and custom blobs of a layer before version 10: flat, in the layer's precision. */
export function blobOf(blob: XmlElement, precision: string): Constant {
  const elementName = elementTypeOf(blob.attribute("precision") ?? precision);
  const size = sizeOf(blob, "size");
  const bits = elementType(elementName)?.bits ?? 8;
  return { elementType: elementName, shape: [Math.floor((size * 8) / bits)], offset: sizeOf(blob, "offset"), size };
}

function shapeOf(text: string, at: number): readonly number[] {
  const words = text.split(",").map((word) => word.trim());
  if (words.length === 1 && words[0] === "") return [];
  if (words.length > LIMITS.dimensions) throw corrupt(`${words.length} dimensions`, at);
  return words.map((word) => {
    if (!/^\d{1,15}$/.test(word)) throw corrupt(`the shape ${JSON.stringify(text.slice(0, 80))}`, at);
    return Number(word);
  });
}

export function dimensionsOf(port: XmlElement | undefined): readonly number[] {
  const dims = port?.childrenNamed("dim") ?? [];
  return dims.slice(0, LIMITS.dimensions).map(({ text }) => (/^-?\d{1,15}$/.test(text.trim()) ? Number(text) : -1));
}

function sizeOf(element: XmlElement, name: string): number {
  const text = element.attribute(name) ?? "";
  if (!/^\d{1,15}$/.test(text)) throw corrupt(`the ${name} ${JSON.stringify(text.slice(0, 40))}`, element.offset);
  return Number(text);
}

/** Bytes that texts may still be made of: those of one constant are none of another, so all are no more than there are. */
export interface TextRoom {
  room: number;
}

/** The tensor, its bytes where they lie; a list of texts for `string`. Throws where they do not fit what is said of them. */
export async function constantValue(constant: Constant, weights: ByteSource, left: TextRoom): Promise<Value> {
  const { offset, size, shape } = constant;
  if (offset + size > weights.size) throw truncated(weights.name, offset, size, weights.size - offset);
  const data = slice(weights, offset, offset + size);
  const count = elementCount(shape);
  if (constant.elementType === "string") {
    if (size > left.room) throw corrupt("its texts lie where those of others are", offset);
    left.room -= size;
    return texts(await data.read(0, size), count);
  }
  const type = elementType(constant.elementType);
  if (type === undefined) throw unsupported(`the element type ${constant.elementType.slice(0, 40)}`);
  const needed = bytesOf(type, count);
  if (needed !== size)
    throw corrupt(`${size} bytes for [${shape.join(", ")}] of ${constant.elementType}, which take ${needed}`);
  return {
    kind: "tensor",
    className: constant.elementType,
    offset,
    tensor: {
      dtype: type.dtype,
      shape,
      order: "C",
      offset: 0,
      data: type.expand === undefined ? data : type.expand(data, count),
    },
  };
}

/** How many there are, where each begins and the last one ends, then their UTF-8. */
function texts(bytes: Uint8Array, count: number): Value {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = 4 * (count + 2);
  if (bytes.length < start || view.getUint32(0, true) !== count)
    throw corrupt(`${bytes.length} bytes for ${count} texts`);
  const utf8 = new TextDecoder();
  const items: string[] = [];
  for (let i = 0; i < count; i++) {
    const [from, to] = [view.getUint32(4 * (i + 1), true), view.getUint32(4 * (i + 2), true)];
    if (from > to || start + to > bytes.length) throw corrupt(`text ${i} is at ${from} to ${to}`);
    items.push(utf8.decode(bytes.subarray(start + from, start + to)));
  }
  return listOf(items);
}
