import { batch, effect, signal, useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { NodeRow } from "../../core/diff/trees/report.ts";
import { t } from "../strings.ts";
import type { ScrollPosition } from "./scroll-area.tsx";
import { Tree, type TreeStore } from "./tree.tsx";
import { NodeContent, nodeClass, nodeLine } from "./tree-node.tsx";
import { type Branch, TreeRows } from "./tree-rows.ts";

export interface TreeNodesProps {
  readonly rows: readonly NodeRow[];
  /** Nodes that there are; more than `rows` when these were cut. */
  readonly total: number;
  readonly name: string;
  /** Rows are of two trees laid over each other. */
  readonly isCompared: boolean;
  /** The one side that is shown, of two that are shown beside each other and go together. */
  readonly side?: "old" | "new";
  readonly linked?: NodesLink;
}

/** What is done by hand in one of two trees beside each other. `selected` is "" for none. */
export type NodesChange =
  | { readonly kind: "open"; readonly id: string; readonly isOpen: boolean }
  | { readonly kind: "place"; readonly top: number; readonly selected: string };

export interface NodesLink {
  told(change: NodesChange): void;
  /** Returns how to stop. */
  follow(apply: (change: NodesChange) => void): () => void;
}

/** The nodes of a decision tree, or of two laid over each other. */
export function TreeNodes({ rows, total, name, isCompared, side, linked }: TreeNodesProps) {
  const store = useMemo(
    () => storeOf(rows, isCompared, (id, isOpen) => linked?.told({ kind: "open", id, isOpen })),
    [rows, linked],
  );
  const position = useMemo(() => signal<ScrollPosition>({ top: 0, left: 0 }), [rows]);
  const selected = useSignal<string | undefined>(undefined);
  useEffect(() => {
    if (linked === undefined) return undefined;
    const now = (): { readonly top: number; readonly selected: string } => ({
      top: position.value.top,
      selected: selected.value ?? "",
    });
    let told = now();
    const stopTelling = effect(() => {
      const next = now();
      if (next.top === told.top && next.selected === told.selected) return;
      told = next;
      linked.told({ kind: "place", ...next });
    });
    const stopFollowing = linked.follow((change) => {
      if (change.kind === "open") {
        store.follow(change.id, change.isOpen);
        return;
      }
      told = { top: change.top, selected: change.selected };
      batch(() => {
        position.value = { ...position.peek(), top: change.top };
        selected.value = change.selected === "" ? undefined : change.selected;
      });
    });
    return () => {
      stopTelling();
      stopFollowing();
    };
  }, [linked, store, position]);
  return (
    <>
      <Tree
        label={t("Nodes of {name}", { name })}
        store={store}
        position={position}
        selected={selected.value}
        onSelect={({ id }) => (selected.value = id)}
        textOf={(row) => nodeLine(row)}
        copyOf={(row) => nodeLine(row)}
        content={(branch) => <NodeContent row={branch.value} isCompared={isCompared} side={side} />}
        {...(side === undefined ? {} : { classOf: (branch: Branch<NodeRow>) => nodeClass(branch.value, side) })}
      />
      {total > rows.length ? (
        <p class="dim table-rest">{t("Showing {shown} of {total} rows.", { shown: rows.length, total: total })}</p>
      ) : null}
    </>
  );
}

interface NodesStore extends TreeStore<NodeRow> {
  /** Opens or closes a row as the other side did. */
  follow(id: string, isOpen: boolean): void;
}

/** Levels of a tree that are open at first. */
const OPEN_DEPTH = 5;
const NOWHERE: NodeRow = { depth: -1, parent: -1, branch: "root", kind: "same", fields: [] };

/** Open where something differs below, closed where all is the same; a tree that is alone is open for some levels. */
function storeOf(
  all: readonly NodeRow[],
  isCompared: boolean,
  onOpen: (id: string, isOpen: boolean) => void,
): NodesStore {
  const differs = new Uint8Array(all.length);
  const children = all.map((): number[] => []);
  for (let at = all.length - 1; at >= 0; at--) {
    const row = all[at];
    if (row === undefined || row.parent < 0) continue;
    children[row.parent]?.unshift(at);
    if (row.kind !== "same" || differs[at] === 1) differs[row.parent] = 1;
  }
  const rows = new TreeRows<NodeRow>(all.length === 0 ? 0 : 1, NOWHERE);
  for (const [at, row] of all.entries()) {
    const index = row.parent < 0 ? 0 : (children[row.parent]?.indexOf(at) ?? 0);
    rows.put(rows.get(`node:${row.parent}`), index, {
      id: `node:${at}`,
      value: row,
      count: children[at]?.length ?? 0,
      isOpen: isCompared ? differs[at] === 1 || at === 0 || row.kind !== "same" : row.depth < OPEN_DEPTH,
    });
  }
  const version = signal(0);
  return {
    rows: signal(rows),
    version,
    revealing: signal(undefined),
    setOpen(branch, isOpen) {
      rows.setOpen(branch, isOpen);
      version.value += 1;
      onOpen(branch.id, isOpen);
    },
    follow(id, isOpen) {
      const branch = rows.get(id);
      if (branch === undefined) return;
      rows.setOpen(branch, isOpen);
      version.value += 1;
    },
    need: () => undefined,
  };
}
