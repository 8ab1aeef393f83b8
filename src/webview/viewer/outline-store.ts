import { type Signal, signal } from "@preact/signals";
import type { OutlineRow } from "../../core/view/viewer-model.ts";
import type { WireError } from "../../protocol/methods.ts";
import { ask, isCancelled, wireError } from "../channel.ts";
import type { TreeStore } from "../parts/tree.tsx";
import { type Branch, type MissingRows, TreeRows } from "../parts/tree-rows.ts";
import { kept } from "./kept.ts";

/** Children asked for at once. */
const PAGE = 200;

export interface OutlineStore extends TreeStore<OutlineRow> {
  /** Set while a filter is on: how its search went. */
  readonly found: Signal<{ readonly text: string; readonly matches: number; readonly isCut: boolean } | undefined>;
  readonly failure: Signal<WireError | undefined>;
  /** Takes a new model's outline; what was open stays open. */
  load(outline: readonly OutlineRow[]): void;
  /** Shows only rows that hold the text, with their ancestors; "" shows all again. */
  filter(text: string): Promise<void>;
  /** Loads and opens what is above an address. Undefined when nothing has it. */
  reveal(path: string): Promise<Branch<OutlineRow> | undefined>;
  closeAll(): void;
}

const ROOT: OutlineRow = {
  id: "",
  depth: -1,
  label: "",
  labelIsName: false,
  detail: "",
  icon: "group",
  children: 0,
  isOpen: true,
  badges: [],
};

export function createOutlineStore(): OutlineStore {
  let all = new TreeRows<OutlineRow>(0, ROOT);
  const rows = signal(all);
  const revealing = signal<string | undefined>(undefined);
  const version = signal(0);
  const found: OutlineStore["found"] = signal(undefined);
  const failure = signal<WireError | undefined>(undefined);
  const asking = new Set<string>();
  let searching: AbortController | undefined;

  const changed = (): void => {
    version.value += 1;
  };
  const put = (tree: TreeRows<OutlineRow>, row: OutlineRow, index: number): Branch<OutlineRow> => {
    const parent = row.parent === undefined ? undefined : tree.get(row.parent);
    return tree.put(parent, index, {
      id: row.id,
      value: row,
      count: row.children,
      isOpen: kept.opened.peek()[row.id] ?? row.isOpen,
    });
  };

  const loadPage = async (
    tree: TreeRows<OutlineRow>,
    { parent, start, count }: MissingRows<OutlineRow>,
  ): Promise<void> => {
    const id = parent?.id ?? "";
    const key = `${id}\n${start}`;
    if (asking.has(key)) return;
    asking.add(key);
    try {
      const page = await ask("artifact/children", { id, start, count });
      page.rows.forEach((row, i) =>
        tree.put(parent, start + i, { ...asPut(row), isOpen: kept.opened.peek()[row.id] ?? row.isOpen }),
      );
      tree.recount(parent, page.total);
      failure.value = undefined;
    } catch (error) {
      if (!isCancelled(error)) failure.value = wireError(error);
      return;
    } finally {
      asking.delete(key);
    }
    changed();
  };

  return {
    rows,
    version,
    revealing,
    found,
    failure,
    load(outline) {
      all = new TreeRows(outline.filter((row) => row.parent === undefined).length, ROOT);
      const next = new Map<string, number>();
      for (const row of outline) {
        const index = next.get(row.parent ?? "") ?? 0;
        next.set(row.parent ?? "", index + 1);
        put(all, row, index);
      }
      asking.clear();
      failure.value = undefined;
      if (found.value === undefined) rows.value = all;
      else void this.filter(found.value.text);
      changed();
    },
    setOpen(branch, isOpen) {
      rows.value.setOpen(branch, isOpen);
      if (rows.value === all) kept.opened.value = { ...kept.opened.value, [branch.id]: isOpen };
      changed();
    },
    need(first, last) {
      const tree = rows.value;
      if (failure.value !== undefined) return;
      for (const missing of tree.missing(first, last, PAGE)) void loadPage(tree, missing);
    },
    async filter(text) {
      searching?.abort();
      if (text === "") {
        found.value = undefined;
        rows.value = all;
        changed();
        return;
      }
      searching = new AbortController();
      try {
        const answer = await ask("artifact/find", { text }, searching.signal);
        rows.value = foundRows(answer.rows);
        found.value = { text, matches: answer.rows.length, isCut: answer.isCut };
        changed();
      } catch (error) {
        if (!isCancelled(error)) failure.value = wireError(error);
      }
    },
    async reveal(path) {
      const answer = await ask("artifact/locate", { path }).catch(() => null);
      if (answer === null) return undefined;
      if (rows.value !== all && rows.value.get(answer.id) === undefined) {
        found.value = undefined;
        kept.filter.value = "";
        rows.value = all;
      }
      const tree = rows.value;
      for (const row of answer.rows) {
        const parent = row.parent === undefined ? undefined : tree.get(row.parent);
        if (row.parent !== undefined && parent === undefined) continue;
        if (tree.get(row.id) === undefined) await putFound(tree, parent, row);
      }
      const branch = tree.get(answer.id);
      revealing.value = branch?.id;
      changed();
      return branch;
    },
    closeAll() {
      const opened: Record<string, boolean> = {};
      // A list first: closing one changes what is visible while it is walked.
      const loaded = Array.from(all.loadedFrom(0, Number.POSITIVE_INFINITY));
      for (const branch of loaded) {
        if (branch.isOpen) opened[branch.id] = false;
        all.setOpen(branch, false);
      }
      kept.opened.value = opened;
      changed();
    },
  };

  /** Puts a located row where it belongs: at its told index, or by reading its siblings until it turns up. */
  async function putFound(
    tree: TreeRows<OutlineRow>,
    parent: Branch<OutlineRow> | undefined,
    row: OutlineRow,
  ): Promise<void> {
    if (row.index !== undefined) {
      put(tree, row, row.index);
      return;
    }
    const count = parent?.count ?? tree.rootCount;
    for (let start = 0; start < count && tree.get(row.id) === undefined; start += PAGE)
      await loadPage(tree, { parent, start, count: Math.min(PAGE, count - start) });
  }
}

function asPut(row: OutlineRow): { readonly id: string; readonly value: OutlineRow; readonly count: number } {
  return { id: row.id, value: row, count: row.children };
}

/** Found rows as a tree: what has found children is open and shows only those. */
function foundRows(rows: readonly OutlineRow[]): TreeRows<OutlineRow> {
  const children = new Map<string, number>();
  for (const row of rows) children.set(row.parent ?? "", (children.get(row.parent ?? "") ?? 0) + 1);
  const tree = new TreeRows<OutlineRow>(children.get("") ?? 0, ROOT);
  const next = new Map<string, number>();
  for (const row of rows) {
    const parent = row.parent ?? "";
    const index = next.get(parent) ?? 0;
    next.set(parent, index + 1);
    const own = children.get(row.id);
    const branch = tree.get(parent);
    if (parent !== "" && branch === undefined) continue;
    tree.put(branch, index, { id: row.id, value: row, count: own ?? row.children, isOpen: own !== undefined });
  }
  return tree;
}
