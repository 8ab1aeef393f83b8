import { LIMITS } from "../limits.ts";
import type { TreeEnsemble } from "../meaning/trees/ensemble.ts";
import type { Artifact } from "../model/artifact.ts";
import { isNode, type Value } from "../model/value.ts";
import { GROUP_LABELS, groupChildren, groupSize } from "./outline-groups.ts";
import { depthOf, type Item } from "./outline-item.ts";
import { rawChildCount, rawChildren, valueDetail, valueIcon } from "./raw-children.ts";
import { finished } from "./prefix-tree.ts";
import type { OutlineRow } from "./viewer-model.ts";
import type { Work } from "../work.ts";

/** Between the id of a row and the positions below its raw value. */
const RAW = "\u001f";
/** With no more parameters than this, every level of them is open at first. */
const OPEN_ALL = 40;
/** Levels of raw structure that are opened by themselves. */
const OPEN_RAW_DEPTH = 3;
/** A level with more rows than this is not opened unasked. */
const OPEN_AT_MOST = 500;

/** The tree of an artifact: rows are made when they are looked at. */
export interface Outline {
  /** Makes the rows of all groups beforehand, a slice of time after another: files have hundreds of thousands. */
  prepare(work: Work): Promise<void>;
  /** What is shown first: the groups, with parameters opened. */
  first(): OutlineRow[];
  /** Children of a row, by position; "" asks for the groups. */
  children(id: string, start: number, count: number): { rows: OutlineRow[]; total: number };
  /**
   * Rows whose label, address or detail holds the text (case does not matter), with their ancestors before them: a slice of
   * time after another, and no further once what was typed is no longer wanted.
   */
  find(text: string, work: Work): Promise<{ rows: OutlineRow[]; isCut: boolean }>;
  /** The row of an address, with its ancestors before it. */
  locate(path: string): { rows: OutlineRow[]; id: string } | undefined;
  item(id: string): Item | undefined;
  /** Children of an item itself, without making the others. */
  childCount(item: Item): number;
  childItems(item: Item, start: number, count: number): readonly Item[];
}

