import { visibleName } from "../../core/model/unseen.ts";
import type { TensorSide } from "../../core/diff/report.ts";
import type { DiffEntryRow, DiffModel } from "../../core/view/diff-model.ts";
import { run } from "../channel.ts";
import { Icon } from "../parts/icon.tsx";
import { Tabs } from "../parts/tabs.tsx";
import { shapeText } from "../parts/tensor-axes.ts";
import { VERDICTS, VerdictGlyph } from "../parts/verdicts.tsx";
import { said, t } from "../strings.ts";
import { Chart } from "./chart.tsx";
import { Distribution } from "./distribution.tsx";
import { fitsHeat, Heat } from "./heat.tsx";
import { kept } from "./kept.ts";
import { fitsChart } from "./pairing.ts";
import { SideBySide } from "./side-by-side.tsx";
import { StatsLine } from "../parts/stats-line.tsx";
import { TopChanges } from "./top-changes.tsx";

type View = "top" | "sides" | "chart" | "heat" | "histograms";

/** One parameter: its verdict and why, how far the sides are apart, and where. */
export function EntryDetails({ entry, model }: { readonly entry: DiffEntryRow; readonly model: DiffModel }) {
  const views = viewsOf(entry);
  const chosen = views.find((view) => view === kept.tab.value) ?? views[0];
  return (
    <article class="details" aria-label={visibleName(entry.path)}>
      <header class="entry-head">
        <div class="details-head">
          <h2 class="details-title number">{visibleName(entry.path)}</h2>
          <button
            type="button"
            class="button is-icon"
            aria-label={t("Copy path")}
            title={t("Copy path")}
            onClick={() => run("copyText", entry.path)}
          >
            <Icon name="copy" />
          </button>
          <SidesText entry={entry} />
        </div>
        <p class="entry-verdict">
          <VerdictGlyph verdict={entry.verdict} />
          <span>
            <strong>{VERDICTS[entry.verdict].word()}</strong>: {said(entry.because)}
            {entry.paired === undefined ? null : <span class="dim"> {said(entry.paired)}</span>}
          </span>
        </p>
        {entry.stats === undefined ? null : <StatsLine stats={entry.stats} />}
      </header>
      {chosen === undefined ? null : (
        <Tabs
          label={t("Views")}
          tabs={views.map((view) => ({ id: view, label: viewName(view, entry) }))}
          selected={chosen}
          onSelect={(id) => {
            kept.tab.value = id;
          }}
        >
          <ViewOf key={`${entry.path}:${chosen}`} view={chosen} entry={entry} model={model} />
        </Tabs>
      )}
    </article>
  );
}

interface ViewOfProps {
  readonly view: View;
  readonly entry: DiffEntryRow;
  readonly model: DiffModel;
}

function ViewOf({ view, entry, model }: ViewOfProps) {
  switch (view) {
    case "top":
      return <TopChanges entry={entry} />;
    case "sides":
      return <SideBySide entry={entry} oldName={model.oldName} newName={model.newName} />;
    case "chart":
      return <Chart entry={entry} />;
    case "heat":
      return <Heat entry={entry} />;
    case "histograms":
      return <Distribution entry={entry} />;
  }
}

/** The views that fit, the best one first. Where nothing changed there is nothing to draw. */
function viewsOf(entry: DiffEntryRow): readonly View[] {
  if (entry.verdict === "unread") return [];
  const isChanged = (entry.stats?.changed ?? 0) > 0;
  const isReshaped = entry.verdict === "reshaped";
  const views: View[] = isChanged ? ["top", "sides"] : ["sides"];
  if (!isChanged && !isReshaped) return views;
  // Bars beside each other are of values as each side holds them, and one of the two holds something else.
  if (fitsChart(entry) && entry.detail?.["derived"] === undefined) views.push("chart");
  if (isChanged && fitsHeat(entry)) views.push("heat");
  if (Math.max(sizeOf(entry.old), sizeOf(entry.new)) > 1) views.push("histograms");
  return views;
}

function sizeOf(side: TensorSide | undefined): number {
  return side?.shape.reduce((product, size) => product * size, 1) ?? 0;
}

function viewName(view: View, entry: DiffEntryRow): string {
  switch (view) {
    case "top":
      return t("Top changes");
    case "sides":
      return entry.old === undefined || entry.new === undefined ? t("Values") : t("Side by side");
    case "chart":
      return t("Chart");
    case "heat":
      return t("Heat map");
    case "histograms":
      return t("Histograms");
  }
}

/** "float64 [1, 12]", or both sides where they differ. */
function SidesText({ entry }: { readonly entry: DiffEntryRow }) {
  const old = entry.old === undefined ? undefined : sideText(entry.old);
  const next = entry.new === undefined ? undefined : sideText(entry.new);
  const text = old === undefined || next === undefined || old === next ? (next ?? old) : `${old} → ${next}`;
  return (
    <>
      <span class="entry-side number dim">{text}</span>
      {entry.oldPath === undefined || entry.oldPath === entry.path ? null : (
        <span class="entry-side dim">
          {t("was")} <span class="number">{entry.oldPath}</span>
        </span>
      )}
    </>
  );
}

function sideText({ dtype, shape }: TensorSide): string {
  return `${dtype} ${shapeText(shape)}`;
}
