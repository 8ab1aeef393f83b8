import { type DType, scalarRow } from "../model/dtype.ts";
import { holdsObjects, numpyDescr } from "../model/numpy-dtype.ts";
import { elementCount, type TensorRef } from "../model/tensor.ts";
import { isWidened } from "../formats/embedded/widened.ts";
import type { TargetId } from "./plan.ts";

/**
 * How each target holds each kind of element: the one table that planning, writing and the documentation
 * (docs/convert/*.md) are about.
 *
 * `native`: as what it is, under its own name. `widened`: as float32, each value exactly, which other readers see.
 * `text`: as exact text. `bytes`: as raw bytes that only we read back. `graph`: in the object graph, element by
 * element.
 */
export type Route = "native" | "widened" | "text" | "bytes" | "graph";

export type ElementClass =
  | "common"
  | "bfloat16"
  | "float8"
  | "packed float"
  | "complex64"
  | "complex128"
  | "extended float"
  | "80-bit float of 96 bits"
  | "text"
  | "byte strings"
  | "times"
  | "records"
  | "raw bytes"
  | "objects";

export const ROUTES = {
  model: {
    common: "native",
    bfloat16: "native",
    float8: "native",
    "packed float": "native",
    complex64: "native",
    complex128: "native",
    "extended float": "native",
    "80-bit float of 96 bits": "native",
    text: "native",
    "byte strings": "native",
    times: "native",
    records: "native",
    "raw bytes": "native",
    objects: "graph",
  },
  safetensors: {
    common: "native",
    bfloat16: "native",
    float8: "native",
    "packed float": "native",
    complex64: "native",
    complex128: "bytes",
    "extended float": "bytes",
    "80-bit float of 96 bits": "bytes",
    text: "bytes",
    "byte strings": "bytes",
    times: "bytes",
    records: "bytes",
    "raw bytes": "bytes",
    objects: "graph",
  },
  npz: {
    common: "native",
    bfloat16: "widened",
    float8: "widened",
    "packed float": "widened",
    complex64: "native",
    complex128: "native",
    "extended float": "native",
    "80-bit float of 96 bits": "bytes",
    text: "native",
    "byte strings": "native",
    times: "native",
    records: "native",
    "raw bytes": "native",
    objects: "graph",
  },
  json: {
    common: "text",
    bfloat16: "text",
    float8: "text",
    "packed float": "bytes",
    complex64: "text",
    complex128: "text",
    "extended float": "text",
    "80-bit float of 96 bits": "text",
    text: "text",
    "byte strings": "text",
    times: "text",
    records: "bytes",
    "raw bytes": "bytes",
    objects: "graph",
  },
} as const satisfies Record<TargetId, Record<ElementClass, Route>>;

export function elementClass(dtype: DType): ElementClass {
  const { scalar, kind, fields, subarray } = dtype;
  if (holdsObjects(dtype)) return "objects";
  if (fields !== undefined) return "records";
  if (subarray !== undefined || dtype.bits === 0) return "raw bytes";
  if (scalar === "bfloat16") return scalar;
  if (scalar === "complex64" || scalar === "complex128") return scalar;
  if (scalar === "float96" || scalar === "complex192") return "80-bit float of 96 bits";
  if (scalar === "float128" || scalar === "complex256") return "extended float";
  if (isWidened(dtype)) return dtype.itemSize === 0 ? "packed float" : "float8";
  if (kind === "U") return "text";
  if (kind === "S") return "byte strings";
  if (kind === "M" || kind === "m") return "times";
  return scalar === undefined ? "raw bytes" : "common";
}

/**
 * The table's answer, and what it cannot know: descriptions that numpy has not, and packed elements that do not fill
 * their last byte, which the reference reader of safetensors refuses.
 */
export function routeOf({ dtype, shape }: Pick<TensorRef, "dtype" | "shape">, target: TargetId): Route {
  const route: Route = ROUTES[target][elementClass(dtype)];
  // Parts of bytes have no text of their own that is read back.
  if (target === "json" && dtype.itemSize === 0 && dtype.bits > 0) return "bytes";
  if (route !== "native") return route;
  if (target === "npz") return numpyDescr(dtype) === undefined ? "bytes" : route;
  if (target !== "safetensors") return route;
  const isKnown = dtype.scalar !== undefined && "safetensors" in scalarRow(dtype.scalar);
  return isKnown && (elementCount(shape) * dtype.bits) % 8 === 0 ? route : "bytes";
}
