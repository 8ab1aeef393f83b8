import { setFlagsFromString } from "node:v8";

/**
 * Settings of V8 for a program that opens a file and is done, or waits for the next one; to be called first of all.
 *
 * It begins with one megabyte for new objects and doubles it as they survive. What opening a file makes survives: each
 * small collection copies it once more, and the old generation's limit shrinks with every one that frees little, until
 * all of it is marked in the middle of the work. One step to the 16 megabytes that V8 allows anyway is a tenth of the
 * time that opening a forest takes.
 *
 * V8 11, which Node 20 has, optimises a function after some hundred calls on a second thread, and that slows down the first one
 * where they share a core. Twice as late spares a third of the processor's time of opening a forest, and what runs long is
 * optimised all the same. Later ones go by other counts, and complain of the setting.
 */
export function tuneEngine(): void {
  setFlagsFromString("--semi-space-growth-factor=16");
  if (process.versions.v8.startsWith("11.")) setFlagsFromString("--interrupt-budget=300000");
}
