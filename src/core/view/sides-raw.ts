import type { Outline } from "./outline.ts";
import type { Item } from "./outline-item.ts";
import type { SideName, SidesItem } from "./sides-item.ts";

/** Children of a raw value are put together by what they are called up to this many, and by their places beyond. */
const BY_NAME = 5_000;

/** Between the id of a row and the positions below its raw value, as in an outline of one model. */
const RAW = "\u001f";

type Outlines = Readonly<Record<SideName, Outline>>;

/** How many rows the raw values of a row have below them on both sides together. */
export function rawCount(item: SidesItem, outlines: Outlines): number {
  return item.children?.length ?? merged(item, outlines)?.length ?? longest(item, outlines);
}

/** Rows [start, start + count) of them. */
export function rawRows(item: SidesItem, start: number, count: number, outlines: Outlines): readonly SidesItem[] {
  const all = item.children ?? merged(item, outlines);
  if (all !== undefined) return all.slice(start, start + count);
  const old = childrenOf(item, "old", start, count, outlines);
  const next = childrenOf(item, "new", start, count, outlines);
  return Array.from({ length: Math.max(old.length, next.length) }, (_, i) => rawItem(item, start + i, old[i], next[i]));
}

/** The row of an id below a raw value, given the row that holds the value. */
export function rawAt(
  id: string,
  find: (id: string) => SidesItem | undefined,
  outlines: Outlines,
): SidesItem | undefined {
  const cut = id.indexOf(RAW);
  if (cut < 0) return undefined;
  let item = find(id.slice(0, cut));
  for (const part of id.slice(cut + 1).split("/")) {
    const index = Number(part);
    if (item === undefined || !Number.isSafeInteger(index) || index < 0) return undefined;
    item = rawRows(item, index, 1, outlines)[0];
  }
  return item;
}

/** Both sides' children as one list by their names, kept; undefined where they are too many, or on one side only. */
function merged(item: SidesItem, outlines: Outlines): readonly SidesItem[] | undefined {
  const counts = [countOf(item, "old", outlines), countOf(item, "new", outlines)];
  if (Math.min(...counts) === 0 || Math.max(...counts) > BY_NAME) return undefined;
  const named = (side: SideName): Map<string, Item> => {
    const seen = new Map<string, number>();
    const found = new Map<string, Item>();
    for (const child of childrenOf(item, side, 0, BY_NAME, outlines)) {
      const times = seen.get(child.label) ?? 0;
      seen.set(child.label, times + 1);
      found.set(`${child.label}\n${times}`, child);
    }
    return found;
  };
  const [old, next] = [named("old"), named("new")];
  const rows: SidesItem[] = [];
  const pending = old.entries();
  /** What the old side alone has before a name that both have. */
  const alone = (until: string | undefined): void => {
    for (let at = pending.next(); at.done !== true && at.value[0] !== until; at = pending.next())
      if (!next.has(at.value[0])) rows.push(rawItem(item, rows.length, at.value[1], undefined));
  };
  const done = new Set<string>();
  for (const [name, child] of next) {
    const was = old.get(name);
    if (was !== undefined && !done.has(name)) alone(name);
    rows.push(rawItem(item, rows.length, was, child));
    done.add(name);
  }
  alone(undefined);
  item.children = rows;
  return rows;
}

function longest(item: SidesItem, outlines: Outlines): number {
  return Math.max(countOf(item, "old", outlines), countOf(item, "new", outlines));
}

function countOf(item: SidesItem, side: SideName, outlines: Outlines): number {
  const face = item[side];
  return face === undefined ? 0 : outlines[side].childCount(face);
}

function childrenOf(
  item: SidesItem,
  side: SideName,
  start: number,
  count: number,
  outlines: Outlines,
): readonly Item[] {
  const face = item[side];
  return face === undefined ? [] : outlines[side].childItems(face, start, count);
}

function rawItem(parent: SidesItem, index: number, old: Item | undefined, next: Item | undefined): SidesItem {
  const separator = parent.id.includes(RAW) ? "/" : RAW;
  return {
    id: `${parent.id}${separator}${index}`,
    parent,
    index,
    ...(old === undefined ? {} : { old }),
    ...(next === undefined ? {} : { new: next }),
    changes: 0,
  };
}
