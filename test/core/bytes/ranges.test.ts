import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readRanges, type SourceRange } from "../../../src/core/bytes/ranges.ts";
import { type ByteSource, fromBytes } from "../../../src/core/bytes/source.ts";
import { ArtifactError, changedWhileOpen } from "../../../src/core/errors.ts";
import { createWork, quietWork } from "../../../src/core/work.ts";
import { isSame, noise } from "../../support/bytes-builder.ts";
import { countingSource } from "../../support/counting-source.ts";

const content = noise(300_000);

async function readAll(ranges: readonly SourceRange[]): Promise<readonly (Uint8Array | ArtifactError | undefined)[]> {
  const found: (Uint8Array | ArtifactError | undefined)[] = ranges.map(() => undefined);
  await readRanges(ranges, quietWork(), (index, bytes) => {
    expect(found[index]).toBeUndefined();
    found[index] = bytes instanceof ArtifactError ? bytes : bytes.slice();
  });
  return found;
}

describe("ranges that are read together", () => {
  it("are each handed over once with their own bytes, whatever order they come in and however they overlap", async () => {
    const sources = [fromBytes(content), fromBytes(content.slice(100_000))];
    const range = fc.tuple(fc.nat(1), fc.nat(150_000), fc.nat(20_000));
    await fc.assert(
      fc.asyncProperty(fc.array(range, { maxLength: 40 }), async (drawn) => {
        const ranges = drawn.map(([which, start, length]) => ({
          data: sources[which] as ByteSource,
          start,
          end: start + length,
        }));
        for (const [at, bytes] of (await readAll(ranges)).entries()) {
          const [which = 0, start = 0, length = 0] = drawn[at] ?? [];
          const from = start + which * 100_000;
          expect(bytes instanceof Uint8Array && isSame(bytes, content.subarray(from, from + length))).toBe(true);
        }
      }),
      { numRuns: 50 },
    );
  });

  it("cost one read where they are neighbours, and none of what lies far between them", async () => {
    const source = countingSource(fromBytes(content));
    const near = Array.from({ length: 50 }, (_, at) => ({ data: source, start: at * 100, end: at * 100 + 40 }));
    await readAll([...near, { data: source, start: 200_000, end: 200_010 }]);
    expect(source.reads).toEqual([
      { start: 0, end: 4_940 },
      { start: 200_000, end: 200_010 },
    ]);
  });

  it("are each read alone where they cannot be read together, however many there are", async () => {
    const data = fromBytes(content);
    const some = Array.from({ length: 256 }, (_, at) => ({ data, start: 299_001 + at, end: 299_003 + at }));
    const [first, ...others] = await readAll([{ data, start: 299_000, end: 300_500 }, ...some]);
    expect(first instanceof ArtifactError && first.code).toBe("truncated");
    expect(others).toEqual(some.map(({ start, end }) => content.slice(start, end)));
  });

  it("do not take their neighbours with them when they are past the end of the file", async () => {
    const data = fromBytes(content);
    const [first, second, third] = await readAll([
      { data, start: 299_000, end: 299_010 },
      { data, start: 299_500, end: 300_500 },
      { data, start: 299_990, end: 300_000 },
    ]);
    expect(first).toEqual(content.slice(299_000, 299_010));
    expect(second instanceof ArtifactError && second.code).toBe("truncated");
    expect(third).toEqual(content.slice(299_990, 300_000));
  });

  it("stop when the file is another one, or nobody wants them any more", async () => {
    const data: ByteSource = {
      size: 100,
      name: "model",
      read: () => Promise.reject(changedWhileOpen("model")),
    };
    await expect(readAll([{ data, start: 0, end: 10 }])).rejects.toThrow(changedWhileOpen("model").message);
    const abort = new AbortController();
    abort.abort();
    const work = { ...createWork({ signal: abort.signal }), isDue: () => true };
    const whole = { data: fromBytes(content), start: 0, end: 10 };
    await expect(readRanges([whole], work, () => undefined)).rejects.toMatchObject({ code: "cancelled" });
  });
});
