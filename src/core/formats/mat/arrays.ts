import { type ByteSource, checkRange, fromBytes } from "../../bytes/source.ts";
import { corrupt } from "../../errors.ts";
import { objectDType } from "../../model/dtype-build.ts";
import type { DType } from "../../model/dtype.ts";
import { elementCount } from "../../model/tensor.ts";
import type { Value } from "../../model/value.ts";

/** MATLAB's values, whichever generation of file they come from. Arrays lie column after column. */

/** A numeric or logical array over its bytes. `className`: as MATLAB calls it, `double`, `logical`. */
export function numericArray(
  className: string,
  dtype: DType,
  shape: readonly number[],
  data: ByteSource,
  offset: number,
): Value {
  return { kind: "tensor", tensor: { dtype, shape, order: "F", offset: 0, data }, className, offset };
}

/** A cell array, or an array of structs: values column after column. */
export function objectArray(
  className: string,
  shape: readonly number[],
  items: readonly Value[],
  offset: number,
): Value {
  const tensor = {
    dtype: objectDType(),
    shape,
    order: "C" as const,
    offset: 0,
    data: fromBytes(new Uint8Array(0), className),
  };
  return { kind: "tensor", tensor, className, objects: rowsFirst(items, shape), offset };
}

/** Items that lie column after column, row after row. */
function rowsFirst(items: readonly Value[], shape: readonly number[]): readonly Value[] {
  if (shape.filter((size) => size > 1).length < 2) return items;
  const total = elementCount(shape);
  const out: Value[] = [];
  for (let index = 0; index < total; index++) {
    let rest = index;
    const position = shape.map(() => 0);
    for (let k = shape.length - 1; k >= 0; k--) {
      position[k] = rest % (shape[k] ?? 1);
      rest = Math.floor(rest / (shape[k] ?? 1));
    }
    let from = 0;
    for (let k = shape.length - 1; k >= 0; k--) from = from * (shape[k] ?? 1) + (position[k] ?? 0);
    out.push(items[from] ?? null);
  }
  return out;
}

/** A char array: one row is a text, several are a list of texts. `codes` lie column after column. */
export function charArray(codes: Uint8Array | Uint16Array, shape: readonly number[]): Value {
  const rows = shape[0] ?? 0;
  if (rows <= 1 || codes.length === 0) return textOf(rows === 0 ? codes.subarray(0, 0) : codes);
  // Rows take nothing of the file: more of them than characters would be any number.
  if (rows > codes.length) throw corrupt(`${codes.length} characters in ${rows} rows`);
  const row = new Uint16Array(Math.ceil(codes.length / rows));
  const items: string[] = [];
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < row.length; c++) row[c] = codes[c * rows + r] ?? 0;
    items.push(textOf(row));
  }
  return { kind: "list", type: "list", items };
}

const PIECE = 8192;

/** Put together of pieces: one by one, each character would be an object until the text is read. */
function textOf(codes: Uint8Array | Uint16Array): string {
  const pieces: string[] = [];
  for (let at = 0; at < codes.length; at += PIECE) pieces.push(String.fromCharCode(...codes.subarray(at, at + PIECE)));
  return pieces.join("");
}

/** Real and imaginary parts, which MATLAB stores apart, as complex elements. */
export function interleaved(real: ByteSource, imaginary: ByteSource, half: number): ByteSource {
  const source: ByteSource = {
    size: 2 * real.size,
    name: real.name,
    async read(start, end) {
      checkRange(source, start, end);
      const first = Math.floor(start / (2 * half));
      const last = Math.ceil(end / (2 * half));
      const re = await real.read(first * half, last * half);
      const im = await imaginary.read(first * half, last * half);
      const out = new Uint8Array(2 * re.length);
      for (let i = 0; i < last - first; i++) {
        out.set(re.subarray(i * half, (i + 1) * half), 2 * i * half);
        out.set(im.subarray(i * half, (i + 1) * half), (2 * i + 1) * half);
      }
      return out.subarray(start - first * 2 * half, end - first * 2 * half);
    },
  };
  return source;
}
