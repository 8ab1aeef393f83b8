import { joined } from "../../bytes/joined.ts";
import { type ByteSource, fromBytes } from "../../bytes/source.ts";
import { ArtifactError } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import { type DType, scalarDType } from "../../model/dtype.ts";
import { type DescrField, dtypeFromDescr, dtypeFromName, holdsObjects, parseDType } from "../../model/numpy-dtype.ts";
import { denseByteLength } from "../../model/tensor.ts";
import { type DictNode, dictGet, isNode, type TensorNode, type Value } from "../../model/value.ts";
import { lengthAt, tokenOf } from "./token.ts";
import type { Extension } from "./walk.ts";

/** flax's extensions. */
export const FLAX = { array: 1, complex: 2, scalar: 3 } as const;

/** An array of flax, as its extension holds it: the MessagePack of (shape, dtype's name, bytes). Undefined when it is none. */
export function flaxArray({ head, start, length, offset }: Extension, source: ByteSource): TensorNode | undefined {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  let at = 0;
  const next = (): { kind: string; value: number } | undefined => {
    const token = tokenOf(head[at] ?? 0xc1);
    if (at + 1 + token.width > head.length) return undefined;
    // Dimensions over 2^53 are of no array that there is.
    const value =
      token.kind === "uint" && token.width === 8 ? Number(view.getBigUint64(at + 1)) : lengthAt(view, at + 1, token);
    at += 1 + token.width;
    return { kind: token.kind, value };
  };
  const whole = next();
  const dims = next();
  if (whole?.kind !== "array" || whole.value !== 3 || dims?.kind !== "array" || dims.value > LIMITS.dimensions)
    return undefined;
  const shape: number[] = [];
  for (let axis = 0; axis < dims.value; axis += 1) {
    const dim = next();
    if (dim?.kind !== "fixint" && dim?.kind !== "uint") return undefined;
    shape.push(dim.value);
  }
  const name = next();
  if ((name?.kind !== "text" && name?.kind !== "bytes") || name.value > 64) return undefined;
  const text = new TextDecoder().decode(head.subarray(at, at + name.value));
  at += name.value;
  const data = next();
  if ((data?.kind !== "bytes" && data?.kind !== "text") || at + data.value !== length) return undefined;
  return tensorAt(dtypeOf(text), shape, source, start + at, data.value, offset);
}

/** A complex number of flax: the MessagePack of (real, imaginary), two float64. */
export function flaxComplex({ head, length }: Extension): Value | undefined {
  if (length !== 19 || head[0] !== 0x92 || head[1] !== 0xcb || head[10] !== 0xcb) return undefined;
  const bytes = new Uint8Array(16);
  bytes.set(head.slice(2, 10).reverse(), 0);
  bytes.set(head.slice(11, 19).reverse(), 8);
  const data = fromBytes(bytes, "complex");
  return { kind: "scalar", tensor: { dtype: scalarDType("complex128"), shape: [], order: "C", offset: 0, data } };
}

/** An array that flax keeps in pieces; undefined when they do not come to it. */
export function chunkedArray(map: DictNode, offset: number): TensorNode | undefined {
  const shape = numbersOf(dictGet(map, "shape"));
  const chunks = valuesInOrder(dictGet(map, "chunks"));
  if (shape === undefined || chunks === undefined || chunks.length === 0) return undefined;
  const tensors = chunks.flatMap((chunk) => (isNode(chunk) && chunk.kind === "tensor" ? [chunk.tensor] : []));
  const dtype = tensors[0]?.dtype;
  if (dtype === undefined || tensors.length !== chunks.length || tensors.some((each) => each.dtype !== dtype))
    return undefined;
  const parts = tensors.map((tensor) => part(tensor.data, tensor.offset, denseByteLength(tensor)));
  const data = joined(parts, "chunks");
  return tensorAt(dtype, shape, data, 0, data.size, offset);
}

