import { describe, expect, it } from "vitest";
import { cancelled } from "../../../../src/core/errors.ts";
import { checkedTree } from "../../../../src/core/meaning/trees/columns.ts";
import type { Tree } from "../../../../src/core/meaning/trees/ensemble.ts";
import { ensemblesOf } from "../../../../src/core/meaning/trees/index.ts";
import { quietWork, type Work } from "../../../../src/core/work.ts";
import { testPath, withArtifact } from "../../../support/open-file.ts";

/** Work that is always due, and is cancelled when it is asked for the n-th time. */
function cancelledAt(last: number): { readonly work: Work; readonly asked: () => number } {
  let count = 0;
  return {
    asked: () => count,
    work: {
      ...quietWork(),
      isDue: () => true,
      checkpoint: () => (++count >= last ? Promise.reject(cancelled()) : Promise.resolve()),
    },
  };
}

/** One file for each way in which trees are read. */
const FILES = [
  "trees/sklearn-new/forest.joblib",
  "trees/sklearn-new/boosting.joblib",
  "trees/sklearn-new/hist.joblib",
  "xgboost/new/regression.json",
  "lightgbm/new/binary.txt",
  "catboost/regression.cbm",
  "catboost/depthwise.cbm",
  "pairs/forest.onnx",
  "onnx/flat_trees.onnx",
  "pmml/forest-regressor.pmml",
  "weka/random-forest.model",
] as const;

describe("reading one tree", () => {
  it.each(FILES)("of %s can be cancelled between any two nodes", async (file) => {
    await withArtifact(testPath(`fixtures/${file}`), async (artifact) => {
      const [ensemble] = await ensemblesOf(artifact);
      if (ensemble === undefined) throw new Error("there are no trees");
      const whole = cancelledAt(Number.POSITIVE_INFINITY);
      const { nodeCount } = await ensemble.tree(0, whole.work);
      expect(whole.asked()).toBeGreaterThanOrEqual(nodeCount);
      for (const last of [1, Math.ceil(whole.asked() / 2), whole.asked()]) {
        const { work, asked } = cancelledAt(last);
        await expect(ensemble.tree(0, work)).rejects.toMatchObject({ code: "cancelled" });
        expect(asked()).toBe(last);
      }
    });
  });

  it("of a million nodes yields while it is checked", async () => {
    const count = 1_000_001;
    const inner = (count - 1) / 2;
    const child = (step: number): Int32Array =>
      Int32Array.from({ length: count }, (_, at) => (at < inner ? 2 * at + step : -1));
    const tree: Tree = {
      nodeCount: count,
      feature: Int32Array.from({ length: count }, (_, at) => (at < inner ? 0 : -1)),
      threshold: new Float64Array(count),
      left: child(1),
      right: child(2),
      test: "<=",
      outputs: 1,
      values: new Float64Array(count),
    };
    const { work, asked } = cancelledAt(1000);
    await expect(checkedTree(tree, "tree_", work)).rejects.toMatchObject({ code: "cancelled" });
    expect(asked()).toBe(1000);
  });
});
