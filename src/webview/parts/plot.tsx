import { type Signal, useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { group, t } from "../strings.ts";

const HEIGHT = 220;
const PLOT = { left: 56, right: 16, top: 8, bottom: 28 };
/** Room above for the names of marks. */
const MARKED_TOP = 24;

/** A place along the horizontal axis, 0 to 1. */
export interface PlotTick {
  readonly at: number;
  readonly text: string;
}

export interface PlotSeries {
  readonly counts: readonly number[];
  /** Filled bars, or the outline of them. */
  readonly drawn: "bars" | "outline";
}

export interface PlotProps {
  /** All of the same number of bins; the outline last. */
  readonly series: readonly PlotSeries[];
  readonly isLog: boolean;
  readonly chosen: Signal<number | undefined>;
  readonly label: string;
  readonly ticks: readonly PlotTick[];
  /** In px; 220 when it is not said. */
  readonly height?: number;
  /** Where zero is, when it is inside. */
  readonly zero?: number;
  /** Named places. */
  readonly marks?: readonly PlotTick[];
}

/** Counts in equal bins. The pointer and the arrow keys choose one. */
export function Plot({ series, isLog, chosen, label, ticks, zero, marks = [], height = HEIGHT }: PlotProps) {
  const box = useRef<HTMLDivElement | null>(null);
  const width = useWidth(box);
  const bins = series[0]?.counts.length ?? 0;
  const top = marks.length > 0 ? MARKED_TOP : PLOT.top;
  const tallest = height - top - PLOT.bottom;
  const inner = Math.max(0, width.value - PLOT.left - PLOT.right);
  const each = inner / bins;
  const most = Math.max(1, ...series.flatMap(({ counts }) => counts));
  const heightOf = (count: number): number => {
    if (count === 0) return 0;
    const part = isLog ? Math.log1p(count) / Math.log1p(most) : count / most;
    return Math.max(1, part * tallest);
  };
  const xOf = (at: number): number => PLOT.left + at * inner;
  const floor = top + tallest;
  const pick = (event: PointerEvent): void => {
    const bin = Math.floor((event.offsetX - PLOT.left) / each);
    chosen.value = bin >= 0 && bin < bins ? bin : undefined;
  };
  return (
    <div
      class="histogram-plot"
      ref={box}
      tabIndex={0}
      role="img"
      aria-label={label}
      onPointerMove={pick}
      onPointerLeave={() => {
        chosen.value = undefined;
      }}
      onBlur={() => {
        chosen.value = undefined;
      }}
      onKeyDown={(event) => {
        const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
        if (step === 0) return;
        event.preventDefault();
        const from = chosen.value ?? (step > 0 ? -1 : bins);
        chosen.value = Math.max(0, Math.min(bins - 1, from + step));
      }}
    >
      <svg width={width.value} height={height} aria-hidden="true">
        {yTicks(most, isLog).map((tick) => (
          <g key={tick}>
            <line
              class="plot-line"
              x1={PLOT.left}
              x2={PLOT.left + inner}
              y1={floor - heightOf(tick)}
              y2={floor - heightOf(tick)}
            />
            <text class="plot-label" x={PLOT.left - 8} y={floor - heightOf(tick) + 4} text-anchor="end">
              {group(tick)}
            </text>
          </g>
        ))}
        {chosen.value === undefined ? null : (
          <rect class="plot-chosen" x={PLOT.left + chosen.value * each} width={each} y={top} height={tallest} />
        )}
        {series.map(({ counts, drawn }, i) =>
          drawn === "outline" ? (
            <path key={i} class="plot-outline" d={outlinePath(counts, PLOT.left, each, floor, heightOf)} />
          ) : (
            counts.map((count, bin) => (
              <rect
                key={`${i}-${bin}`}
                class={`plot-bar${bin === chosen.value ? " is-chosen" : ""}`}
                x={PLOT.left + bin * each + (each > 3 ? 0.5 : 0)}
                width={Math.max(0.5, each - (each > 3 ? 1 : 0))}
                y={floor - heightOf(count)}
                height={heightOf(count)}
              />
            ))
          ),
        )}
        <line class="plot-axis" x1={PLOT.left} x2={PLOT.left + inner} y1={floor} y2={floor} />
        {zero === undefined ? null : <line class="plot-zero" x1={xOf(zero)} x2={xOf(zero)} y1={top} y2={floor + 4} />}
        {marks.map((mark) => (
          <g key={mark.text}>
            <line class="plot-mark" x1={xOf(mark.at)} x2={xOf(mark.at)} y1={top - 6} y2={floor} />
            <text class="plot-label" x={xOf(mark.at)} y={top - 10} text-anchor={anchorOf(mark.at)}>
              {mark.text}
            </text>
          </g>
        ))}
        {ticks.map((tick) => (
          <g key={tick.at}>
            <line class="plot-axis" x1={xOf(tick.at)} x2={xOf(tick.at)} y1={floor} y2={floor + 4} />
            <text class="plot-label" x={xOf(tick.at)} y={floor + 18} text-anchor={anchorOf(tick.at)}>
              {tick.text}
            </text>
          </g>
        ))}
      </svg>
    </div>
  );
}

/** The box that draws counts in powers instead of as they are. */
export function LogarithmicCounts({ isLog }: { readonly isLog: Signal<boolean> }) {
  return (
    <label class="check">
      <input
        type="checkbox"
        checked={isLog.value}
        onChange={(event) => {
          isLog.value = event.currentTarget.checked;
        }}
      />
      {t("Logarithmic counts")}
    </label>
  );
}

function useWidth(box: { readonly current: HTMLDivElement | null }): Signal<number> {
  const width = useSignal(0);
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => {
      width.value = element.clientWidth;
    });
    observer.observe(element);
    width.value = element.clientWidth;
    return () => observer.disconnect();
  }, [width]);
  return width;
}

/** Labels at the ends stay inside. */
function anchorOf(at: number): "start" | "middle" | "end" {
  return at <= 0 ? "start" : at >= 1 ? "end" : "middle";
}

function outlinePath(
  counts: readonly number[],
  left: number,
  each: number,
  floor: number,
  heightOf: (count: number) => number,
): string {
  const steps = counts.map((count, bin) => `V${floor - heightOf(count)}H${left + (bin + 1) * each}`);
  return `M${left} ${floor}${steps.join("")}V${floor}`;
}

function yTicks(most: number, isLog: boolean): readonly number[] {
  if (!isLog) return most > 1 ? [Math.round(most / 2), most] : [most];
  const ticks: number[] = [];
  for (let tick = 1; tick < most; tick *= 10) ticks.push(tick);
  const spaced = ticks.length > 4 ? ticks.filter((_, i) => i % 2 === 0) : ticks;
  return [...spaced.filter((tick) => tick < most / 2), most];
}
