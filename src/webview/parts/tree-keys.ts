import type { Branch } from "./tree-rows.ts";

/** What keys need to know of a tree, and can do to it. */
export interface TreeKeys<T> {
  readonly at: number;
  readonly branch: Branch<T> | undefined;
  readonly page: number;
  readonly end: number;
  readonly goTo: (at: number) => void;
  readonly positionOf: (branch: Branch<T>) => number | undefined;
  readonly setOpen: (branch: Branch<T>, isOpen: boolean) => void;
  readonly search: (key: string) => void;
}

/** The keys of the ARIA tree pattern. True when the key was one of them. */
export function treeKey<T>(event: KeyboardEvent, tree: TreeKeys<T>): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const { at, branch, goTo } = tree;
  switch (event.key) {
    case "ArrowDown":
      goTo(at + 1);
      return true;
    case "ArrowUp":
      goTo(at - 1);
      return true;
    case "PageDown":
      goTo(at + tree.page);
      return true;
    case "PageUp":
      goTo(at - tree.page);
      return true;
    case "Home":
      goTo(0);
      return true;
    case "End":
      goTo(tree.end);
      return true;
    case "ArrowRight":
      if (branch === undefined || branch.count === 0) return true;
      if (branch.isOpen) goTo(at + 1);
      else tree.setOpen(branch, true);
      return true;
    case "ArrowLeft":
      if (branch?.isOpen === true) tree.setOpen(branch, false);
      else if (branch?.parent !== undefined) goTo(tree.positionOf(branch.parent) ?? at);
      return true;
    case "Enter":
    case " ":
      if (branch !== undefined && branch.count > 0) tree.setOpen(branch, !branch.isOpen);
      return true;
    default:
      if (event.key.length !== 1) return false;
      tree.search(event.key);
      return true;
  }
}
