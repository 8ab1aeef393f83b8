import { fromBase64 } from "../../bytes/base64.ts";
import { corrupt, limitExceeded, unsupported } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import { type DType, isScalarName, scalarDType } from "../../model/dtype.ts";
import { complexPart } from "../../model/element-bits.ts";
import { parseDType } from "../../model/dtype-build.ts";
import { encodeElement } from "../../model/decode.ts";
import { elementCount } from "../../model/tensor.ts";
import { type Step, stepOf } from "./codecs.ts";
import { configurationOf, isObject, type Json, type JsonObject, sizesOf } from "./json.ts";
import { type Sharding, shardingOf } from "./shards.ts";

/** One array as its metadata describes it. */
export interface ZarrArray {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly chunk: readonly number[];
  /** Where a file holds several chunks; a shard of shards has one for each, from the file inwards. */
  readonly shardings: readonly Sharding[];
  /** Axes of a stored chunk, slowest first, as axes of the array. */
  readonly order: readonly number[];
  /** What was done with a chunk after it was made into bytes, in that order. */
  readonly steps: readonly Step[];
  readonly fill: Uint8Array | undefined;
  /** The name of a chunk's or a shard's file, from the folder of the array. */
  readonly key: (position: readonly number[]) => string;
}

/** `.zarray` (version 2), or `zarr.json` of an array (version 3). Throws `unsupported` for codecs that are not undone. */
export function arrayOf(metadata: JsonObject): ZarrArray {
  return metadata["zarr_format"] === 3 ? ofVersion3(metadata) : ofVersion2(metadata);
}

function ofVersion2(metadata: JsonObject): ZarrArray {
  const shape = sizesOf(metadata["shape"], "shape", 0);
  const chunk = sizesOf(metadata["chunks"], "chunks", 1);
  if (typeof metadata["dtype"] !== "string") throw unsupported("records, which are not read");
  const dtype = fixedSize(parseDType(metadata["dtype"]), metadata["dtype"]);
  const filters = metadata["filters"] ?? [];
  const compressor = metadata["compressor"] ?? null;
  const steps = [...(Array.isArray(filters) ? filters : []), ...(compressor === null ? [] : [compressor])].flatMap(
    (codec: Json) => {
      const values = isObject(codec) ? codec : {};
      return stepOf(typeof values["id"] === "string" ? values["id"] : "unknown", values) ?? [];
    },
  );
  expectFew(steps);
  const separator = metadata["dimension_separator"] === "/" ? "/" : ".";
  const axes = shape.map((_, k) => k);
  return {
    ...checked(shape, chunk, dtype),
    shardings: [],
    order: metadata["order"] === "F" ? axes.reverse() : axes,
    steps,
    fill: fillOf(metadata["fill_value"], dtype),
    key: (position) => (position.length === 0 ? "0" : position.join(separator)),
  };
}

function ofVersion3(metadata: JsonObject): ZarrArray {
  const shape = sizesOf(metadata["shape"], "shape", 0);
  const grid = configurationOf(metadata["chunk_grid"]);
  if (grid.name !== "regular") throw unsupported(`a grid of chunks of the kind ${grid.name}`);
  const file = sizesOf(grid.values["chunk_shape"], "chunk_shape", 1);
  const keys = configurationOf(metadata["chunk_key_encoding"]);
  const separator =
    keys.values["separator"] === "." || (keys.name === "v2" && keys.values["separator"] !== "/") ? "." : "/";
  const type = metadata["data_type"];
  if (typeof type !== "string" || !isScalarName(type))
    throw unsupported(`elements of the type ${JSON.stringify(type).slice(0, 60)}`);
  const { shardings, chunk, codecs } = codecsOf(metadata["codecs"], file);
  const axes = shape.map((_, k) => k);
  let order: readonly number[] = axes;
  let isBig = false;
  const steps: Step[] = [];
  // Filters are of elements in the array's order, and of the order of bytes that their types say.
  let isFiltered = false;
  for (const codec of codecs) {
    const { name, values } = configurationOf(codec);
    if (name === "transpose") {
      const before = order;
      order = sizesOf(values["order"], "order", 0).map((axis) => before[axis] ?? -1);
    } else if (name === "bytes") isBig = values["endian"] === "big";
    else if (name === "sharding_indexed") throw unsupported("shards with other codecs around them");
    else {
      const step = stepOf(name, values);
      if (step !== undefined) steps.push(step);
      isFiltered ||= step?.kind === "filter";
    }
  }
  expectFew(steps);
  if (isFiltered && (isBig || order.some((axis, k) => axis !== k)))
    throw unsupported("filters of elements that are big-endian or in another order of axes");
  if ([...order].sort((a, b) => a - b).some((axis, k) => axis !== k) || order.length !== shape.length)
    throw corrupt(`an order of axes of [${order.join(", ")}]`);
  const dtype = fixedSize(scalarDType(type, isBig), type);
  return {
    ...checked(shape, chunk, dtype),
    shardings,
    order,
    steps,
    fill: fillOf(metadata["fill_value"], dtype),
    key: (position) => (keys.name === "v2" ? position.join(separator) || "0" : ["c", ...position].join(separator)),
  };
}

