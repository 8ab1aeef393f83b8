import { type ByteSource, fromBytes } from "../../bytes/source.ts";
import { fromAscii } from "../../bytes/json-text.ts";
import { type ArtifactError, asArtifactError, corrupt, limitExceeded, unsupported } from "../../errors.ts";
import type { Finding } from "../../findings/finding.ts";
import { LIMITS } from "../../limits.ts";
import { sparseTensor } from "../../meaning/sparse.ts";
import type { RawArtifact } from "../../model/artifact.ts";
import { scalarDType } from "../../model/dtype.ts";
import { dictOf, integersOf } from "../../model/make-value.ts";
import { elementCount, type TensorRef } from "../../model/tensor.ts";
import type { Value } from "../../model/value.ts";
import type { ReadContext } from "../format.ts";
import { lineAt, skipBlanks } from "../plain-text/lines.ts";
import { tensorOfNumbers } from "../plain-text/numbers.ts";
import { stoppedAt, trailingText, unendedLine } from "../stopped.ts";
import { type Elements, type Field, readElements, type Symmetry } from "./elements.ts";

interface Head {
  readonly isSparse: boolean;
  readonly field: Field;
  readonly symmetry: Symmetry;
  readonly rows: number;
  readonly columns: number;
  /** Elements that are written: of symmetric matrices no more than those on and below the diagonal. */
  readonly count: number;
  readonly comment: string;
  /** Where the first one stands. */
  readonly start: number;
}

/** Reads one matrix: a dense one keeps the text of its real numbers, a sparse one is shown as one matrix with its zeros. */
export async function readMatrixMarket(source: ByteSource, { work }: ReadContext): Promise<RawArtifact> {
  const bytes = await source.read(0, Math.min(source.size, LIMITS.textModelBytes));
  const head = headOf(bytes, source.name);
  const elements = await readElements(bytes, head, source.name, work);
  const findings: Finding[] = [];
  const error = overLimit(source, bytes, elements.error);
  if (error !== undefined) findings.push(stoppedAt(source, error));
  else if (elements.isEnded) findings.push(...trailingText(source, bytes, elements.end));
  else findings.push(unendedLine(source));
  const { field, symmetry, isSparse } = head;
  const kind = [isSparse ? "coordinate" : "array", field, symmetry].join(", ");
  return {
    format: "matrixmarket",
    container: [],
    root: await rootOf(bytes, head, elements, source.name),
    namedTensors: true,
    facts: [{ id: "matrixmarket.kind", label: "Matrix", value: kind }],
    ...(head.comment !== "" && { metadata: dictOf([["comment", head.comment]]) }),
    findings,
    complete: error === undefined,
  };
}

function overLimit(source: ByteSource, bytes: Uint8Array, error: ArtifactError | undefined): ArtifactError | undefined {
  if (error === undefined || bytes.length === source.size || error.code !== "truncated") return error;
  return limitExceeded(`${source.name}: bytes`, source.size, LIMITS.textModelBytes, bytes.length);
}

const FIELDS: Readonly<Partial<Record<string, Field>>> = {
  real: "real",
  double: "real",
  integer: "integer",
  complex: "complex",
  pattern: "pattern",
};
const SYMMETRIES: readonly Symmetry[] = ["general", "symmetric", "skew-symmetric", "hermitian"];
/** Of a comment, in characters. */
const COMMENT = 4096;

