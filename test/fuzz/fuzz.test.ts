import { describe, expect, it } from "vitest";
import { FORMATS } from "../../src/core/formats/registry.ts";
import { inputAt, seeds } from "./inputs.ts";
import { fuzzCount } from "./mutate.ts";
import { tryInput } from "./try-input.ts";

const files = await seeds({ withCorpus: false });

/** The short run of `npm run fuzz`, which runs as long as it is told to. */
describe("damaged files", () => {
  it("are of every format that is read", () => {
    const there = new Set(files.map(({ format }) => format));
    expect(Object.keys(FORMATS).filter((format) => !there.has(format))).toEqual([]);
    const made = new Set(Array.from({ length: 1000 }, (_, k) => inputAt(files, 1, k).format));
    expect([...made].sort()).toEqual([...there].sort());
  });

  it("are the same for the same seed", () => {
    expect(inputAt(files, 7, 123).bytes).toEqual(inputAt(files, 7, 123).bytes);
    expect(inputAt(files, 7, 123).bytes).not.toEqual(inputAt(files, 8, 123).bytes);
  });

  it("open, or are refused with a reason, and nothing else", async () => {
    const faults: string[] = [];
    for (let k = 0; k < fuzzCount(600); k++) {
      const { bytes, name, siblings } = inputAt(files, 20_261, k);
      const outcome = tryInput(bytes, name, siblings);
      await outcome.catch((error: unknown) => faults.push(`input ${k} of ${name}: ${String(error)}`));
    }
    expect(faults).toEqual([]);
  });
});
