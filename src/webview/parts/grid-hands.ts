import type { Axis } from "./axis.ts";
import { isCopyKey } from "./copy-cells.ts";
import { type CellPlace, cellsIn, type GridView, keyMove, selectionOf } from "./grid-view.ts";
import type { CellRange } from "./tiles.ts";

/** Where everything of a grid is at the moment, for pointer and keys. */
export interface GridGeometry {
  readonly area: HTMLElement | null;
  readonly rows: number;
  readonly columns: number;
  readonly down: Axis;
  readonly across: Axis;
  readonly top: number;
  readonly left: number;
  readonly headerWidth: number;
  readonly headerHeight: number;
  /** What is left of the visible part for cells. */
  readonly inner: { readonly width: number; readonly height: number };
  readonly view: GridView;
  /** Scrolls as little as needed to show a cell. */
  readonly reveal: (place: CellPlace) => void;
  readonly copy: (range: CellRange) => void;
}

/** The keys of the ARIA grid pattern, select all, copy; Escape takes a selection back to one cell. */
export function gridKey(event: KeyboardEvent, grid: GridGeometry): void {
  const { view, rows, columns } = grid;
  const active = view.active.peek();
  const selection = selectionOf(active, view.anchor.peek());
  const page = Math.max(1, Math.floor(grid.inner.height / grid.down.size(0)) - 1);
  const to = keyMove(event, active, { rows, columns, page });
  if (to !== undefined) {
    view.active.value = to;
    if (!event.shiftKey) view.anchor.value = to;
    grid.reveal(to);
  } else if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "a") {
    view.anchor.value = { row: 0, column: 0 };
    view.active.value = { row: rows - 1, column: columns - 1 };
  } else if (isCopyKey(event)) {
    event.stopPropagation();
    grid.copy(selection);
  } else if (event.key === "Escape" && cellsIn(selection) > 1) {
    view.anchor.value = active;
    event.stopPropagation();
  } else return;
  event.preventDefault();
}

/** A press selects a cell, with Shift up to there; a press on a header its whole row or column. */
export function gridPress(event: PointerEvent, grid: GridGeometry): void {
  const { area, view, rows, columns } = grid;
  const at = placeAt(event, grid);
  if (area === null || at === undefined || event.button !== 0) return;
  area.focus({ preventScroll: true });
  event.preventDefault();
  const isHeader =
    event.target instanceof Element && event.target.closest("[role=rowheader],[role=columnheader]") !== null;
  const isInRows = at.row >= 0;
  const isInColumns = at.column >= 0;
  if (isInRows && isInColumns) {
    view.active.value = at;
    if (!event.shiftKey) view.anchor.value = at;
    area.setPointerCapture(event.pointerId);
  } else if (isHeader && isInColumns) {
    view.anchor.value = { row: rows - 1, column: at.column };
    view.active.value = { row: 0, column: at.column };
  } else if (isHeader && isInRows) {
    view.anchor.value = { row: at.row, column: columns - 1 };
    view.active.value = { row: at.row, column: 0 };
  }
}

/** While pressed, the selection follows the pointer, and beyond an edge the grid scrolls; else the cell is hovered. */
export function gridMove(event: PointerEvent, grid: GridGeometry): void {
  const { area, view } = grid;
  if (area?.hasPointerCapture(event.pointerId) === true) {
    drag(event, area, grid);
    return;
  }
  const at = placeAt(event, grid);
  const next = at !== undefined && at.row >= 0 && at.column >= 0 ? at : undefined;
  const now = view.hovered.peek();
  if (now?.row !== next?.row || now?.column !== next?.column) view.hovered.value = next;
}

function drag(event: PointerEvent, area: HTMLElement, grid: GridGeometry): void {
  const { down, across, inner, view } = grid;
  const box = area.getBoundingClientRect();
  const x = event.clientX - box.left - grid.headerWidth;
  const y = event.clientY - box.top - grid.headerHeight;
  const inside = { x: within(x, inner.width), y: within(y, inner.height) };
  const step = down.size(0);
  const place = {
    row: down.indexAt(inside.y + grid.top + Math.sign(y - inside.y) * step),
    column: across.indexAt(inside.x + grid.left + Math.sign(x - inside.x) * step),
  };
  view.active.value = place;
  if (x !== inside.x || y !== inside.y) grid.reveal(place);
}

function within(value: number, length: number): number {
  return Math.max(0, Math.min(length - 1, value));
}

/** -1 for a row or column where there is none: in the headers, or after the last. Undefined on a scrollbar. */
function placeAt(event: PointerEvent, grid: GridGeometry): CellPlace | undefined {
  const { area, down, across, headerWidth, headerHeight, inner } = grid;
  if (area === null) return undefined;
  const box = area.getBoundingClientRect();
  const x = event.clientX - box.left - headerWidth;
  const y = event.clientY - box.top - headerHeight;
  if (x > inner.width || y > inner.height) return undefined;
  return { row: indexIn(down, y, grid.top), column: indexIn(across, x, grid.left) };
}

function indexIn(axis: Axis, distance: number, scrolled: number): number {
  return distance < 0 || distance + scrolled >= axis.total ? -1 : axis.indexAt(distance + scrolled);
}
