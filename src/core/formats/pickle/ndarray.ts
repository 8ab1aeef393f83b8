import { type ByteSource, fromBytes } from "../../bytes/source.ts";
import { ArtifactError } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import { type DType, scalarDType } from "../../model/dtype.ts";
import { holdsObjects } from "../../model/numpy-dtype.ts";
import { type Sentence, say } from "../../model/sentence.ts";
import { elementCount, type TensorRef } from "../../model/tensor.ts";
import { isNode, type ObjectNode, type TensorNode, type Value } from "../../model/value.ts";
import type { Evaluation } from "./evaluation.ts";
import { argumentsOf, dict, kindName } from "./graph.ts";
import { rawData } from "./held-bytes.ts";
import { dimensionsOf } from "./numpy-dtype-object.ts";

/**
 * numpy arrays as pickles write them:
 * - `_reconstruct(class, (0,), b"b")`, then BUILD with (version, shape, dtype, is_fortran, data);
 * - `_frombuffer(data, dtype, shape, order[, axes])` from protocol 5 on;
 * - `scalar(dtype, data)` for numpy scalars;
 * - `_mareconstruct(...)` for masked arrays.
 * The data's length must be exactly what shape and dtype need; what does not fit stays a described object, with a
 * finding: a wrong number is worse than none.
 */

/** Where `_reconstruct` and `scalar` have been. */
export const MULTIARRAY_MODULE = /^numpy\._?core\.(?:multiarray|_multiarray_umath)$/;

const EMPTY: ByteSource = fromBytes(new Uint8Array(0), "no bytes");

/** An array's description, before its data. */
export interface ArrayHeader {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly order: "C" | "F";
}

/** The bytes that an array of this header has; a sentence when there can be no such array. */
export function dataLength({ shape, dtype }: ArrayHeader, offset: number): number | Sentence {
  try {
    if (shape.length > LIMITS.dimensions) throw new ArtifactError("limit", `${shape.length} dimensions`);
    const length = elementCount(shape) * dtype.itemSize;
    if (Number.isSafeInteger(length)) return length;
  } catch (error) {
    if (!(error instanceof ArtifactError)) throw error;
  }
  return say("The array at byte {offset} of shape {shape} and dtype {dtype} is larger than any file.", {
    offset,
    shape: shapeText(shape),
    dtype: dtype.name,
  });
}

export function shapeText(shape: readonly number[]): string {
  return `(${shape.slice(0, 8).join(", ")}${shape.length === 1 ? "," : shape.length > 8 ? ", ..." : ""})`;
}

/** BUILD of an array: the object becomes the array, in place, so that every reference to it does. */
export function buildArray(node: ObjectNode, state: Value, evaluation: Evaluation, offset: number): void {
  const items = argumentsOf(state) ?? [];
  const [shape, type, fortran, data] = items.length === 5 ? items.slice(1) : items;
  // Subclasses may have states of their own: those stay what they are.
  if (items.length !== 4 && items.length !== 5) return;
  const header = headerOf(shape, type, fortran, evaluation);
  const made =
    header === undefined
      ? say("The array at byte {offset} has a shape or dtype that is not known; it is shown as an object.", {
          offset: node.offset,
        })
      : arrayOf(header, data, className(node.args[0]), node.offset);
  if ("template" in made) evaluation.note("integrity/corrupt", "warning", made, offset);
  else become(node, made);
}

/** `numpy.core.numeric._frombuffer`. With order "K" the last argument permutes the axes of a C-ordered array. */
export function arrayFromBuffer(node: ObjectNode, args: readonly Value[], evaluation: Evaluation): Value | undefined {
  const [data, type, shape, order, axes] = args;
  const header = headerOf(shape, type, order === "F", evaluation);
  if (header === undefined || (order !== "C" && order !== "F" && order !== "K")) return undefined;
  const made = arrayOf(header, data, "numpy.ndarray", node.offset);
  if ("template" in made) {
    evaluation.note("integrity/corrupt", "warning", made, node.offset);
    return undefined;
  }
  if (order !== "K") return made;
  const permuted = transposed(made.tensor, dimensionsOf(axes));
  return permuted === undefined ? undefined : { ...made, tensor: permuted };
}

function transposed(tensor: TensorRef, axes: readonly number[] | undefined): TensorRef | undefined {
  const { shape, dtype } = tensor;
  if (axes === undefined || axes.length !== shape.length) return undefined;
  const strides: number[] = [];
  let step = dtype.itemSize;
  for (let k = shape.length - 1; k >= 0; k--) {
    strides[k] = step;
    step *= Math.max(1, shape[k] ?? 1);
  }
  if ([...axes].sort((a, b) => a - b).some((axis, k) => axis !== k)) return undefined;
  return {
    ...tensor,
    shape: axes.map((axis) => shape[axis] as number),
    strides: axes.map((axis) => strides[axis] as number),
  };
}

