import { ArtifactError } from "../../src/core/errors.ts";
import { fuzzCount, mutator } from "../fuzz/mutate.ts";
import { cpuMilliseconds } from "./cpu-time.ts";

/** What comes of damaged copies of the files other than an artifact or an ArtifactError, and what took over two seconds. */
export async function surprises(
  files: readonly Uint8Array[],
  read: (bytes: Uint8Array) => Promise<unknown>,
  options: { readonly seed: number; readonly telling?: readonly number[] | string; readonly count?: number },
): Promise<unknown[]> {
  const { seed, telling = [], count = 200 } = options;
  const found: unknown[] = [];
  const damaged = mutator(files, seed, typeof telling === "string" ? [...new TextEncoder().encode(telling)] : telling);
  for (let left = fuzzCount(count); left > 0; left--) {
    const bytes = damaged.next();
    const start = cpuMilliseconds();
    try {
      await read(bytes);
    } catch (error) {
      if (!(error instanceof ArtifactError)) found.push(error);
    }
    const took = cpuMilliseconds() - start;
    if (took > 2000) found.push({ took, bytes });
  }
  return found;
}
