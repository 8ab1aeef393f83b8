import { useSignal } from "@preact/signals";
import type { ChangeDistribution, ChangeSpread, SharedBins, SideCounts } from "../../core/diff/distribution.ts";
import type { LogBins } from "../../core/diff/log-bins.ts";
import type { DiffEntryRow } from "../../core/view/diff-model.ts";
import { ask } from "../channel.ts";
import { Answer, useAsked } from "../parts/asked.tsx";
import { Choice } from "../parts/choice.tsx";
import { SideLegend } from "../parts/legend.tsx";
import { measured } from "../parts/number-text.ts";
import { LogarithmicCounts, Plot, type PlotTick } from "../parts/plot.tsx";
import { binEnds, type ValueBins, valueTicks, zeroOf } from "../parts/value-bins.ts";
import { counted, t } from "../strings.ts";
import { DrawnNote } from "./drawn-note.tsx";
import { binExponents, placeOf, powerText, powerTicks } from "./log-axis.ts";

/** Low enough for both to be in view. */
const HEIGHT = 180;

/** How the values of both sides lie over one axis, and how large the changes are. */
export function Distribution({ entry }: { readonly entry: DiffEntryRow }) {
  const asked = useAsked(`distribution:${entry.path}`, (signal) =>
    ask("diff/distribution", { path: entry.path }, signal),
  );
  return (
    <div class="measured">
      <DrawnNote entry={entry} />
      <Answer asked={asked} doing={t("Reading all values")}>
        {(found) => <Distributed found={found} />}
      </Answer>
    </div>
  );
}

function Distributed({ found }: { readonly found: ChangeDistribution }) {
  const { values, changes } = found;
  const hasChanges = changes?.relative !== undefined || changes?.ulps !== undefined;
  if (values === undefined && !hasChanges) return <p class="empty">{t("There is no finite value to draw.")}</p>;
  return (
    <div class="distribution">
      {values === undefined ? null : <Values bins={values} old={found.old} next={found.new} />}
      {changes === undefined || !hasChanges ? null : <Changes spread={changes} />}
    </div>
  );
}

interface ValuesProps {
  readonly bins: SharedBins;
  readonly old: SideCounts;
  readonly next: SideCounts;
}

