import { assert, constantFrom, property, uniqueArray } from "fast-check";
import { describe, expect, it } from "vitest";
import { compareNames } from "../../../src/core/diff/schema-names.ts";

const letters = Array.from("abcdefgh");

describe("how one list of names became another", () => {
  it("finds nothing in equal lists", () => {
    expect(compareNames(letters, letters)).toEqual({
      renamed: [],
      removed: [],
      added: [],
      common: 8,
      moves: { displaced: [] },
    });
  });

  it("finds two names that changed places", () => {
    const { moves } = compareNames(letters, Array.from("abedcfgh"));
    expect(moves.displaced).toEqual([
      { name: "c", from: 2, to: 4 },
      { name: "e", from: 4, to: 2 },
    ]);
    expect(moves.single).toBeUndefined();
  });

  it("finds the one name that moved, in both directions", () => {
    expect(compareNames(letters, Array.from("acdefbgh")).moves.single).toEqual({ name: "b", from: 1, to: 5 });
    expect(compareNames(letters, Array.from("abgcdefh")).moves.single).toEqual({ name: "g", from: 6, to: 2 });
    expect(compareNames(letters, Array.from("hgfedcba")).moves.single).toBeUndefined();
  });

  it("takes another name at the same position for a renaming only where positions mean something", () => {
    expect(compareNames(["bad", "good"], ["default", "good"])).toMatchObject({
      renamed: [["bad", "default"]],
      removed: [],
      added: [],
    });
    expect(compareNames(["bad", "good"], ["good", "risky"])).toMatchObject({
      renamed: [],
      removed: ["bad"],
      added: ["risky"],
    });
    expect(compareNames(["own", "rent"], ["own", "lease"], { positions: false })).toMatchObject({
      renamed: [],
      removed: ["rent"],
      added: ["lease"],
    });
  });

  it("sees no move when names before or between were added or removed", () => {
    expect(compareNames(letters, ["x", ...letters]).moves.displaced).toEqual([]);
    expect(compareNames(letters, Array.from("bcdfgh"))).toMatchObject({
      removed: ["a", "e"],
      moves: { displaced: [] },
    });
  });

  it("tells repeated names apart by position", () => {
    expect(compareNames(["x", "x", "y"], ["x", "y", "y", "z"])).toMatchObject({
      renamed: [["x", "y"]],
      added: ["z"],
      common: 2,
    });
  });

  it("accounts for every name, whatever the lists are", () => {
    const names = uniqueArray(constantFrom(...letters, "__proto__", "constructor"));
    assert(
      property(names, names, (old, next) => {
        const { renamed, removed, added, common, moves } = compareNames(old, next);
        expect(common + removed.length + renamed.length).toBe(old.length);
        expect(common + added.length + renamed.length).toBe(next.length);
        const unmoved = old.filter((name) => next.includes(name) && !moves.displaced.some((m) => m.name === name));
        for (const { name, from, to } of moves.displaced) {
          expect(old[from]).toBe(name);
          expect(next[to]).toBe(name);
        }
        expect(unmoved).toEqual(next.filter((name) => unmoved.includes(name)));
      }),
    );
  });
});
