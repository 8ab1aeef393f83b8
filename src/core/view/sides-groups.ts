import type { PathPair } from "../diff/diff.ts";
import type { NamedValue } from "../model/artifact.ts";
import { GROUP_LABELS } from "./outline-groups.ts";
import type { GroupId, Item } from "./outline-item.ts";
import { type PrefixNode, prefixTree } from "./prefix-tree.ts";
import { type Couple, couples } from "./sides-couples.ts";
import type { SideName, SideOutline, SidesItem } from "./sides-item.ts";

/** Who belongs to whom. */
export interface SidesPairs {
  readonly parameters: readonly PathPair[];
  /** Address on the new side of another value of the old one. */
  readonly moved: (path: string) => string;
}

/** More children than this are never listed at once: an outline of its own asks for them by pages. */
const ALL = Number.MAX_SAFE_INTEGER;

/** The groups of both outlines with all that has an address below them; raw values are left to be looked at. */
export function sidesGroups(
  old: SideOutline,
  next: SideOutline,
  pairs: SidesPairs,
  register: (item: SidesItem) => void,
): SidesItem[] {
  const groups: SidesItem[] = [];
  for (const [group] of GROUP_LABELS) {
    const faces = { old: old.outline.item(group), new: next.outline.item(group) };
    if (faces.old === undefined && faces.new === undefined) continue;
    const item: SidesItem = { id: group, index: groups.length, ...present(faces), changes: 0 };
    register(item);
    groups.push(item);
    const children = childrenOf(item, group, { old, new: next }, pairs, register);
    if (children.length > 0) item.children = children;
  }
  return groups;
}

type Sides = Readonly<Record<SideName, SideOutline>>;

function childrenOf(
  group: SidesItem,
  id: GroupId,
  sides: Sides,
  pairs: SidesPairs,
  register: (item: SidesItem) => void,
): SidesItem[] {
  switch (id) {
    case "parameters": {
      const newPath = new Map(pairs.parameters.map((pair) => [pair.old, pair.new]));
      const all = couples(
        sides.old.artifact.parameters,
        sides.new.artifact.parameters,
        ({ path }) => path,
        ({ path }) => newPath.get(path),
      );
      return addressed(group, all, sides, register);
    }
    case "hyperparameters":
    case "fitted":
    case "values":
    case "metadata": {
      const [old, next] = [valuesOf(sides.old, id), valuesOf(sides.new, id)];
      const isThere = new Set(next.map(({ path }) => path));
      const all = couples(
        old,
        next,
        ({ path }) => path,
        ({ path }) => (isThere.has(path) ? path : pairs.moved(path)),
      );
      return addressed(group, all, sides, register);
    }
    case "trees":
    case "schema":
    case "environment": {
      const [old, next] = [facesOf(sides.old, group.old), facesOf(sides.new, group.new)];
      const [only] = next;
      // The one ensemble of each side is what is compared, whatever the two are called.
      const isOne = id === "trees" && old.length === 1 && next.length === 1 && only !== undefined;
      const all = couples(old, next, faceKey, isOne ? () => faceKey(only) : faceKey);
      return all.map((couple, index) => {
        const item: SidesItem = {
          id: `${group.id}/${couple.path}`,
          parent: group,
          index,
          ...present(couple),
          changes: 0,
        };
        register(item);
        return item;
      });
    }
    case "imports":
    case "structure":
      return [];
  }
}

function facesOf({ outline }: SideOutline, group: Item | undefined): readonly Item[] {
  return group === undefined ? [] : outline.childItems(group, 0, ALL);
}

/** What a tree ensemble, a list of names or a fact is the same by on both sides. */
function faceKey({ about, id }: Item): string {
  if (about.type === "ensemble") return about.ensemble.path;
  return about.type === "fact" ? about.fact.id : id.slice(id.indexOf("/") + 1);
}

function valuesOf({ artifact }: SideOutline, group: GroupId): readonly NamedValue[] {
  const role = group === "hyperparameters" ? "hyperparameter" : group === "values" ? "value" : group;
  return artifact.values.filter((named) => named.role === role);
}

interface Addressed {
  readonly path: string;
}

