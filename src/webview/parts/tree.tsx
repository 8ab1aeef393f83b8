import { type Signal, useSignal } from "@preact/signals";
import type { ComponentChildren, VNode } from "preact";
import { useEffect, useId, useLayoutEffect, useRef } from "preact/hooks";
import { run } from "../channel.ts";
import { uniformAxis, visibleRange } from "./axis.ts";
import { isCopyKey } from "./copy-cells.ts";
import { Icon } from "./icon.tsx";
import { revealed, ScrollArea, type ScrollPosition, useViewport } from "./scroll-area.tsx";
import { treeKey } from "./tree-keys.ts";
import type { Branch, TreeRow, TreeRows } from "./tree-rows.ts";

export const ROW_HEIGHT = 22;
/** Rows that have their places from the same beginning. */
const LAYER_ROWS = 1_000;
/** Rows that come and go together: between two such runs scrolling touches no element. */
const DRAWN_TOGETHER = 8;
/** Rows that are asked for before they come into view, so that they need not be drawn twice. */
const AHEAD = 80;
const TYPE_AHEAD_MS = 700;
const TYPE_AHEAD_ROWS = 20_000;

/** The rows of a tree and what can be done with them. `version` changes whenever the rows did. */
export interface TreeStore<T> {
  readonly rows: Signal<TreeRows<T>>;
  readonly version: Signal<number>;
  /** Id of a row to bring into view; undefined again once it is. */
  readonly revealing: Signal<string | undefined>;
  setOpen(branch: Branch<T>, isOpen: boolean): void;
  /** These rows are visible: load what is missing of them. */
  need(first: number, last: number): void;
}

export interface TreeProps<T> {
  readonly label: string;
  readonly store: TreeStore<T>;
  readonly position: Signal<ScrollPosition>;
  /** Id of the selected row. */
  readonly selected: string | undefined;
  readonly onSelect: (branch: Branch<T>) => void;
  /** What type-ahead searches. */
  readonly textOf: (value: T) => string;
  readonly content: (branch: Branch<T>) => ComponentChildren;
  readonly classOf?: (branch: Branch<T>) => string;
  /** What Ctrl/Cmd+C copies of the active row. */
  readonly copyOf: (value: T) => string | undefined;
}

/** A virtual tree after the ARIA pattern: focus stays on the tree, the active row is its active descendant. */
export function Tree<T>(props: TreeProps<T>) {
  const { store, position } = props;
  const id = useId();
  const viewport = useViewport();
  const active = useSignal<string | undefined>(props.selected);
  /** A row that was gone to before it was loaded: selected as soon as it is there. */
  const awaited = useSignal<number | undefined>(undefined);
  const typed = useRef({ text: "", at: 0 });
  const before = useRef<ReadonlyMap<number, DrawnRow>>(new Map());
  // Read so that this draws again when rows were loaded, opened or closed.
  const version = store.version.value;
  const rows = store.rows.value;
  const axis = uniformAxis(rows.size, ROW_HEIGHT);
  const { top } = position.value;
  const height = viewport.value.height;
  const { first, last } = visibleRange(axis, top, height);

  const start = Math.floor(first / DRAWN_TOGETHER) * DRAWN_TOGETHER;
  const end = Math.ceil((last + 1) / DRAWN_TOGETHER) * DRAWN_TOGETHER;
  useEffect(() => store.need(start - AHEAD, end + AHEAD), [store, version, start, end]);
  // Before the next key: an effect that ran later would take the active row back from a key pressed in between.
  useLayoutEffect(() => {
    active.value = props.selected;
  }, [props.selected, active]);

  const activeBranch = active.value === undefined ? undefined : rows.get(active.value);
  const activeAt = awaited.value ?? (activeBranch === undefined ? undefined : rows.positionOf(activeBranch));
  const isActiveDrawn = activeAt !== undefined && activeAt >= first && activeAt <= last;

  useEffect(() => {
    const wanted = store.revealing.value;
    const branch = wanted === undefined ? undefined : rows.get(wanted);
    if (branch === undefined || height === 0) return;
    store.revealing.value = undefined;
    for (let above = branch.parent; above !== undefined; above = above.parent) store.setOpen(above, true);
    const at = rows.positionOf(branch);
    if (at === undefined) return;
    position.value = { ...position.value, top: revealed(position.value.top, at * ROW_HEIGHT, ROW_HEIGHT, height) };
  }, [store, store.revealing.value, version, height]);
  useEffect(() => {
    const row = awaited.value === undefined ? undefined : rows.at(awaited.value);
    if (row?.kind === "branch") choose(row.branch);
  }, [version, awaited.value]);

  const goTo = (target: number): void => {
    const at = Math.max(0, Math.min(rows.size - 1, target));
    position.value = { ...position.value, top: revealed(top, at * ROW_HEIGHT, ROW_HEIGHT, height) };
    const row = rows.at(at);
    if (row?.kind === "branch") choose(row.branch);
    else awaited.value = at;
  };
  const choose = (branch: Branch<T>): void => {
    awaited.value = undefined;
    active.value = branch.id;
    props.onSelect(branch);
  };
  const search = (key: string): void => {
    const now = performance.now();
    const text = now - typed.current.at < TYPE_AHEAD_MS ? typed.current.text + key.toLowerCase() : key.toLowerCase();
    typed.current = { text, at: now };
    const from = (activeAt ?? -1) + (text.length === 1 ? 1 : 0);
    for (const branch of rows.loadedFrom(Math.max(0, from), TYPE_AHEAD_ROWS)) {
      if (!props.textOf(branch.value).toLowerCase().startsWith(text)) continue;
      goTo(rows.positionOf(branch) ?? 0);
      return;
    }
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (isCopyKey(event)) {
      const text = activeBranch === undefined ? undefined : props.copyOf(activeBranch.value);
      if (text === undefined) return;
      event.stopPropagation();
      event.preventDefault();
      run("copyText", text);
      return;
    }
    const isHandled = treeKey(event, {
      at: activeAt ?? -1,
      branch: activeBranch,
      page: Math.max(1, Math.floor(height / ROW_HEIGHT) - 1),
      end: rows.size - 1,
      goTo,
      positionOf: (branch) => rows.positionOf(branch),
      setOpen: (branch, isOpen) => store.setOpen(branch, isOpen),
      search,
    });
    if (isHandled) event.preventDefault();
  };

  // Rows stand still in a layer that is moved: scrolling changes one style, and draws only what comes into view.
  const base = Math.floor(first / LAYER_ROWS) * LAYER_ROWS;
  const drawn = new Map<number, DrawnRow>();
  for (let at = start; at < end; at += 1) {
    const row = rows.at(at);
    if (row === undefined) continue;
    const branch = row.kind === "branch" ? row.branch : undefined;
    const isSelected = branch !== undefined && branch.id === props.selected;
    const isActive = branch !== undefined && branch.id === active.value;
    const siblings = siblingsOf(rows, row);
    const about = branch === undefined ? [] : [branch.value, branch.isOpen, branch.count];
    const of = [props, store, rows, base, branch, ...about, siblings, row.level, isSelected, isActive];
    const known = before.current.get(at);
    if (known !== undefined && known.of.every((each, i) => each === of[i])) {
      drawn.set(at, known);
      continue;
    }
    const node = (
      <Row
        key={at}
        id={`${id}-${at}`}
        row={row}
        top={(at - base) * ROW_HEIGHT}
        siblings={siblings}
        isSelected={isSelected}
        isActive={isActive}
        onPick={choose}
        onToggle={(one) => store.setOpen(one, !one.isOpen)}
        content={props.content}
        {...(props.classOf === undefined ? {} : { classOf: props.classOf })}
      />
    );
    drawn.set(at, { of, node });
  }
  before.current = drawn;
  return (
    <ScrollArea
      class="tree"
      extent={{ width: 0, height: axis.total }}
      position={position}
      viewport={viewport}
      attributes={{
        role: "tree",
        tabIndex: 0,
        "aria-label": props.label,
        "aria-activedescendant": isActiveDrawn ? `${id}-${activeAt}` : undefined,
        onKeyDown,
        onFocus: () => {
          if (active.value === undefined) active.value = firstBranch(rows);
        },
      }}
    >
      <div class="tree-layer" role="none" style={{ transform: `translateY(${base * ROW_HEIGHT - top}px)` }}>
        {[...drawn.values()].map(({ node }) => node)}
      </div>
    </ScrollArea>
  );
}

