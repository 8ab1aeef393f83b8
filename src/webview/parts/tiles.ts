import { type Signal, signal } from "@preact/signals";
import type { WireError } from "../../protocol/methods.ts";
import type { TensorWindow, WindowRequest } from "../../core/view/viewer-model.ts";
import { isCancelled, wireError } from "../channel.ts";
import { settle } from "../settle.ts";

/** A rectangle of cells; `last` ones included. */
export interface CellRange {
  readonly firstRow: number;
  readonly lastRow: number;
  readonly firstColumn: number;
  readonly lastColumn: number;
}

export interface TileShape {
  readonly rows: number;
  readonly columns: number;
}

/** Windows of something large, fetched as they come into view, the least recently used forgotten. */
export interface Tiles<T> {
  /** Changes whenever a tile came in. */
  readonly version: Signal<number>;
  readonly failure: Signal<WireError | undefined>;
  /** The tile that holds a cell, when it is there. */
  tile(row: number, column: number): T | undefined;
  /** What any of the tiles that are there tells: the first answer that is one. */
  told<A>(of: (tile: T) => A | undefined): A | undefined;
  /** Fetches what is missing of a rectangle; requests for tiles outside of it are given up. */
  need(range: CellRange): void;
  /** The tile that holds a cell, fetched when it is not there. */
  fetch(row: number, column: number): Promise<T>;
  readonly shape: TileShape;
  dispose(): void;
}

const TILE_ELEMENTS = 4096;
const TILE_COLUMNS = 64;
/** Some 260,000 cells: more than any screen shows, little enough to forget without harm. */
const KEPT_TILES = 64;

export interface TileSource<T> {
  readonly rows: number;
  readonly columns: number;
  readonly leading: readonly number[];
  /** Size of one tile; by default some 4,096 elements. */
  readonly shape?: TileShape;
  readonly fetch: (request: WindowRequest, signal: AbortSignal) => Promise<T>;
  /** What stands where these do until they are there. */
  readonly before?: Tiles<T>;
}

export function createTiles<T>(source: TileSource<T>): Tiles<T> {
  const { rows, columns } = source.shape ?? tileShape(source);
  const version = signal(0);
  const failure = signal<WireError | undefined>(undefined);
  const kept = new Map<string, T>();
  const wanted = new Map<string, AbortController>();
  let { before } = source;
  const keyOf = (row: number, column: number): string => `${Math.floor(row / rows)}:${Math.floor(column / columns)}`;

  const get = (row: number, column: number, abort: AbortController): Promise<T> => {
    const top = Math.floor(row / rows) * rows;
    const left = Math.floor(column / columns) * columns;
    return source.fetch(
      {
        leading: source.leading,
        row: top,
        rows: Math.min(rows, source.rows - top),
        column: left,
        columns: Math.min(columns, source.columns - left),
      },
      abort.signal,
    );
  };
  const keep = (key: string, tile: T): void => {
    kept.set(key, tile);
    for (const oldest of kept.keys()) {
      if (kept.size <= KEPT_TILES) break;
      kept.delete(oldest);
    }
    version.value += 1;
  };
  const start = (key: string, row: number, column: number): void => {
    const abort = new AbortController();
    wanted.set(key, abort);
    void settle(
      get(row, column, abort),
      (tile) => {
        wanted.delete(key);
        failure.value = undefined;
        keep(key, tile);
      },
      (error: unknown) => {
        wanted.delete(key);
        if (isCancelled(error)) return;
        before = undefined;
        failure.value = wireError(error);
      },
    );
  };

  return {
    version,
    failure,
    shape: { rows, columns },
    tile: (row, column) => kept.get(keyOf(row, column)) ?? before?.tile(row, column),
    told(of) {
      for (const tile of kept.values()) {
        const answer = of(tile);
        if (answer !== undefined) return answer;
      }
      return undefined;
    },
    need(range) {
      const visible = new Set<string>();
      for (let row = floorTo(range.firstRow, rows); row <= range.lastRow; row += rows)
        for (let column = floorTo(range.firstColumn, columns); column <= range.lastColumn; column += columns) {
          const key = keyOf(row, column);
          visible.add(key);
          const tile = kept.get(key);
          if (tile !== undefined) {
            kept.delete(key);
            kept.set(key, tile);
          } else if (!wanted.has(key)) start(key, row, column);
        }
      for (const [key, abort] of wanted) {
        if (visible.has(key)) continue;
        wanted.delete(key);
        abort.abort();
      }
    },
    async fetch(row, column) {
      const key = keyOf(row, column);
      const known = kept.get(key);
      if (known !== undefined) return known;
      const tile = await get(row, column, new AbortController());
      keep(key, tile);
      return tile;
    },
    dispose() {
      for (const abort of wanted.values()) abort.abort();
      wanted.clear();
      before = undefined;
    },
  };
}

/** Some 4,096 elements, as near to a screen's shape as the tensor allows. */
function tileShape(source: TileShape): TileShape {
  const narrow = Math.max(1, Math.min(source.columns, TILE_COLUMNS));
  const rows = Math.max(1, Math.min(source.rows, Math.floor(TILE_ELEMENTS / narrow)));
  const columns = Math.max(1, Math.min(source.columns, Math.floor(TILE_ELEMENTS / rows)));
  return { rows, columns };
}

function floorTo(value: number, step: number): number {
  return Math.floor(value / step) * step;
}

/** The printed element of a window at a tensor's row and column; undefined outside of it. */
export function windowText(window: TensorWindow | undefined, row: number, column: number): string | undefined {
  const at = window === undefined ? undefined : indexIn(window, row, column);
  return at === undefined ? undefined : window?.texts[at];
}

/** The nearest float64 of an element, for drawing only. */
export function windowNumber(window: TensorWindow, row: number, column: number): number {
  const at = indexIn(window, row, column);
  if (at === undefined || (at + 1) * 8 > window.numbers.byteLength) return Number.NaN;
  const { buffer, byteOffset, byteLength } = window.numbers;
  return new DataView(buffer, byteOffset, byteLength).getFloat64(at * 8, true);
}

/** The name that a window brought for one of its rows or columns. */
export function windowLabel(
  window: TensorWindow | undefined,
  along: "rows" | "columns",
  index: number,
): string | undefined {
  if (window === undefined) return undefined;
  return along === "rows" ? window.rowLabels?.[index - window.row] : window.columnLabels?.[index - window.column];
}

function indexIn(window: TensorWindow, row: number, column: number): number | undefined {
  const r = row - window.row;
  const c = column - window.column;
  if (r < 0 || c < 0 || r >= window.rows || c >= window.columns) return undefined;
  return r * window.columns + c;
}
