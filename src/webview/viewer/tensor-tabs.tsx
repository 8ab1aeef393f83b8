import type { TensorView } from "../../core/view/viewer-model.ts";
import { ask } from "../channel.ts";
import { Answer, useAsked } from "../parts/asked.tsx";
import { Histogram } from "../parts/histogram.tsx";
import { Statistics } from "../parts/statistics.tsx";
import { Tabs } from "../parts/tabs.tsx";
import { t } from "../strings.ts";
import { ChartTab } from "./chart-tab.tsx";
import type { Beside } from "./beside.ts";
import { kept } from "./kept.ts";
import { link } from "./linked.ts";
import { ValuesTab } from "./values-tab.tsx";

type View = TensorView["views"][number];

/** The views that fit a tensor, as tabs, the best one first. The one chosen last stays where it fits. */
export function TensorTabs({ tensor, beside }: { readonly tensor: TensorView; readonly beside?: Beside | undefined }) {
  const chosen = tensor.views.find((view) => view === kept.tab.value) ?? tensor.views[0];
  if (chosen === undefined) return null;
  return (
    <Tabs
      label={t("Views")}
      tabs={tensor.views.map((view) => ({ id: view, label: viewName(view) }))}
      selected={chosen}
      onSelect={(id) => {
        kept.tab.value = id;
        link({ kind: "tab", tab: id });
      }}
    >
      <ViewOf key={`${tensor.path}:${chosen}`} view={chosen} tensor={tensor} beside={beside} />
    </Tabs>
  );
}

function viewName(view: View): string {
  switch (view) {
    case "chart":
      return t("Chart");
    case "values":
      return t("Values");
    case "statistics":
      return t("Statistics");
    case "histogram":
      return t("Histogram");
  }
}

interface ViewOfProps {
  readonly view: View;
  readonly tensor: TensorView;
  readonly beside: Beside | undefined;
}

function ViewOf({ view, tensor, beside }: ViewOfProps) {
  switch (view) {
    case "chart":
      return <ChartTab tensor={tensor} beside={beside} />;
    case "values":
      return <ValuesTab tensor={tensor} beside={beside} />;
    case "statistics":
    case "histogram":
      return <Measured tensor={tensor} view={view} />;
  }
}

function Measured({ tensor, view }: { readonly tensor: TensorView; readonly view: "statistics" | "histogram" }) {
  const asked = useAsked(`stats:${tensor.path}`, (signal) => ask("tensor/stats", { path: tensor.path }, signal));
  return (
    <div class="measured">
      <Answer asked={asked} doing={t("Reading all values")}>
        {(stats) => (view === "statistics" ? <Statistics stats={stats} /> : <Histogram stats={stats} />)}
      </Answer>
    </div>
  );
}
