import type { ForwardReader } from "../../bytes/forward.ts";
import { type ByteSource, slice } from "../../bytes/source.ts";
import { type ArtifactError, corrupt, truncated } from "../../errors.ts";
import { scalarDType } from "../../model/dtype.ts";
import type { TensorRef } from "../../model/tensor.ts";
import { dequantised, type Quantiser } from "./quantised.ts";

/** One of the two matrices of a model. */
export interface Matrix {
  /** Rows that are there. */
  readonly rows: number;
  readonly columns: number;
  /** float32 by rows: as it lies in the file, or made of its codes. */
  readonly data: ByteSource;
  /** What the file has of a quantised one, by name. */
  readonly stored: readonly (readonly [string, TensorRef])[];
  readonly end: number;
  /** The file ends in it: whole rows are there. */
  readonly error?: ArtifactError;
}

/** Throws where nothing of it can be shown. */
export async function readMatrix(reader: ForwardReader, isQuantised: boolean, what: string): Promise<Matrix> {
  return isQuantised ? readQuantised(reader, what) : readDense(reader, what);
}

/** u64 that is a size. */
function sizeAt(view: DataView, at: number, what: string, offset: number): number {
  const size = view.getBigInt64(at, true);
  if (size < 0n || size > BigInt(Number.MAX_SAFE_INTEGER))
    throw corrupt(`${what}: a size of ${size} at byte ${offset}`, offset);
  return Number(size);
}

async function readDense(reader: ForwardReader, what: string): Promise<Matrix> {
  const at = reader.offset;
  const head = await reader.view(16);
  const [promised, columns] = [sizeAt(head, 0, what, at), sizeAt(head, 8, what, at + 8)];
  const { source, offset: start, remaining } = reader;
  const needed = promised * columns * 4;
  if (!Number.isSafeInteger(needed)) throw corrupt(`${what}: ${promised} by ${columns} numbers at byte ${at}`, at);
  const rows = needed <= remaining ? promised : Math.floor(remaining / (columns * 4));
  const end = start + rows * columns * 4;
  const error = needed <= remaining ? {} : { error: truncated(what, start, needed, remaining) };
  return { rows, columns, data: slice(source, start, end), stored: [], end, ...error };
}

async function readQuantised(reader: ForwardReader, what: string): Promise<Matrix> {
  const at = reader.offset;
  const head = await reader.view(21);
  const hasNorms = head.getUint8(0);
  if (hasNorms > 1) throw corrupt(`${what}: ${hasNorms} at byte ${at} is no flag`, at);
  const [rows, columns] = [sizeAt(head, 1, what, at + 1), sizeAt(head, 9, what, at + 9)];
  const codeCount = head.getInt32(17, true);
  const codes = take(reader, codeCount, `${what}: codes`);
  const quantiser = await readQuantiser(reader, `${what}: quantiser`);
  if (quantiser.dim !== columns || rows * quantiser.parts !== codeCount)
    throw corrupt(`${what}: ${codeCount} codes at byte ${at + 17} for ${rows} rows of ${columns} numbers`, at + 17);
  const norms = hasNorms === 1 ? take(reader, rows, `${what}: codes of norms`) : undefined;
  const normQuantiser = norms === undefined ? undefined : await readQuantiser(reader, `${what}: quantiser of norms`);
  if (normQuantiser !== undefined && normQuantiser.dim !== 1)
    throw corrupt(`${what}: norms of ${normQuantiser.dim} numbers`, reader.offset);
  const stored: [string, TensorRef][] = [
    ["codes", tensorOf("uint8", [rows, quantiser.parts], codes)],
    ["centroids", tensorOf("float32", [quantiser.dim * 256], quantiser.centroids)],
  ];
  if (norms !== undefined && normQuantiser !== undefined)
    stored.push(
      ["norm_codes", tensorOf("uint8", [rows], norms)],
      ["norm_centroids", tensorOf("float32", [256], normQuantiser.centroids)],
    );
  const data = dequantised(codes, quantiser, rows, norms, normQuantiser);
  return { rows, columns, data, stored, end: reader.offset };
}

async function readQuantiser(reader: ForwardReader, what: string): Promise<Quantiser> {
  const at = reader.offset;
  const head = await reader.view(16);
  const [dim, parts, width, last] = [0, 4, 8, 12].map((k) => head.getInt32(k, true)) as [
    number,
    number,
    number,
    number,
  ];
  if (dim <= 0 || parts <= 0 || width <= 0 || last <= 0 || last > width || (parts - 1) * width + last !== dim)
    throw corrupt(`${what} at byte ${at}: ${parts} parts of ${width}, the last of ${last}, for ${dim} numbers`, at);
  return { dim, parts, width, last, centroids: take(reader, dim * 256 * 4, what) };
}

function take(reader: ForwardReader, length: number, what: string): ByteSource {
  const at = reader.offset;
  if (length < 0) throw corrupt(`${what}: a length of ${length} before byte ${at}`, at);
  if (length > reader.remaining) throw truncated(what, at, length, reader.remaining);
  reader.skip(length);
  return slice(reader.source, at, at + length);
}

function tensorOf(scalar: "uint8" | "float32", shape: readonly number[], data: ByteSource): TensorRef {
  return { dtype: scalarDType(scalar), shape, order: "C", offset: 0, data };
}
