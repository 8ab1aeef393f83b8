import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { TensorView } from "../../core/view/viewer-model.ts";
import { run } from "../channel.ts";
import { Answer, useAsked } from "../parts/asked.tsx";
import { type Bar, type BarGroup, Bars, byMagnitude } from "../parts/bars.tsx";
import { Choice } from "../parts/choice.tsx";
import { StatusStrip, useElementFacts } from "../parts/status-strip.tsx";
import { addressOf, axisName, placeName, positionOf, type TableShape, tableShape } from "../parts/tensor-axes.ts";
import { createGridView } from "../parts/grid-view.ts";
import { windowLabel, windowNumber, windowText } from "../parts/tiles.ts";
import { counted, t } from "../strings.ts";
import { askWindows, type Beside, type Windows } from "./beside.ts";
import { link, onLinked } from "./linked.ts";
import { linkGrid } from "./linked-grid.ts";

/** More bars than this tell less than the histogram does. */
const MOST_BARS = 20_000;

type Order = "magnitude" | "position";

/** Bars of a vector, or of each row of a small matrix, the largest first. */
export function ChartTab({ tensor, beside }: { readonly tensor: TensorView; readonly beside: Beside | undefined }) {
  const table = useMemo(() => tableShape(tensor.shape), [tensor]);
  const count = table.rows * table.columns;
  if (count > MOST_BARS || table.leading.length > 0)
    return (
      <p class="empty">{t("{count} values are too many for bars. The histogram shows how they lie.", { count })}</p>
    );
  return <Chart tensor={tensor} table={table} beside={beside} />;
}

interface ChartProps {
  readonly tensor: TensorView;
  readonly table: TableShape;
  readonly beside: Beside | undefined;
}

function Chart({ tensor, table, beside }: ChartProps) {
  const window = { leading: [], row: 0, rows: table.rows, column: 0, columns: table.columns };
  const asked = useAsked(`chart:${tensor.path}:${beside?.isMarked === true ? beside.id : ""}`, (signal) =>
    askWindows(tensor.path, beside, window, signal),
  );
  return (
    <Answer asked={asked} doing={t("Reading values")}>
      {(values) => <Charted tensor={tensor} table={table} beside={beside} values={values} />}
    </Answer>
  );
}

interface ChartedProps extends ChartProps {
  readonly values: Windows;
}

function Charted({ tensor, table, beside, values }: ChartedProps) {
  const order = useSignal<Order>("magnitude");
  const active = useSignal<Bar | undefined>(undefined);
  const isCopied = useSignal(false);
  const groups = useMemo(() => groupsOf(tensor, table, values, order.value), [tensor, table, values, order.value]);
  const count = groups.reduce((sum, one) => sum + one.bars.length, 0);
  const view = useMemo(() => createGridView(), [tensor.path]);
  useEffect(
    () => (beside === undefined ? undefined : linkGrid(view, beside.id, `bars ${order.value} ${count}`)),
    [view, beside?.id, order.value, count],
  );
  useEffect(
    () =>
      onLinked("order", ({ order: chosen }) => {
        if (chosen === "magnitude" || chosen === "position") order.value = chosen;
      }),
    [order],
  );
  const bar = active.value;
  const position = bar === undefined ? undefined : positionOf(table, [], bar.row, bar.column);
  const facts = useElementFacts(tensor.path, position);
  const across = table.columnDimension ?? table.rowDimension;
  return (
    <div class="values">
      <div class="toolbar">
        <Choice
          label={t("Order")}
          chosen={order.value}
          options={[
            { id: "magnitude", label: t("By size") },
            { id: "position", label: t("By position") },
          ]}
          onChoose={(id) => {
            order.value = id;
            link({ kind: "order", order: id });
          }}
        />
        <span class="dim">{counted(count, "{count} value", "{count} values")}</span>
        {tensor.axes[across ?? 0] === undefined ? null : (
          <span class="dim">{t("by {axis}", { axis: axisName(tensor.axes, across) })}</span>
        )}
      </div>
      <Bars
        {...(beside === undefined ? {} : { side: beside.side })}
        position={view.position}
        label={t("Values of {path}", { path: tensor.path })}
        groups={groups}
        onActive={(next) => {
          active.value = next;
          isCopied.value = false;
        }}
        onCopy={(text) => {
          run("copyText", text);
          isCopied.value = true;
        }}
      />
      <StatusStrip
        address={position === undefined ? tensor.path : addressOf(tensor.path, position)}
        place={bar?.label ?? ""}
        dtype={tensor.dtype}
        text={bar?.text}
        facts={facts}
        note={isCopied.value ? t("1 value copied") : undefined}
      />
    </div>
  );
}

function groupsOf(tensor: TensorView, table: TableShape, values: Windows, order: Order): readonly BarGroup[] {
  const { axes } = tensor;
  const isVector = table.columnDimension === undefined;
  const groups = isVector ? 1 : table.rows;
  const each = isVector ? table.rows : table.columns;
  const dimension = isVector ? table.rowDimension : table.columnDimension;
  return Array.from({ length: groups }, (_, group): BarGroup => {
    const bars = Array.from({ length: each }, (_unused, i): Bar => {
      const row = isVector ? i : group;
      const column = isVector ? 0 : i;
      const other = windowText(values.other, row, column);
      return {
        label: placeName(axes, dimension, i, windowLabel(values.own, isVector ? "rows" : "columns", i)),
        text: windowText(values.own, row, column) ?? "",
        number: windowNumber(values.own, row, column),
        row,
        column,
        ...(other === undefined || other === "" || values.other === undefined
          ? {}
          : { other: { text: other, number: windowNumber(values.other, row, column) } }),
      };
    });
    const name =
      groups === 1 ? undefined : `${axisName(axes, table.rowDimension)} ${placeName(axes, table.rowDimension, group)}`;
    return { name, bars: order === "magnitude" ? byMagnitude(bars) : bars };
  });
}
