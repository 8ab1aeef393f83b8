import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import type { DiffEntryRow } from "../../core/view/diff-model.ts";
import type { TensorWindow } from "../../core/view/viewer-model.ts";
import { ask, run } from "../channel.ts";
import { Answer, useAsked } from "../parts/asked.tsx";
import type { Group } from "../parts/bar-rows.tsx";
import { type Bar, Bars } from "../parts/bars.tsx";
import { Choice } from "../parts/choice.tsx";
import { SideLegend } from "../parts/legend.tsx";
import { PairStrip } from "../parts/pair-strip.tsx";
import { deltaOf, deltaText, type PairedBar, PairedBars } from "../parts/paired-bars.tsx";
import { addressOf, axisName } from "../parts/tensor-axes.ts";
import { counted, t } from "../strings.ts";
import { type BarOrder, pairsOf, wholeWindow } from "./pairing.ts";

/** Old and new of a vector or of each row of a small matrix as bars, by name where there are names. */
export function Chart({ entry }: { readonly entry: DiffEntryRow }) {
  const asked = useAsked(`chart:${entry.path}`, (signal) =>
    ask("diff/windows", { path: entry.path, window: wholeWindow(entry) }, signal),
  );
  return (
    <Answer asked={asked} doing={t("Reading values")}>
      {({ old, new: next }) =>
        old === undefined || next === undefined ? null : <Charted entry={entry} old={old} next={next} />
      }
    </Answer>
  );
}

interface ChartedProps {
  readonly entry: DiffEntryRow;
  readonly old: TensorWindow;
  readonly next: TensorWindow;
}

type Shown = "values" | "change";

/** A bar of the difference of a pair. */
interface ChangeBar extends Bar {
  readonly pair: PairedBar;
}

function Charted({ entry, old, next }: ChartedProps) {
  const order = useSignal<BarOrder>("change");
  const shown = useSignal<Shown>("values");
  const active = useSignal<PairedBar | undefined>(undefined);
  const note = useSignal<string | undefined>(undefined);
  const { groups, by, across } = useMemo(() => pairsOf(entry, old, next, order.value), [entry, old, next, order.value]);
  const changes = useMemo(() => groups.map(changesOf), [groups]);
  const onActive = (bar: PairedBar | undefined): void => {
    active.value = bar;
    note.value = undefined;
  };
  const onCopy = (text: string): void => {
    run("copyText", text);
    note.value = t("Copied");
  };
  const label = t("Old and new values of {path}", { path: entry.path });
  return (
    <div class="values">
      <div class="toolbar">
        <Choice
          label={t("Shown")}
          chosen={shown.value}
          options={[
            { id: "values", label: t("Old and new") },
            { id: "change", label: t("Change") },
          ]}
          onChoose={(id) => {
            shown.value = id;
          }}
        />
        <Choice
          label={t("Order")}
          chosen={order.value}
          options={[
            { id: "change", label: t("By change") },
            { id: "size", label: t("By size") },
            { id: "position", label: t("By position") },
          ]}
          onChoose={(id) => {
            order.value = id;
          }}
        />
        {shown.value === "values" ? <SideLegend /> : null}
        <span class="dim">
          {by === "name"
            ? t("Paired by {axis}, because the order changed", { axis: axisName(entry.axes, across) })
            : counted(
                groups.reduce((sum, one) => sum + one.bars.length, 0),
                "{count} value",
                "{count} values",
              )}
        </span>
      </div>
      {shown.value === "values" ? (
        <PairedBars label={label} groups={groups} onActive={onActive} onCopy={onCopy} />
      ) : (
        <Bars
          label={t("Changes of {path}", { path: entry.path })}
          groups={changes}
          onActive={(bar) => onActive((bar as ChangeBar | undefined)?.pair)}
          onCopy={onCopy}
        />
      )}
      <Strip entry={entry} bar={active.value} note={note.value} />
    </div>
  );
}

function changesOf({ name, bars }: Group<PairedBar>): Group<ChangeBar> {
  return {
    name,
    bars: bars.map((pair) => {
      // What came or went is drawn as a change from or to nought.
      const number = (pair.new?.number ?? 0) - (pair.old?.number ?? 0);
      return { label: pair.label, text: deltaText(pair), number, row: 0, column: 0, pair };
    }),
  };
}

function Strip({
  entry,
  bar,
  note,
}: {
  readonly entry: DiffEntryRow;
  readonly bar: PairedBar | undefined;
  readonly note: string | undefined;
}) {
  const address = (side: "old" | "new"): string | undefined => {
    const value = bar?.[side];
    const shape = entry[side]?.shape ?? [];
    if (value === undefined) return undefined;
    const path = side === "old" ? (entry.oldPath ?? entry.path) : entry.path;
    return addressOf(path, shape.length === 1 ? [value.row] : [value.row, value.column]);
  };
  const [was, is] = [address("old"), address("new")];
  const both = was === undefined || is === undefined || was === is ? (is ?? was ?? entry.path) : `${was} → ${is}`;
  return (
    <PairStrip
      address={both}
      place={bar?.label ?? ""}
      old={bar?.old?.text}
      new={bar?.new?.text}
      delta={bar?.old === undefined || bar.new === undefined ? undefined : deltaOf(bar)}
      note={note}
    />
  );
}
