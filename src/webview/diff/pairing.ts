import type { DiffEntryRow } from "../../core/view/diff-model.ts";
import type { TensorWindow, WindowRequest } from "../../core/view/viewer-model.ts";
import type { Group } from "../parts/bar-rows.tsx";
import { deltaOf, type PairedBar, type SideValue } from "../parts/paired-bars.tsx";
import { axisName } from "../parts/tensor-axes.ts";
import { windowNumber } from "../parts/tiles.ts";

/** More bars than this tell less than histograms do. */
const MOST_NAMED = 5_000;
const MOST_UNNAMED = 200;
const MOST_GROUPS = 16;

export type BarOrder = "change" | "size" | "position";

export interface Pairs {
  readonly groups: readonly Group<PairedBar>[];
  /** What the values were put together by; `name` where the names of the sides are not in the same places. */
  readonly by: "name" | "position";
  /** Dimension of the new side that the bars run along. */
  readonly across: number;
}

type Axes = DiffEntryRow["axes"];

/** A side as rows of bars: a vector is one. */
interface Plane {
  readonly groups: number;
  readonly each: number;
  readonly across: number;
  readonly isVector: boolean;
  readonly axes: Axes;
}

/** Whether old and new are vectors, or matrices of few rows, that bars can show: by name, or short. */
export function fitsChart(entry: DiffEntryRow): boolean {
  const { old, new: next } = planes(entry);
  if (old === undefined || next === undefined) return false;
  if ([entry.old, entry.new].some((side) => side === undefined || /^[<>]?c/.test(side.dtype))) return false;
  const groups = Math.max(old.groups, next.groups);
  const each = Math.max(old.each, next.each);
  if (groups > MOST_GROUPS || each < 2) return false;
  const isNamed = namesOf(old) !== undefined || namesOf(next) !== undefined;
  if (!isNamed && (old.each !== next.each || old.groups !== next.groups)) return false;
  return groups * each <= (isNamed ? MOST_NAMED : MOST_UNNAMED);
}

/** What both sides are asked for: all of both, which is cut to what each of them has. */
export function wholeWindow(entry: DiffEntryRow): WindowRequest {
  const most = Math.max(1, ...(entry.old?.shape ?? []), ...(entry.new?.shape ?? []));
  return { leading: [], row: 0, rows: most, column: 0, columns: most };
}

function planes(entry: DiffEntryRow): { readonly old: Plane | undefined; readonly new: Plane | undefined } {
  return {
    old: entry.old && planeOf(entry.old.shape, entry.oldAxes ?? entry.axes),
    new: entry.new && planeOf(entry.new.shape, entry.axes),
  };
}

function planeOf(shape: readonly number[], axes: Axes): Plane | undefined {
  const [a = 0, b = 0] = shape;
  if (shape.length === 1) return { groups: 1, each: a, across: 0, isVector: true, axes };
  return shape.length === 2 ? { groups: a, each: b, across: 1, isVector: false, axes } : undefined;
}

/** Names along the bars, where each value has its own. */
function namesOf({ axes, across, each }: Plane): readonly string[] | undefined {
  return distinct(axes[across]?.labels, each);
}

function groupNames({ axes, groups, isVector }: Plane): readonly string[] | undefined {
  return isVector ? undefined : distinct(axes[0]?.labels, groups);
}

function distinct(labels: readonly string[] | undefined, count: number): readonly string[] | undefined {
  return labels?.length === count && new Set(labels).size === count ? labels : undefined;
}

interface Match {
  readonly label: string;
  readonly old: number | undefined;
  readonly new: number | undefined;
}

/**
 * Values that belong together: what has the same name, wherever it stands now; by place where there are no names, or
 * where all names are others (then they were renamed, not moved).
 */
export function pairsOf(entry: DiffEntryRow, oldWindow: TensorWindow, newWindow: TensorWindow, order: BarOrder): Pairs {
  const { old, new: next } = planes(entry);
  if (old === undefined || next === undefined) return { groups: [], by: "position", across: 0 };
  const along = matches(namesOf(old), namesOf(next), old.each, next.each);
  const rows = matches(groupNames(old), groupNames(next), old.groups, next.groups);
  const isNamedGroup = old.groups > 1 || next.groups > 1;
  const groups = rows.list.map(
    (row): Group<PairedBar> => ({
      name: isNamedGroup ? `${axisName(next.axes, 0)} ${row.label}` : undefined,
      bars: ordered(
        along.list.map((place): PairedBar => {
          const was = valueAt(oldWindow, old, row.old, place.old);
          const is = valueAt(newWindow, next, row.new, place.new);
          return { label: place.label, ...(was && { old: was }), ...(is && { new: is }) };
        }),
        order,
      ),
    }),
  );
  return { groups, by: along.by, across: next.across };
}

function matches(
  old: readonly string[] | undefined,
  next: readonly string[] | undefined,
  oldCount: number,
  newCount: number,
): { readonly list: readonly Match[]; readonly by: "name" | "position" } {
  const isMoved =
    old !== undefined &&
    next !== undefined &&
    old.some((name, i) => name !== next[i]) &&
    next.some((name) => old.includes(name));
  if (!isMoved) {
    const list = Array.from({ length: Math.max(oldCount, newCount) }, (_, i): Match => {
      const [was, is] = [i < oldCount ? i : undefined, i < newCount ? i : undefined];
      const [a, b] = [old?.[i], next?.[i]];
      const name = a !== undefined && b !== undefined && a !== b ? `${a} → ${b}` : (b ?? a ?? String(i));
      return { label: name, old: was, new: is };
    });
    return { list, by: "position" };
  }
  const places = new Map(old.map((name, i) => [name, i]));
  const there = new Set(next);
  const list = [
    ...next.map((label, i): Match => ({ label, old: places.get(label), new: i })),
    ...old.flatMap((label, i): readonly Match[] => (there.has(label) ? [] : [{ label, old: i, new: undefined }])),
  ];
  return { list, by: "name" };
}

function valueAt(
  window: TensorWindow,
  plane: Plane,
  group: number | undefined,
  at: number | undefined,
): SideValue | undefined {
  if (group === undefined || at === undefined) return undefined;
  const [row, column] = plane.isVector ? [at, 0] : [group, at];
  const text = window.texts[row * window.columns + column];
  return text === undefined ? undefined : { text, number: windowNumber(window, row, column), row, column };
}

function ordered(bars: readonly PairedBar[], order: BarOrder): readonly PairedBar[] {
  if (order === "position") return bars;
  const key = order === "size" ? sizeOf : changeOf;
  const keys = new Map(bars.map((bar) => [bar, key(bar)]));
  const of = (bar: PairedBar): number => keys.get(bar) ?? 0;
  return [...bars].sort((a, b) => (of(a) === of(b) ? 0 : of(b) - of(a)));
}

function sizeOf({ old, new: next }: PairedBar): number {
  const number = (next ?? old)?.number ?? 0;
  return Number.isFinite(number) ? Math.abs(number) : Number.POSITIVE_INFINITY;
}

/** What came or went counts as a change from or to nought; what is not finite comes first. */
function changeOf(bar: PairedBar): number {
  if (bar.old === undefined || bar.new === undefined) return sizeOf(bar);
  if (bar.old.text === bar.new.text) return 0;
  const delta = deltaOf(bar);
  return Number.isFinite(delta) ? Math.abs(delta) : Number.POSITIVE_INFINITY;
}
