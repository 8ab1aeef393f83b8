import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Branch, TreeRows } from "../../../src/webview/parts/tree-rows.ts";

const put = (
  rows: TreeRows<string>,
  parent: Branch<string> | undefined,
  index: number,
  id: string,
  count = 0,
): Branch<string> => rows.put(parent, index, { id, value: id, count, isOpen: false });

/** All visible rows as text: ids, or "?parent:index" for what is not loaded. */
function seen(rows: TreeRows<string>): string[] {
  return Array.from({ length: rows.size }, (_, at) => {
    const row = rows.at(at);
    if (row === undefined) return "nothing";
    return row.kind === "branch"
      ? `${" ".repeat(row.level - 1)}${row.branch.id}`
      : `${" ".repeat(row.level - 1)}?${row.parent?.id ?? ""}:${row.index}`;
  });
}

describe("the rows of a tree", () => {
  it("show children of open branches, and places for those that are not loaded", () => {
    const rows = new TreeRows(3, "root");
    const a = put(rows, undefined, 0, "a", 2);
    put(rows, undefined, 2, "c");
    rows.setOpen(a, true);
    put(rows, a, 1, "a1");
    expect(seen(rows)).toEqual(["a", " ?a:0", " a1", "?:1", "c"]);
    rows.setOpen(a, false);
    expect(seen(rows)).toEqual(["a", "?:1", "c"]);
  });

  it("remember what is open inside of a closed branch", () => {
    const rows = new TreeRows(1, "root");
    const a = put(rows, undefined, 0, "a", 1);
    rows.setOpen(a, true);
    const b = put(rows, a, 0, "b", 2);
    rows.setOpen(b, true);
    rows.setOpen(a, false);
    expect(rows.size).toBe(1);
    rows.setOpen(a, true);
    expect(seen(rows)).toEqual(["a", " b", "  ?b:0", "  ?b:1"]);
  });

  it("find a row in the middle of a million closed ones at once", () => {
    const rows = new TreeRows(1_000_000, "root");
    const middle = put(rows, undefined, 500_000, "middle", 10);
    rows.setOpen(middle, true);
    expect(rows.size).toBe(1_000_010);
    expect(rows.at(500_010)).toMatchObject({ kind: "place", index: 9, parent: { id: "middle" } });
    expect(rows.at(500_011)).toMatchObject({ kind: "place", index: 500_001 });
    expect(rows.positionOf(middle)).toBe(500_000);
  });

  it("ask for whole pages of what is missing", () => {
    const rows = new TreeRows(1, "root");
    const a = put(rows, undefined, 0, "a", 450);
    rows.setOpen(a, true);
    const missing = rows.missing(190, 230, 200);
    expect(missing.map(({ parent, start, count }) => [parent?.id, start, count])).toEqual([
      ["a", 0, 200],
      ["a", 200, 200],
    ]);
    expect(rows.missing(440, 450, 200).map(({ start, count }) => [start, count])).toEqual([[400, 50]]);
  });

  it("follow a count that turns out otherwise", () => {
    const rows = new TreeRows(1, "root");
    const a = put(rows, undefined, 0, "a", 3);
    rows.setOpen(a, true);
    rows.recount(a, 1);
    expect(seen(rows)).toEqual(["a", " ?a:0"]);
    rows.recount(a, 0);
    expect(seen(rows)).toEqual(["a"]);
    expect(a.isOpen).toBe(false);
  });

  it("agree with a plain list under any opening and closing", () => {
    const steps = fc.array(fc.tuple(fc.nat(60), fc.boolean()), { maxLength: 60 });
    fc.assert(
      fc.property(steps, (all) => {
        const rows = new TreeRows(3, "root");
        const fill = (parent: Branch<string> | undefined, depth: number): void => {
          for (let i = 0; i < 3; i += 1) {
            const branch = put(rows, parent, i, `${parent?.id ?? ""}${i}`, depth < 3 ? 3 : 0);
            if (depth < 3) fill(branch, depth + 1);
          }
        };
        fill(undefined, 0);
        for (const [at, isOpen] of all) {
          const row = rows.at(at % rows.size);
          if (row?.kind === "branch") rows.setOpen(row.branch, isOpen);
        }
        const plain: string[] = [];
        const walk = (prefix: string, depth: number): void => {
          for (let i = 0; i < 3; i += 1) {
            const branch = rows.get(`${prefix}${i}`);
            plain.push(`${" ".repeat(depth)}${prefix}${i}`);
            if (branch?.isOpen === true) walk(`${prefix}${i}`, depth + 1);
          }
        };
        walk("", 0);
        expect(seen(rows)).toEqual(plain);
        for (const [at, text] of plain.entries()) {
          const branch = rows.get(text.trim());
          expect(branch === undefined ? undefined : rows.positionOf(branch)).toBe(at);
        }
      }),
    );
  });
});