/** Each is undone for every chunk, and a few bytes name one more. */
function expectFew({ length }: readonly Step[]): void {
  if (length > LIMITS.zarrCodecs) throw limitExceeded("codecs of one array", length, LIMITS.zarrCodecs);
}

/** What is done with each chunk, and its shape: `file` has one chunk, or is a shard of several. */
function codecsOf(
  codecs: Json | undefined,
  file: readonly number[],
): { readonly shardings: readonly Sharding[]; readonly chunk: readonly number[]; readonly codecs: readonly Json[] } {
  if (!Array.isArray(codecs)) throw corrupt("an array without codecs");
  const shardings: Sharding[] = [];
  let inner = { chunk: file, steps: codecs as readonly Json[] };
  for (;;) {
    const [first, ...others] = inner.steps;
    if (others.length > 0 || !isObject(first) || first["name"] !== "sharding_indexed") break;
    if (shardings.length === LIMITS.zarrShardDepth)
      throw limitExceeded("shards within shards", shardings.length + 1, LIMITS.zarrShardDepth);
    const { sharding, ...found } = shardingOf(configurationOf(first).values, inner.chunk);
    shardings.push(sharding);
    inner = found;
  }
  return { shardings, chunk: inner.chunk, codecs: inner.steps };
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

function fixedSize(dtype: DType, name: string): DType {
  if (dtype.itemSize === 0 || dtype.kind === "O") throw unsupported(`elements of the type ${name}`);
  return dtype;
}

/** One element; undefined for zeros, and where nothing is said. */
function fillOf(value: Json | undefined, dtype: DType): Uint8Array | undefined {
  if (value === undefined || value === null || value === false || value === "" || Object.is(value, 0)) return undefined;
  const { scalar, kind, bigEndian, itemSize } = dtype;
  if (kind === "S" || kind === "V") return paddedBytes(value, itemSize);
  if (kind === "M" || kind === "m")
    return numberBytes(value === "NaT" ? NOT_A_TIME : value, scalarDType("int64", bigEndian));
  if (scalar === undefined) throw unsupported(`a fill value of ${JSON.stringify(value).slice(0, 60)}`);
  if (kind !== "c") return numberBytes(value, dtype);
  const part = scalarDType(complexPart(dtype), bigEndian);
  const parts: readonly Json[] = Array.isArray(value) ? value : [value, 0];
  return Uint8Array.from([0, 1].flatMap((at) => [...numberBytes(parts[at] ?? null, part)]));
}

/** What NumPy counts as no time: the smallest of 64 bits. */
const NOT_A_TIME = "-9223372036854775808";
const SPELT: Readonly<Partial<Record<string, string>>> = { NaN: "nan", Infinity: "inf", "-Infinity": "-inf" };

function numberBytes(value: Json, dtype: DType): Uint8Array {
  if (value === true) return encodeElement(dtype, "True");
  if (typeof value === "string") {
    // Version 3 spells out the bits of a NaN that is not the usual one.
    if (new RegExp(`^0x[0-9a-fA-F]{${dtype.itemSize * 2}}$`).test(value)) {
      const bytes = Uint8Array.from(value.slice(2).match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
      return dtype.bigEndian ? bytes : bytes.reverse();
    }
    return encodeElement(dtype, SPELT[value] ?? value);
  }
  if (typeof value !== "number") throw unsupported("a fill value that is no number");
  if (dtype.kind === "f") return encodeElement(dtype, Object.is(value, -0) ? "-0.0" : String(value));
  if (!Number.isSafeInteger(value)) throw unsupported(`a fill value of ${value}`);
  return encodeElement(dtype, String(BigInt(value)));
}

/** Version 2 has texts and bytes in base64. */
function paddedBytes(value: Json, size: number): Uint8Array {
  const bytes = typeof value === "string" ? fromBase64(value) : undefined;
  if (bytes === undefined || bytes.length > size) throw unsupported("a fill value that is no element");
  const out = new Uint8Array(size);
  out.set(bytes);
  return out;
}
