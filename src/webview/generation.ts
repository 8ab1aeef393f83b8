import { signal } from "@preact/signals";

/** Counts the models that the host has sent: what was read of an older one is stale. */
export const generation = signal(0);

/** What is shown is of more than this model, and stays until all of it was read anew. */
export const isHoldingBack = signal(false);
/** What is shown is of a model that is no longer the newest, or of rows that were made anew since. */
export const isStale = signal(false);

/** A model came in. */
export function renew(): void {
  if (isHoldingBack.peek()) isStale.value = true;
  else generation.value += 1;
}

/** All is there that what is shown is of. */
export function release(): void {
  if (!isStale.peek()) return;
  isStale.value = false;
  generation.value += 1;
}
