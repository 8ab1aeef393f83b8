import type { TensorSide } from "../../core/diff/report.ts";
import type { DiffEntryRow, DiffModel } from "../../core/view/diff-model.ts";
import { run } from "../channel.ts";
import { Icon } from "../parts/icon.tsx";
import { Tabs } from "../parts/tabs.tsx";
import { shapeText } from "../parts/tensor-axes.ts";
import { VERDICTS, VerdictGlyph } from "../parts/verdicts.tsx";
import { said, t } from "../strings.ts";
import { kept } from "./kept.ts";
import { SideBySide } from "./side-by-side.tsx";
import { StatsLine } from "./stats-line.tsx";
import { TopChanges } from "./top-changes.tsx";

type View = "top" | "sides";

/** One parameter: its verdict and why, how far the sides are apart, and where. */
export function EntryDetails({ entry, model }: { readonly entry: DiffEntryRow; readonly model: DiffModel }) {
  const views = viewsOf(entry);
  const chosen = views.find((view) => view === kept.tab.value) ?? views[0];
  return (
    <article class="details" aria-label={entry.path}>
      <header class="entry-head">
        <div class="details-head">
          <h2 class="details-title number">{entry.path}</h2>
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
          {chosen === "top" ? (
            <TopChanges key={entry.path} entry={entry} />
          ) : (
            <SideBySide key={entry.path} entry={entry} oldName={model.oldName} newName={model.newName} />
          )}
        </Tabs>
      )}
    </article>
  );
}

function viewsOf(entry: DiffEntryRow): readonly View[] {
  if (entry.verdict === "unread") return [];
  return (entry.stats?.changed ?? 0) > 0 ? ["top", "sides"] : ["sides"];
}

function viewName(view: View, entry: DiffEntryRow): string {
  if (view === "top") return t("Top changes");
  return entry.old === undefined || entry.new === undefined ? t("Values") : t("Side by side");
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
