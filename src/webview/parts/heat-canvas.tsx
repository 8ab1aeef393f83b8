import { type Signal, useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { type HeatColours, mix, useHeatColours } from "./heat-colours.ts";
import { textWidth } from "./text-width.ts";

const TOP = 20;
const CELL = { width: 48, height: 22 };
const LABEL = 14;
const WIDEST_LABEL = 160;
/** Cells this large stand apart. */
const APART = 10;
const FONT = "11px monospace";

export interface HeatPlace {
  readonly row: number;
  readonly column: number;
}

export interface HeatCanvasProps {
  readonly rows: number;
  readonly columns: number;
  /** How strongly a cell is drawn, -1 to 1; NaN for what is not finite. */
  readonly strengthAt: (row: number, column: number) => number;
  readonly rowLabel: (row: number) => string;
  readonly columnLabel: (column: number) => string;
  /** The cell that the keys are at. */
  readonly active: Signal<HeatPlace | undefined>;
  /** The cell under the pointer. */
  readonly hovered: Signal<HeatPlace | undefined>;
  /** Where the keys begin. */
  readonly start: HeatPlace;
  readonly label: string;
}

/** Cells as colours on a canvas that fills its place. Arrows, Home, End and pages walk the cells. */
export function HeatCanvas(props: HeatCanvasProps) {
  const { rows, columns, active, hovered } = props;
  const box = useRef<HTMLDivElement | null>(null);
  const canvas = useRef<HTMLCanvasElement | null>(null);
  const size = useSize(box);
  const colours = useHeatColours(box);
  const gutter = useMemo(() => labelWidth(rows, props.rowLabel), [rows, props.rowLabel]);
  const widest = useMemo(() => labelWidth(columns, props.columnLabel), [columns, props.columnLabel]);
  const cell = {
    width: Math.max(0, Math.min(CELL.width, (size.value.width - gutter - 4) / columns)),
    height: Math.max(0, Math.min(CELL.height, (size.value.height - TOP - 4) / rows)),
  };
  const width = Math.round(cell.width * columns);
  const height = Math.round(cell.height * rows);
  useEffect(() => {
    if (canvas.current !== null) draw(canvas.current, props, colours.value, width, height);
  }, [props.strengthAt, colours.value, rows, columns, width, height]);

  const placeAt = (event: PointerEvent): HeatPlace | undefined => {
    const area = canvas.current?.getBoundingClientRect();
    if (area === undefined) return undefined;
    const row = Math.floor(((event.clientY - area.top) / area.height) * rows);
    const column = Math.floor(((event.clientX - area.left) / area.width) * columns);
    return row >= 0 && column >= 0 && row < rows && column < columns ? { row, column } : undefined;
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const now = active.value;
    const next = now === undefined ? startFor(event, props.start) : moved(event, now, rows, columns);
    if (next === undefined) return;
    event.preventDefault();
    active.value = next;
    hovered.value = undefined;
  };
  const shown = hovered.value ?? active.value;
  return (
    <div
      class="heat"
      ref={box}
      role="img"
      tabIndex={0}
      aria-label={props.label}
      onKeyDown={onKeyDown}
      onPointerMove={(event) => {
        hovered.value = placeAt(event);
      }}
      onPointerLeave={() => {
        hovered.value = undefined;
      }}
      onPointerDown={(event) => {
        active.value = placeAt(event) ?? active.value;
      }}
    >
      <div class="heat-columns" aria-hidden="true">
        {labelled(columns, cell.width, widest + LABEL).map((column) => (
          <span key={column} class="heat-label is-column" style={{ left: `${gutter + (column + 0.5) * cell.width}px` }}>
            {props.columnLabel(column)}
          </span>
        ))}
      </div>
      {labelled(rows, cell.height, LABEL + 2).map((row) => (
        <span
          key={row}
          class="heat-label is-row"
          aria-hidden="true"
          style={{ top: `${TOP + (row + 0.5) * cell.height}px`, width: `${gutter - 6}px` }}
        >
          {props.rowLabel(row)}
        </span>
      ))}
      <canvas
        ref={canvas}
        class="heat-canvas"
        style={{ left: `${gutter}px`, top: `${TOP}px`, width: `${width}px`, height: `${height}px` }}
      />
      {shown === undefined ? null : (
        <span
          class="heat-active"
          aria-hidden="true"
          style={{
            left: `${gutter + shown.column * cell.width}px`,
            top: `${TOP + shown.row * cell.height}px`,
            width: `${cell.width}px`,
            height: `${cell.height}px`,
          }}
        />
      )}
    </div>
  );
}

function useSize(box: {
  readonly current: HTMLDivElement | null;
}): Signal<{ readonly width: number; readonly height: number }> {
  const size = useSignal({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const measure = (): void => {
      size.value = { width: element.clientWidth, height: element.clientHeight };
    };
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, [size]);
  return size;
}

/** Room for the longest of a sample of labels. */
function labelWidth(count: number, label: (index: number) => string): number {
  let widest = 0;
  for (let i = 0; i < count; i++) widest = Math.max(widest, textWidth(label(i), FONT));
  return Math.ceil(Math.min(WIDEST_LABEL, widest)) + 12;
}

/** Every k-th place, so that labels of `room` px do not touch. */
function labelled(count: number, each: number, room: number): readonly number[] {
  if (each <= 0) return [];
  const needed = Math.ceil(room / each);
  const every = needed <= 2 ? needed : (ROUND.find((step) => step >= needed) ?? needed);
  return Array.from({ length: Math.ceil(count / every) }, (_, i) => i * every);
}

const ROUND = [5, 10, 20, 25, 50, 100, 200] as const;

function draw(
  canvas: HTMLCanvasElement,
  { rows, columns, strengthAt }: HeatCanvasProps,
  colours: HeatColours,
  width: number,
  height: number,
): void {
  const ratio = window.devicePixelRatio;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const cells = document.createElement("canvas");
  cells.width = columns;
  cells.height = rows;
  const [on, from] = [canvas.getContext("2d"), cells.getContext("2d")];
  if (on === null || from === null || width === 0 || height === 0) return;
  const image = from.createImageData(columns, rows);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const value = strengthAt(row, column);
      const [r, g, b] = Number.isNaN(value) ? colours.broken : mix(colours, value);
      image.data.set([r, g, b, 255], (row * columns + column) * 4);
    }
  from.putImageData(image, 0, 0);
  on.imageSmoothingEnabled = false;
  on.drawImage(cells, 0, 0, canvas.width, canvas.height);
  const [w, h] = [canvas.width / columns, canvas.height / rows];
  if (Math.min(w, h) < APART * ratio) return;
  on.fillStyle = `rgb(${colours.none.join(" ")})`;
  for (let column = 1; column < columns; column++)
    on.fillRect(Math.round(column * w), 0, Math.ceil(ratio), canvas.height);
  for (let row = 1; row < rows; row++) on.fillRect(0, Math.round(row * h), canvas.width, Math.ceil(ratio));
}

function startFor(event: KeyboardEvent, start: HeatPlace): HeatPlace | undefined {
  return moved(event, start, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER) === undefined ? undefined : start;
}

const PAGE = 10;

function moved(event: KeyboardEvent, { row, column }: HeatPlace, rows: number, columns: number): HeatPlace | undefined {
  if (event.altKey) return undefined;
  const ends = event.ctrlKey || event.metaKey;
  const to = (nextRow: number, nextColumn: number): HeatPlace => ({
    row: Math.max(0, Math.min(rows - 1, nextRow)),
    column: Math.max(0, Math.min(columns - 1, nextColumn)),
  });
  switch (event.key) {
    case "ArrowDown":
      return to(ends ? rows : row + 1, column);
    case "ArrowUp":
      return to(ends ? 0 : row - 1, column);
    case "ArrowRight":
      return to(row, ends ? columns : column + 1);
    case "ArrowLeft":
      return to(row, ends ? 0 : column - 1);
    case "PageDown":
      return to(row + PAGE, column);
    case "PageUp":
      return to(row - PAGE, column);
    case "Home":
      return to(ends ? 0 : row, 0);
    case "End":
      return to(ends ? rows : row, columns);
    default:
      return undefined;
  }
}
