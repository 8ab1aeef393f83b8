import { type Signal, signal } from "@preact/signals";
import { type Axis, measuredAxis, uniformAxis } from "./axis.ts";
import { pointSplit } from "./number-text.ts";
import { type Fonts, textWidth } from "./text-width.ts";

/** Characters before and from the decimal point on that a column has room for. They only grow, so columns never jump back. */
export interface ColumnRoom {
  before: number;
  after: number;
}

/** Columns beyond this share one width. */
const MEASURED_COLUMNS = 1_000;
const CELL_PADDING = 8;
/** Of the row header, with a pixel for rounding. */
const BORDER = 2;
const LEAST_CHARACTERS = 3;
const WIDEST_HEADER = 220;
const WIDEST_ROW_HEADER = 260;
const WIDEST_CORNER = 140;
const MEASURED_LABELS = 2_000;

/** Room of all columns. Grids that stand beside one another share one, so that their columns agree. */
export interface ColumnRooms {
  /** Changes when a column grew. */
  readonly version: Signal<number>;
  /** Makes room for a text; true when there was not enough. */
  fit(column: number, text: string): boolean;
  of(column: number): ColumnRoom;
}

export function createColumnRooms(columns: number): ColumnRooms {
  const shared = columns > MEASURED_COLUMNS;
  const rooms = new Map<number, ColumnRoom>();
  const of = (column: number): ColumnRoom => {
    const key = shared ? 0 : column;
    const known = rooms.get(key);
    if (known !== undefined) return known;
    const made = { before: 0, after: 0 };
    rooms.set(key, made);
    return made;
  };
  return {
    version: signal(0),
    of,
    fit(column, text) {
      const room = of(column);
      const { before, after } = pointSplit(text);
      if (before <= room.before && after <= room.after) return false;
      room.before = Math.max(room.before, before);
      room.after = Math.max(room.after, after);
      return true;
    },
  };
}

export function columnAxis(count: number, rooms: ColumnRooms, header: (column: number) => string, fonts: Fonts): Axis {
  const width = (column: number): number => {
    const { before, after } = rooms.of(column);
    const cells = Math.max(LEAST_CHARACTERS, before + after) * fonts.digit;
    const head = Math.min(WIDEST_HEADER, textWidth(header(column), fonts.text));
    return Math.ceil(Math.max(cells, head)) + 2 * CELL_PADDING;
  };
  if (count <= MEASURED_COLUMNS) return measuredAxis(Array.from({ length: count }, (_, column) => width(column)));
  const head = Math.min(WIDEST_HEADER, textWidth(String(count), fonts.text));
  const { before, after } = rooms.of(0);
  return uniformAxis(count, Math.ceil(Math.max(head, (before + after) * fonts.digit)) + 2 * CELL_PADDING);
}

/** `sample` is a row header as wide as any, where the caller knows one before all are loaded. */
export function rowHeaderWidth(
  count: number,
  header: (row: number) => string,
  fonts: Fonts,
  sample: string | undefined,
  corner: string,
): number {
  let widest = Math.max(
    textWidth(sample ?? String(Math.max(0, count - 1)), fonts.text),
    Math.min(WIDEST_CORNER, textWidth(corner, fonts.text)),
  );
  const measuredRows = sample === undefined ? Math.min(count, MEASURED_LABELS) : 0;
  for (let row = 0; row < measuredRows; row += 1) widest = Math.max(widest, textWidth(header(row), fonts.text));
  return Math.ceil(Math.min(WIDEST_ROW_HEADER, Math.max(24, widest))) + 2 * CELL_PADDING + BORDER;
}
