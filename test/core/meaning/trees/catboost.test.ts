import { describe, expect, it } from "vitest";
import { readableEnsembles } from "../../../../src/core/diff/trees/pair.ts";
import { quietWork } from "../../../../src/core/work.ts";
import { testPath, withArtifact } from "../../../support/open-file.ts";

describe("a tree of CatBoost", () => {
  it("has weights of its leaves only: inner nodes tell none", async () => {
    const cover = await withArtifact(testPath("fixtures/catboost/binary.cbm"), async (artifact) => {
      const [ensemble] = await readableEnsembles(artifact);
      const tree = await ensemble?.tree(0, quietWork());
      return Array.from(tree?.feature ?? [], (feature, node) => [feature >= 0, Number.isNaN(tree?.cover?.[node] ?? 0)]);
    });
    expect(cover.length).toBeGreaterThan(2);
    for (const [isInner, isUntold] of cover) expect(isUntold).toBe(isInner);
  });
});
