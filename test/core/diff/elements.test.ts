import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromBytes } from "../../../src/core/bytes/source.ts";
import { type OpenComparison, elementChanges } from "../../../src/core/diff/elements.ts";
import { createLargest } from "../../../src/core/diff/largest.ts";
import { LIMITS } from "../../../src/core/limits.ts";
import type { Artifact } from "../../../src/core/model/artifact.ts";
import { scalarDType } from "../../../src/core/model/dtype.ts";
import type { TensorRef } from "../../../src/core/model/tensor.ts";
import type { ElementSort } from "../../../src/core/view/diff-model.ts";
import { quietWork } from "../../../src/core/work.ts";
import { array } from "./arrays.ts";
import { artifact, compare } from "./comparisons.ts";

async function open(old: TensorRef, next: TensorRef): Promise<OpenComparison> {
  const [a, b] = [artifact({ w: old }), artifact({ w: next })];
  return { report: await compare(a, b), old: lookup(a), next: lookup(b) };
}

function lookup({ parameters }: Artifact): OpenComparison["old"] {
  return {
    parameter(path) {
      const found = parameters.find((each) => each.path === path);
      if (found === undefined) throw new Error(`no ${path}`);
      return found;
    },
  };
}

function floats(values: Float32Array): TensorRef {
  const bytes = new Uint8Array(values.buffer.slice(0));
  return { dtype: scalarDType("float32"), shape: [values.length], order: "C", offset: 0, data: fromBytes(bytes) };
}

async function indices(comparison: OpenComparison, sort: ElementSort, start: number, count: number): Promise<number[]> {
  const { rows } = await elementChanges(comparison, "w", sort, start, count, quietWork());
  return rows.map(({ index }) => index);
}

describe("the elements that differ", () => {
  it("come by size of change, relative size, or position", async () => {
    const comparison = await open(array("float64", [100, 1, 2, 3, 0]), array("float64", [101, 1.5, 2, 3.6, 0.1]));
    expect(await indices(comparison, "change", 0, 10)).toEqual([0, 3, 1, 4]);
    expect(await indices(comparison, "relative", 0, 10)).toEqual([4, 1, 3, 0]);
    expect(await indices(comparison, "position", 0, 10)).toEqual([0, 1, 3, 4]);
    const page = await elementChanges(comparison, "w", "change", 1, 1, quietWork());
    expect(page).toMatchObject({ total: 4, available: 4 });
    expect(page.rows[0]).toMatchObject({ index: 3, position: [3], old: "3.0", new: "3.6" });
  });

  it("put what became or was not finite first, and signs of zero last", async () => {
    const old = array("float32", [1, "nan", "inf", 5, "-0.0", 2]);
    const next = array("float32", ["inf", 1, "-inf", 1e30, 0, "nan"]);
    const comparison = await open(old, next);
    expect(await indices(comparison, "change", 0, 10)).toEqual([0, 1, 2, 5, 3, 4]);
    const { rows } = await elementChanges(comparison, "w", "change", 0, 2, quietWork());
    expect(rows.map(({ delta, relative }) => [delta, relative])).toEqual([
      [Number.NaN, Number.NaN],
      [Number.NaN, Number.NaN],
    ]);
  });

  it("are exact in every digit, and in 64-bit integers", async () => {
    const old = array("int64", [9223372036854775807n, 9007199254740993n, -5n]);
    const next = array("int64", [-9223372036854775808n, 9007199254740992n, -5n]);
    const { rows } = await elementChanges(await open(old, next), "w", "change", 0, 5, quietWork());
    expect(rows).toMatchObject([
      { old: "9223372036854775807", new: "-9223372036854775808", ulp: 18446744073709551615n },
      { old: "9007199254740993", new: "9007199254740992", delta: -1, ulp: 1n },
    ]);
  });

  it("can be paged through to the last of many by position, over several chunks", async () => {
    const count = 700_001;
    const old = new Float32Array(count).map((_, at) => at % 1000);
    const next = old.slice();
    const changed: number[] = [];
    for (let at = 5; at < count; at += 997) {
      next[at] = -1;
      changed.push(at);
    }
    const comparison = await open(floats(old), floats(next));
    const first = await elementChanges(comparison, "w", "position", 0, 3, quietWork());
    expect(first).toMatchObject({ total: changed.length, available: changed.length });
    for (const start of [0, 1, 262, 263, 264, changed.length - 2, changed.length, changed.length + 9])
      expect(await indices(comparison, "position", start, 3)).toEqual(changed.slice(start, start + 3));
  });

  it("are kept only so far as anybody reads by size", async () => {
    const count = LIMITS.topChanges * 3;
    const old = new Float32Array(count);
    const next = new Float32Array(count).map((_, at) => ((at * 7919) % count) + 1);
    const comparison = await open(floats(old), floats(next));
    const page = await elementChanges(comparison, "w", "change", LIMITS.topChanges - 1, 10, quietWork());
    expect(page).toMatchObject({ total: count, available: LIMITS.topChanges });
    expect(page.rows.map((row) => row.new)).toEqual([`${count - LIMITS.topChanges + 1}.0`]);
  });

  it("are none where nothing differs, or nothing belongs together", async () => {
    const same = array("float32", [1, 2, 3]);
    const other = array("float32", [1, 2]);
    for (const next of [same, other])
      expect(await elementChanges(await open(same, next), "w", "change", 0, 5, quietWork())).toEqual({
        rows: [],
        total: 0,
        available: 0,
      });
  });

  it("are refused for a path that is not there and for a page that is none", async () => {
    const comparison = await open(array("int8", [1]), array("int8", [2]));
    const ask = (path: string, start: number) => elementChanges(comparison, path, "change", start, 5, quietWork());
    await expect(ask("v", 0)).rejects.toMatchObject({ code: "not-found" });
    await expect(ask("w", -1)).rejects.toMatchObject({ code: "refused" });
    await expect(ask("w", 0.5)).rejects.toMatchObject({ code: "refused" });
  });
});

describe("the largest of many", () => {
  it("are those that sorting gives, the first of equal ones first", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 300 }),
        fc.integer({ min: 0, max: 30 }),
        (keys, capacity) => {
          const largest = createLargest(capacity);
          for (const [index, key] of keys.entries()) if (key > largest.bar) largest.offer(index, key);
          const sorted = keys.map((key, index) => ({ key, index })).sort((a, b) => b.key - a.key || a.index - b.index);
          expect(largest.sorted()).toEqual(sorted.slice(0, capacity));
        },
      ),
    );
  });
});
