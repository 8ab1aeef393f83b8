import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { HeatMap } from "../../core/diff/heat.ts";
import type { DiffEntryRow } from "../../core/view/diff-model.ts";
import { ask } from "../channel.ts";
import { Answer, useAsked } from "../parts/asked.tsx";
import { Choice } from "../parts/choice.tsx";
import { HeatCanvas, type HeatPlace } from "../parts/heat-canvas.tsx";
import { LOG_DECADES, strength } from "../parts/heat-colours.ts";
import { measured } from "../parts/number-text.ts";
import { PairStrip } from "../parts/pair-strip.tsx";
import { LeadingPickers } from "../parts/pickers.tsx";
import { addressOf, axisName, placeName, shapeText, tableShape } from "../parts/tensor-axes.ts";
import { DrawnNote } from "./drawn-note.tsx";
import { settle } from "../settle.ts";
import { t } from "../strings.ts";

/** Matrices of one shape on both sides. */
export function fitsHeat({ old, new: next }: DiffEntryRow): boolean {
  if (old === undefined || next === undefined || shapeText(old.shape) !== shapeText(next.shape)) return false;
  return old.shape.length >= 2 && (old.shape.at(-1) ?? 0) >= 2 && (old.shape.at(-2) ?? 0) >= 2;
}

/** Where a matrix changed, and how much. */
export function Heat({ entry }: { readonly entry: DiffEntryRow }) {
  const table = useMemo(() => tableShape(entry.new?.shape ?? []), [entry]);
  const leading = useSignal<readonly number[]>(table.leading.map(() => 0));
  const isLog = useSignal(false);
  const asked = useAsked(`heat:${entry.path}:${leading.value.join()}`, (signal) =>
    ask("diff/heat", { path: entry.path, leading: leading.value }, signal),
  );
  return (
    <div class="values">
      <div class="toolbar">
        {table.leading.length === 0 ? null : (
          <LeadingPickers axes={entry.axes} sizes={table.leading} chosen={leading} />
        )}
        <Choice
          label={t("Scale")}
          chosen={isLog.value ? "log" : "linear"}
          options={[
            { id: "linear", label: t("Linear") },
            { id: "log", label: t("Logarithmic") },
          ]}
          onChoose={(id) => {
            isLog.value = id === "log";
          }}
        />
        {asked.kind === "ready" ? <Legend map={asked.value} isLog={isLog.value} /> : null}
      </div>
      <DrawnNote entry={entry} />
      <Answer asked={asked} doing={t("Reading all values")}>
        {(map) =>
          map.changed === 0 ? (
            <p class="empty">{t("Nothing changed in this part.")}</p>
          ) : (
            <Mapped entry={entry} map={map} leading={leading.value} isLog={isLog.value} />
          )
        }
      </Answer>
    </div>
  );
}

interface LegendProps {
  readonly map: HeatMap;
  readonly isLog: boolean;
}

function Legend({ map, isLog }: LegendProps) {
  const { largest, isSigned } = map;
  const least = isLog ? measured(largest * 10 ** -LOG_DECADES) : "0";
  const hasBroken = useMemo(() => [...floats(map.deltas)].some(Number.isNaN), [map]);
  if (map.changed === 0) return null;
  return (
    <span class="heat-legend">
      <span class="number">{isSigned ? `−${measured(largest)}` : least}</span>
      <span class={`heat-scale${isSigned ? "" : " is-unsigned"}`} aria-hidden="true">
        {isSigned ? <span class="heat-scale-zero number">{isLog ? `±${least}` : "0"}</span> : null}
      </span>
      <span class="number">{isSigned ? `+${measured(largest)}` : measured(largest)}</span>
      {hasBroken ? (
        <span class="legend-item">
          <span class="legend-key is-broken" aria-hidden="true" />
          {t("not finite")}
        </span>
      ) : null}
    </span>
  );
}

interface MappedProps {
  readonly entry: DiffEntryRow;
  readonly map: HeatMap;
  readonly leading: readonly number[];
  readonly isLog: boolean;
}

