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

/** Bytes for each stored one, where they are more than the limit: texts counted by word store one element in a hundred. */
const ZEROS = 256;

/** Throws `limit` where sparse matrices would be read as far more zeros than they store numbers: a few bytes name any size. */
export function expectFewZeros(parameters: readonly Parameter[]): void {
  const matrices = new Set(parameters.flatMap(({ tensor }) => (tensor.sparse === undefined ? [] : [tensor])));
  let bytes = 0;
  let stored = 0;
  for (const tensor of matrices) {
    bytes += storedByteLength(tensor);
    stored += (tensor.sparse?.stored ?? 0) * tensor.dtype.itemSize;
  }
  const most = Math.max(LIMITS.sparseMatricesBytes, stored * ZEROS);
  if (bytes > most) throw limitExceeded("bytes of sparse matrices with their zeros", bytes, most);
}
