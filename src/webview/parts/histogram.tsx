import { type Signal, useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { TensorStats } from "../../core/view/viewer-model.ts";
import { counted, group, t } from "../strings.ts";
import { measured } from "./number-text.ts";
import { histogramText } from "./statistics.tsx";

type Bins = NonNullable<TensorStats["histogram"]>;

const HEIGHT = 220;
const PLOT = { left: 56, right: 16, top: 8, bottom: 28 };
const TALLEST = HEIGHT - PLOT.top - PLOT.bottom;

/** Equal bins over the finite values; what is not finite is said beside it. Arrows walk the bins. */
export function Histogram({ stats }: { readonly stats: TensorStats }) {
  const isLog = useSignal(false);
  const chosen = useSignal<number | undefined>(undefined);
  const { histogram } = stats;
  if (histogram === undefined) return <p class="empty">{histogramText(stats)}</p>;
  return (
    <figure class="histogram">
      <div class="toolbar">
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
      </div>
      <Plot bins={histogram} isLog={isLog.value} chosen={chosen} label={histogramText(stats)} />
      <figcaption class="histogram-caption" aria-live="polite">
        {chosen.value === undefined ? outside(stats) : binText(histogram, chosen.value)}
      </figcaption>
      <BinTable bins={histogram} />
    </figure>
  );
}

interface PlotProps {
  readonly bins: Bins;
  readonly isLog: boolean;
  readonly chosen: Signal<number | undefined>;
  readonly label: string;
}

function Plot({ bins, isLog, chosen, label }: PlotProps) {
  const box = useRef<HTMLDivElement | null>(null);
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
  const { counts, low, high } = bins;
  const inner = Math.max(0, width.value - PLOT.left - PLOT.right);
  const each = inner / counts.length;
  const most = Math.max(1, ...counts);
  const heightOf = (count: number): number => {
    if (count === 0) return 0;
    const part = isLog ? Math.log1p(count) / Math.log1p(most) : count / most;
    return Math.max(1, part * TALLEST);
  };
  const xOf = (value: number): number => PLOT.left + (high > low ? ((value - low) / (high - low)) * inner : inner / 2);
  const floor = PLOT.top + TALLEST;
  const pick = (event: PointerEvent): void => {
    const x = event.offsetX - PLOT.left;
    const bin = Math.floor(x / each);
    chosen.value = bin >= 0 && bin < counts.length ? bin : undefined;
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
        const from = chosen.value ?? (step > 0 ? -1 : counts.length);
        chosen.value = Math.max(0, Math.min(counts.length - 1, from + step));
      }}
    >
      <svg width={width.value} height={HEIGHT} aria-hidden="true">
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
        {counts.map((count, bin) => (
          <rect
            key={bin}
            class={`plot-bar${bin === chosen.value ? " is-chosen" : ""}`}
            x={PLOT.left + bin * each + (each > 3 ? 0.5 : 0)}
            width={Math.max(0.5, each - (each > 3 ? 1 : 0))}
            y={floor - heightOf(count)}
            height={heightOf(count)}
          />
        ))}
        <line class="plot-axis" x1={PLOT.left} x2={PLOT.left + inner} y1={floor} y2={floor} />
        {low < 0 && high > 0 ? <line class="plot-zero" x1={xOf(0)} x2={xOf(0)} y1={PLOT.top} y2={floor + 4} /> : null}
        {xTicks(low, high).map((tick, i, all) => (
          <text
            key={tick}
            class="plot-label"
            x={xOf(tick)}
            y={floor + 18}
            text-anchor={all.length === 1 ? "middle" : i === 0 ? "start" : i === all.length - 1 ? "end" : "middle"}
          >
            {measured(tick)}
          </text>
        ))}
      </svg>
    </div>
  );
}

/** Both ends, and zero where it is between them and not crowded. */
function xTicks(low: number, high: number): readonly number[] {
  if (low === high) return [low];
  const part = -low / (high - low);
  return part > 0.15 && part < 0.85 ? [low, 0, high] : [low, high];
}

function yTicks(most: number, isLog: boolean): readonly number[] {
  if (!isLog) return most > 1 ? [Math.round(most / 2), most] : [most];
  const ticks: number[] = [];
  for (let tick = 1; tick < most; tick *= 10) ticks.push(tick);
  const spaced = ticks.length > 4 ? ticks.filter((_, i) => i % 2 === 0) : ticks;
  return [...spaced.filter((tick) => tick < most / 2), most];
}

function binEnds({ low, high, counts }: Bins, bin: number): { readonly from: number; readonly to: number } {
  const each = (high - low) / counts.length;
  return { from: low + bin * each, to: bin === counts.length - 1 ? high : low + (bin + 1) * each };
}

function binText(bins: Bins, bin: number): string {
  const { from, to } = binEnds(bins, bin);
  return counted(bins.counts[bin] ?? 0, "{count} value from {from} to {to}", "{count} values from {from} to {to}", {
    from: measured(from),
    to: measured(to),
  });
}

/** What the bars leave out. Never empty, so that the line keeps its place. */
function outside(stats: TensorStats): string {
  const infinite = stats.positiveInfinity + stats.negativeInfinity;
  if (stats.nan + infinite === 0) return t("All {count} values are finite.", { count: stats.elements });
  return t("Not drawn: {nan} NaN, {infinite} infinite of {count} values.", {
    nan: stats.nan,
    infinite,
    count: stats.elements,
  });
}

function BinTable({ bins }: { readonly bins: Bins }) {
  return (
    <table class="sr-only">
      <caption>{t("Values in each bin")}</caption>
      <tbody>
        {bins.counts.map((count, bin) => (
          <tr key={bin}>
            <th scope="row">
              {measured(binEnds(bins, bin).from)} – {measured(binEnds(bins, bin).to)}
            </th>
            <td>{count}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
