import { type ArtifactError, corrupt, truncated } from "../../errors.ts";
import type { Work } from "../../work.ts";
import { isBlank, lineAt, skipBlanks } from "./lines.ts";
import { numberEndAt } from "./numbers.ts";
import { Places } from "./places.ts";

/** Rows of numbers, one row a line. */
export interface TextMatrix {
  readonly rows: number;
  readonly places: Places;
  /** The byte after the last row. */
  readonly end: number;
  /** False when the last row has no newline behind it. */
  readonly isEnded: boolean;
  readonly error?: ArtifactError;
}

/** Reads `rows` lines of `columns` numbers, or as many as are there and whole. */
export async function readMatrix(
  bytes: Uint8Array,
  start: number,
  rows: number,
  columns: number,
  what: string,
  work: Work,
): Promise<TextMatrix> {
  const places = new Places();
  let at = start;
  let row = 0;
  let isEnded = true;
  for (; row < rows; row += 1) {
    if (work.isDue()) await work.checkpoint();
    const line = lineAt(bytes, at);
    let error: ArtifactError | undefined;
    if (line === undefined) error = truncated(`${what}: row ${row + 1} of ${rows}`, bytes.length, 1, 0);
    else {
      error = readRow(bytes, line.start, line.end, columns, places, `${what}: row ${row + 1}`);
      isEnded = line.isEnded;
      // A number may go on where the text was cut; the last row of all may have lost its newline to an editor.
      if (!isEnded && (error !== undefined || row < rows - 1))
        error = truncated(`${what}: the end of row ${row + 1} of ${rows}`, bytes.length, 1, 0);
    }
    if (error !== undefined) {
      places.cut(row * columns);
      return { rows: row, places, end: at, isEnded, error };
    }
    at = line?.next ?? at;
  }
  return { rows: row, places, end: at, isEnded };
}

/** Adds the places of a line's numbers; what is wrong when there are not `columns` of them. */
function readRow(
  bytes: Uint8Array,
  start: number,
  end: number,
  columns: number,
  places: Places,
  what: string,
): ArtifactError | undefined {
  let at = skipBlanks(bytes, start, end);
  for (let column = 0; column < columns; column += 1) {
    const next = numberEndAt(bytes, at, end);
    if (next < 0 || (next < end && !isBlank(bytes[next])))
      return corrupt(`${what}: no number at byte ${at}, where the ${column + 1}. of ${columns} should be`, at);
    places.push(at);
    at = skipBlanks(bytes, next, end);
  }
  return at === end ? undefined : corrupt(`${what}: more than ${columns} numbers, at byte ${at}`, at);
}
