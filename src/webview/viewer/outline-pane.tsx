import { type Signal, signal, useComputed } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { OutlineRow } from "../../core/view/viewer-model.ts";
import { onHostEvent } from "../channel.ts";
import { ErrorNote } from "../parts/error-note.tsx";
import { FilterBox } from "../parts/filter-box.tsx";
import type { ScrollPosition } from "../parts/scroll-area.tsx";
import { ROW_HEIGHT, Tree } from "../parts/tree.tsx";
import type { Branch } from "../parts/tree-rows.ts";
import { t } from "../strings.ts";
import { kept } from "./kept.ts";
import { link, onLinked } from "./linked.ts";
import { classOf, labelOf, OutlineRowContent } from "./outline-row.tsx";
import type { OutlineStore } from "./outline-store.ts";

export interface OutlinePaneProps {
  readonly store: OutlineStore;
  readonly onSelect: (branch: Branch<OutlineRow>) => void;
}

/** The filter and the tree. */
export function OutlinePane({ store, onSelect }: OutlinePaneProps) {
  const pane = useRef<HTMLDivElement | null>(null);
  const position = useMemo(() => signal<ScrollPosition>({ top: kept.treeTop.peek(), left: 0 }), []);
  useEffect(() => position.subscribe(({ top }) => (kept.treeTop.value = top)), [position]);
  useEffect(() => scrollTogether(pane, store, position), [store, position]);
  useEffect(() => {
    if (kept.filter.peek() !== "") void store.filter(kept.filter.peek());
  }, [store]);
  useEffect(
    () =>
      onLinked("filter", ({ text }) => {
        kept.filter.value = text;
        void store.filter(text);
      }),
    [store],
  );
  const isEmpty = useComputed(() => store.found.value !== undefined && store.rows.value.size === 0).value;
  const focusTree = (): void => pane.current?.querySelector<HTMLElement>("[role=tree]")?.focus();
  return (
    <div class="outline" ref={pane}>
      <FilterBox
        label={t("Filter by name or dtype")}
        text={kept.filter}
        onFilter={(text) => {
          void store.filter(text);
          link({ kind: "filter", text });
        }}
        onLeave={focusTree}
        listen={(focus) =>
          onHostEvent((event) => {
            if (event.type === "key" && event.action === "focus-filter") focus();
          })
        }
      />
      {store.failure.value === undefined ? null : (
        <ErrorNote
          error={store.failure.value}
          retry={{
            label: t("Retry"),
            run: () => {
              store.failure.value = undefined;
              store.version.value += 1;
            },
          }}
        />
      )}
      {isEmpty ? <p class="empty">{t("Nothing matches “{text}”.", { text: store.found.value?.text ?? "" })}</p> : null}
      <Tree
        label={t("Outline")}
        store={store}
        position={position}
        selected={kept.selected.value}
        onSelect={onSelect}
        textOf={labelOf}
        copyOf={(row) => row.path ?? (row.labelIsName ? row.label : undefined)}
        classOf={(branch) => classOf(branch.value)}
        content={(branch) => <OutlineRowContent row={branch.value} />}
      />
      {store.found.value?.isCut === true ? (
        <p class="outline-rest dim">{t("Showing the first {count} matches.", { count: store.found.value.matches })}</p>
      ) : null}
    </div>
  );
}

/**
 * One tree follows the other in VS Code's own diff; their rows are the same. Only the tree under the pointer or with the
 * focus tells where it is, and never where it was told to go: so neither side answers the other.
 */
function scrollTogether(
  pane: { readonly current: HTMLElement | null },
  store: OutlineStore,
  position: Signal<ScrollPosition>,
): () => void {
  let followed: number | undefined;
  const treeOf = (): Element | null => pane.current?.querySelector("[role=tree]") ?? null;
  const stopTelling = position.subscribe(({ top }) => {
    if (top === followed || treeOf()?.matches(":hover, :focus") !== true) return;
    followed = undefined;
    link({ kind: "scroll", top });
  });
  const stopAnswering = onLinked("where", () => link({ kind: "scroll", top: position.peek().top }));
  const stopFollowing = onLinked("scroll", ({ top }) => {
    const furthest = Math.max(0, store.rows.peek().size * ROW_HEIGHT - (treeOf()?.clientHeight ?? 0));
    followed = Math.max(0, Math.min(furthest, top));
    position.value = { ...position.peek(), top: followed };
  });
  return () => {
    stopTelling();
    stopAnswering();
    stopFollowing();
  };
}
