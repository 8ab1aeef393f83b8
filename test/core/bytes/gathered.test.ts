import { describe, expect, it } from "vitest";
import { gathered } from "../../../src/core/bytes/gathered.ts";
import { fromBytes } from "../../../src/core/bytes/source.ts";
import { ArtifactError } from "../../../src/core/errors.ts";
import { countingSource } from "../../support/counting-source.ts";

const bytes = Uint8Array.from({ length: 1000 }, (_, i) => i & 255);

describe("pieces of a source as one", () => {
  const pieces = [
    { start: 10, length: 3 },
    { start: 900, length: 0 },
    { start: 20, length: 2 },
    { start: 5, length: 4 },
  ];

  it("are read as if they lay together, any range of them", async () => {
    const source = gathered(fromBytes(bytes), pieces, "pieces");
    const whole = [10, 11, 12, 20, 21, 5, 6, 7, 8];
    expect(source.size).toBe(whole.length);
    for (let start = 0; start <= whole.length; start++)
      for (let end = start; end <= whole.length; end++)
        expect([...(await source.read(start, end))]).toEqual(whole.slice(start, end));
  });

  it("are had with one read where they lie near each other", async () => {
    const counted = countingSource(fromBytes(bytes));
    const near = Array.from({ length: 100 }, (_, i) => ({ start: i * 10, length: 8 }));
    await gathered(counted, near, "near").read(0, 800);
    expect(counted.reads).toEqual([{ start: 0, end: 998 }]);
  });

  it("may be none", async () => {
    expect((await gathered(fromBytes(bytes), [], "none").read(0, 0)).length).toBe(0);
  });

  it("end where they end", async () => {
    await expect(gathered(fromBytes(bytes), pieces, "pieces").read(0, 10)).rejects.toBeInstanceOf(ArtifactError);
  });
});
