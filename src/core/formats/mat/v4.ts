import { Cursor } from "../../bytes/cursor.ts";
import { type ByteSource, fromBytes, slice } from "../../bytes/source.ts";
import { asArtifactError, corrupt, limitExceeded, unsupported } from "../../errors.ts";
import { CappedFindings } from "../../findings/capped.ts";
import { LIMITS } from "../../limits.ts";
import { sparseTensor } from "../../meaning/sparse.ts";
import type { RawArtifact } from "../../model/artifact.ts";
import { type ScalarName, scalarDType } from "../../model/dtype.ts";
import { elementCount, type TensorRef } from "../../model/tensor.ts";
import type { Value } from "../../model/value.ts";
import type { ReadContext } from "../format.ts";
import { charArray, interleaved, numericArray } from "./arrays.ts";
import * as told from "./findings.ts";
import { get, widthOf } from "./numbers.ts";

const HEADER_BYTES = 20;
const PRECISIONS: readonly ScalarName[] = ["float64", "float32", "int32", "int16", "uint16", "uint8"];
const TEXT = 1;
const SPARSE = 2;

/** What stands before each variable of a MATLAB 4 file. */
export interface Mat4Header {
  readonly isBig: boolean;
  readonly scalar: ScalarName;
  /** 0 numbers, 1 text, 2 sparse. */
  readonly kind: number;
  readonly rows: number;
  readonly columns: number;
  readonly isComplex: boolean;
  readonly nameLength: number;
}

/** Reads a header; undefined for bytes that are none. */
export function mat4Header(bytes: Uint8Array): Mat4Header | undefined {
  if (bytes.length < HEADER_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, HEADER_BYTES);
  // The type's thousands tell the byte order: a little-endian one is below 1000.
  const isBig = view.getUint32(0, true) > 9999;
  const type = view.getUint32(0, !isBig);
  const [rows, columns, imaginary, nameLength] = [4, 8, 12, 16].map((at) => view.getUint32(at, !isBig));
  const machine = Math.floor(type / 1000);
  const scalar = PRECISIONS[Math.floor(type / 10) % 10];
  const kind = type % 10;
  const isHeader =
    machine === (isBig ? 1 : 0) && Math.floor(type / 100) % 10 === 0 && kind <= SPARSE && (imaginary ?? 2) <= 1;
  if (!isHeader || scalar === undefined || rows === undefined || columns === undefined || nameLength === undefined)
    return undefined;
  if (nameLength < 2 || nameLength > 256) return undefined;
  return { isBig, scalar, kind, rows, columns, isComplex: imaginary === 1, nameLength };
}

/** True for a file whose first variable is one of MATLAB 4: it has no signature. */
export function isMat4(head: Uint8Array, size: number): boolean {
  const header = mat4Header(head);
  if (header === undefined) return false;
  const name = head.subarray(HEADER_BYTES, HEADER_BYTES + header.nameLength);
  if (name.at(-1) !== 0 || !/^[A-Za-z]\w*$/.test(String.fromCharCode(...name.subarray(0, -1)))) return false;
  return HEADER_BYTES + header.nameLength + dataBytes(header) <= size;
}

function dataBytes({ rows, columns, scalar, isComplex }: Mat4Header): number {
  return rows * columns * widthOf(scalar) * (isComplex ? 2 : 1);
}

/** Reads a MATLAB 4 file: matrices, texts and sparse matrices, one after another. */
export async function readMat4(source: ByteSource, { work }: ReadContext): Promise<RawArtifact> {
  const findings = new CappedFindings();
  const keys: Value[] = [];
  const names = new Set<string>();
  const values: Value[] = [];
  let isWhole = true;
  for (let at = 0; at < source.size; ) {
    if (work.isDue()) await work.checkpoint();
    try {
      if (keys.length >= LIMITS.tensors)
        throw limitExceeded(`${source.name}: variables`, keys.length + 1, LIMITS.tensors);
      const header = mat4Header(await source.read(at, Math.min(source.size, at + HEADER_BYTES)));
      if (header === undefined) throw corrupt(`${source.name}: no header of a MATLAB 4 variable at byte ${at}`, at);
      const start = at + HEADER_BYTES + header.nameLength;
      const nameBytes = await source.read(at + HEADER_BYTES, start);
      const name = new Cursor(nameBytes, source.name).latin1(nameBytes.length).replace(/\0.*$/s, "");
      const data = slice(source, start, start + dataBytes(header));
      if (names.has(name)) findings.add(told.duplicateName(name));
      const value = await valueOf(header, data, at);
      keys.push(name);
      names.add(name);
      values.push(value);
      at = start + data.size;
    } catch (error) {
      const reason = asArtifactError(error, `reading ${source.name}`);
      if (reason.code === "cancelled" || reason.code === "changed" || keys.length === 0) throw reason;
      isWhole = false;
      findings.add(told.stopped(source, keys.length, at, reason));
      break;
    }
  }
  return {
    format: "mat",
    container: [],
    root: { kind: "dict", keys, values },
    namedTensors: false,
    facts: [{ id: "mat.version", label: "MATLAB file", value: "version 4" }],
    findings: findings.all(),
    complete: isWhole,
  };
}

