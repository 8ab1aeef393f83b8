import { type Signal, signal } from "@preact/signals";
import type { Verdict } from "../../core/diff/report.ts";
import type { OutlineRow, RowMark } from "../../core/view/viewer-model.ts";
import type { WireError } from "../../protocol/methods.ts";
import { ask, isCancelled, wireError } from "../channel.ts";
import type { TreeStore } from "../parts/tree.tsx";
import { type Branch, type MissingRows, TreeRows } from "../parts/tree-rows.ts";
import { kept } from "./kept.ts";
import { link } from "./linked.ts";

/** Children asked for at once. */
const PAGE = 200;

export interface OutlineStore extends TreeStore<OutlineRow> {
  /** Set while a filter is on: how its search went. */
  readonly found: Signal<{ readonly text: string; readonly matches: number; readonly isCut: boolean } | undefined>;
  readonly failure: Signal<WireError | undefined>;
  /** Takes a new model's outline, or that of both sides; what was open stays open. */
  load(outline: readonly OutlineRow[], from: OutlineSource): void;
  /** Puts what a comparison found to the rows, also to those that are loaded later. */
  mark(marks: readonly RowMark[]): void;
  /** What is known so far of a row; to be asked again when it changes. */
  verdictOf(id: string | undefined): Verdict | undefined;
  /** Opens or closes a row, loaded or not, as the other side did. */
  follow(id: string, isOpen: boolean): void;
  /** Shows only rows that hold the text, with their ancestors; "" shows all again. */
  filter(text: string): Promise<void>;
  /** Loads and opens what is above an address, or a row of both sides. Undefined when nothing has it. */
  reveal(wanted: { readonly path: string } | { readonly id: string }): Promise<Branch<OutlineRow> | undefined>;
  /** Puts rows that were asked for otherwise, and brings the last one into view. */
  show(found: Located): Promise<Branch<OutlineRow> | undefined>;
  closeAll(): void;
}

/** Whose rows they are: those of this model, or of the two sides of a diff laid over each other. */
export type OutlineSource = "artifact" | "sides";

export interface Located {
  readonly rows: readonly OutlineRow[];
  readonly id: string;
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
  const marks = new Map<string, RowMark>();
  let source: OutlineSource = "artifact";
  let searching: AbortController | undefined;

  const changed = (): void => {
    version.value += 1;
  };
  const marked = (row: OutlineRow): OutlineRow => {
    const mark = marks.get(row.id);
    return mark === undefined || row.compared === undefined
      ? row
      : { ...row, compared: { isGap: row.compared.isGap, ...mark } };
  };
  const put = (tree: TreeRows<OutlineRow>, row: OutlineRow, index: number): Branch<OutlineRow> => {
    const parent = row.parent === undefined ? undefined : tree.get(row.parent);
    return tree.put(parent, index, {
      id: row.id,
      value: marked(row),
      count: row.children,
      isOpen: kept.opened.peek()[row.id] ?? row.isOpen,
    });
  };
  const open = (branch: Branch<OutlineRow>, isOpen: boolean): void => {
    rows.value.setOpen(branch, isOpen);
    if (rows.value === all) kept.opened.value = { ...kept.opened.value, [branch.id]: isOpen };
    changed();
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
      const page = await ask(source === "sides" ? "sides/children" : "artifact/children", { id, start, count });
      page.rows.forEach((row, i) =>
        tree.put(parent, start + i, { ...asPut(marked(row)), isOpen: kept.opened.peek()[row.id] ?? row.isOpen }),
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
    load(outline, from) {
      source = from;
      marks.clear();
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
    mark(news) {
      for (const mark of news) {
        marks.set(mark.id, mark);
        const branch = rows.value.get(mark.id);
        if (branch !== undefined) branch.value = marked(branch.value);
      }
      changed();
    },
    verdictOf(id) {
      // Read so that whoever asks hears of every change.
      void version.value;
      return id === undefined ? undefined : rows.value.get(id)?.value.compared?.verdict;
    },
    setOpen(branch, isOpen) {
      if (branch.isOpen === isOpen) return;
      open(branch, isOpen);
      link({ kind: "open", id: branch.id, isOpen });
    },
    follow(id, isOpen) {
      const branch = rows.value.get(id);
      if (branch === undefined) kept.opened.value = { ...kept.opened.value, [id]: isOpen };
      else if (branch.isOpen !== isOpen) open(branch, isOpen);
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
        const method = source === "sides" ? "sides/find" : "artifact/find";
        const answer = await ask(method, { text }, searching.signal);
        rows.value = foundRows(answer.rows.map(marked));
        found.value = { text, matches: answer.rows.length, isCut: answer.isCut };
        changed();
      } catch (error) {
        if (!isCancelled(error)) failure.value = wireError(error);
      }
    },
    async reveal(wanted) {
      const known = "id" in wanted ? rows.value.get(wanted.id) : undefined;
      if (known !== undefined) return this.show({ rows: [], id: known.id });
      const answer = await (source === "sides"
        ? ask("sides/locate", wanted)
        : "path" in wanted
          ? ask("artifact/locate", wanted)
          : Promise.resolve(null)
      ).catch(() => null);
      return answer === null ? undefined : this.show(answer);
    },
    async show({ rows: located, id }) {
      if (rows.value !== all && rows.value.get(id) === undefined) {
        found.value = undefined;
        kept.filter.value = "";
        rows.value = all;
      }
      const tree = rows.value;
      for (const row of located) {
        const parent = row.parent === undefined ? undefined : tree.get(row.parent);
        if (row.parent !== undefined && parent === undefined) continue;
        if (tree.get(row.id) === undefined) await putFound(tree, parent, row);
      }
      const branch = tree.get(id);
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