/** An array or scalar of msgpack-numpy; undefined when its bytes, dtype and shape do not fit. */
export function numpyArray(map: DictNode, offset: number): Value | undefined {
  const data = dictGet(map, "data");
  const dtype = numpyType(map);
  if (!isNode(data) || data.kind !== "bytes" || dtype === undefined) return undefined;
  const isArray = dictGet(map, "nd") === true;
  const shape = isArray ? numbersOf(dictGet(map, "shape")) : [];
  const node = shape && tensorAt(dtype, shape, data.data, 0, data.data.size, offset);
  return isArray || node === undefined ? node : { kind: "scalar", tensor: node.tensor };
}

/** True for an array of Python objects: its bytes are a pickle. */
export function isPickled(map: DictNode): boolean {
  const dtype = numpyType(map);
  return dtype !== undefined && holdsObjects(dtype) && dictGet(map, "nd") === true;
}

function numpyType(map: DictNode): DType | undefined {
  const type = dictGet(map, "type");
  return typeof type === "string" ? dtypeOf(type) : descrOf(type);
}

function tensorAt(
  dtype: DType | undefined,
  shape: readonly number[],
  data: ByteSource,
  start: number,
  length: number,
  offset: number,
): TensorNode | undefined {
  if (dtype === undefined || holdsObjects(dtype)) return undefined;
  try {
    if (denseByteLength({ dtype, shape }) !== length) return undefined;
  } catch (error) {
    if (error instanceof ArtifactError) return undefined;
    throw error;
  }
  return {
    kind: "tensor",
    className: "numpy.ndarray",
    tensor: { dtype, shape, order: "C", offset: start, data },
    offset,
  };
}

function dtypeOf(text: string): DType | undefined {
  try {
    return /^[<>|=]/.test(text) ? parseDType(text) : dtypeFromName(text);
  } catch (error) {
    if (error instanceof ArtifactError) return undefined;
    throw error;
  }
}

/** A structured dtype as numpy's `descr`: [["a", "<f4"], ["b", "<i8", [2]]]. */
function descrOf(value: Value | undefined): DType | undefined {
  try {
    const fields = fieldsOf(value, 0);
    return fields === undefined ? undefined : dtypeFromDescr(fields);
  } catch (error) {
    if (error instanceof ArtifactError) return undefined;
    throw error;
  }
}

function fieldsOf(value: Value | undefined, depth: number): DescrField[] | undefined {
  if (!isNode(value) || value.kind !== "list" || depth > LIMITS.dtypeDepth) return undefined;
  const fields: DescrField[] = [];
  for (const item of value.items) {
    if (!isNode(item) || item.kind !== "list") return undefined;
    const [name, type, dims] = item.items;
    const descr = typeof type === "string" ? type : fieldsOf(type, depth + 1);
    const shape = dims === undefined ? undefined : numbersOf(dims);
    if (typeof name !== "string" || descr === undefined) return undefined;
    fields.push({ name, descr, ...(shape !== undefined && { shape }) });
  }
  return fields;
}

function part(data: ByteSource, start: number, length: number): ByteSource {
  return { size: length, name: data.name, read: (from, to) => data.read(start + from, start + to) };
}

/** Whole numbers of a list, or of a map by "0", "1" ... */
function numbersOf(value: Value | undefined): number[] | undefined {
  const items = valuesInOrder(value);
  return items?.every((item) => typeof item === "bigint" && item >= 0n) === true ? items.map(Number) : undefined;
}

function valuesInOrder(value: Value | undefined): readonly Value[] | undefined {
  if (!isNode(value)) return undefined;
  if (value.kind === "list") return value.items;
  if (value.kind !== "dict") return undefined;
  // Looking each of them up by itself would go through all keys each time.
  const byKey = new Map(value.keys.map((key, at) => [key, value.values[at]]));
  const items = value.keys.map((_, index) => byKey.get(String(index)));
  return items.every((item) => item !== undefined) ? items : undefined;
}