/** A row as it was drawn, with everything that it was drawn from: drawn again only when some of that changed. */
interface DrawnRow {
  readonly of: readonly unknown[];
  readonly node: VNode;
}

interface RowProps<T> {
  readonly id: string;
  readonly row: TreeRow<T>;
  readonly top: number;
  readonly siblings: number;
  readonly isSelected: boolean;
  readonly isActive: boolean;
  readonly onPick: (branch: Branch<T>) => void;
  readonly onToggle: (branch: Branch<T>) => void;
  readonly content: (branch: Branch<T>) => ComponentChildren;
  readonly classOf?: (branch: Branch<T>) => string;
}

function Row<T>({ id, row, top, siblings, isSelected, isActive, onPick, onToggle, content, classOf }: RowProps<T>) {
  const style = { top: `${top}px`, "--level": String(row.level - 1) };
  const place = { "aria-level": row.level, "aria-setsize": siblings };
  if (row.kind === "place")
    return (
      <div
        class="tree-row is-place"
        role="treeitem"
        id={id}
        style={style}
        aria-busy="true"
        aria-posinset={row.index + 1}
        {...place}
      >
        <span class="tree-twistie" />
        <span class="tree-placeholder" />
      </div>
    );
  const { branch } = row;
  const isExpandable = branch.count > 0;
  return (
    <div
      class={`tree-row${isSelected ? " is-selected" : ""}${isActive ? " is-active" : ""} ${classOf?.(branch) ?? ""}`}
      role="treeitem"
      id={id}
      style={style}
      aria-selected={isSelected}
      aria-posinset={branch.index + 1}
      {...(isExpandable ? { "aria-expanded": branch.isOpen } : {})}
      {...place}
      onClick={() => onPick(branch)}
      onDblClick={() => onToggle(branch)}
    >
      <span
        class="tree-twistie"
        onClick={(event) => {
          if (!isExpandable) return;
          event.stopPropagation();
          onToggle(branch);
        }}
      >
        {isExpandable ? <Icon name={branch.isOpen ? "chevron-down" : "chevron-right"} /> : null}
      </span>
      {content(branch)}
    </div>
  );
}

function firstBranch<T>(rows: TreeRows<T>): string | undefined {
  const row = rows.at(0);
  return row?.kind === "branch" ? row.branch.id : undefined;
}

function siblingsOf<T>(rows: TreeRows<T>, row: TreeRow<T>): number {
  const parent = row.kind === "branch" ? row.branch.parent : row.parent;
  return parent?.count ?? rows.rootCount;
}
