import { type ArtifactError, corrupt, limitExceeded, truncated } from "../../errors.ts";
import type { Work } from "../../work.ts";
import { isBlank, lineAt, skipBlanks } from "../plain-text/lines.ts";
import { numberEndAt } from "../plain-text/numbers.ts";
import { Places } from "../plain-text/places.ts";

/** Support vectors as they stand in the text, row after row. */
export interface Vectors {
  readonly rows: number;
  /** `coefficients` of each row. */
  readonly coefficientPlaces: Places;
  readonly indices: Places;
  readonly valuePlaces: Places;
  /** Where each row's pairs begin in `indices`, and where the last one's end. */
  readonly rowStarts: Places;
  readonly smallest: number;
  readonly largest: number;
  readonly error?: ArtifactError;
  /** False when the last row has no newline behind it: its last number may go on where the text was cut. */
  readonly isEnded: boolean;
  /** The byte after the last row. */
  readonly end: number;
}

const COLON = 0x3a;
/** LIBSVM's index is a C int. */
const LARGEST_INDEX = 2 ** 31 - 1;
/** Tokens between two looks at the clock. */
const STRIDE = 4096;

/** Reads `total` lines `coefficient ... index:value ...`, or as many as are there and whole. */
export async function readVectors(
  bytes: Uint8Array,
  start: number,
  total: number,
  coefficients: number,
  what: string,
  work: Work,
): Promise<Vectors> {
  const reader = new VectorReader(bytes, coefficients, what);
  let at = start;
  let isEnded = true;
  let error: ArtifactError | undefined;
  while (reader.rows < total && error === undefined) {
    const line = lineAt(bytes, at);
    if (line === undefined || (!line.isEnded && line.end === line.start)) {
      error = truncated(`${what}: support vector ${reader.rows + 1} of ${total}`, bytes.length, 1, 0);
      break;
    }
    isEnded = line.isEnded;
    error = await reader.row(line.start, line.end, isEnded || reader.rows === total - 1, work);
    if (error === undefined) at = line.next;
  }
  return {
    rows: reader.rows,
    coefficientPlaces: reader.coefficientPlaces,
    indices: reader.indices,
    valuePlaces: reader.valuePlaces,
    rowStarts: reader.rowStarts,
    smallest: reader.smallest,
    largest: reader.largest,
    isEnded,
    end: at,
    ...(error === undefined ? {} : { error }),
  };
}

class VectorReader {
  rows = 0;
  readonly coefficientPlaces = new Places();
  readonly indices = new Places();
  readonly valuePlaces = new Places();
  readonly rowStarts = new Places();
  smallest = Number.POSITIVE_INFINITY;
  largest = -1;
  private readonly bytes: Uint8Array;
  private readonly coefficients: number;
  private readonly what: string;

  constructor(bytes: Uint8Array, coefficients: number, what: string) {
    this.bytes = bytes;
    this.coefficients = coefficients;
    this.what = what;
    this.rowStarts.push(0);
  }

  /** Takes one line in; what is wrong with it where it is none, and then nothing of it is kept. */
  async row(start: number, end: number, isEnded: boolean, work: Work): Promise<ArtifactError | undefined> {
    const { smallest, largest } = this;
    let error = await this.tokens(start, end, work);
    // A number may go on where the text was cut.
    if (error === undefined && !isEnded)
      error = truncated(`${this.what}: the end of support vector ${this.rows + 1}`, end, 1, 0);
    else if (error !== undefined && !isEnded)
      error = truncated(`${this.what}: support vector ${this.rows + 1}`, end, 1, 0);
    if (error === undefined) {
      this.rows += 1;
      this.rowStarts.push(this.indices.length);
      return undefined;
    }
    this.coefficientPlaces.cut(this.rows * this.coefficients);
    this.indices.cut(this.rowStarts.at(this.rows));
    this.valuePlaces.cut(this.rowStarts.at(this.rows));
    this.smallest = smallest;
    this.largest = largest;
    return error;
  }

  private async tokens(start: number, end: number, work: Work): Promise<ArtifactError | undefined> {
    const { bytes } = this;
    let at = skipBlanks(bytes, start, end);
    for (let k = 0; k < this.coefficients; k += 1) {
      const next = numberEndAt(bytes, at, end);
      if (next < 0 || (next < end && !isBlank(bytes[next]))) return this.wrong("coefficient", at);
      this.coefficientPlaces.push(at);
      at = skipBlanks(bytes, next, end);
    }
    for (let count = 1; at < end; count += 1) {
      if (count % STRIDE === 0 && work.isDue()) await work.checkpoint();
      const error = this.pair(at, end);
      if (typeof error !== "number") return error;
      at = error;
    }
    if (work.isDue()) await work.checkpoint();
    return undefined;
  }

  /** `index:value`; where the next one begins. */
  private pair(start: number, end: number): number | ArtifactError {
    const { bytes } = this;
    let index = 0;
    let at = start;
    for (; at < end && (bytes[at] ?? 0) >= 0x30 && (bytes[at] ?? 0) <= 0x39; at += 1) {
      index = index * 10 + (bytes[at] ?? 0) - 0x30;
      if (index > LARGEST_INDEX) return limitExceeded(`${this.what}: index`, index, LARGEST_INDEX, start);
    }
    if (at === start || bytes[at] !== COLON) return this.wrong("index", start);
    const isFirst = this.indices.length === this.rowStarts.at(this.rows);
    if (!isFirst && index <= this.indices.at(this.indices.length - 1))
      return corrupt(`${this.what}: the index ${index} at byte ${start} does not ascend`, start);
    const next = numberEndAt(bytes, at + 1, end);
    if (next < 0 || (next < end && !isBlank(bytes[next]))) return this.wrong("value", at + 1);
    this.indices.push(index);
    this.valuePlaces.push(at + 1);
    this.smallest = Math.min(this.smallest, index);
    this.largest = Math.max(this.largest, index);
    return skipBlanks(bytes, next, end);
  }

  private wrong(expected: string, at: number): ArtifactError {
    return corrupt(`${this.what}: no ${expected} at byte ${at}, in support vector ${this.rows + 1}`, at);
  }
}