function Mapped({ entry, map, leading, isLog }: MappedProps) {
  const { cellRows, cellColumns, largest } = map;
  const cells = useMemo(
    () => ({ deltas: floats(map.deltas), places: floats(map.places), counts: floats(map.counts) }),
    [map],
  );
  const active = useSignal<HeatPlace | undefined>(undefined);
  const hovered = useSignal<HeatPlace | undefined>(undefined);
  useEffect(() => {
    active.value = undefined;
  }, [map]);
  const dimensions = entry.new?.shape.length ?? 2;
  const strengthAt = useMemo(
    () =>
      (row: number, column: number): number => {
        const at = row * cellColumns + column;
        const delta = cells.deltas[at] ?? 0;
        // A zero whose sign changed is drawn as the smallest change.
        if (delta === 0 && (cells.places[at] ?? -1) >= 0)
          return strength(Number.MIN_VALUE, Math.max(largest, 1), isLog);
        return Number.isNaN(delta) ? delta : strength(delta, largest, isLog);
      },
    [cells, isLog, largest],
  );
  const rowLabel = useMemo(
    () => (row: number) => placeName(entry.axes, dimensions - 2, firstOf(row, cellRows, map.rows)),
    [entry, map],
  );
  const columnLabel = useMemo(
    () => (column: number) => placeName(entry.axes, dimensions - 1, firstOf(column, cellColumns, map.columns)),
    [entry, map],
  );
  const order = useMemo(() => largestFirst(cells), [cells]);
  const start = placeOf(order[0] ?? 0, cellColumns);
  const position = (cell: number): readonly number[] => {
    const place = cells.places[cell] ?? -1;
    const { row, column } = placeOf(cell, cellColumns);
    const inMatrix =
      place >= 0
        ? [Math.floor(place / map.columns), place % map.columns]
        : [firstOf(row, cellRows, map.rows), firstOf(column, cellColumns, map.columns)];
    return [...leading, ...inMatrix];
  };
  const shown = hovered.value ?? active.value;
  const first = order[0] ?? 0;
  const summary = t(
    "Heat map of {changed} changes in {rows} rows and {columns} columns; the largest is {delta} at {address}.",
    {
      changed: map.changed,
      rows: map.rows,
      columns: map.columns,
      delta: measured(cells.deltas[first] ?? 0),
      address: addressOf(entry.path, position(first)),
    },
  );
  return (
    <>
      <HeatCanvas
        rows={cellRows}
        columns={cellColumns}
        strengthAt={strengthAt}
        rowLabel={rowLabel}
        columnLabel={columnLabel}
        active={active}
        hovered={hovered}
        start={start}
        label={summary}
      />
      <table class="sr-only">
        <caption>{t("Largest changes")}</caption>
        <tbody>
          {order.slice(0, TOLD).map((cell) => (
            <tr key={cell}>
              <th scope="row">{placeText(entry, position(cell))}</th>
              <td>{measured(cells.deltas[cell] ?? 0)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <Readout entry={entry} map={map} cells={cells} shown={shown} position={position} />
    </>
  );
}

/** Cells that are read aloud. */
const TOLD = 10;

interface Cells {
  readonly deltas: Float64Array;
  readonly places: Float64Array;
  readonly counts: Float64Array;
}

interface ReadoutProps {
  readonly entry: DiffEntryRow;
  readonly map: HeatMap;
  readonly cells: Cells;
  readonly shown: HeatPlace | undefined;
  readonly position: (cell: number) => readonly number[];
}

/** The element that a cell stands for, exactly. */
function Readout({ entry, map, cells, shown, position }: ReadoutProps) {
  const cell = shown === undefined ? undefined : shown.row * map.cellColumns + shown.column;
  const at = cell === undefined ? undefined : position(cell);
  const pair = useElementPair(entry.path, at);
  const isBinned = map.cellRows < map.rows || map.cellColumns < map.columns;
  const { across, down } = spanOf(map, shown);
  const changed = cell === undefined ? 0 : (cells.counts[cell] ?? 0);
  const binNote =
    cell === undefined
      ? t("Each cell: the largest change of up to {count} values", { count: binSize(map) })
      : changed === 0
        ? t("{count} values, none changed", { count: across * down })
        : t("the largest of {changed} changes among {count} values", { changed, count: across * down });
  return (
    <PairStrip
      address={at === undefined ? entry.path : addressOf(entry.path, at)}
      place={at === undefined ? "" : placeText(entry, at)}
      old={pair?.old}
      new={pair?.new}
      delta={cell === undefined ? undefined : cells.deltas[cell]}
      {...(isBinned ? { note: binNote } : {})}
    />
  );
}

function placeText(entry: DiffEntryRow, position: readonly number[]): string {
  const isNamed = entry.axes.some((axis) => axis !== undefined);
  if (!isNamed) return "";
  return position
    .flatMap((at, axis) => {
      const name = entry.axes[axis]?.labels[at];
      return name === undefined ? [`${axisName(entry.axes, axis)} ${at}`] : [name];
    })
    .join(" · ");
}

const REST_MS = 60;

interface ElementPair {
  readonly old: string | undefined;
  readonly new: string | undefined;
}

/** Both values of the element at a position, once the pointer or the keys have come to rest on it. */
function useElementPair(path: string, position: readonly number[] | undefined): ElementPair | undefined {
  const found = useSignal<{ readonly key: string; readonly pair: ElementPair } | undefined>(undefined);
  const key = position === undefined ? undefined : `${path}[${position.join()}]`;
  useEffect(() => {
    if (key === undefined || position === undefined || found.value?.key === key) return undefined;
    const abort = new AbortController();
    const [row = 0, column = 0] = position.slice(-2);
    const window = { leading: position.slice(0, -2), row, rows: 1, column, columns: 1 };
    // An answer that fails was given up because the pointer went on; the map itself stays.
    const rest = setTimeout(() => {
      void settle(ask("diff/windows", { path, window }, abort.signal), ({ old, new: next }) => {
        found.value = { key, pair: { old: old?.texts[0], new: next?.texts[0] } };
      });
    }, REST_MS);
    return () => {
      clearTimeout(rest);
      abort.abort();
    };
  }, [key]);
  return found.value?.key === key ? found.value?.pair : undefined;
}

/** The first row (or column) that a cell stands for. */
function firstOf(cell: number, cells: number, count: number): number {
  return Math.ceil((cell * count) / cells);
}

function spanOf(map: HeatMap, place: HeatPlace | undefined): { readonly down: number; readonly across: number } {
  if (place === undefined) return { down: 0, across: 0 };
  const size = (cell: number, cells: number, count: number): number =>
    firstOf(cell + 1, cells, count) - firstOf(cell, cells, count);
  return {
    down: size(place.row, map.cellRows, map.rows),
    across: size(place.column, map.cellColumns, map.columns),
  };
}

function binSize({ rows, columns, cellRows, cellColumns }: HeatMap): number {
  return Math.ceil(rows / cellRows) * Math.ceil(columns / cellColumns);
}

function placeOf(cell: number, columns: number): HeatPlace {
  return { row: Math.floor(cell / columns), column: cell % columns };
}

/** Cells that changed, what is not finite first. */
function largestFirst({ deltas, places }: Cells): readonly number[] {
  const size = (cell: number): number => {
    const delta = Math.abs(deltas[cell] ?? 0);
    return Number.isNaN(delta) ? Number.POSITIVE_INFINITY : delta;
  };
  const changed = Array.from(places.keys()).filter((cell) => (places[cell] ?? -1) >= 0);
  return changed.sort((a, b) => (size(a) === size(b) ? a - b : size(b) - size(a)));
}

function floats({ buffer, byteOffset, byteLength }: Uint8Array): Float64Array {
  const view = new DataView(buffer, byteOffset, byteLength);
  return Float64Array.from({ length: byteLength / 8 }, (_, i) => view.getFloat64(i * 8, true));
}
