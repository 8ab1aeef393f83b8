import { signal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { DiffModel } from "../../core/view/diff-model.ts";
import { onHostEvent } from "../channel.ts";
import { tell } from "../host.ts";
import type { AppProps } from "../panel.tsx";
import { Panes } from "../parts/panes.tsx";
import type { TreeStore } from "../parts/tree.tsx";
import { type Branch, TreeRows } from "../parts/tree-rows.ts";
import { t } from "../strings.ts";
import { EntriesPane } from "./entries-pane.tsx";
import { EntryDetails } from "./entry-details.tsx";
import { Header } from "./header.tsx";
import { kept } from "./kept.ts";
import {
  changeIds,
  type DiffRow,
  type DiffRowTree,
  diffRows,
  entryId,
  initialId,
  SECTIONS,
  sectionRowId,
  OF_TREES,
} from "./rows.ts";
import { Section } from "./sections.tsx";

/** The diff panel. */
export function Diff({ model }: AppProps<DiffModel>) {
  const text = kept.filter.value.trim().toLowerCase();
  const shown = useMemo(
    () => diffRows(model, { text, verdicts: new Set(kept.verdicts.value) }),
    [model, text, kept.verdicts.value],
  );
  const store = useMemo(() => storeOf(shown), [shown]);
  const entries = useMemo(() => new Map(model.entries.map((entry) => [entryId(entry), entry])), [model]);

  const selectId = (id: string): void => {
    kept.selected.value = id;
    const entry = entries.get(id);
    tell(entry === undefined ? { type: "selected" } : { type: "selected", path: entry.path });
  };
  /** Selects and brings into view: for what was not chosen in the list itself. */
  const goTo = (id: string): void => {
    store.revealing.value = id;
    selectId(id);
  };
  const jump = (path: string): void => {
    const entry = model.entries.find((one) => one.path === path || one.oldPath === path);
    if (entry === undefined) return;
    goTo(entryId(entry));
  };
  const step = (by: 1 | -1): void => {
    const ids = changeIds(shown);
    if (ids.length === 0) return;
    const at = ids.indexOf(kept.selected.value ?? "");
    const next = at < 0 ? (by > 0 ? 0 : ids.length - 1) : (at + by + ids.length) % ids.length;
    goTo(ids[next] ?? "");
  };
  useEffect(() => {
    const selected = kept.selected.value;
    const isThere = selected !== undefined && (entries.has(selected) || selected.startsWith("section:"));
    const first = isThere ? undefined : initialId(model);
    if (first !== undefined) goTo(first);
  }, [model]);
  useEffect(
    () =>
      onHostEvent((event) => {
        if (event.type === "select") jump(event.path);
        if (event.type !== "key") return;
        if (event.action === "next-change") step(1);
        if (event.action === "previous-change") step(-1);
      }),
    [model, store],
  );
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key !== "F7" || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      // The workbench's own binding of this key would step a second time.
      event.stopPropagation();
      step(event.shiftKey ? -1 : 1);
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [model, store]);

  const selected = kept.selected.value;
  return (
    <>
      <Header model={model} onSection={(section) => goTo(sectionRowId(section))} onStep={step} />
      <Panes
        label={t("Changes")}
        selectedName={(selected === undefined ? undefined : entries.get(selected)?.path) ?? ""}
        width={kept.treeWidth}
        first={
          <EntriesPane
            store={store}
            isEmpty={
              model.entries.length > 0 && shown.find(({ row }) => row.kind === "parameters")?.children.length === 0
            }
            onSelect={(branch: Branch<DiffRow>) => selectId(branch.id)}
          />
        }
        second={<Selected model={model} id={selected} entries={entries} onJump={jump} />}
      />
    </>
  );
}

interface SelectedProps {
  readonly model: DiffModel;
  readonly id: string | undefined;
  readonly entries: ReadonlyMap<string, DiffModel["entries"][number]>;
  readonly onJump: (path: string) => void;
}

function Selected({ model, id, entries, onJump }: SelectedProps) {
  const entry = id === undefined ? undefined : entries.get(id);
  if (entry !== undefined) return <EntryDetails entry={entry} model={model} />;
  const section = SECTIONS.find((one) => sectionRowId(one) === id);
  if (section !== undefined) return <Section section={section} model={model} onJump={onJump} />;
  if (id === OF_TREES) return <p class="empty">{t("They changed with their trees: see Trees.")}</p>;
  return (
    <p class="empty">{model.entries.length === 0 ? t("Neither file holds parameters.") : t("Nothing is selected.")}</p>
  );
}

/** Everything is known at once, so nothing is ever loaded. */
function storeOf(trees: readonly DiffRowTree[]): TreeStore<DiffRow> {
  const rows = new TreeRows<DiffRow>(trees.length, { kind: "parameters", count: 0 });
  const add = (parent: Branch<DiffRow> | undefined, all: readonly DiffRowTree[]): void => {
    all.forEach((tree, index) => {
      const branch = rows.put(parent, index, {
        id: tree.id,
        value: tree.row,
        count: tree.children.length,
        isOpen: kept.opened.peek()[tree.id] ?? tree.isOpen,
      });
      add(branch, tree.children);
    });
  };
  add(undefined, trees);
  const version = signal(0);
  return {
    rows: signal(rows),
    version,
    revealing: signal(undefined),
    setOpen(branch, isOpen) {
      rows.setOpen(branch, isOpen);
      kept.opened.value = { ...kept.opened.value, [branch.id]: isOpen };
      version.value += 1;
    },
    need: () => undefined,
  };
}