/** `numpy.core.multiarray.scalar(dtype, data)`. */
export function numpyScalar(_node: ObjectNode, args: readonly Value[], evaluation: Evaluation): Value | undefined {
  const [type, value] = args;
  const dtype = isNode(type) ? evaluation.dtypes.get(type) : undefined;
  if (dtype === undefined || holdsObjects(dtype)) return undefined;
  const data = rawData(value);
  if (data === undefined || data.size !== dtype.itemSize) return undefined;
  return { kind: "scalar", tensor: { dtype, shape: [], order: "C", offset: 0, data } };
}

/**
 * BUILD of a masked array: (version, shape, dtype, is_fortran, data, mask, fill value). It becomes an object of its
 * class with `data`, `mask` and `fill_value`.
 */
export function buildMaskedArray(node: ObjectNode, state: Value, evaluation: Evaluation, offset: number): void {
  const items = argumentsOf(state);
  const [subclass] = node.args;
  if (items?.length !== 7 || !isNode(subclass) || subclass.kind !== "global") return;
  const [, shape, type, fortran, data, mask, fill] = items;
  const header = headerOf(shape, type, fortran, evaluation);
  if (header === undefined) return;
  const values = arrayOf(header, data, "numpy.ndarray", node.offset);
  // Structured arrays have a structured mask; it stays as raw bytes.
  const isPlain = header.dtype.fields === undefined && header.dtype.subarray === undefined;
  const masks = isPlain ? arrayOf({ ...header, dtype: scalarDType("bool") }, mask, "numpy.ndarray", node.offset) : mask;
  const wrong = [values, masks].find((part) => isSentence(part));
  if (isSentence(wrong)) {
    evaluation.note("integrity/corrupt", "warning", wrong, offset);
    return;
  }
  const attributes = dict();
  attributes.keys.push("data", "mask", "fill_value");
  attributes.values.push(values as Value, (masks ?? null) as Value, fill ?? null);
  become(node, { kind: "object", callable: subclass, how: "new", args: [], state: attributes, offset: node.offset });
}

function isSentence(value: unknown): value is Sentence {
  return typeof value === "object" && value !== null && "template" in value;
}

function headerOf(
  shape: Value | undefined,
  type: Value | undefined,
  fortran: Value | undefined,
  evaluation: Evaluation,
): ArrayHeader | undefined {
  const dims = dimensionsOf(shape);
  const dtype = isNode(type) ? evaluation.dtypes.get(type) : undefined;
  if (dims === undefined || dtype === undefined) return undefined;
  const isFortran = fortran === true || (typeof fortran === "bigint" && fortran !== 0n);
  return { shape: dims, dtype, order: isFortran ? "F" : "C" };
}

/** The array, or why there can be none. Elements of object arrays come as a list, in C order whatever the layout. */
function arrayOf(header: ArrayHeader, data: Value | undefined, name: string, offset: number): TensorNode | Sentence {
  const { shape, dtype, order } = header;
  const needed = dataLength(header, offset);
  if (typeof needed !== "number") return needed;
  const place = { offset, shape: shapeText(shape), dtype: dtype.name };
  if (holdsObjects(dtype)) {
    const count = elementCount(shape);
    if (!isNode(data) || data.kind !== "list" || data.items.length !== count)
      return say(
        "The array at byte {offset} of shape {shape} holds {count} Python objects, and its state has {found}; it is shown as an object.",
        { ...place, count, found: isNode(data) && data.kind === "list" ? data.items.length : kindName(data) },
      );
    const tensor: TensorRef = { dtype, shape, order: "C", offset: 0, data: EMPTY };
    return { kind: "tensor", tensor, className: name, objects: data.items, offset };
  }
  const raw = rawData(data);
  if (raw === undefined)
    return say("The array at byte {offset} has {found} for its data; it is shown as an object.", {
      offset,
      found: kindName(data),
    });
  if (raw.size !== needed)
    return say(
      "The array at byte {offset} of shape {shape} and dtype {dtype} needs {needed} bytes, and its data has {found}; it is shown as an object.",
      { ...place, needed, found: raw.size },
    );
  return { kind: "tensor", tensor: { dtype, shape, order, offset: 0, data: raw }, className: name, offset };
}

/** The class as its users write it: the modules that numpy keeps it in changed over time. */
export function className(subclass: Value | undefined): string {
  if (!isNode(subclass) || subclass.kind !== "global") return "numpy.ndarray";
  const { module, name } = subclass;
  const isNumpy = module === "numpy" || module.startsWith("numpy.");
  return isNumpy && /^(ndarray|matrix|memmap|recarray|chararray)$/.test(name) ? `numpy.${name}` : `${module}.${name}`;
}

/** The node stays the same object and is something else from now on: the memo and other nodes refer to it. */
export function become(node: ObjectNode, made: TensorNode | ObjectNode): void {
  const target = node as unknown as Record<string, unknown>;
  for (const key of Object.keys(target)) if (!(key in made)) delete target[key];
  Object.assign(target, made);
}
