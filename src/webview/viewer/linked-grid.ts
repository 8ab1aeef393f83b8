import { batch, effect } from "@preact/signals";
import type { GridView } from "../parts/grid-view.ts";
import { link, onLinked } from "./linked.ts";

const HANDLED = ":is([role=grid], [role=listbox]):is(:hover, :focus)";

/**
 * Has the grid of the other side go where this one goes, and select what it selects, while both show the same row in the
 * same layout. What came from there is not told back. Returns how to stop.
 */
export function linkGrid(view: GridView, id: string, layout: string): () => void {
  const now = (): string => JSON.stringify([view.position.value, view.active.value, view.anchor.value]);
  let told = now();
  const stopTelling = effect(() => {
    const next = now();
    if (next === told) return;
    told = next;
    // Only where somebody is: what a narrower or lower one makes of a place is not told back.
    if (document.querySelector(HANDLED) === null) return;
    const [{ top, left }, active, anchor] = [view.position.value, view.active.value, view.anchor.value];
    link({
      kind: "grid",
      id,
      layout,
      top,
      left,
      row: active.row,
      column: active.column,
      anchorRow: anchor.row,
      anchorColumn: anchor.column,
    });
  });
  const stopFollowing = onLinked("grid", (change) => {
    if (change.id !== id || change.layout !== layout) return;
    const { top, left, row, column, anchorRow, anchorColumn } = change;
    const place = [
      { top, left },
      { row, column },
      { row: anchorRow, column: anchorColumn },
    ] as const;
    told = JSON.stringify(place);
    batch(() => {
      [view.position.value, view.active.value, view.anchor.value] = place;
    });
  });
  return () => {
    stopTelling();
    stopFollowing();
  };
}
