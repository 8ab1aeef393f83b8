import { signal } from "@preact/signals";
import type { LinkedChange, PairSide, SidesState } from "../../protocol/panel.ts";
import { onHostEvent } from "../channel.ts";
import { isHoldingBack, isStale, release } from "../generation.ts";
import { tell } from "../host.ts";

/** Which side of VS Code's own diff this is. The host may tell of it before there is a model to show. */
export const pair = signal<PairSide | undefined>(undefined);
/** How far the comparison with the other side is. */
export const sides = signal<SidesState | undefined>(undefined);
/** Counts what the rows of both sides were made of; undefined while this one has rows of its own only. */
export const revision = signal<number | undefined>(undefined);

onHostEvent((event) => {
  if (event.type === "pair") pair.value = event.pair;
  if (event.type !== "sides") return;
  sides.value = event.state;
  if (event.state === undefined) revision.value = undefined;
  else if (event.state.phase !== "failed" && event.state.revision > 0) {
    // On the side whose file is as it was, too: what is shown is of rows that are no more.
    if (revision.peek() !== undefined && revision.peek() !== event.state.revision) isStale.value = true;
    revision.value = event.state.revision;
  }
  isHoldingBack.value = revision.value !== undefined;
  if (revision.value === undefined) release();
});

/** Has the other side do the same; nothing where there is none. */
export function link(change: LinkedChange): void {
  if (pair.peek() !== undefined) tell({ type: "linked", change });
}

/** Does what was done on the other side. Returns how to stop. */
export function onLinked<K extends LinkedChange["kind"]>(
  kind: K,
  follow: (change: Extract<LinkedChange, { readonly kind: K }>) => void,
): () => void {
  return onHostEvent((event) => {
    if (event.type === "linked" && event.change.kind === kind)
      follow(event.change as Extract<LinkedChange, { readonly kind: K }>);
  });
}
