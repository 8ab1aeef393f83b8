import { limitExceeded } from "../errors.ts";
import { LIMITS } from "../limits.ts";
import type { ByteSource } from "../bytes/source.ts";
import type { Parameter } from "./artifact.ts";
import { storedByteLength } from "./tensor.ts";

/** Repeated bytes for each byte that is there, where that is more than the limit: a model that is handed to many. */
const REPEATS = 8;

/**
 * Throws `limit` where reading the values one parameter after another would read the same bytes again and again: a
 * few bytes of a file name an array once more.
 */
export function expectFewRepeats(parameters: readonly Parameter[]): void {
  const read = new Map<ByteSource, number>();
  for (const { tensor } of parameters) read.set(tensor.data, (read.get(tensor.data) ?? 0) + storedByteLength(tensor));
  let there = 0;
  let repeated = 0;
  for (const [{ size }, bytes] of read) {
    there += size;
    repeated += Math.max(0, bytes - size);
  }
  const most = Math.max(LIMITS.repeatedBytes, there * REPEATS);
  if (repeated > most)
    throw limitExceeded("bytes that several parameters share, read once more for each", repeated, most);
}
