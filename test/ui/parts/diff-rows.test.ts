import { describe, expect, it } from "vitest";
import type { DiffModel } from "../../../src/core/view/diff-model.ts";
import { type DiffRowTree, diffRows } from "../../../src/webview/diff/rows.ts";

describe("the rows of a comparison", () => {
  const model = (more: Partial<DiffModel>): DiffModel =>
    ({
      entries: ["a", "b", "c", "d"].map((path) => ({ path, verdict: "identical" })),
      ensembles: [],
      schema: [],
      hyperparameters: [],
      values: [],
      environment: [],
      findings: [],
      ...more,
    }) as unknown as DiffModel;
  const parameters = (of: DiffModel): readonly DiffRowTree[] =>
    diffRows(of, { text: "", verdicts: new Set() }).find(({ row }) => row.kind === "parameters")?.children ?? [];

  it("fold what is identical where something else differs, and show it where nothing does", () => {
    const changed = { hyperparameters: [{ path: "C", kind: "changed", old: "1", new: "2" }] };
    const [folded, ...others] = parameters(model(changed as unknown as Partial<DiffModel>));
    expect(others).toEqual([]);
    expect([folded?.row, folded?.isOpen]).toEqual([{ kind: "unchanged", count: 4 }, false]);
    expect(parameters(model({})).map(({ row }) => row.kind)).toEqual(["entry", "entry", "entry", "entry"]);
  });
});
