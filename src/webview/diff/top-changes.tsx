import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { ElementChange } from "../../core/diff/report.ts";
import type { DiffEntryRow, ElementPage, ElementSort } from "../../core/view/diff-model.ts";
import type { ShownAxis } from "../../core/view/viewer-model.ts";
import { ask } from "../channel.ts";
import { generation } from "../generation.ts";
import { Choice } from "../parts/choice.tsx";
import { copyRange } from "../parts/copy-cells.ts";
import { ErrorNote } from "../parts/error-note.tsx";
import { Grid, type GridCell } from "../parts/grid.tsx";
import { createGridView } from "../parts/grid-view.ts";
import { MarkedNumber } from "../parts/marked-number.tsx";
import { measured, ulps } from "../parts/number-text.ts";
import { axisName } from "../parts/tensor-axes.ts";
import { type CellRange, createTiles } from "../parts/tiles.ts";
import { counted, t } from "../strings.ts";

const COLUMNS = ["old", "new", "delta", "relative", "ulp"] as const;
type Column = (typeof COLUMNS)[number];

/** The elements that differ, the largest change first, with the digits that differ marked. */
export function TopChanges({ entry }: { readonly entry: DiffEntryRow }) {
  const sort = useSignal<ElementSort>("change");
  const note = useSignal("");
  const available = useSignal<number | undefined>(undefined);
  const view = useMemo(() => createGridView(), [entry.path, sort.value]);
  const changed = entry.stats?.changed ?? 0;
  const rows = Math.min(changed, available.value ?? changed);
  const columns = entry.stats?.maxUlp === undefined ? COLUMNS.slice(0, -1) : COLUMNS;
  const pages = useMemo(
    () =>
      createTiles<ElementPage>({
        rows: changed,
        // One page holds whole rows.
        columns: 1,
        leading: [],
        fetch: async ({ row, rows: count }, abort) => {
          const page = await ask("diff/elements", { path: entry.path, sort: sort.value, start: row, count }, abort);
          available.value = page.available;
          return page;
        },
        shape: { rows: PAGE, columns: 1 },
      }),
    [entry.path, sort.value, changed, generation.value],
  );
  useEffect(() => () => pages.dispose(), [pages]);
  const changeAt = (row: number): ElementChange | undefined => pages.tile(row, 0)?.rows[row % PAGE];
  const need = useMemo(
    () =>
      (range: CellRange): void =>
        pages.need({ ...range, firstColumn: 0, lastColumn: 0 }),
    [pages],
  );
  const version = pages.version.value;
  const rowHeader = useMemo(
    () => (row: number) => {
      const change = changeAt(row);
      return change === undefined ? "" : placeText(change, toldDimensions(entry));
    },
    [pages, version],
  );
  const cell = (row: number, column: number): GridCell | undefined => {
    const change = changeAt(row);
    const name = columns[column];
    return change === undefined || name === undefined ? undefined : cellOf(change, name);
  };
  const onCopy = (range: CellRange): void => {
    copyRange(
      range,
      async ({ row, column }) => {
        const page = await pages.fetch(row, 0);
        const change = page.rows[row % PAGE];
        const name = columns[column];
        return change === undefined || name === undefined ? "" : textOf(change, name);
      },
      (text) => {
        note.value = text;
      },
    );
  };
  return (
    <div class="values top-changes">
      <div class="toolbar">
        <Choice
          label={t("Order")}
          chosen={sort.value}
          options={[
            { id: "change", label: t("By change") },
            { id: "relative", label: t("By relative change") },
            { id: "position", label: t("By position") },
          ]}
          onChoose={(id) => {
            sort.value = id;
            available.value = undefined;
          }}
        />
        <span class="dim" role="status">
          {note.value !== ""
            ? note.value
            : rows < changed
              ? t("Showing {shown} of {count} changes", { shown: rows, count: changed })
              : counted(changed, "{count} change", "{count} changes")}
        </span>
      </div>
      {pages.failure.value === undefined ? null : (
        <ErrorNote
          error={pages.failure.value}
          retry={{
            label: t("Retry"),
            run: () => {
              pages.failure.value = undefined;
              pages.version.value += 1;
            },
          }}
        />
      )}
      <Grid
        label={t("Changes of {path}", { path: entry.path })}
        rows={rows}
        columns={columns.length}
        rowHeader={rowHeader}
        widestRowHeader={widestPlace(entry)}
        columnHeader={(column) => columnName(columns[column] ?? "old")}
        corner={cornerText(entry)}
        cell={cell}
        textAt={(row, column) => {
          const change = changeAt(row);
          const name = columns[column];
          return change === undefined || name === undefined ? undefined : textOf(change, name);
        }}
        need={need}
        version={pages.version}
        view={view}
        onCopy={onCopy}
      />
    </div>
  );
}

