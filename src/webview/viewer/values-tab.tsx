import { useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { TensorView } from "../../core/view/viewer-model.ts";
import { generation, isStale } from "../generation.ts";
import { copyRange } from "../parts/copy-cells.ts";
import { ErrorNote } from "../parts/error-note.tsx";
import { Grid, type GridCell } from "../parts/grid.tsx";
import { type CellPlace, cellsIn, createGridView, selectionOf } from "../parts/grid-view.ts";
import { Icon } from "../parts/icon.tsx";
import { MarkedNumber } from "../parts/marked-number.tsx";
import { LeadingPickers } from "../parts/pickers.tsx";
import { StatusStrip, useElementFacts } from "../parts/status-strip.tsx";
import {
  addressOf,
  axisName,
  isPaged,
  placeName,
  positionOf,
  shapeText,
  tableShape,
  widestHeader,
} from "../parts/tensor-axes.ts";
import { type CellRange, createTiles, type Tiles, windowLabel, windowText } from "../parts/tiles.ts";
import { t } from "../strings.ts";
import { askWindows, type Beside, type Windows } from "./beside.ts";
import { linkGrid } from "./linked-grid.ts";

/** A matrix with so few rows and more columns than fit beside each other is easier read as columns of numbers. */
const FLAT_ROWS = 4;
const FITTING_COLUMNS = 8;

export function ValuesTab({ tensor, beside }: { readonly tensor: TensorView; readonly beside: Beside | undefined }) {
  const { axes, path } = tensor;
  const table = useMemo(() => tableShape(tensor.shape), [tensor]);
  const leading = useSignal<readonly number[]>(table.leading.map(() => 0));
  const isTurned = useSignal(table.rows <= FLAT_ROWS && table.columns > FITTING_COLUMNS);
  const note = useSignal<string | undefined>(undefined);
  const view = useMemo(() => createGridView(), [tensor.path, isTurned.value]);
  const before = useRef<{ readonly of: string; readonly tiles: Tiles<Windows> } | undefined>(undefined);
  const tiles = useMemo(() => {
    const of = `${path} ${leading.value.join(",")} ${shapeText(tensor.shape)}`;
    const made = createTiles<Windows>({
      rows: table.rows,
      columns: table.columns,
      leading: leading.value,
      fetch: (window, signal) => askWindows(path, beside, window, signal),
      // The same place as it was before the file changed, until it was read anew: nothing blinks.
      ...(before.current?.of === of && { before: before.current.tiles }),
    });
    before.current = { of, tiles: made };
    return made;
  }, [table, path, beside?.id, beside?.isMarked, leading.value, generation.value]);
  useEffect(() => () => tiles.dispose(), [tiles]);

  const turned = isTurned.value;
  const layout = `${turned ? "turned" : ""} ${leading.value.join(",")} ${shapeText(tensor.shape)}`;
  useEffect(() => (beside === undefined ? undefined : linkGrid(view, beside.id, layout)), [view, beside?.id, layout]);
  /** A place of the grid as one of the tensor's table. */
  const inTable = ({ row, column }: CellPlace): CellPlace => (turned ? { row: column, column: row } : { row, column });
  const down = turned ? table.columnDimension : table.rowDimension;
  const across = turned ? table.rowDimension : table.columnDimension;
  const nameOf = (dimension: number | undefined, index: number): string => {
    const along = dimension === table.rowDimension ? "rows" : "columns";
    const loaded = isPaged(axes, dimension) ? tiles.told((tile) => windowLabel(tile.own, along, index)) : undefined;
    return placeName(axes, dimension, index, loaded);
  };
  const rowHeader = useMemo(() => (row: number) => nameOf(down, row), [axes, down, tiles]);
  const columnHeader = useMemo(
    () => (column: number) => (across === undefined ? t("value") : nameOf(across, column)),
    [axes, across, tiles],
  );
  const textAt = (place: CellPlace): string | undefined => {
    const { row, column } = inTable(place);
    return windowText(tiles.tile(row, column)?.own, row, column);
  };
  const otherAt = (place: CellPlace): string | undefined => {
    const { row, column } = inTable(place);
    return windowText(tiles.tile(row, column)?.other, row, column);
  };
  const cell = (row: number, column: number): GridCell | undefined => {
    const text = textAt({ row, column });
    if (text === undefined) return undefined;
    const other = beside === undefined ? undefined : otherAt({ row, column });
    const finite = /^[+-]?(?:inf|nan)/.test(text) ? "is-not-finite" : "";
    if (beside === undefined || other === undefined || other === "") return { text, class: finite };
    if (other === text) return { text, class: `is-equal ${finite}` };
    return {
      text,
      content: <MarkedNumber text={text} other={other} side={beside.side} />,
      class: `is-changed ${finite}`,
    };
  };
  const need = useMemo(
    () =>
      (range: CellRange): void =>
        tiles.need(turned ? turnedRange(range) : range),
    [tiles, turned],
  );
  const onCopy = (range: CellRange): void => {
    copyRange(
      range,
      async (place) => {
        const { row, column } = inTable(place);
        return windowText((await tiles.fetch(row, column)).own, row, column) ?? "";
      },
      (text) => {
        note.value = text;
      },
    );
  };

  const place = view.hovered.value ?? view.active.value;
  const at = inTable(place);
  const position = positionOf(table, leading.value, at.row, at.column);
  const facts = useElementFacts(path, tensor.shape.includes(0) ? undefined : position);
  const selection = selectionOf(view.active.value, view.anchor.value);
  const selected = cellsIn(selection);
  if (tensor.shape.includes(0))
    return <p class="empty">{t("There are no values: the shape is {shape}.", { shape: shapeText(tensor.shape) })}</p>;
  return (
    <div class="values">
      {table.columnDimension === undefined && table.leading.length === 0 ? null : (
        <div class="toolbar">
          {table.leading.length === 0 ? null : <LeadingPickers axes={axes} sizes={table.leading} chosen={leading} />}
          {table.columnDimension === undefined ? null : (
            <button
              type="button"
              class="button is-quiet"
              onClick={() => {
                isTurned.value = !turned;
              }}
            >
              <Icon name="arrow-swap" />
              {t("Transpose")}
            </button>
          )}
        </div>
      )}
      {tiles.failure.value === undefined || isStale.value ? null : (
        <ErrorNote
          error={tiles.failure.value}
          retry={{
            label: t("Retry"),
            run: () => {
              tiles.failure.value = undefined;
              tiles.version.value += 1;
            },
          }}
        />
      )}
      <Grid
        label={t("Values of {path}", { path })}
        rows={turned ? table.columns : table.rows}
        columns={turned ? table.rows : table.columns}
        rowHeader={rowHeader}
        columnHeader={columnHeader}
        corner={across === undefined ? axisName(axes, down) : `${axisName(axes, down)} \\ ${axisName(axes, across)}`}
        cell={cell}
        textAt={(row, column) => textAt({ row, column })}
        need={need}
        version={tiles.version}
        view={view}
        {...widestHeader(axes, down)}
        onCopy={onCopy}
      />
      <StatusStrip
        address={addressOf(path, position)}
        place={position
          .flatMap((index, dimension) => (axes[dimension] === undefined ? [] : [nameOf(dimension, index)]))
          .join(" · ")}
        dtype={tensor.dtype}
        text={textAt(place)}
        facts={facts}
        note={note.value ?? (selected > 1 ? t("{count} selected", { count: selected }) : undefined)}
      />
    </div>
  );
}

function turnedRange(range: CellRange): CellRange {
  return {
    firstRow: range.firstColumn,
    lastRow: range.lastColumn,
    firstColumn: range.firstRow,
    lastColumn: range.lastRow,
  };
}