function headOf(bytes: Uint8Array, name: string): Head {
  const first = lineAt(bytes, 0);
  const words = (first === undefined ? "" : fromAscii(bytes, first.start, first.end)).toLowerCase().trim().split(/\s+/);
  const [, object = "", layout = "", type = "", symmetry = "general"] = words;
  const field = Object.hasOwn(FIELDS, type) ? FIELDS[type] : undefined;
  const known = SYMMETRIES.find((each) => each === symmetry);
  if (object !== "matrix" || (layout !== "coordinate" && layout !== "array") || !field || known === undefined)
    throw unsupported(`${name}: "${words.slice(1).join(" ").slice(0, 80)}" of Matrix Market`, 0);
  const isSparse = layout === "coordinate";
  if (!isSparse && field === "pattern") throw corrupt(`${name}: an array of elements without values`, 0);
  const comments: string[] = [];
  let at = first?.next ?? 0;
  let line = lineAt(bytes, at);
  for (; line !== undefined; line = lineAt(bytes, at)) {
    const start = skipBlanks(bytes, line.start, line.end);
    if (start < line.end && bytes[start] !== PERCENT) break;
    if (start < line.end && comments.length < 100) comments.push(fromAscii(bytes, start + 1, line.end).trim());
    at = line.next;
  }
  const sizes = line === undefined ? [] : fromAscii(bytes, line.start, line.end).trim().split(/\s+/);
  const [rows = -1, columns = -1, stored = -1] = sizes.map((size) => (/^\d{1,15}$/.test(size) ? Number(size) : -1));
  if (sizes.length !== (isSparse ? 3 : 2) || rows < 0 || columns < 0 || (isSparse && stored < 0))
    throw corrupt(`${name}: no sizes of a matrix at byte ${at}`, at);
  if (known !== "general" && rows !== columns)
    throw corrupt(`${name}: a ${known} matrix of ${rows} rows and ${columns} columns`, at);
  const comment = comments.filter((text) => text !== "").join("\n");
  return {
    isSparse,
    field,
    symmetry: known,
    rows,
    columns,
    count: isSparse ? stored : writtenCount(rows, columns, known),
    comment: comment.slice(0, COMMENT),
    start: line?.next ?? bytes.length,
  };
}

const PERCENT = 0x25;

function writtenCount(rows: number, columns: number, symmetry: Symmetry): number {
  if (symmetry === "general") return elementCount([rows, columns]);
  return elementCount([rows, symmetry === "skew-symmetric" ? rows - 1 : rows + 1]) / 2;
}

async function rootOf(bytes: Uint8Array, head: Head, elements: Elements, name: string): Promise<Value> {
  const { rows, columns, isSparse, field, symmetry, count } = head;
  const { places, values, row, column } = elements;
  const vector = (scalar: "int64" | "float64" | "complex128" | "bool", data: Uint8Array): TensorRef => {
    const dtype = scalarDType(scalar);
    const shape = [data.length / dtype.itemSize];
    return { dtype, shape, order: "C", offset: 0, data: fromBytes(data, name) };
  };
  const scalar =
    field === "real" ? "float64" : field === "integer" ? "int64" : field === "complex" ? "complex128" : "bool";
  const isWhole = elements.error === undefined;
  if (!isSparse && isWhole && field === "real" && symmetry === "general") {
    const inRows = new Uint32Array(count);
    // Element k of the file, column after column.
    for (let k = 0; k < count; k++) inRows[(k % rows) * columns + Math.floor(k / rows)] = places.at(k);
    return dictOf([["matrix", tensorValue(tensorOfNumbers(bytes, inRows, [rows, columns], name), head.start)]]);
  }
  const stored = vector(scalar, values);
  const parts = {
    format: "coo" as const,
    shape: [rows, columns] as const,
    data: stored,
    index: [vector("int64", row), vector("int64", column)] as const,
  };
  const { itemSize } = stored.dtype;
  const isSmall = rows * columns * itemSize <= LIMITS.sparseBytes && values.length / itemSize <= LIMITS.sparseStored;
  // Of a dense one that is cut the rest is not zero.
  const matrix = isSmall && (isSparse || isWhole) ? await matrixOf(parts) : undefined;
  if (matrix !== undefined) {
    // A dense one has no element that is not written.
    const { sparse, ...dense } = matrix;
    return dictOf([["matrix", tensorValue(isSparse && sparse ? { ...dense, sparse } : dense, head.start)]]);
  }
  return dictOf([
    ["shape", integersOf([rows, columns])],
    ["row", tensorValue(parts.index[0], head.start)],
    ["col", tensorValue(parts.index[1], head.start)],
    ["data", tensorValue(stored, head.start)],
  ]);
}

/** Undefined where an element is there twice: what that means is for the reader of the file to say. */
async function matrixOf(parts: Parameters<typeof sparseTensor>[0]): Promise<TensorRef | undefined> {
  try {
    return await sparseTensor(parts);
  } catch (error) {
    const reason = asArtifactError(error, "reading a matrix");
    if (reason.code === "cancelled" || reason.code === "changed") throw reason;
    return undefined;
  }
}

function tensorValue(tensor: TensorRef, offset: number): Value {
  return { kind: "tensor", tensor, className: "array", offset };
}