const PAGE = 200;

function columnName(column: Column): string {
  switch (column) {
    case "old":
      return t("old");
    case "new":
      return t("new");
    case "delta":
      return "Δ";
    case "relative":
      return t("relative");
    case "ulp":
      return "ulp";
  }
}

function textOf(change: ElementChange, column: Column): string {
  switch (column) {
    case "old":
    case "new":
      return change[column];
    case "delta":
      return measured(change.delta);
    case "relative":
      return measured(change.relative);
    case "ulp":
      return change.ulp === undefined ? "" : ulps(change.ulp);
  }
}

function cellOf(change: ElementChange, column: Column): GridCell {
  const text = textOf(change, column);
  if (column !== "old" && column !== "new") return { text, class: "is-measured" };
  const other = change[column === "old" ? "new" : "old"];
  return { text, content: <MarkedNumber text={text} other={other} side={column} /> };
}

/** Names where they are known: "good · late_90d"; else "[0, 3]". */
function placeText({ position, labels }: ElementChange, told: readonly number[]): string {
  if (position.length === 0) return t("value");
  if (labels.every((label) => label === undefined)) return `[${position.join(", ")}]`;
  return told.map((dimension) => labels[dimension] ?? String(position[dimension] ?? "")).join(" · ");
}

/** The dimensions that a place is told by: one with a single place tells nothing beside others. */
function toldDimensions({ new: next, old }: DiffEntryRow): readonly number[] {
  const shape = (next ?? old)?.shape ?? [];
  const all = shape.map((_, dimension) => dimension);
  const long = all.filter((dimension) => shape[dimension] !== 1);
  return long.length > 0 ? long : all;
}

/** A place as long as any, so that the column need not grow while pages come in. */
function widestPlace(entry: DiffEntryRow): string {
  const { axes, new: next, old } = entry;
  const shape = (next ?? old)?.shape ?? [];
  if (shape.length === 0) return t("value");
  const longest = (axis: ShownAxis | undefined): string | undefined =>
    axis?.longest ?? axis?.labels.reduce((most, label) => (label.length > most.length ? label : most), "");
  const widest = (dimension: number): string => {
    const [was, is] = [longest(entry.oldAxes?.[dimension]), longest(axes[dimension])];
    if (is === undefined) return String(Math.max(0, (shape[dimension] ?? 1) - 1));
    // Where names differ a place is told by both: "income → age".
    return was === undefined ? is : `${was} → ${is}`;
  };
  if (axes.every((axis) => axis === undefined)) return `[${shape.map((_, dimension) => widest(dimension)).join(", ")}]`;
  return toldDimensions(entry).map(widest).join(" · ");
}

function cornerText(entry: DiffEntryRow): string {
  if (entry.axes.length === 0) return "";
  if (entry.axes.every((axis) => axis === undefined)) return t("position");
  return toldDimensions(entry)
    .map((dimension) => axisName(entry.axes, dimension))
    .join(" · ");
}
