import { type Signal, useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { TensorSide } from "../../core/diff/report.ts";
import type { DiffEntryRow } from "../../core/view/diff-model.ts";
import type { TensorWindow } from "../../core/view/viewer-model.ts";
import { ask } from "../channel.ts";
import { generation } from "../generation.ts";
import { copyRange } from "../parts/copy-cells.ts";
import { ErrorNote } from "../parts/error-note.tsx";
import { Grid, type GridCell } from "../parts/grid.tsx";
import { type ColumnRooms, createColumnRooms } from "../parts/grid-layout.ts";
import { type CellPlace, createGridView, type GridView } from "../parts/grid-view.ts";
import { Icon } from "../parts/icon.tsx";
import { MarkedNumber, type Side } from "../parts/marked-number.tsx";
import { LeadingPickers } from "../parts/pickers.tsx";
import {
  axisName,
  isPaged,
  placeName,
  shapeText,
  type TableShape,
  tableShape,
  widestHeader,
} from "../parts/tensor-axes.ts";
import { type CellRange, createTiles, type Tiles, windowLabel, windowText } from "../parts/tiles.ts";
import { t } from "../strings.ts";

interface Sides {
  readonly old?: TensorWindow;
  readonly new?: TensorWindow;
}

/** As in the model editor: so few rows, and more columns than fit, are shown turned. */
const FLAT_ROWS = 4;
const FITTING_COLUMNS = 4;

export interface SideBySideProps {
  readonly entry: DiffEntryRow;
  readonly oldName: string;
  readonly newName: string;
}

/** Both sides as grids that scroll and select together; where shapes differ, each for itself. */
export function SideBySide({ entry, oldName, newName }: SideBySideProps) {
  const { old, new: next } = entry;
  const isSameShape = old !== undefined && next !== undefined && shapeText(old.shape) === shapeText(next.shape);
  const table = useMemo(() => tableShape((next ?? old)?.shape ?? []), [entry]);
  const leading = useSignal<readonly number[]>(table.leading.map(() => 0));
  const isTurned = useSignal(table.rows <= FLAT_ROWS && table.columns > FITTING_COLUMNS);
  const shared = useMemo(() => createGridView(), [entry.path, isTurned.value]);
  const columns = isTurned.value ? table.rows : table.columns;
  const rooms = useMemo(() => createColumnRooms(columns), [entry.path, columns]);
  const shown = (
    [
      { side: "old", tensor: old, name: oldName },
      { side: "new", tensor: next, name: newName },
    ] as const
  ).filter(({ tensor }) => tensor !== undefined);
  return (
    <div class="values">
      {table.columnDimension === undefined && table.leading.length === 0 ? null : (
        <div class="toolbar">
          {table.leading.length === 0 ? null : (
            <LeadingPickers axes={entry.axes} sizes={table.leading} chosen={leading} />
          )}
          {table.columnDimension === undefined ? null : (
            <button
              type="button"
              class="button is-quiet"
              onClick={() => {
                isTurned.value = !isTurned.value;
              }}
            >
              <Icon name="arrow-swap" />
              {t("Transpose")}
            </button>
          )}
        </div>
      )}
      <div class="sides">
        {shown.map(({ side, tensor, name }) => (
          <OneSide
            key={side}
            side={side}
            entry={entry}
            tensor={tensor ?? { dtype: "", shape: [] }}
            name={name}
            leading={leading}
            isTurned={isTurned.value}
            {...(isSameShape ? { view: shared, rooms } : {})}
          />
        ))}
      </div>
    </div>
  );
}

interface OneSideProps {
  readonly side: Side;
  readonly entry: DiffEntryRow;
  readonly tensor: TensorSide;
  readonly name: string;
  readonly leading: Signal<readonly number[]>;
  readonly isTurned: boolean;
  /** Shared with the other side when the shapes agree. */
  readonly view?: GridView;
  readonly rooms?: ColumnRooms;
}

function OneSide(props: OneSideProps) {
  const { side, entry, tensor, name, leading, isTurned } = props;
  const table = useMemo(() => tableShape(tensor.shape), [tensor]);
  const own = useMemo(() => createGridView(), [tensor, isTurned]);
  const view = props.view ?? own;
  const tiles = useTiles(entry.path, table, leading.value);
  const isLinked = props.view !== undefined;
  const note = useSignal("");
  const axes = axesOf(entry, side);
  const inTable = ({ row, column }: CellPlace): CellPlace =>
    isTurned ? { row: column, column: row } : { row, column };
  const down = isTurned ? table.columnDimension : table.rowDimension;
  const across = isTurned ? table.rowDimension : table.columnDimension;
  // Beside the linked old side, whose headers are read for both, the place's number is enough; not where its names differ.
  const isNamed = !isLinked || side === "old" || entry.oldAxes !== undefined;
  const nameOf = (dimension: number | undefined, index: number): string => {
    const along = dimension === table.rowDimension ? "rows" : "columns";
    const loaded = isPaged(axes, dimension) ? tiles.told((tile) => windowLabel(tile[side], along, index)) : undefined;
    return placeName(axes, dimension, index, loaded);
  };
  const rowHeader = useMemo(
    () => (row: number) => (isNamed ? nameOf(down, row) : String(row)),
    [axes, down, isNamed, tiles],
  );
  const columnHeader = useMemo(
    () => (column: number) => (across === undefined ? t("value") : nameOf(across, column)),
    [axes, across, tiles],
  );
  const need = useMemo(
    () =>
      (range: CellRange): void =>
        tiles.need(isTurned ? turned(range) : range),
    [tiles, isTurned],
  );
  const textAt = (gridRow: number, gridColumn: number): string | undefined => {
    const { row, column } = inTable({ row: gridRow, column: gridColumn });
    return windowText(tiles.tile(row, column)?.[side], row, column);
  };
  const cell = (gridRow: number, gridColumn: number): GridCell | undefined => {
    const { row, column } = inTable({ row: gridRow, column: gridColumn });
    const both = tiles.tile(row, column);
    const text = windowText(both?.[side], row, column);
    if (text === undefined) return undefined;
    const other = isLinked ? windowText(both?.[side === "old" ? "new" : "old"], row, column) : undefined;
    if (other === undefined || other === text) return { text, class: isLinked ? "is-equal" : "" };
    return { text, content: <MarkedNumber text={text} other={other} side={side} />, class: "is-changed" };
  };
  const onCopy = (range: CellRange): void => {
    copyRange(
      range,
      async (place) => {
        const { row, column } = inTable(place);
        return windowText((await tiles.fetch(row, column))[side], row, column) ?? "";
      },
      (text) => {
        note.value = text;
      },
    );
  };
  return (
    <section
      class={`side${isLinked && isNamed && axes[down ?? 0] !== undefined ? " is-named" : ""}`}
      aria-label={side === "old" ? t("old") : t("new")}
    >
      <h3 class="side-name" title={`${name} ${tensor.dtype} ${shapeText(tensor.shape)}`}>
        <span class="dim">{side === "old" ? t("old") : t("new")}</span> <span class="side-file">{name}</span>{" "}
        <span class="dim number">
          {tensor.dtype} {shapeText(tensor.shape)}
        </span>{" "}
        <span class="dim" role="status">
          {note.value}
        </span>
      </h3>
      {tiles.failure.value === undefined ? null : <ErrorNote error={tiles.failure.value} />}
      {tensor.shape.includes(0) ? (
        <p class="empty">{t("There are no values: the shape is {shape}.", { shape: shapeText(tensor.shape) })}</p>
      ) : (
        <Grid
          label={t("Values of {path}", { path: side === "old" ? (entry.oldPath ?? entry.path) : entry.path })}
          rows={isTurned ? table.columns : table.rows}
          columns={isTurned ? table.rows : table.columns}
          rowHeader={rowHeader}
          columnHeader={columnHeader}
          corner={
            !isNamed
              ? ""
              : across === undefined
                ? axisName(axes, down)
                : `${axisName(axes, down)} \\ ${axisName(axes, across)}`
          }
          cell={cell}
          textAt={textAt}
          need={need}
          version={tiles.version}
          view={view}
          {...(isNamed ? widestHeader(axes, down) : {})}
          onCopy={onCopy}
          {...(props.rooms === undefined ? {} : { rooms: props.rooms })}
        />
      )}
    </section>
  );
}

/** The entry's axes are the new side's; the old side of a reshaped one has none that are known. */
function axesOf(entry: DiffEntryRow, side: Side): DiffEntryRow["axes"] {
  if (side === "new" || entry.new === undefined) return entry.axes;
  if (entry.oldAxes !== undefined) return entry.oldAxes;
  return shapeText(entry.old?.shape ?? []) === shapeText(entry.new.shape) ? entry.axes : [];
}

function useTiles(path: string, table: TableShape, leading: readonly number[]): Tiles<Sides> {
  const tiles = useMemo(
    () =>
      createTiles<Sides>({
        rows: table.rows,
        columns: table.columns,
        leading,
        fetch: (window, signal) => ask("diff/windows", { path, window }, signal),
      }),
    [path, table, leading, generation.value],
  );
  useEffect(() => () => tiles.dispose(), [tiles]);
  return tiles;
}

function turned(range: CellRange): CellRange {
  return {
    firstRow: range.firstColumn,
    lastRow: range.lastColumn,
    firstColumn: range.firstRow,
    lastColumn: range.lastRow,
  };
}
