import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { paged } from "../../../src/core/bytes/paged.ts";
import { type ByteSource, fromBytes, slice } from "../../../src/core/bytes/source.ts";
import { isSame, noise } from "../../support/bytes-builder.ts";
import { countingSource } from "../../support/counting-source.ts";

const content = noise(100_000);
const PAGE = { pageBytes: 1_000, cacheBytes: 16_000 };

describe("page cache", () => {
  it("gives the bytes of the source, whatever is asked in whatever order", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(100_000), fc.nat(12_000)), { maxLength: 40 }), async (ranges) => {
        const source = paged(fromBytes(content), PAGE);
        await Promise.all(
          ranges.map(async ([start, length]) => {
            const end = Math.min(start + length, content.length);
            expect(isSame(await source.read(start, end), content.subarray(start, end))).toBe(true);
          }),
        );
      }),
      { numRuns: 50 },
    );
  });

  it("reads a page once for many small reads", async () => {
    const raw = countingSource(fromBytes(content));
    const source = paged(raw, PAGE);
    await Promise.all([source.read(10, 20), source.read(500, 600), source.read(990, 1_010)]);
    await source.read(1_500, 1_999);
    expect(raw.reads).toEqual([
      { start: 0, end: 1_000 },
      { start: 1_000, end: 2_000 },
    ]);
  });

  it("fetches neighbouring pages in one read, around those it has", async () => {
    const raw = countingSource(fromBytes(content));
    const source = paged(raw, PAGE);
    await source.read(3_100, 3_200);
    await source.read(0, 6_500);
    expect(raw.reads).toEqual([
      { start: 3_000, end: 4_000 },
      { start: 0, end: 3_000 },
      { start: 4_000, end: 7_000 },
    ]);
  });

  it("lets large reads pass without keeping them", async () => {
    const raw = countingSource(fromBytes(content));
    const source = paged(raw, PAGE);
    await source.read(5, 60_005);
    expect(raw.reads).toEqual([{ start: 5, end: 60_005 }]);
    await source.read(5, 10);
    expect(raw.reads).toHaveLength(2);
  });

  it("holds no more pages than it may, the last used ones", async () => {
    const raw = countingSource(fromBytes(content));
    const source = paged(raw, PAGE);
    for (let page = 0; page < 20; page++) {
      await source.read(page * 1_000, page * 1_000 + 1);
      await source.read(0, 1);
    }
    raw.reset();
    await source.read(0, 1);
    await source.read(19_000, 19_001);
    expect(raw.reads).toEqual([]);
    await source.read(1_000, 1_001);
    expect(raw.reads).toEqual([{ start: 1_000, end: 2_000 }]);
  });

  it("asks again after a failed read", async () => {
    let fail = true;
    const inner = fromBytes(content);
    const flaky: ByteSource = {
      ...inner,
      read: (start, end) => (fail ? Promise.reject(new Error("gone for a moment")) : inner.read(start, end)),
    };
    const source = paged(flaky, PAGE);
    await expect(Promise.all([source.read(0, 1), source.read(2, 3)])).rejects.toThrow("gone for a moment");
    fail = false;
    expect(isSame(await source.read(0, 5), content.subarray(0, 5))).toBe(true);
  });

  it("refuses ranges outside of the source and keeps its origin", async () => {
    const source = paged(slice(fromBytes(content, "m.bin", 0), 100, 200), PAGE);
    expect(source.origin).toBe(100);
    await expect(source.read(90, 101)).rejects.toMatchObject({ code: "truncated", place: { available: 10 } });
  });
});
