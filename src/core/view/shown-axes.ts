import { LIMITS } from "../limits.ts";
import type { AxisLabels } from "../model/artifact.ts";
import type { ShownAxis, TensorWindow } from "./viewer-model.ts";

const LONGEST_MAX = 200;

type Axes = readonly (AxisLabels | undefined)[];

/** Axes as they are sent: the words of a vocabulary of millions come a window at a time (`windowLabels`). */
export function shownAxes(axes: Axes): readonly (ShownAxis | undefined)[] {
  return axes.map((axis) =>
    axis === undefined || !isPaged(axis)
      ? axis
      : { kind: axis.kind, labels: [], longest: longestOf(axis.labels).slice(0, LONGEST_MAX) },
  );
}

/** The labels of a window's rows and columns, of axes whose labels were not sent whole. A vector's only axis is its rows. */
export function windowLabels(
  axes: Axes,
  window: Pick<TensorWindow, "row" | "rows" | "column" | "columns">,
): Pick<TensorWindow, "rowLabels" | "columnLabels"> {
  const [rows, columns] = axes.length > 1 ? axes.slice(-2) : axes;
  const rowLabels = part(rows, window.row, window.rows);
  const columnLabels = part(columns, window.column, window.columns);
  return { ...(rowLabels && { rowLabels }), ...(columnLabels && { columnLabels }) };
}

function part(axis: AxisLabels | undefined, start: number, count: number): readonly string[] | undefined {
  return axis !== undefined && isPaged(axis) ? axis.labels.slice(start, start + count) : undefined;
}

function isPaged({ labels }: AxisLabels): boolean {
  return labels.length > LIMITS.viewLabels;
}

/** Scanned once for each list of labels. */
const longest = new WeakMap<readonly string[], string>();

function longestOf(labels: readonly string[]): string {
  const known = longest.get(labels);
  if (known !== undefined) return known;
  let found = "";
  for (const label of labels) if (label.length > found.length) found = label;
  longest.set(labels, found);
  return found;
}
