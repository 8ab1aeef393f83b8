import { corrupt, unsupported } from "../../errors.ts";
import type { InflateKind } from "../../host.ts";
import { LIMITS } from "../../limits.ts";
import { type DType, isScalarName, scalarDType } from "../../model/dtype.ts";
import { parseDType } from "../../model/dtype-build.ts";
import { encodeElement } from "../../model/decode.ts";
import { elementCount } from "../../model/tensor.ts";

/** One array as its metadata describes it. */
export interface ZarrArray {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly chunk: readonly number[];
  /** Axes of a stored chunk, slowest first, as axes of the array. */
  readonly order: readonly number[];
  /** What was done with a chunk after it was made into bytes, in that order. */
  readonly codecs: readonly (InflateKind | "crc32c")[];
  readonly fill: Uint8Array | undefined;
  /** The name of a chunk's file, from the folder of the array. */
  readonly key: (position: readonly number[]) => string;
}

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type JsonObject = { readonly [key: string]: Json };

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const CODECS: Readonly<Record<string, InflateKind>> = { zlib: "zlib", gzip: "gzip", zstd: "zstd", bz2: "bz2" };

/** `.zarray` (version 2), or `zarr.json` of an array (version 3). Throws `unsupported` for codecs that are not undone. */
export function arrayOf(metadata: JsonObject): ZarrArray {
  return metadata["zarr_format"] === 3 ? ofVersion3(metadata) : ofVersion2(metadata);
}

function ofVersion2(metadata: JsonObject): ZarrArray {
  const shape = sizes(metadata["shape"], "shape", 0);
  const chunk = sizes(metadata["chunks"], "chunks", 1);
  if (typeof metadata["dtype"] !== "string") throw unsupported("records, which are not read");
  const dtype = fixedSize(parseDType(metadata["dtype"]), metadata["dtype"]);
  const filters = metadata["filters"];
  if (Array.isArray(filters) && filters.length > 0) throw unsupported(`the filter ${codecName(filters[0])}`);
  const compressor = metadata["compressor"] ?? null;
  const codecs = compressor === null ? [] : [codecOf(codecName(compressor))];
  const separator = metadata["dimension_separator"] === "/" ? "/" : ".";
  const axes = shape.map((_, k) => k);
  return {
    ...checked(shape, chunk, dtype),
    order: metadata["order"] === "F" ? axes.reverse() : axes,
    codecs,
    fill: fillOf(metadata["fill_value"], dtype),
    key: (position) => (position.length === 0 ? "0" : position.join(separator)),
  };
}

function ofVersion3(metadata: JsonObject): ZarrArray {
  const shape = sizes(metadata["shape"], "shape", 0);
  const grid = configurationOf(metadata["chunk_grid"]);
  if (grid.name !== "regular") throw unsupported(`a grid of chunks of the kind ${grid.name}`);
  const chunk = sizes(grid.values["chunk_shape"], "chunk_shape", 1);
  const keys = configurationOf(metadata["chunk_key_encoding"]);
  const separator =
    keys.values["separator"] === "." || (keys.name === "v2" && keys.values["separator"] !== "/") ? "." : "/";
  const type = metadata["data_type"];
  if (typeof type !== "string" || !isScalarName(type))
    throw unsupported(`elements of the type ${JSON.stringify(type).slice(0, 60)}`);
  const steps = metadata["codecs"];
  if (!Array.isArray(steps)) throw corrupt("an array without codecs");
  const axes = shape.map((_, k) => k);
  let order: readonly number[] = axes;
  let isBig = false;
  const codecs: (InflateKind | "crc32c")[] = [];
  for (const step of steps as readonly Json[]) {
    const { name, values } = configurationOf(step);
    if (name === "transpose") order = sizes(values["order"], "order", 0);
    else if (name === "bytes") isBig = values["endian"] === "big";
    else codecs.push(name === "crc32c" ? "crc32c" : codecOf(name));
  }
  if ([...order].sort((a, b) => a - b).some((axis, k) => axis !== k) || order.length !== shape.length)
    throw corrupt(`an order of axes of [${order.join(", ")}]`);
  const dtype = fixedSize(scalarDType(type, isBig), type);
  return {
    ...checked(shape, chunk, dtype),
    order,
    codecs,
    fill: fillOf(metadata["fill_value"], dtype),
    key: (position) => (keys.name === "v2" ? position.join(separator) || "0" : ["c", ...position].join(separator)),
  };
}

function checked(
  shape: readonly number[],
  chunk: readonly number[],
  dtype: DType,
): Pick<ZarrArray, "shape" | "chunk" | "dtype"> {
  if (chunk.length !== shape.length || shape.length > LIMITS.dimensions)
    throw corrupt(`chunks of [${chunk.join(", ")}] for the shape [${shape.join(", ")}]`);
  elementCount(shape);
  if (elementCount(chunk) * dtype.itemSize > LIMITS.hdf5ChunkBytes)
    throw unsupported(`chunks of more than ${LIMITS.hdf5ChunkBytes} bytes`);
  return { shape, chunk, dtype };
}

function sizes(value: Json | undefined, what: string, least: number): number[] {
  const isList = Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && (size as number) >= least);
  if (!isList) throw corrupt(`${what} is ${JSON.stringify(value ?? null).slice(0, 80)}`);
  return [...(value as readonly number[])];
}

function configurationOf(value: Json | undefined): { readonly name: string; readonly values: JsonObject } {
  if (!isObject(value) || typeof value["name"] !== "string") throw corrupt("a part of the metadata without a name");
  const values = value["configuration"];
  return { name: value["name"], values: isObject(values) ? values : {} };
}

function codecName(value: Json | undefined): string {
  return isObject(value) && typeof value["id"] === "string" ? value["id"] : "unknown";
}

function codecOf(name: string): InflateKind {
  const kind = CODECS[name];
  if (kind === undefined) throw unsupported(`the codec ${name}, which is not undone`);
  return kind;
}

function fixedSize(dtype: DType, name: string): DType {
  if (dtype.itemSize === 0 || dtype.kind === "O") throw unsupported(`elements of the type ${name}`);
  return dtype;
}

/** One element; undefined for zeros, and where nothing is said. */
function fillOf(value: Json | undefined, dtype: DType): Uint8Array | undefined {
  if (value === undefined || value === null || value === 0 || value === false || dtype.scalar === undefined)
    return undefined;
  if (value === true) return encodeElement(dtype, "True");
  if (typeof value === "number" && !Number.isSafeInteger(value) && (dtype.kind === "i" || dtype.kind === "u"))
    throw unsupported(`a fill value of ${value}`);
  const text = value === "NaN" ? "nan" : value === "Infinity" ? "inf" : value === "-Infinity" ? "-inf" : value;
  if (typeof text !== "number" && typeof text !== "string") throw unsupported("a fill value that is no number");
  return encodeElement(dtype, String(text));
}
