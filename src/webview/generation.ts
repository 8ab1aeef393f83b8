import { signal } from "@preact/signals";

/** Counts the models that the host has sent: what was read of an older one is stale. */
export const generation = signal(0);
