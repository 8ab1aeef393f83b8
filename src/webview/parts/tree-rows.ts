/** A row of the tree. Its children are known by number; those that were loaded are in `kids` under their position. */
export interface Branch<T> {
  readonly id: string;
  value: T;
  readonly parent: Branch<T> | undefined;
  /** Position among its siblings. */
  readonly index: number;
  /** How many children it has, loaded or not. */
  count: number;
  isOpen: boolean;
  /** Visible rows below it: 0 when closed. */
  below: number;
  readonly kids: Map<number, Branch<T>>;
  /** Open children by position: the only ones that make visible rows and positions differ. */
  openKids: Branch<T>[];
}

/** A visible row: a branch, or the place of one that was not loaded yet. */
export type TreeRow<T> =
  | { readonly kind: "branch"; readonly branch: Branch<T>; readonly level: number }
  | {
      readonly kind: "place";
      readonly parent: Branch<T> | undefined;
      readonly index: number;
      readonly level: number;
    };

/** Children that are visible but not loaded. */
export interface MissingRows<T> {
  readonly parent: Branch<T> | undefined;
  readonly start: number;
  readonly count: number;
}

interface Put<T> {
  readonly id: string;
  readonly value: T;
  readonly count: number;
  readonly isOpen: boolean;
}

/**
 * The visible rows of a tree whose branches may have any number of children, few of them loaded. Row number and branch
 * are found from each other in time that grows with the open branches, not with the rows.
 */
export class TreeRows<T> {
  private readonly top: Branch<T>;
  private readonly byId = new Map<string, Branch<T>>();

  constructor(rootCount: number, top: T) {
    this.top = {
      id: "",
      value: top,
      parent: undefined,
      index: 0,
      count: rootCount,
      isOpen: true,
      below: rootCount,
      kids: new Map(),
      openKids: [],
    };
  }

  /** Visible rows. */
  get size(): number {
    return this.top.below;
  }

  get rootCount(): number {
    return this.top.count;
  }

  get(id: string): Branch<T> | undefined {
    return this.byId.get(id);
  }

  /** Adds or renews a child at its position. `parent` undefined puts a root. */
  put(parent: Branch<T> | undefined, index: number, child: Put<T>): Branch<T> {
    const owner = parent ?? this.top;
    const before = owner.kids.get(index);
    if (before !== undefined && before.id === child.id) {
      before.value = child.value;
      this.recount(before, child.count);
      return before;
    }
    if (before !== undefined) this.forget(before);
    const branch: Branch<T> = {
      id: child.id,
      value: child.value,
      parent,
      index,
      count: child.count,
      isOpen: false,
      below: 0,
      kids: new Map(),
      openKids: [],
    };
    owner.kids.set(index, branch);
    this.byId.set(child.id, branch);
    if (child.isOpen) this.setOpen(branch, true);
    return branch;
  }

  /** How many children a branch (undefined: the tree) has, when it turns out otherwise than announced. */
  recount(branch: Branch<T> | undefined, count: number): void {
    const owner = branch ?? this.top;
    const change = count - owner.count;
    owner.count = count;
    if (change !== 0 && owner.isOpen) this.grow(owner, change);
    if (count === 0 && branch !== undefined) this.setOpen(branch, false);
  }

  setOpen(branch: Branch<T>, isOpen: boolean): void {
    if (branch.isOpen === isOpen || (isOpen && branch.count === 0)) return;
    const owner = branch.parent ?? this.top;
    if (isOpen) {
      const below = branch.openKids.reduce((sum, kid) => sum + kid.below, branch.count);
      branch.isOpen = true;
      owner.openKids = [...owner.openKids, branch].sort((a, b) => a.index - b.index);
      this.grow(branch, below);
    } else {
      this.grow(branch, -branch.below);
      branch.isOpen = false;
      owner.openKids = owner.openKids.filter((kid) => kid !== branch);
    }
  }

  /** The row at a visible position. */
  at(position: number): TreeRow<T> | undefined {
    if (position < 0 || position >= this.size) return undefined;
    let owner = this.top;
    let rest = position;
    for (let level = 1; ; level += 1) {
      const inside = into(owner, rest);
      if (inside.kid !== undefined) {
        owner = inside.kid;
        rest = inside.rest;
        continue;
      }
      const branch = owner.kids.get(inside.rest);
      if (branch !== undefined) return { kind: "branch", branch, level };
      return { kind: "place", parent: owner === this.top ? undefined : owner, index: inside.rest, level };
    }
  }

  /** The visible position of a branch; undefined while a branch above it is closed. */
  positionOf(branch: Branch<T>): number | undefined {
    let position = 0;
    for (let one: Branch<T> | undefined = branch; one !== undefined; one = one.parent) {
      const owner: Branch<T> = one.parent ?? this.top;
      if (!owner.isOpen) return undefined;
      position += one.index;
      for (const kid of owner.openKids) if (kid.index < one.index) position += kid.below;
      if (one.parent !== undefined) position += 1;
    }
    return position;
  }

  /** Runs of places among the rows [first, last], each in pages of `page` children. */
  missing(first: number, last: number, page: number): readonly MissingRows<T>[] {
    const found = new Map<string, MissingRows<T>>();
    for (let position = Math.max(0, first); position <= last; position += 1) {
      const row = this.at(position);
      if (row?.kind !== "place") continue;
      const owner = row.parent ?? this.top;
      const start = Math.floor(row.index / page) * page;
      const count = Math.min(page, owner.count - start);
      found.set(`${owner.id}\n${start}`, { parent: row.parent, start, count });
    }
    return [...found.values()];
  }

  /** Loaded branches that can be seen, from a position on and around to it again: for type-ahead. */
  *loadedFrom(position: number, limit: number): Generator<Branch<T>> {
    for (let step = 0; step < Math.min(this.size, limit); step += 1) {
      const row = this.at((position + step) % this.size);
      if (row?.kind === "branch") yield row.branch;
    }
  }

  private grow(branch: Branch<T>, change: number): void {
    branch.below += change;
    for (let one: Branch<T> = branch; one !== this.top; ) {
      const owner: Branch<T> = one.parent ?? this.top;
      if (!owner.isOpen) return;
      owner.below += change;
      one = owner;
    }
  }

  private forget(branch: Branch<T>): void {
    this.setOpen(branch, false);
    this.byId.delete(branch.id);
    (branch.parent ?? this.top).kids.delete(branch.index);
    for (const kid of branch.kids.values()) this.byId.delete(kid.id);
  }
}

/** Where visible position `rest` below `owner` lies: inside an open kid, or at a child's own row. */
function into<T>(owner: Branch<T>, rest: number): { readonly kid?: Branch<T>; readonly rest: number } {
  let extra = 0;
  for (const kid of owner.openKids) {
    const at = kid.index + extra;
    if (rest <= at) break;
    if (rest <= at + kid.below) return { kid, rest: rest - at - 1 };
    extra += kid.below;
  }
  return { rest: rest - extra };
}