function Values({ bins, old, next }: ValuesProps) {
  const isLog = useSignal(false);
  const chosen = useSignal<number | undefined>(undefined);
  const range: ValueBins = { low: bins.low, high: bins.high, count: bins.old.length };
  const zero = zeroOf(range);
  const at = chosen.value;
  return (
    <figure class="histogram">
      <div class="toolbar">
        <h3 class="histogram-title">{t("Values")}</h3>
        <SideLegend />
        <LogarithmicCounts isLog={isLog} />
      </div>
      <Plot
        series={[
          { counts: bins.new, drawn: "bars" },
          { counts: bins.old, drawn: "outline" },
        ]}
        isLog={isLog.value}
        chosen={chosen}
        label={t("Histogram of old and new values from {low} to {high} in {bins} bins.", {
          low: measured(bins.low),
          high: measured(bins.high),
          bins: range.count,
        })}
        ticks={valueTicks(range)}
        height={HEIGHT}
        {...(zero === undefined ? {} : { zero })}
      />
      <figcaption class="histogram-caption" aria-live="polite">
        {at === undefined
          ? notDrawn(old, next)
          : t("{old} old and {new} new values from {from} to {to}", {
              old: bins.old[at] ?? 0,
              new: bins.new[at] ?? 0,
              from: measured(binEnds(range, at).from),
              to: measured(binEnds(range, at).to),
            })}
      </figcaption>
      <table class="sr-only">
        <caption>{t("Values in each bin")}</caption>
        <thead>
          <tr>
            <td />
            <th scope="col">{t("old")}</th>
            <th scope="col">{t("new")}</th>
          </tr>
        </thead>
        <tbody>
          {bins.old.map((count, bin) => (
            <tr key={bin}>
              <th scope="row">
                {measured(binEnds(range, bin).from)} – {measured(binEnds(range, bin).to)}
              </th>
              <td>{count}</td>
              <td>{bins.new[bin] ?? 0}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
}

function notDrawn(old: SideCounts, next: SideCounts): string {
  const [a, b] = [old.nan + old.infinite, next.nan + next.infinite];
  if (a + b === 0) return t("All values of both sides are finite.");
  return t("Not drawn: {old} old and {new} new values that are NaN or infinite.", { old: a, new: b });
}

type Measure = "relative" | "ulps";

function Changes({ spread }: { readonly spread: ChangeSpread }) {
  const { relative, ulps } = spread;
  const isLog = useSignal(false);
  const chosen = useSignal<number | undefined>(undefined);
  const wanted = useSignal<Measure>("relative");
  const measure: Measure = relative === undefined ? "ulps" : ulps === undefined ? "relative" : wanted.value;
  const bins = measure === "ulps" ? ulps : relative;
  if (bins === undefined) return null;
  const marks = measure === "relative" ? roundings(bins) : [];
  const total = bins.counts.reduce((sum, one) => sum + one, 0);
  return (
    <figure class="histogram">
      <div class="toolbar">
        <h3 class="histogram-title">{t("Changes")}</h3>
        {relative === undefined || ulps === undefined ? null : (
          <Choice
            label={t("Measure")}
            chosen={measure}
            options={[
              { id: "relative", label: t("Relative") },
              { id: "ulps", label: t("In ulps") },
            ]}
            onChoose={(id) => {
              wanted.value = id;
              chosen.value = undefined;
            }}
          />
        )}
        <LogarithmicCounts isLog={isLog} />
      </div>
      <Plot
        series={[{ counts: bins.counts, drawn: "bars" }]}
        isLog={isLog.value}
        chosen={chosen}
        label={
          measure === "ulps"
            ? t("Histogram of the distances of {count} changes in ulps, by powers of two.", { count: total })
            : t("Histogram of the relative size of {count} changes, by powers of ten.", { count: total })
        }
        ticks={powerTicks(bins)}
        height={HEIGHT}
        marks={marks}
      />
      <figcaption class="histogram-caption" aria-live="polite">
        {chosen.value === undefined
          ? leftOut(spread, measure, marks.length > 0)
          : changeText(bins, chosen.value, measure)}
      </figcaption>
      <table class="sr-only">
        <caption>{t("Changes in each bin")}</caption>
        <tbody>
          {bins.counts.map((count, bin) => (
            <tr key={bin}>
              <th scope="row">{edges(bins, bin).join(" – ")}</th>
              <td>{count}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
}

/** Half an ulp of 1 in types that values are rounded to: no larger is the relative change that rounding makes. */
const ROUNDINGS = [
  { text: "float16", exponent: Math.log10(2 ** -11) },
  { text: "float32", exponent: Math.log10(2 ** -24) },
  { text: "float64", exponent: Math.log10(2 ** -53) },
] as const;

function roundings(bins: LogBins): readonly PlotTick[] {
  const marks = ROUNDINGS.map(({ text, exponent }) => ({ text, at: placeOf(bins, exponent) }));
  return marks.filter(({ at }) => at >= 0 && at <= 1);
}

function edges(bins: LogBins, bin: number): readonly [string, string] {
  const { from, to } = binExponents(bins, bin);
  return [powerText(bins.base, from), powerText(bins.base, to)];
}

function changeText(bins: LogBins, bin: number, measure: Measure): string {
  const [from, to] = edges(bins, bin);
  const count = bins.counts[bin] ?? 0;
  return measure === "ulps"
    ? counted(count, "{count} change of {from} to {to} ulps", "{count} changes of {from} to {to} ulps", { from, to })
    : counted(
        count,
        "{count} change of {from} to {to} of the old value",
        "{count} changes of {from} to {to} of the old value",
        { from, to },
      );
}

/** What the bars leave out. Never empty, so that the line keeps its place. */
function leftOut(
  { unchanged, fromZero, notFinite, sameValue }: ChangeSpread,
  measure: Measure,
  hasMarks: boolean,
): string {
  const parts: string[] = [];
  const add = (count: number, text: string): void => {
    if (count > 0) parts.push(text);
  };
  add(unchanged, t("{count} unchanged", { count: unchanged }));
  if (measure === "relative") add(fromZero, t("{count} changed from zero", { count: fromZero }));
  add(notFinite, t("{count} changed with NaN or infinity", { count: notFinite }));
  add(sameValue, t("{count} changed in the sign of zero", { count: sameValue }));
  const drawn = parts.length === 0 ? t("All values changed.") : t("Not drawn: {what}.", { what: parts.join(" · ") });
  return hasMarks ? `${drawn} ${t("Dashed: the most that rounding to a type changes a value.")}` : drawn;
}
