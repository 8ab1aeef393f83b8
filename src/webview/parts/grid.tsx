import { type Signal, useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useId, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { uniformAxis, visibleRange } from "./axis.ts";
import { type GridGeometry, gridKey, gridMove, gridPress } from "./grid-hands.ts";
import { type ColumnRooms, columnAxis, createColumnRooms, rowHeaderWidth } from "./grid-layout.ts";
import { type CellPlace, type GridView, isInside, selectionOf } from "./grid-view.ts";
import { pointSplit } from "./number-text.ts";
import { revealed, ScrollArea, useViewport } from "./scroll-area.tsx";
import { type Fonts, fontsAt } from "./text-width.ts";
import type { CellRange } from "./tiles.ts";
import { t } from "../strings.ts";

const ROW = 22;
/** Rows before and after the visible ones whose texts make room in their columns as soon as they are loaded. */
const MEASURED_AROUND = 500;
const HEADER = 24;

export interface GridCell {
  /** Printed exactly. */
  readonly text: string;
  /** Drawn in place of the text: the same characters, marked. */
  readonly content?: ComponentChildren;
  readonly class?: string;
}

export interface GridProps {
  readonly label: string;
  readonly rows: number;
  readonly columns: number;
  readonly rowHeader: (row: number) => string;
  readonly columnHeader: (column: number) => string;
  /** What the headers are: "class \ feature". */
  readonly corner: string;
  /** Undefined while it is not loaded. */
  readonly cell: (row: number, column: number) => GridCell | undefined;
  /** The text of a cell, where drawing it costs more: used to make room for cells around those that are seen. */
  readonly textAt?: (row: number, column: number) => string | undefined;
  readonly need: (range: CellRange) => void;
  /** Changes when cells came in. */
  readonly version: Signal<number>;
  readonly view: GridView;
  /** Shared by grids that stand beside one another. */
  readonly rooms?: ColumnRooms;
  /** A row header as wide as any, where not all are known yet. */
  readonly widestRowHeader?: string;
  readonly onCopy: (range: CellRange) => void;
}

/**
 * A virtual grid after the ARIA pattern: focus stays on the grid, the active cell is its active descendant. Shift and
 * dragging select a rectangle. Only what is seen is drawn.
 */
export function Grid(props: GridProps) {
  const { rows, columns, view } = props;
  const id = useId();
  const viewport = useViewport();
  const area = useRef<HTMLDivElement | null>(null);
  const fonts = useSignal<Fonts>({ text: "13px sans-serif", digit: 8 });
  const ownRooms = useMemo(() => createColumnRooms(columns), [columns]);
  const rooms = props.rooms ?? ownRooms;
  const grown = rooms.version;
  useLayoutEffect(() => {
    if (area.current !== null) fonts.value = fontsAt(area.current);
  }, [fonts]);

  const version = props.version.value;
  const headerWidth = useMemo(
    () => rowHeaderWidth(rows, props.rowHeader, fonts.value, props.widestRowHeader, props.corner),
    [rows, props.rowHeader, fonts.value, props.widestRowHeader, props.corner],
  );
  const across = useMemo(
    () => columnAxis(columns, rooms, props.columnHeader, fonts.value),
    [columns, rooms, props.columnHeader, fonts.value, grown.value],
  );
  const down = useMemo(() => uniformAxis(rows, ROW), [rows]);
  const { top, left } = view.position.value;
  const inner = {
    width: Math.max(0, viewport.value.width - headerWidth),
    height: Math.max(0, viewport.value.height - HEADER),
  };
  const vertical = visibleRange(down, top, inner.height);
  const horizontal = visibleRange(across, left, inner.width);
  const range: CellRange = {
    firstRow: vertical.first,
    lastRow: vertical.last,
    firstColumn: horizontal.first,
    lastColumn: horizontal.last,
  };

  useEffect(() => {
    if (viewport.value.height > 0) props.need(range);
  }, [props.need, version, range.firstRow, range.lastRow, range.firstColumn, range.lastColumn, viewport.value.height]);
  const makeRoom = (firstRow: number, lastRow: number): void => {
    const textAt = props.textAt ?? ((row: number, column: number) => props.cell(row, column)?.text);
    let hasGrown = false;
    for (let row = Math.max(0, firstRow); row <= Math.min(rows - 1, lastRow); row += 1)
      for (let column = range.firstColumn; column <= range.lastColumn; column += 1) {
        const text = textAt(row, column);
        if (text !== undefined && rooms.fit(column, text)) hasGrown = true;
      }
    if (hasGrown) grown.value += 1;
  };
  useLayoutEffect(
    () => makeRoom(range.firstRow, range.lastRow),
    [rooms, range.firstRow, range.lastRow, range.firstColumn, range.lastColumn],
  );
  // What came in around the visible rows is measured at once, so that scrolling there does not move columns.
  useLayoutEffect(
    () => makeRoom(range.firstRow - MEASURED_AROUND, range.lastRow + MEASURED_AROUND),
    [rooms, version, range.firstColumn, range.lastColumn],
  );

  const active = view.active.value;
  const selection = selectionOf(active, view.anchor.value);
  const cellId = (row: number, column: number): string => `${id}-${row}-${column}`;
  const isActiveDrawn = isInside(range, active);

  const reveal = (place: CellPlace): void => {
    view.position.value = {
      top: revealed(view.position.value.top, down.offset(place.row), ROW, inner.height),
      left: revealed(view.position.value.left, across.offset(place.column), across.size(place.column), inner.width),
    };
  };
  const geometry = (): GridGeometry => ({
    area: area.current,
    rows,
    columns,
    down,
    across,
    top,
    left,
    headerWidth,
    headerHeight: HEADER,
    inner,
    view,
    reveal,
    copy: props.onCopy,
  });

  const shownRows = span(range.firstRow, range.lastRow);
  const shownColumns = span(range.firstColumn, range.lastColumn);
  return (
    <ScrollArea
      class="grid"
      areaRef={area}
      extent={{ width: headerWidth + across.total, height: HEADER + down.total }}
      position={view.position}
      viewport={viewport}
      attributes={{
        role: "grid",
        tabIndex: 0,
        "aria-label": props.label,
        "aria-rowcount": rows + 1,
        "aria-colcount": columns + 1,
        "aria-multiselectable": true,
        "aria-activedescendant": isActiveDrawn ? cellId(active.row, active.column) : undefined,
        onKeyDown: (event: KeyboardEvent) => gridKey(event, geometry()),
        onPointerDown: (event: PointerEvent) => gridPress(event, geometry()),
        onPointerMove: (event: PointerEvent) => gridMove(event, geometry()),
        onPointerLeave: () => {
          view.hovered.value = undefined;
        },
        onCopy: (event: ClipboardEvent) => {
          event.preventDefault();
          props.onCopy(selection);
        },
      }}
    >
      <div class="grid-head" role="row" aria-rowindex={1}>
        <div
          class="grid-corner"
          role="columnheader"
          aria-colindex={1}
          style={{ width: `${headerWidth}px` }}
          title={props.corner}
        >
          {props.corner === "" ? <span class="sr-only">{t("position")}</span> : props.corner}
        </div>
        <div class="grid-head-cells" role="none" style={{ left: `${headerWidth}px` }}>
          {shownColumns.map((column) => (
            <div
              key={column}
              class={`grid-column${column >= selection.firstColumn && column <= selection.lastColumn ? " is-selected" : ""}`}
              role="columnheader"
              aria-colindex={column + 2}
              title={props.columnHeader(column)}
              style={{ transform: `translateX(${across.offset(column) - left}px)`, width: `${across.size(column)}px` }}
            >
              {props.columnHeader(column)}
            </div>
          ))}
        </div>
      </div>
      <div class="grid-body" role="none" style={{ top: `${HEADER}px` }}>
        {shownRows.map((row) => (
          <div
            key={row}
            class={`grid-row${view.hovered.value?.row === row ? " is-hovered" : ""}`}
            role="row"
            aria-rowindex={row + 2}
            style={{ transform: `translateY(${down.offset(row) - top}px)` }}
          >
            <div
              class={`grid-row-header${row >= selection.firstRow && row <= selection.lastRow ? " is-selected" : ""}`}
              role="rowheader"
              aria-colindex={1}
              title={props.rowHeader(row)}
              style={{ width: `${headerWidth}px` }}
            >
              {props.rowHeader(row)}
            </div>
            {shownColumns.map((column) => {
              const cell = props.cell(row, column);
              const room = rooms.of(column);
              const isSelected = isInside(selection, { row, column });
              const isActive = row === active.row && column === active.column;
              return (
                <div
                  key={column}
                  id={cellId(row, column)}
                  class={`grid-cell number${isSelected ? " is-selected" : ""}${isActive ? " is-active" : ""} ${cell?.class ?? ""}`}
                  role="gridcell"
                  aria-colindex={column + 2}
                  aria-selected={isSelected}
                  style={{
                    transform: `translateX(${headerWidth + across.offset(column) - left}px)`,
                    width: `${across.size(column)}px`,
                    paddingRight:
                      cell === undefined
                        ? "8px"
                        : `${8 + (room.after - pointSplit(cell.text).after) * fonts.value.digit}px`,
                  }}
                >
                  {cell === undefined ? <span class="grid-unread" aria-label="…" /> : (cell.content ?? cell.text)}
                </div>
              );
            })}
          </div>
        ))}
      </div>
    </ScrollArea>
  );
}

function span(first: number, last: number): readonly number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
}
