import { signal, useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import type { NodeRow } from "../../core/diff/trees/report.ts";
import { t } from "../strings.ts";
import type { ScrollPosition } from "./scroll-area.tsx";
import { Tree, type TreeStore } from "./tree.tsx";
import { NodeContent, nodeLine } from "./tree-node.tsx";
import { TreeRows } from "./tree-rows.ts";

export interface TreeNodesProps {
  readonly rows: readonly NodeRow[];
  /** Nodes that there are; more than `rows` when these were cut. */
  readonly total: number;
  readonly name: string;
  /** Rows are of two trees laid over each other. */
  readonly isCompared: boolean;
}

/** The nodes of a decision tree, or of two laid over each other. */
export function TreeNodes({ rows, total, name, isCompared }: TreeNodesProps) {
  const store = useMemo(() => storeOf(rows, isCompared), [rows]);
  const position = useMemo(() => signal<ScrollPosition>({ top: 0, left: 0 }), [rows]);
  const selected = useSignal<string | undefined>(undefined);
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
        content={(branch) => <NodeContent row={branch.value} isCompared={isCompared} />}
      />
      {total > rows.length ? (
        <p class="dim table-rest">{t("Showing {shown} of {total} rows.", { shown: rows.length, total: total })}</p>
      ) : null}
    </>
  );
}

/** Levels of a tree that are open at first. */
const OPEN_DEPTH = 5;
const NOWHERE: NodeRow = { depth: -1, parent: -1, branch: "root", kind: "same", fields: [] };

/** Open where something differs below, closed where all is the same; a tree that is alone is open for some levels. */
function storeOf(all: readonly NodeRow[], isCompared: boolean): TreeStore<NodeRow> {
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
    },
    need: () => undefined,
  };
}
