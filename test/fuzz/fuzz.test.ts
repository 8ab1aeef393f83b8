import { describe, expect, it } from "vitest";
import { inputAt, seeds } from "./inputs.ts";
import { fuzzCount } from "./mutate.ts";
import { STRUCTURES } from "./structure.ts";
import { tryInput } from "./try-input.ts";

/** The short run of `npm run fuzz`, which runs as long as it is told to. */
describe("damaged files", () => {
  const files = seeds({ withCorpus: false });

  it("are made of every structure that is known", () => {
    const made = new Set(Array.from({ length: 200 }, (_, k) => inputAt(files, 1, k).kind));
    const there = new Set(files.map(({ structure }) => STRUCTURES[structure ?? -1]?.name ?? "bytes"));
    expect(made).toEqual(there);
  });

  it("are the same for the same seed", () => {
    expect(inputAt(files, 7, 123)).toEqual(inputAt(files, 7, 123));
    expect(inputAt(files, 7, 123).bytes).not.toEqual(inputAt(files, 8, 123).bytes);
  });

  it("open, or are refused with a reason, and nothing else", async () => {
    const faults: string[] = [];
    for (let k = 0; k < fuzzCount(400); k++) {
      const { bytes, name } = inputAt(files, 20_261, k);
      await tryInput(bytes, name).catch((error: unknown) => faults.push(`input ${k} of ${name}: ${String(error)}`));
    }
    expect(faults).toEqual([]);
  });
});
