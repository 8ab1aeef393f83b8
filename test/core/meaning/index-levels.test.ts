import { describe, expect, it } from "vitest";
import { indexValue } from "../../../src/core/meaning/pandas.ts";
import { dictOf, listOf } from "../../../src/core/model/make-value.ts";
import type { ObjectNode, Value } from "../../../src/core/model/value.ts";
import { quietWork } from "../../../src/core/work.ts";

function index(name: string, entries: readonly (readonly [string, Value])[]): ObjectNode {
  const global = (each: string) =>
    ({ kind: "global", module: "pandas.core.indexes.base", name: each, offset: 0 }) as const;
  return {
    kind: "object",
    callable: global("_new_Index"),
    how: "call",
    args: [global(name), dictOf(entries)],
    offset: 0,
  };
}
const plain = (...labels: string[]): ObjectNode => index("Index", [["data", listOf(labels)]]);
const multi = (levels: readonly Value[], codes: readonly Value[]): ObjectNode =>
  index("MultiIndex", [
    ["levels", listOf([...levels])],
    ["codes", listOf([...codes])],
  ]);

describe("an index of several levels", () => {
  it("has the labels of its rows", async () => {
    const found = await indexValue(
      multi([plain("a", "b"), plain("x")], [listOf([1n, 0n]), listOf([0n, 0n])]),
      quietWork(),
    );
    expect(found).toMatchObject({ objects: ["b, x", "a, x"] });
  });

  it("that is its own level, or has levels with levels with levels, has no labels", async () => {
    const levels = listOf([]);
    const own = index("MultiIndex", [
      ["levels", levels],
      ["codes", listOf([listOf([])])],
    ]);
    levels.items.push(own);
    expect(await indexValue(own, quietWork())).toBeUndefined();
    let deep = plain("a");
    for (let k = 0; k < 60; k++) deep = multi([deep, deep], [listOf([]), listOf([])]);
    expect(await indexValue(deep, quietWork())).toBeUndefined();
  });

  it("with one long label for every row has no labels either", async () => {
    const codes = listOf(Array.from({ length: 100_000 }, () => 0n));
    expect(await indexValue(multi([plain("x".repeat(60_000))], [codes]), quietWork())).toBeUndefined();
  });
});
