import type { NodesLink } from "../parts/tree-nodes.tsx";
import { link, onLinked } from "./linked.ts";

const HANDLED = ".one-tree :is([role=tree]):is(:hover, :focus)";

/** Has the nodes of a tree scroll, open and be selected together on both sides, while both show the same two trees. */
export function linkNodes(tree: string): NodesLink {
  return {
    told(change) {
      if (change.kind === "open") link({ kind: "nodes-open", tree, id: change.id, isOpen: change.isOpen });
      // Only where somebody is: what a lower one makes of a place is not told back.
      else if (document.querySelector(HANDLED) !== null)
        link({ kind: "nodes-place", tree, top: change.top, selected: change.selected });
    },
    follow(apply) {
      const stops = [
        onLinked("nodes-open", ({ tree: at, id, isOpen }) => {
          if (at === tree) apply({ kind: "open", id, isOpen });
        }),
        onLinked("nodes-place", ({ tree: at, top, selected }) => {
          if (at === tree) apply({ kind: "place", top, selected });
        }),
      ];
      return () => stops.forEach((stop) => stop());
    },
  };
}
