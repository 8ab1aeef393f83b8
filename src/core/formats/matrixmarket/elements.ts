import { type ArtifactError, corrupt, truncated } from "../../errors.ts";
import type { Work } from "../../work.ts";
import { fromAscii } from "../../bytes/json-text.ts";
import { isBlank, lineAt, skipBlanks } from "../plain-text/lines.ts";
import { isInt64, nearestOf, numberEndAt } from "../plain-text/numbers.ts";
import { Places } from "../plain-text/places.ts";

export type Field = "real" | "integer" | "complex" | "pattern";
export type Symmetry = "general" | "symmetric" | "skew-symmetric" | "hermitian";

export interface Wanted {
  readonly isSparse: boolean;
  readonly field: Field;
  readonly symmetry: Symmetry;
  readonly rows: number;
  readonly columns: number;
  readonly count: number;
  readonly start: number;
}

/** Elements as they are written, and those that symmetry makes of them. */
export interface Elements {
  /** Where the first number of each written element stands. */
  readonly places: Places;
  /** int64, counted from 0; little-endian. */
  readonly row: Uint8Array;
  readonly column: Uint8Array;
  /** float64, int64, complex128 or a byte of 1 each; little-endian. */
  readonly values: Uint8Array;
  /** The byte after the last one. */
  readonly end: number;
  readonly isEnded: boolean;
  readonly error?: ArtifactError;
}

/** Reads all elements, or as many as are there and whole. */
export async function readElements(bytes: Uint8Array, wanted: Wanted, what: string, work: Work): Promise<Elements> {
  const { isSparse, field, symmetry, count } = wanted;
  const list = new ElementList(wanted);
  const places = new Places();
  const numbers = field === "complex" ? 2 : field === "pattern" ? 0 : 1;
  let at = wanted.start;
  let isEnded = true;
  let error: ArtifactError | undefined;
  let row = symmetry === "skew-symmetric" ? 1 : 0;
  let column = 0;
  for (let k = 0; k < count && error === undefined; ) {
    if (k % 1024 === 0 && work.isDue()) await work.checkpoint();
    const line = lineAt(bytes, at);
    if (line === undefined) {
      error = truncated(`${what}: element ${k + 1} of ${count}`, bytes.length, 1, 0);
      break;
    }
    at = line.next;
    if (skipBlanks(bytes, line.start, line.end) === line.end) continue;
    const found = numbersOf(bytes, line.start, line.end, (isSparse ? 2 : 0) + numbers);
    // A number may go on where the text was cut; the last one of all may have lost its newline to an editor.
    if (!line.isEnded && (found === undefined || k < count - 1)) {
      error = truncated(`${what}: the end of element ${k + 1} of ${count}`, bytes.length, 1, 0);
      at = line.start;
      break;
    }
    isEnded = line.isEnded;
    if (found !== undefined && isSparse) [row = -1, column = -1] = found.slice(0, 2).map(({ text }) => indexOf(text));
    const values = found?.slice(isSparse ? 2 : 0) ?? [];
    const isRight = found !== undefined && row >= 0 && row < wanted.rows && column >= 0 && column < wanted.columns;
    if (!isRight || (field === "integer" && !isInt64(values[0]?.text ?? ""))) {
      error = corrupt(`${what}: no element of the matrix at byte ${line.start}`, line.start);
      at = line.start;
      break;
    }
    places.push(values[0]?.at ?? line.start);
    list.add(
      row,
      column,
      values.map(({ text }) => text),
    );
    k += 1;
    row += 1;
    if (!isSparse && row === wanted.rows) {
      column += 1;
      row = symmetry === "general" ? 0 : symmetry === "skew-symmetric" ? column + 1 : column;
    }
  }
  return { ...list.all(), places, end: at, isEnded, ...(error !== undefined && { error }) };
}

/** Row and column count from 1. */
function indexOf(text: string): number {
  return /^\d{1,15}$/.test(text) ? Number(text) - 1 : -1;
}

/** The numbers of a line; undefined where there are others than `count`, or something else. */
function numbersOf(
  bytes: Uint8Array,
  start: number,
  end: number,
  count: number,
): readonly { readonly at: number; readonly text: string }[] | undefined {
  const found: { at: number; text: string }[] = [];
  let at = skipBlanks(bytes, start, end);
  while (at < end && found.length < count) {
    const next = numberEndAt(bytes, at, end);
    if (next < 0 || (next < end && !isBlank(bytes[next]))) return undefined;
    found.push({ at, text: fromAscii(bytes, at, next) });
    at = skipBlanks(bytes, next, end);
  }
  return at === end && found.length === count ? found : undefined;
}

/** Grows with what is read: the file's own count is not believed. */
class ElementList {
  private readonly symmetry: Symmetry;
  private readonly field: Field;
  private readonly itemSize: number;
  private row = new BigInt64Array(64);
  private column = new BigInt64Array(64);
  private values: DataView<ArrayBuffer>;
  private length = 0;

  constructor({ field, symmetry }: Wanted) {
    this.field = field;
    this.symmetry = symmetry;
    this.itemSize = field === "complex" ? 16 : field === "pattern" ? 1 : 8;
    this.values = new DataView(new ArrayBuffer(64 * this.itemSize));
  }

  add(row: number, column: number, texts: readonly string[]): void {
    this.put(row, column, texts, false, false);
    if (this.symmetry === "general" || row === column) return;
    const isSkew = this.symmetry === "skew-symmetric";
    this.put(column, row, texts, isSkew, isSkew || this.symmetry === "hermitian");
  }

  /** `isTurned`: the real or the imaginary part has the other sign, which a zero has not. */
  private put(
    row: number,
    column: number,
    [first = "", second = ""]: readonly string[],
    isTurned: boolean,
    isImaginaryTurned: boolean,
  ): void {
    if (this.length === this.row.length) this.grow();
    this.row[this.length] = BigInt(row);
    this.column[this.length] = BigInt(column);
    const at = this.length * this.itemSize;
    if (this.field === "pattern") this.values.setUint8(at, 1);
    else if (this.field === "integer") this.values.setBigInt64(at, isTurned ? -BigInt(first) : BigInt(first), true);
    else this.values.setFloat64(at, isTurned ? 0 - nearestOf(first) : nearestOf(first), true);
    if (this.field === "complex")
      this.values.setFloat64(at + 8, isImaginaryTurned ? 0 - nearestOf(second) : nearestOf(second), true);
    this.length += 1;
  }

  private grow(): void {
    const [row, column] = [new BigInt64Array(this.length * 2), new BigInt64Array(this.length * 2)];
    row.set(this.row);
    column.set(this.column);
    const values = new Uint8Array(this.length * 2 * this.itemSize);
    values.set(new Uint8Array(this.values.buffer));
    this.row = row;
    this.column = column;
    this.values = new DataView(values.buffer);
  }

  all(): Pick<Elements, "row" | "column" | "values"> {
    return {
      row: new Uint8Array(this.row.buffer, 0, this.length * 8),
      column: new Uint8Array(this.column.buffer, 0, this.length * 8),
      values: new Uint8Array(this.values.buffer, 0, this.length * this.itemSize),
    };
  }
}
