import { useSignal } from "@preact/signals";
import type { TensorStats } from "../../core/view/viewer-model.ts";
import { counted, t } from "../strings.ts";
import { measured } from "./number-text.ts";
import { LogarithmicCounts, Plot } from "./plot.tsx";
import { histogramText } from "./statistics.tsx";
import { binEnds, type ValueBins, valueTicks, zeroOf } from "./value-bins.ts";

/** Equal bins over the finite values; what is not finite is said beside it. Arrows walk the bins. */
export function Histogram({ stats }: { readonly stats: TensorStats }) {
  const isLog = useSignal(false);
  const chosen = useSignal<number | undefined>(undefined);
  const { histogram } = stats;
  if (histogram === undefined) return <p class="empty">{histogramText(stats)}</p>;
  const { low, high, counts } = histogram;
  const bins: ValueBins = { low, high, count: counts.length };
  const zero = zeroOf(bins);
  return (
    <figure class="histogram">
      <div class="toolbar">
        <LogarithmicCounts isLog={isLog} />
      </div>
      <Plot
        series={[{ counts, drawn: "bars" }]}
        isLog={isLog.value}
        chosen={chosen}
        label={histogramText(stats)}
        ticks={valueTicks(bins)}
        {...(zero === undefined ? {} : { zero })}
      />
      <figcaption class="histogram-caption" aria-live="polite">
        {chosen.value === undefined ? outside(stats) : binText(bins, counts[chosen.value] ?? 0, chosen.value)}
      </figcaption>
      <BinTable bins={bins} counts={counts} />
    </figure>
  );
}

function binText(bins: ValueBins, count: number, bin: number): string {
  const { from, to } = binEnds(bins, bin);
  return counted(count, "{count} value from {from} to {to}", "{count} values from {from} to {to}", {
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

function BinTable({ bins, counts }: { readonly bins: ValueBins; readonly counts: readonly number[] }) {
  return (
    <table class="sr-only">
      <caption>{t("Values in each bin")}</caption>
      <tbody>
        {counts.map((count, bin) => (
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
