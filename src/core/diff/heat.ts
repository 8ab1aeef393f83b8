import { ArtifactError } from "../errors.ts";
import { elementCount, type TensorRef } from "../model/tensor.ts";
import type { Work } from "../work.ts";
import { BLOCK, type Lanes } from "./lanes.ts";
import { changeKey, markBlock } from "./measure.ts";
import { chunkElements, pairChunks, type TensorPair } from "./pairs.ts";
import { differenceAt } from "./reference.ts";
import { createScratch } from "./scratch.ts";
import { isSameShape } from "./shape.ts";

/** Rows and columns of a heat map at most: more than that is finer than a screen shows. */
export const HEAT_BINS = 200;

/**
 * The changes of a matrix, binned: cell (r, c) stands for the rows [floor(r * rows / cellRows), ...) and the columns
 * likewise, and tells the element among them that changed most.
 */
export interface HeatMap {
  readonly rows: number;
  readonly columns: number;
  readonly cellRows: number;
  readonly cellColumns: number;
  /** Of each cell, C order, float64 little-endian: new - old of its largest change; NaN where that is not finite. */
  readonly deltas: Uint8Array;
  /** Row * columns + column of that element in the matrix, float64 little-endian; -1 where nothing changed. */
  readonly places: Uint8Array;
  /** Elements of the cell that changed, float64 little-endian. */
  readonly counts: Uint8Array;
  /** The largest finite |new - old|; 0 where there is none. */
  readonly largest: number;
  readonly changed: number;
  /** False for complex numbers, whose difference has no sign: deltas are magnitudes. */
  readonly isSigned: boolean;
}

/**
 * The last two dimensions of two tensors of one shape, the leading ones fixed. One streaming pass over that matrix,
 * memory for the cells only. Throws `refused` for what is no matrix.
 */
export async function heatMap(
  old: TensorRef,
  next: TensorRef,
  leading: readonly number[],
  work: Work,
): Promise<HeatMap> {
  const { shape } = old;
  if (shape.length < 2 || !isSameShape(shape, next.shape))
    throw new ArtifactError(
      "refused",
      `[${shape.join(", ")}] and [${next.shape.join(", ")}] are not two matrices of one shape`,
    );
  const rows = shape.at(-2) ?? 0;
  const columns = shape.at(-1) ?? 0;
  const cells = new Cells(rows, columns);
  const base = firstElement(shape, leading) * rows * columns;
  const total = elementCount([rows, columns]);
  if (total > 0) await fill({ old, next }, cells, base, base + total, work);
  return cells.result(old.dtype.kind !== "c" && next.dtype.kind !== "c");
}

/** Which of the matrices, in C order. */
function firstElement(shape: readonly number[], leading: readonly number[]): number {
  const sizes = shape.slice(0, -2);
  const isInside = leading.length === sizes.length && leading.every((at, axis) => at < (sizes[axis] ?? 0));
  if (!isInside && elementCount(shape) > 0)
    throw new ArtifactError(
      "refused",
      `[${leading.join(", ")}] is not a place in the first ${sizes.length} dimensions`,
    );
  return leading.reduce((index, at, axis) => index * (sizes[axis] ?? 1) + at, 0);
}

async function fill(pair: TensorPair, cells: Cells, from: number, to: number, work: Work): Promise<void> {
  const scratch = createScratch();
  const step = chunkElements(pair);
  for await (const chunk of pairChunks(pair, scratch, work, Math.floor(from / step) * step)) {
    work.report({ stage: "comparing", done: Math.max(0, chunk.start - from), total: to - from, unit: "items" });
    const first = Math.max(0, from - chunk.start);
    const end = Math.min(chunk.count, to - chunk.start);
    for (let start = Math.floor(first / BLOCK) * BLOCK; start < end; start += BLOCK) {
      const count = Math.min(BLOCK, chunk.count - start);
      const changed = markBlock(pair, chunk, start, count, scratch);
      const [low, high] = [Math.max(0, first - start), Math.min(count, end - start)];
      if (changed > 0)
        cells.add(chunk.start + start - from, low, high, scratch.oldLanes, scratch.nextLanes, scratch.marks);
      if (work.isDue()) await work.checkpoint();
    }
    if (chunk.start + chunk.count >= to) break;
  }
}

class Cells {
  private readonly rows: number;
  private readonly columns: number;
  private readonly cellRows: number;
  private readonly cellColumns: number;
  private readonly keys: Float64Array;
  private readonly deltas: Float64Array;
  private readonly places: Float64Array;
  private readonly counts: Float64Array;
  private largest = 0;
  private changed = 0;

  constructor(rows: number, columns: number) {
    this.rows = rows;
    this.columns = columns;
    this.cellRows = Math.min(rows, HEAT_BINS);
    this.cellColumns = Math.min(columns, HEAT_BINS);
    const cells = this.cellRows * this.cellColumns;
    this.keys = new Float64Array(cells);
    this.deltas = new Float64Array(cells);
    this.places = new Float64Array(cells).fill(-1);
    this.counts = new Float64Array(cells);
  }

  /** The decoded elements [low, high) of a block whose first one is element `base` of the matrix. */
  add(base: number, low: number, high: number, old: Lanes, next: Lanes, marks: Uint8Array): void {
    const { columns, cellColumns } = this;
    let row = Math.floor((base + low) / columns);
    let column = base + low - row * columns;
    let rowCells = this.cellRow(row) * cellColumns;
    for (let i = low; i < high; i++, column++) {
      if (column === columns) {
        column = 0;
        row++;
        rowCells = this.cellRow(row) * cellColumns;
      }
      if (marks[i] !== 1) continue;
      const cell = rowCells + (cellColumns === columns ? column : Math.floor((column * cellColumns) / columns));
      this.take(cell, base + i, changeKey(old, next, i), old.width === 1 ? differenceAt(old, next, i) : undefined);
    }
  }

  /** The cell of a row: the last one whose first row is not after it. */
  private cellRow(row: number): number {
    return Math.floor((row * this.cellRows) / this.rows);
  }

  private take(cell: number, place: number, key: number, delta: number | undefined): void {
    this.changed++;
    this.counts[cell] = (this.counts[cell] ?? 0) + 1;
    if (key < Number.POSITIVE_INFINITY && key > this.largest) this.largest = key;
    if (this.places[cell] !== -1 && key <= (this.keys[cell] ?? 0)) return;
    this.keys[cell] = key;
    this.places[cell] = place;
    this.deltas[cell] = key === Number.POSITIVE_INFINITY ? Number.NaN : key === 0 ? 0 : (delta ?? key);
  }

  result(isSigned: boolean): HeatMap {
    const { rows, columns, cellRows, cellColumns, largest, changed } = this;
    const [deltas, places, counts] = [bytesOf(this.deltas), bytesOf(this.places), bytesOf(this.counts)];
    return { rows, columns, cellRows, cellColumns, deltas, places, counts, largest, changed, isSigned };
  }
}

function bytesOf(values: Float64Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.length * 8));
  for (const [index, value] of values.entries()) view.setFloat64(index * 8, value, true);
  return new Uint8Array(view.buffer);
}