async function valueOf(header: Mat4Header, data: ByteSource, at: number): Promise<Value> {
  const { rows, columns, scalar, kind, isBig, isComplex } = header;
  const shape = [rows, columns];
  const count = elementCount(shape, `${data.name}: dimensions`);
  const width = widthOf(scalar);
  if (kind === TEXT) {
    if (count > LIMITS.hdf5BlockBytes) throw limitExceeded(`${data.name}: characters`, count, LIMITS.hdf5BlockBytes);
    const bytes = await data.read(0, count * width);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const codes = new Uint16Array(count);
    for (let i = 0; i < count; i++) codes[i] = Number(get(view, i * width, scalar, isBig));
    return charArray(codes, shape);
  }
  const matrix = kind === SPARSE ? await sparseOf(header, data) : undefined;
  if (matrix !== undefined) return { kind: "tensor", tensor: matrix, className: "sparse", offset: at };
  const dtype = scalarDType(scalar, isBig);
  const className = kind === SPARSE ? "sparse" : scalar === "float64" ? "double" : scalar;
  if (!isComplex) return numericArray(className, dtype, shape, data, at);
  const half = count * width;
  if (scalar !== "float64" && scalar !== "float32") throw unsupported(`${data.name}: complex numbers of ${scalar}`, at);
  const complex = scalarDType(scalar === "float64" ? "complex128" : "complex64", isBig);
  return numericArray(
    className,
    complex,
    shape,
    interleaved(slice(data, 0, half), slice(data, half, 2 * half), width),
    at,
  );
}

/**
 * A sparse matrix: row, column, value (and imaginary part) of each stored element, counted from 1, and a last row that has
 * the size of the whole. Undefined where the rows are no such matrix, or it is larger than one that is made may be.
 */
async function sparseOf(header: Mat4Header, data: ByteSource): Promise<TensorRef | undefined> {
  const { rows, columns, scalar, isBig, isComplex } = header;
  const stored = rows - 1;
  const isPair = columns === 4;
  if ((columns !== 3 && !isPair) || stored < 0 || stored > LIMITS.sparseStored || isComplex) return undefined;
  if (isPair && scalar !== "float64" && scalar !== "float32") return undefined;
  const width = widthOf(scalar);
  const bytes = await data.read(0, 2 * rows * width);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const at = (row: number, column: number): number => Number(get(view, (column * rows + row) * width, scalar, isBig));
  const [height, breadth] = [at(stored, 0), at(stored, 1)];
  const half = slice(data, 2 * rows * width, (2 * rows + stored) * width);
  const values: TensorRef = isPair
    ? {
        dtype: scalarDType(scalar === "float64" ? "complex128" : "complex64", isBig),
        shape: [stored],
        order: "C",
        offset: 0,
        data: interleaved(half, slice(data, 3 * rows * width, (3 * rows + stored) * width), width),
      }
    : { dtype: scalarDType(scalar, isBig), shape: [stored], order: "C", offset: 0, data: half };
  const isMatrix = [height, breadth].every((size) => Number.isInteger(size) && size >= 0);
  if (!isMatrix || !(height * breadth * values.dtype.itemSize <= LIMITS.sparseBytes)) return undefined;
  const index = [0, 1].map((column) => Int32Array.from({ length: stored }, (_, row) => at(row, column) - 1));
  const [row, column] = index.map(
    (places): TensorRef => ({
      dtype: scalarDType("int32"),
      shape: [stored],
      order: "C",
      offset: 0,
      data: fromBytes(new Uint8Array(places.buffer), data.name),
    }),
  );
  if (row === undefined || column === undefined) return undefined;
  try {
    return await sparseTensor({ format: "coo", shape: [height, breadth], data: values, index: [row, column] });
  } catch (error) {
    const reason = asArtifactError(error, "reading a sparse matrix");
    if (reason.code === "cancelled" || reason.code === "changed") throw reason;
    return undefined;
  }
}
