import { visibleName } from "../../core/model/unseen.ts";
import { signal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { DiffEntryRow } from "../../core/view/diff-model.ts";
import { onHostEvent } from "../channel.ts";
import { FilterBox } from "../parts/filter-box.tsx";
import type { ScrollPosition } from "../parts/scroll-area.tsx";
import { Tree, type TreeStore } from "../parts/tree.tsx";
import type { Branch } from "../parts/tree-rows.ts";
import { VERDICTS, VerdictGlyph } from "../parts/verdicts.tsx";
import { counted, t } from "../strings.ts";
import { kept } from "./kept.ts";
import { type DiffRow, sectionName } from "./rows.ts";

export interface EntriesPaneProps {
  readonly store: TreeStore<DiffRow>;
  readonly isEmpty: boolean;
  readonly onSelect: (branch: Branch<DiffRow>) => void;
}

/** The filter and the aligned list of what both files hold. */
export function EntriesPane({ store, isEmpty, onSelect }: EntriesPaneProps) {
  const pane = useRef<HTMLDivElement | null>(null);
  const position = useMemo(() => signal<ScrollPosition>({ top: kept.treeTop.peek(), left: 0 }), []);
  useEffect(() => position.subscribe(({ top }) => (kept.treeTop.value = top)), [position]);
  return (
    <div class="outline" ref={pane}>
      <FilterBox
        label={t("Filter by name, dtype or verdict")}
        text={kept.filter}
        onFilter={() => undefined}
        onLeave={() => pane.current?.querySelector<HTMLElement>("[role=tree]")?.focus()}
        listen={(focus) =>
          onHostEvent((event) => {
            if (event.type === "key" && event.action === "focus-filter") focus();
          })
        }
      />
      {isEmpty ? <p class="empty">{t("No parameter matches the filter.")}</p> : null}
      <Tree
        label={t("Changes")}
        store={store}
        position={position}
        selected={kept.selected.value}
        onSelect={onSelect}
        textOf={textOf}
        copyOf={(row) => (row.kind === "entry" ? row.entry.path : undefined)}
        content={(branch) => <RowContent row={branch.value} />}
      />
    </div>
  );
}

function textOf(row: DiffRow): string {
  switch (row.kind) {
    case "parameters":
      return t("Parameters");
    case "prefix":
      return row.label;
    case "entry":
      return row.label;
    case "unchanged":
      return t("identical");
    case "ofTrees":
      return t("Columns of trees");
    case "section":
      return sectionName(row.section);
  }
}

function RowContent({ row }: { readonly row: DiffRow }) {
  switch (row.kind) {
    case "parameters":
      return (
        <>
          <span class="tree-label is-group">{t("Parameters")}</span>
          <span class="tree-detail number">{row.count}</span>
        </>
      );
    case "prefix":
      return (
        <>
          <span class="tree-label">{row.label}</span>
          <span class="tree-detail number">{row.count}</span>
        </>
      );
    case "entry": {
      const { entry } = row;
      return (
        <>
          <VerdictGlyph verdict={entry.verdict} />
          <EntryLabel entry={entry} label={row.label} />
          <span class="tree-detail is-word">{VERDICTS[entry.verdict].word()}</span>
        </>
      );
    }
    case "unchanged":
      return (
        <>
          <VerdictGlyph verdict="identical" />
          <span class="tree-label dim">{counted(row.count, "{count} identical", "{count} identical")}</span>
        </>
      );
    case "ofTrees":
      return (
        <>
          <VerdictGlyph verdict="changed" />
          <span class="tree-label dim" title={t("They changed with their trees: see Trees.")}>
            {counted(row.count, "{count} column of trees", "{count} columns of trees")}
          </span>
        </>
      );
    case "section":
      return (
        <>
          <span class={`tree-label is-group${row.count === 0 ? " dim" : ""}`}>{sectionName(row.section)}</span>
          <span class="tree-detail number">{row.count === 0 ? t("none") : row.count}</span>
        </>
      );
  }
}

/** What it was called before gives way first; its own name stays readable however narrow the list is. */
function EntryLabel({ entry, label }: { readonly entry: DiffEntryRow; readonly label: string }) {
  const { path, oldPath } = entry;
  const isRenamed = oldPath !== undefined && oldPath !== path;
  return (
    <span class="tree-path" title={isRenamed ? visibleName(`${oldPath} → ${path}`) : visibleName(path)}>
      {isRenamed ? <span class="tree-path-old">{visibleName(oldPath)} →&nbsp;</span> : null}
      <span class="tree-path-name">{label}</span>
    </span>
  );
}
