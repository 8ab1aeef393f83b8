import { withoutEnd } from "../../model/text-end.ts";
import { placeIn } from "../../bytes/place.ts";
import { type ByteSource, fromBytes } from "../../bytes/source.ts";
import { ArtifactError, asArtifactError, truncated } from "../../errors.ts";
import { afterEnd } from "../../findings/bytes-after.ts";
import { CappedFindings } from "../../findings/capped.ts";
import { finding } from "../../findings/finding.ts";
import { ruleOf } from "../../findings/partly-read.ts";
import { LIMITS } from "../../limits.ts";
import type { RawArtifact } from "../../model/artifact.ts";
import { scalarDType } from "../../model/dtype.ts";
import { dictOf, listOf } from "../../model/make-value.ts";
import { say } from "../../model/sentence.ts";
import { elementCount, type TensorRef } from "../../model/tensor.ts";
import type { Value } from "../../model/value.ts";
import { denseStrides } from "../../model/window-layout.ts";
import { readElements } from "../../model/window.ts";
import type { ReadContext } from "../format.ts";
import { elementOf, type Header, readHeader, TEXT, type Variable } from "./header.ts";

/**
 * Reads a classic NetCDF file: each variable as a tensor where it lies, those of records by steps over the records; names
 * of dimensions and attributes as metadata. Throws when its header cannot be read.
 */
export async function readNetcdf(source: ByteSource, { work }: ReadContext): Promise<RawArtifact> {
  const header = await readHeader(source, work);
  const findings = new CappedFindings();
  let isWhole = true;
  const keys: Value[] = [];
  const values: Value[] = [];
  const told: [string, Value][] = [...header.attributes].map(([name, value]) => [name, value]);
  const layout = layoutOf(header, source.size);
  for (const variable of header.variables) {
    if (work.isDue()) await work.checkpoint();
    keys.push(variable.name);
    try {
      values.push(await valueOf(variable, header, layout, source));
    } catch (error) {
      const reason = asArtifactError(error, `reading ${variable.name}`);
      if (reason.code === "cancelled" || reason.code === "changed") throw reason;
      isWhole = false;
      const sentence = say("{name} could not be read: {reason}.", { name: variable.name, reason: reason.message });
      const place = placeIn(source, Math.min(variable.begin, source.size), 0);
      findings.add(finding(ruleOf(reason), "error", sentence, { path: variable.name, ...place }));
      values.push({ kind: "unread", why: reason.message, offset: variable.begin });
    }
    const dimensions = listOf(variable.dimensions.map((k) => header.dimensions[k]?.name ?? ""));
    told.push([`variable ${variable.name}`, dictOf([["dimensions", dimensions], ...variable.attributes])]);
  }
  if (isWhole && header.records >= 0)
    for (const found of await afterEnd(source, endOf(header, layout))) findings.add(found);
  return {
    format: "netcdf",
    container: [],
    root: { kind: "dict", keys, values },
    namedTensors: true,
    facts: [
      { id: "netcdf.version", label: "NetCDF", value: `classic, version ${header.version}` },
      { id: "netcdf.dimensions", label: "Dimensions", value: dimensionsText(header, layout) },
    ],
    metadata: dictOf(told),
    findings: findings.all(),
    complete: isWhole,
  };
}

interface Layout {
  readonly records: number;
  /** Bytes of one record: the parts of all variables that have records. */
  readonly recordBytes: number;
}

function layoutOf(header: Header, size: number): Layout {
  const { variables, dimensions } = header;
  const ofRecords = variables.filter((variable) => hasRecords(variable, header));
  const parts = ofRecords.map((variable) => {
    const rest = variable.dimensions.slice(1).map((k) => dimensions[k]?.size ?? 0);
    return elementCount(rest) * scalarDType(elementOf(variable.type) ?? "uint8").itemSize;
  });
  // One variable alone is not padded.
  const padded = parts.length === 1 ? parts : parts.map((bytes) => Math.ceil(bytes / 4) * 4);
  const recordBytes = padded.reduce((sum, bytes) => sum + bytes, 0);
  if (header.records >= 0) return { records: header.records, recordBytes };
  const first = ofRecords.reduce((least, { begin }) => Math.min(least, begin), size);
  return { records: recordBytes === 0 ? 0 : Math.floor((size - first) / recordBytes), recordBytes };
}

function hasRecords({ dimensions }: Variable, header: Header): boolean {
  const [first] = dimensions;
  return first !== undefined && header.dimensions[first]?.size === 0;
}

async function valueOf(variable: Variable, header: Header, layout: Layout, source: ByteSource): Promise<Value> {
  const scalar = elementOf(variable.type) ?? "uint8";
  const dtype = scalarDType(scalar, true);
  const isOfRecords = hasRecords(variable, header);
  const shape = variable.dimensions.map((k, axis) =>
    axis === 0 && isOfRecords ? layout.records : (header.dimensions[k]?.size ?? 0),
  );
  const strides = denseStrides(shape, dtype.itemSize);
  if (isOfRecords) strides[0] = layout.recordBytes;
  const count = elementCount(shape);
  const last = shape.reduce((sum, size, axis) => sum + (size - 1) * (strides[axis] ?? 0), 0) + dtype.itemSize;
  if (count > 0 && (variable.begin > source.size || last > source.size - variable.begin))
    throw truncated(source.name, variable.begin, last, source.size - variable.begin);
  const tensor: TensorRef = {
    dtype,
    shape,
    order: "C",
    ...(isOfRecords ? { strides } : {}),
    offset: variable.begin,
    data: count === 0 ? fromBytes(new Uint8Array(0), source.name) : source,
    ...(count === 0 ? { offset: 0 } : {}),
  };
  if (variable.type === TEXT) return texts(tensor);
  return { kind: "tensor", tensor, className: "variable", offset: variable.begin };
}

/** Where the last variable or record ends, padded to whole words. */
function endOf(header: Header, { records, recordBytes }: Layout): number {
  const ends = header.variables.map((variable) => {
    const isOfRecords = hasRecords(variable, header);
    if (isOfRecords && records === 0) return 0;
    const { begin, type, dimensions } = variable;
    const sizes = dimensions.slice(isOfRecords ? 1 : 0).map((k) => header.dimensions[k]?.size ?? 0);
    const bytes = elementCount(sizes) * scalarDType(elementOf(type) ?? "uint8").itemSize;
    const padded = Math.ceil(bytes / 4) * 4;
    return begin + (isOfRecords ? (records - 1) * recordBytes + Math.min(padded, recordBytes) : padded);
  });
  return Math.max(header.end, ...ends);
}

/** Characters, a text a row. */
async function texts(tensor: TensorRef): Promise<Value> {
  const { shape } = tensor;
  const count = elementCount(shape);
  const width = shape.at(-1) ?? 1;
  const rows = width === 0 ? 0 : count / width;
  if (count > LIMITS.protobufTextBytes || rows > LIMITS.namedValues)
    throw new ArtifactError("limit", `${count} characters in ${rows} rows`);
  const bytes = await readElements(tensor, 0, count);
  const items = Array.from({ length: rows }, (_, k) =>
    withoutEnd(new TextDecoder().decode(bytes.subarray(k * width, (k + 1) * width)), "\0"),
  );
  return shape.length < 2 ? (items[0] ?? "") : listOf(items);
}

function dimensionsText({ dimensions }: Header, { records }: Layout): string {
  return dimensions
    .slice(0, 20)
    .map(({ name, size }) => `${name} ${size === 0 ? `${records} (records)` : size}`)
    .join(", ");
}
