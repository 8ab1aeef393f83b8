import { type Signal, signal } from "@preact/signals";
import type { ScrollPosition } from "./scroll-area.tsx";
import type { CellRange } from "./tiles.ts";

export interface CellPlace {
  readonly row: number;
  readonly column: number;
}

/** Where a grid is scrolled and what is selected in it. Linked grids share one. */
export interface GridView {
  readonly position: Signal<ScrollPosition>;
  readonly active: Signal<CellPlace>;
  /** The other corner of the selection. */
  readonly anchor: Signal<CellPlace>;
  /** The cell under the pointer. */
  readonly hovered: Signal<CellPlace | undefined>;
}

export function createGridView(): GridView {
  return {
    position: signal({ top: 0, left: 0 }),
    active: signal({ row: 0, column: 0 }),
    anchor: signal({ row: 0, column: 0 }),
    hovered: signal<CellPlace | undefined>(undefined),
  };
}

export function selectionOf(active: CellPlace, anchor: CellPlace): CellRange {
  return {
    firstRow: Math.min(active.row, anchor.row),
    lastRow: Math.max(active.row, anchor.row),
    firstColumn: Math.min(active.column, anchor.column),
    lastColumn: Math.max(active.column, anchor.column),
  };
}

export function isInside(range: CellRange, { row, column }: CellPlace): boolean {
  return row >= range.firstRow && row <= range.lastRow && column >= range.firstColumn && column <= range.lastColumn;
}

export function cellsIn(range: CellRange): number {
  return (range.lastRow - range.firstRow + 1) * (range.lastColumn - range.firstColumn + 1);
}

interface GridSize {
  readonly rows: number;
  readonly columns: number;
  /** Rows of one page. */
  readonly page: number;
}

/** Where a key moves the active cell, after the ARIA grid pattern; undefined for other keys. */
export function keyMove(event: KeyboardEvent, now: CellPlace, size: GridSize): CellPlace | undefined {
  if (event.altKey) return undefined;
  const ends = event.ctrlKey || event.metaKey;
  const move = (row: number, column: number): CellPlace => ({
    row: Math.max(0, Math.min(size.rows - 1, row)),
    column: Math.max(0, Math.min(size.columns - 1, column)),
  });
  const { row, column } = now;
  switch (event.key) {
    case "ArrowDown":
      return move(ends ? size.rows : row + 1, column);
    case "ArrowUp":
      return move(ends ? 0 : row - 1, column);
    case "ArrowRight":
      return move(row, ends ? size.columns : column + 1);
    case "ArrowLeft":
      return move(row, ends ? 0 : column - 1);
    case "PageDown":
      return move(row + size.page, column);
    case "PageUp":
      return move(row - size.page, column);
    case "Home":
      return move(ends ? 0 : row, 0);
    case "End":
      return move(ends ? size.rows : row, size.columns);
    default:
      return undefined;
  }
}
