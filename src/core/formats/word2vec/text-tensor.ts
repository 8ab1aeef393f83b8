import { type ByteSource, checkRange } from "../../bytes/source.ts";
import { scalarDType } from "../../model/dtype.ts";
import type { DecimalTexts, TensorRef } from "../../model/tensor.ts";
import { skipBlanks } from "../plain-text/lines.ts";
import { numberEndAt, PlacedNumbers } from "../plain-text/numbers.ts";
import type { RowStarts } from "./row-starts.ts";

/** A vector of a hundred thousand numbers is shorter; also one read of the scan, and of rows that are looked at. */
export const LONGEST_LINE = 4 * 1024 * 1024;

/**
 * Rows of `width` numbers that begin at `starts`, the last of which ends before `end`, as float64. `kept`: the whole text,
 * where it is in memory, and then each number keeps what was written.
 */
export function textTensor(
  text: ByteSource,
  starts: RowStarts,
  end: number,
  width: number,
  kept: Uint8Array | undefined,
): TensorRef {
  // Any number of lines that are no rows may stand before the next one.
  const endOf = (row: number): number =>
    Math.min(row + 1 < starts.length ? starts.at(row + 1) : end, starts.at(row) + LONGEST_LINE);
  const data: ByteSource = {
    size: starts.length * width * 8,
    name: text.name,
    async read(from, to) {
      checkRange(data, from, to);
      const first = Math.floor(from / 8);
      const out = new Uint8Array((Math.ceil(to / 8) - first) * 8);
      const last = first + out.length / 8;
      for (let at = first; at < last; ) {
        const row = Math.floor(at / width);
        let until = row + 1;
        while (until * width < last && endOf(until) - starts.at(row) <= LONGEST_LINE) until += 1;
        const base = starts.at(row);
        const bytes = await text.read(base, endOf(until - 1));
        for (let each = row; each < until; each += 1) {
          const numbers = new PlacedNumbers(bytes, placesOf(bytes, starts.at(each) - base, width));
          const column = at - each * width;
          const count = Math.min(width - column, last - at);
          out.set(numbers.decode(column, count), (at - first) * 8);
          at += count;
        }
      }
      return out.subarray(from - first * 8, to - first * 8);
    },
  };
  const tensor = { dtype: scalarDType("float64"), shape: [starts.length, width], order: "C", offset: 0, data } as const;
  return kept === undefined ? tensor : { ...tensor, texts: new RowTexts(kept, starts, width) };
}

/** What is written, row by row: the places of one row are found when it is asked for. */
class RowTexts implements DecimalTexts {
  private readonly bytes: Uint8Array;
  private readonly starts: RowStarts;
  private readonly width: number;
  private row = -1;
  private numbers: PlacedNumbers | undefined;

  constructor(bytes: Uint8Array, starts: RowStarts, width: number) {
    this.bytes = bytes;
    this.starts = starts;
    this.width = width;
  }

  text(index: number): string {
    return this.rowOf(index).text(index % this.width);
  }

  digits(index: number): number {
    return this.rowOf(index).digits(index % this.width);
  }

  offset(index: number): number {
    return this.rowOf(index).offset(index % this.width);
  }

  private rowOf(index: number): PlacedNumbers {
    const row = Math.floor(index / this.width);
    if (row !== this.row || this.numbers === undefined) {
      this.row = row;
      this.numbers = new PlacedNumbers(this.bytes, placesOf(this.bytes, this.starts.at(row), this.width));
    }
    return this.numbers;
  }
}

/** Where each number of a row stands that was found to be whole. */
function placesOf(bytes: Uint8Array, start: number, width: number): Uint32Array {
  const places = new Uint32Array(width);
  let at = start;
  for (let k = 0; k < width; k += 1) {
    places[k] = at;
    at = skipBlanks(bytes, numberEndAt(bytes, at, bytes.length), bytes.length);
  }
  return places;
}
