import { visibleName } from "../../core/model/unseen.ts";
import type { ShownAxis } from "../../core/view/viewer-model.ts";
import { t } from "../strings.ts";

type Axes = readonly (ShownAxis | undefined)[];

/** A tensor seen as a table: its last two dimensions; a vector is a column, a scalar one cell. */
export interface TableShape {
  readonly rows: number;
  readonly columns: number;
  /** Dimensions before the table's. */
  readonly leading: readonly number[];
  /** Which dimension the rows and columns are; undefined where there is none. */
  readonly rowDimension: number | undefined;
  readonly columnDimension: number | undefined;
}

export function tableShape(shape: readonly number[]): TableShape {
  const dimensions = shape.length;
  if (dimensions === 0)
    return { rows: 1, columns: 1, leading: [], rowDimension: undefined, columnDimension: undefined };
  if (dimensions === 1)
    return { rows: shape[0] ?? 0, columns: 1, leading: [], rowDimension: 0, columnDimension: undefined };
  return {
    rows: shape[dimensions - 2] ?? 0,
    columns: shape[dimensions - 1] ?? 0,
    leading: shape.slice(0, -2),
    rowDimension: dimensions - 2,
    columnDimension: dimensions - 1,
  };
}

/** The name of one place along a dimension, or its index. `loaded`: what a window brought of a name that was not sent. */
export function placeName(axes: Axes, dimension: number | undefined, index: number, loaded?: string): string {
  if (dimension === undefined) return "";
  return visibleName(axes[dimension]?.labels[index] ?? loaded ?? String(index));
}

/** Whether the names along a dimension come with its windows. */
export function isPaged(axes: Axes, dimension: number | undefined): boolean {
  return dimension !== undefined && axes[dimension]?.longest !== undefined;
}

/** "feature", "class", or "axis 2" where nothing is known. */
export function axisName(axes: Axes, dimension: number | undefined): string {
  if (dimension === undefined) return "";
  const kind = axes[dimension]?.kind;
  switch (kind) {
    case "feature":
      return t("feature");
    case "class":
      return t("class");
    case "output":
      return t("output");
    case "component":
      return t("component");
    case "node":
      return t("node");
    case "category":
      return t("category");
    case "word":
      return t("word");
    case undefined:
      return t("axis {index}", { index: dimension });
  }
}

/** Position of a table's cell in the tensor. */
export function positionOf(
  table: TableShape,
  leading: readonly number[],
  row: number,
  column: number,
): readonly number[] {
  if (table.rowDimension === undefined) return [];
  return table.columnDimension === undefined ? [row] : [...leading, row, column];
}

/** `coef_[0, 3]`; a scalar is its path alone. */
export function addressOf(path: string, position: readonly number[]): string {
  return position.length === 0 ? path : `${path}[${position.join(", ")}]`;
}

export function shapeText(shape: readonly number[]): string {
  return `[${shape.join(", ")}]`;
}

/** For a grid whose row headers come with its windows: one as wide as any. */
export function widestHeader(axes: Axes, dimension: number | undefined): { readonly widestRowHeader?: string } {
  const longest = dimension === undefined ? undefined : axes[dimension]?.longest;
  return longest === undefined ? {} : { widestRowHeader: longest };
}
