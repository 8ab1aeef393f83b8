import type { AxisLabels, Parameter } from "../model/artifact.ts";
import type { TensorWindow, WindowRequest } from "./viewer-model.ts";

/** The place on the other side that belongs to a place along one dimension; undefined where there is none. */
export type Places = (at: number) => number | undefined;

/**
 * What belongs together of two tensors, one `Places` for each dimension: what has the same name, wherever it stands there;
 * by place where there are no names, or where all names are others (then they were renamed, not moved). Undefined where
 * a dimension of another size has no names to go by.
 */
export function placesBeside(own: Parameter, other: Parameter): readonly Places[] | undefined {
  const known = found.get(own);
  if (known?.other === other) return known.places;
  const places = findPlaces(own, other);
  found.set(own, { other, places });
  return places;
}

/** Every window of a parameter asks for them: names of many are put in order once. */
const found = new WeakMap<Parameter, { readonly other: Parameter; readonly places: readonly Places[] | undefined }>();

function findPlaces(own: Parameter, other: Parameter): readonly Places[] | undefined {
  const [a, b] = [own.tensor.shape, other.tensor.shape];
  if (a.length !== b.length) return undefined;
  const all = a.map((size, axis) => placesAlong(own.axes[axis], size, other.axes[axis], b[axis] ?? 0));
  return all.every((places) => places !== undefined) ? all : undefined;
}

function placesAlong(
  own: AxisLabels | undefined,
  ownSize: number,
  other: AxisLabels | undefined,
  otherSize: number,
): Places | undefined {
  const same: Places | undefined = ownSize === otherSize ? (at) => at : undefined;
  if (same !== undefined && own !== undefined && isSameList(own.labels, other?.labels)) return same;
  const there = namedPlaces(other, otherSize);
  if (own === undefined || there === undefined || namedPlaces(own, ownSize) === undefined) return same;
  if (!own.labels.some((name) => there.has(name))) return same;
  return (at) => there.get(own.labels[at] ?? "");
}

function isSameList(a: readonly string[], b: readonly string[] | undefined): boolean {
  return a === b || (a.length === b?.length && a.every((name, at) => name === b[at]));
}

/** Names by place, where each place has its own. */
function namedPlaces(axis: AxisLabels | undefined, size: number): ReadonlyMap<string, number> | undefined {
  if (axis?.labels.length !== size) return undefined;
  const places = new Map(axis.labels.map((name, at) => [name, at]));
  return places.size === size ? places : undefined;
}

/** The smallest window of the other side that holds all that belongs to a window of this one; undefined for none. */
export function requestBeside(window: WindowRequest, places: readonly Places[]): WindowRequest | undefined {
  const leading = window.leading.map((at, axis) => places[axis]?.(at));
  const down = span(window.row, window.rows, rowPlaces(places));
  const across = span(window.column, window.columns, columnPlaces(places));
  if (down === undefined || across === undefined) return undefined;
  const fixed = leading.filter((at) => at !== undefined);
  if (fixed.length < leading.length) return undefined;
  return { leading: fixed, row: down.start, rows: down.count, column: across.start, columns: across.count };
}

/** That window with every element where its counterpart is on this side; an empty text where there is none. */
export function laidBeside(own: TensorWindow, other: TensorWindow, places: readonly Places[]): TensorWindow {
  const [down, across] = [rowPlaces(places), columnPlaces(places)];
  const numbers = new DataView(new ArrayBuffer(own.rows * own.columns * 8));
  const from = new DataView(other.numbers.buffer, other.numbers.byteOffset, other.numbers.byteLength);
  const texts: string[] = [];
  for (let r = 0; r < own.rows; r += 1)
    for (let c = 0; c < own.columns; c += 1) {
      const [row, column] = [down(own.row + r), across(own.column + c)];
      const isThere = row !== undefined && column !== undefined;
      const at = isThere ? (row - other.row) * other.columns + (column - other.column) : -1;
      numbers.setFloat64(texts.length * 8, isThere ? from.getFloat64(at * 8, true) : Number.NaN, true);
      texts.push(other.texts[at] ?? "");
    }
  return { ...own, texts, numbers: new Uint8Array(numbers.buffer) };
}

/** A vector is a column, a scalar 1 x 1: what has no dimension has one place. */
const only: Places = (at) => at;

function rowPlaces(places: readonly Places[]): Places {
  return (places.length > 1 ? places.at(-2) : places[0]) ?? only;
}

function columnPlaces(places: readonly Places[]): Places {
  return (places.length > 1 ? places.at(-1) : undefined) ?? only;
}

function span(start: number, count: number, places: Places): { start: number; count: number } | undefined {
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (let at = start; at < start + count; at += 1) {
    const place = places(at);
    if (place === undefined) continue;
    first = Math.min(first, place);
    last = Math.max(last, place);
  }
  return first > last ? undefined : { start: first, count: last - first + 1 };
}