/** `ensembles`: those of the artifact, where they were looked for. */
export function createOutline(artifact: Artifact, ensembles: readonly TreeEnsemble[] = []): Outline {
  const known = new Map<string, Item>();
  const register = (item: Item): void => void known.set(item.id, item);
  const groups = GROUP_LABELS.filter(([group]) => groupSize(artifact, ensembles, group) > 0).map(
    ([group, label], index): Item => {
      const count = groupSize(artifact, ensembles, group);
      const item: Item = {
        id: group,
        label,
        labelIsName: false,
        detail: group === "structure" ? "" : String(count),
        icon: "group",
        badges: group === "imports" && artifact.imports.some((use) => use.class === "dangerous") ? ["dangerous"] : [],
        index,
        about: { type: "group", group },
      };
      register(item);
      return item;
    },
  );

  const childItems = (item: Item): readonly Item[] => {
    if (item.children === undefined && item.about.type === "group")
      item.children = finished(groupChildren(artifact, ensembles, item, register));
    return item.children ?? [];
  };

  /** The value whose raw children are this row's children. */
  const rawValue = (item: Item): Value | undefined => {
    if (item.about.type === "raw") return isCycle(item) ? undefined : item.about.value;
    if (item.about.type === "value") return item.about.named.value;
    return undefined;
  };

  const rawItem = (parent: Item, index: number, label: string, value: Value): Item => {
    const separator = parent.id.includes(RAW) ? "/" : RAW;
    const item: Item = {
      id: `${parent.id}${separator}${index}`,
      parent,
      label,
      labelIsName: true,
      detail: valueDetail(value),
      icon: valueIcon(value),
      badges: [],
      index,
      about: { type: "raw", value },
    };
    return isCycle(item) ? { ...item, badges: ["cycle"] } : item;
  };

  const total = (item: Item): number => {
    if (item.about.type === "group" && item.about.group === "structure") return artifact.root === undefined ? 0 : 1;
    const own = childItems(item).length;
    if (own > 0) return own;
    const value = rawValue(item);
    return value === undefined ? 0 : rawChildCount(value);
  };

  const someChildren = (item: Item, start: number, count: number): readonly Item[] => {
    if (item.about.type === "group" && item.about.group === "structure")
      return artifact.root === undefined || start > 0 || count < 1 ? [] : [rawItem(item, 0, "root", artifact.root)];
    const own = childItems(item);
    if (own.length > 0) return own.slice(start, start + count);
    const value = rawValue(item);
    if (value === undefined) return [];
    return rawChildren(value, start, count).map((child, at) => rawItem(item, start + at, child.label, child.value));
  };

  const find = (id: string): Item | undefined => {
    const cut = id.indexOf(RAW);
    if (cut >= 0) return findRaw(id, cut);
    const here = known.get(id);
    if (here !== undefined) return here;
    const group = groups.find((each) => id.startsWith(`${each.id}/`));
    if (group === undefined || group.children !== undefined) return undefined;
    childItems(group);
    return known.get(id);
  };

  const findRaw = (id: string, cut: number): Item | undefined => {
    let item = find(id.slice(0, cut));
    for (const part of id.slice(cut + 1).split("/")) {
      if (item === undefined) return undefined;
      const index = Number(part);
      if (!Number.isSafeInteger(index) || index < 0) return undefined;
      item = someChildren(item, index, 1)[0];
    }
    return item;
  };

  const row = (item: Item, isOpen: boolean): OutlineRow => ({
    id: item.id,
    ...(item.parent === undefined ? {} : { parent: item.parent.id }),
    depth: depthOf(item),
    label: item.label,
    labelIsName: item.labelIsName,
    detail: item.detail,
    icon: item.icon,
    children: total(item),
    isOpen,
    badges: item.badges,
    index: item.index,
    ...(item.path === undefined ? {} : { path: item.path }),
  });

  const withAncestors = (item: Item, into: OutlineRow[], seen: Set<string>): void => {
    const chain: Item[] = [];
    for (let at: Item | undefined = item; at !== undefined && !seen.has(at.id); at = at.parent) chain.push(at);
    for (const each of chain.reverse()) {
      seen.add(each.id);
      into.push(row(each, each !== item));
    }
  };

  return {
    async prepare(work) {
      for (const group of groups) {
        if (group.children !== undefined) continue;
        const steps = groupChildren(artifact, ensembles, group, register);
        let step = steps.next();
        for (; step.done !== true; step = steps.next()) if (work.isDue()) await work.checkpoint();
        group.children ??= step.value;
      }
    },
    item: find,
    childCount: total,
    childItems: someChildren,
    children(id, start, count) {
      if (id === "")
        return { rows: groups.slice(start, start + count).map((item) => row(item, false)), total: groups.length };
      const item = find(id);
      if (item === undefined) return { rows: [], total: 0 };
      const some = someChildren(item, start, Math.min(count, LIMITS.viewRows));
      return { rows: some.map((each) => row(each, false)), total: total(item) };
    },
    first() {
      const rows: OutlineRow[] = [];
      const opensAll = artifact.parameters.length <= OPEN_ALL;
      const open = ["parameters", "values", "hyperparameters", "metadata", "structure"]
        .map((id) => groups.find((group) => group.id === id))
        .find((group) => group !== undefined);
      const visit = (item: Item, isOpening: boolean): void => {
        const count = total(item);
        const isOpen = isOpening && count > 0 && count <= OPEN_AT_MOST && rows.length + count < LIMITS.viewRows;
        rows.push(row(item, isOpen));
        if (!isOpen) return;
        for (const child of someChildren(item, 0, count))
          visit(child, child.children === undefined ? count === 1 && isShallow(child) : opensAll || count === 1);
      };
      for (const group of groups) visit(group, group === open);
      return rows;
    },
    async find(text, work) {
      const wanted = text.toLowerCase();
      const rows: OutlineRow[] = [];
      const seen = new Set<string>();
      const todo: Item[] = [...groups].reverse();
      for (let item = todo.pop(); item !== undefined; item = todo.pop()) {
        if (work.isDue()) await work.checkpoint();
        const holds = [item.label, item.path ?? "", item.detail].some((part) => part.toLowerCase().includes(wanted));
        if (holds && item.about.type !== "group") withAncestors(item, rows, seen);
        if (rows.length >= LIMITS.viewRows) return { rows: rows.slice(0, LIMITS.viewRows), isCut: true };
        const own = childItems(item);
        for (let at = own.length - 1; at >= 0; at -= 1) {
          const child = own[at];
          if (child !== undefined) todo.push(child);
        }
      }
      return { rows, isCut: false };
    },
    locate(path) {
      for (const group of groups) childItems(group);
      const item = groups.map((group) => known.get(`${group.id}/${path}`)).find((each) => each !== undefined);
      if (item === undefined) return undefined;
      const rows: OutlineRow[] = [];
      withAncestors(item, rows, new Set());
      return { rows, id: item.id };
    },
  };
}

/** Raw structure is opened by itself for a few levels only: a file may nest as deep as it likes. */
function isShallow(item: Item): boolean {
  return item.about.type === "raw" && depthOf(item) <= OPEN_RAW_DEPTH;
}

/** True when the row's value is one of its own ancestors. */
function isCycle(item: Item): boolean {
  if (item.about.type !== "raw" || !isNode(item.about.value)) return false;
  for (let at = item.parent; at !== undefined; at = at.parent) {
    const { about } = at;
    if (about.type === "raw" && about.value === item.about.value) return true;
    if (about.type === "value" && about.named.value === item.about.value) return true;
  }
  return false;
}