/** Rows of addresses as the one tree that both sides' addresses make, made without recursion. */
function addressed(
  group: SidesItem,
  all: readonly Couple<Addressed>[],
  sides: Sides,
  register: (item: SidesItem) => void,
): SidesItem[] {
  const classes = [sides.old, sides.new].flatMap(({ artifact }) => artifact.estimators.map(({ path }) => path));
  const top: SidesItem[] = [];
  const todo: {
    readonly nodes: readonly PrefixNode<Couple<Addressed>>[];
    readonly parent: SidesItem;
    readonly into: SidesItem[];
  }[] = [{ nodes: prefixTree(all, new Set(classes)).children, parent: group, into: top }];
  for (let step = todo.pop(); step !== undefined; step = todo.pop()) {
    const { nodes, parent, into } = step;
    for (const [index, node] of nodes.entries()) {
      const faces = {
        old: faceOf(group.id, node, "old", sides.old),
        new: faceOf(group.id, node, "new", sides.new),
      };
      const item: SidesItem = {
        id: `${group.id}/${node.prefix}`,
        parent,
        index,
        ...present(faces),
        labels: { old: labelOn("old", node, faces.old), new: labelOn("new", node, faces.new) },
        changes: 0,
      };
      register(item);
      into.push(item);
      if (node.children.length === 0) continue;
      const children: SidesItem[] = [];
      item.children = children;
      todo.push({ nodes: node.children, parent: item, into: children });
    }
  }
  return top;
}

/** The row of a side's own outline; one made for it where that outline has two levels in one row. */
function faceOf(
  group: string,
  node: PrefixNode<Couple<Addressed>>,
  side: SideName,
  { outline }: SideOutline,
): Item | undefined {
  if (node.item !== undefined && node.children.length === 0) {
    const own = node.item[side];
    return own === undefined ? undefined : outline.item(`${group}/${own.path}`);
  }
  const prefix = prefixOn(node, side);
  if (prefix === undefined) return undefined;
  return (
    outline.item(`${group}/${prefix}`) ?? {
      id: `${group}/${prefix}`,
      label: prefix,
      labelIsName: true,
      detail: String(countOn(node, side)),
      icon: "group",
      badges: [],
      path: prefix,
      index: 0,
      about: { type: "prefix", prefix, group: group as GroupId },
    }
  );
}

/**
 * What a prefix is called on a side: what the first address below it that the side has begins with there. Undefined where
 * that side has no such level.
 */
function prefixOn(node: PrefixNode<Couple<Addressed>>, side: SideName): string | undefined {
  const first = firstOn(node, side);
  const own = first?.[side]?.path;
  if (first === undefined || own === undefined) return undefined;
  const below = first.path.slice(node.prefix.length);
  return own.endsWith(below) && own !== below ? own.slice(0, own.length - below.length) : undefined;
}

function firstOn(node: PrefixNode<Couple<Addressed>>, side: SideName): Couple<Addressed> | undefined {
  for (const couple of couplesIn(node)) if (couple[side] !== undefined) return couple;
  return undefined;
}

function countOn(node: PrefixNode<Couple<Addressed>>, side: SideName): number {
  let count = 0;
  for (const couple of couplesIn(node)) if (couple[side] !== undefined) count += 1;
  return count;
}

function* couplesIn(node: PrefixNode<Couple<Addressed>>): Generator<Couple<Addressed>> {
  const todo = [node];
  for (let at = todo.pop(); at !== undefined; at = todo.pop()) {
    if (at.item !== undefined) yield at.item;
    for (let i = at.children.length - 1; i >= 0; i -= 1) {
      const child = at.children[i];
      if (child !== undefined) todo.push(child);
    }
  }
}

/** Below a common prefix the rest of the address; the whole of it where this side has another prefix. */
function labelOn(side: SideName, node: PrefixNode<Couple<Addressed>>, face: Item | undefined): string {
  const own = node.item?.[side]?.path ?? face?.path;
  return own === undefined || own === node.prefix ? node.label : own;
}

function present(faces: {
  readonly old?: Item | undefined;
  readonly new?: Item | undefined;
}): Pick<SidesItem, "old" | "new"> {
  return { ...(faces.old && { old: faces.old }), ...(faces.new && { new: faces.new }) };
}
