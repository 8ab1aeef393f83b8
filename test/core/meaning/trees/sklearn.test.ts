import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { checkedTree } from "../../../../src/core/meaning/trees/columns.ts";
import type { Tree } from "../../../../src/core/meaning/trees/ensemble.ts";
import { ensemblesOf } from "../../../../src/core/meaning/trees/index.ts";
import { testPath, withArtifact } from "../../../support/open-file.ts";
import {
  type ExpectedPredictions,
  largestError,
  leafOf,
  numbersIn,
  rawPredictions,
} from "../../../support/score-trees.ts";
import { quietWork } from "../../../../src/core/work.ts";

/** Of these the start is a logarithm, which no two libraries round alike in the last bit. */
const LOGARITHMS = /^(?:boosting_(?:binary|exponential|classes)|hist_(?:binary|classes))$/;

describe.each(["old", "new"])("scikit-learn trees, %s generation", (generation) => {
  const folder = testPath(`fixtures/trees/sklearn-${generation}`);
  const models = JSON.parse(readFileSync(`${folder}/expected.json`, "utf8")) as Record<string, ExpectedPredictions>;

  it.each(Object.entries(models))(
    "%s predicts what the library does",
    async (name, { features, outputs, rows, raw }) => {
      await withArtifact(`${folder}/${name}.joblib`, async (artifact) => {
        const ensembles = await ensemblesOf(artifact);
        expect(ensembles).toHaveLength(1);
        const [ensemble] = ensembles;
        if (ensemble === undefined) return;
        expect(ensemble.outputs).toBe(outputs);
        const found = await rawPredictions(ensemble, numbersIn(rows, features));
        expect(largestError(found, numbersIn(raw, outputs))).toBeLessThanOrEqual(
          LOGARITHMS.test(name) ? 4 * Number.EPSILON : 0,
        );
      });
    },
  );
});

interface ExpectedLeaves extends ExpectedPredictions {
  /** Of ensembles whose trees are not added up: by tree, the leaf of each row. */
  readonly leaves?: readonly (readonly number[])[];
}

describe.each(["0.20", "0.22", "1.1", "1.7"])("every kind of ensemble of scikit-learn %s", (version) => {
  const folder = testPath(`fixtures/trees/kinds-${version}`);
  const models = JSON.parse(readFileSync(`${folder}/expected.json`, "utf8")) as Record<string, ExpectedLeaves>;

  it.each(Object.entries(models))("%s gives what the library does", async (name, told) => {
    await withArtifact(`${folder}/${name}.pkl`, async (artifact) => {
      const [ensemble, ...others] = await ensemblesOf(artifact);
      expect(others).toEqual([]);
      if (ensemble === undefined) throw new Error("no ensemble");
      const { features, outputs, rows, raw, leaves } = told;
      expect(ensemble.outputs).toBe(outputs);
      const given = numbersIn(rows, features).map((row) => row.map(Math.fround));
      const found = leaves === undefined ? await rawPredictions(ensemble, numbersIn(rows, features)) : [];
      const wanted = leaves === undefined ? numbersIn(raw, outputs) : [];
      expect(largestError(found, wanted)).toBeLessThanOrEqual(name === "boosting_classes" ? 4 * Number.EPSILON : 0);
      expect(ensemble.aggregate === "each").toBe(leaves !== undefined);
      for (const [index, byRow] of (leaves ?? []).entries()) {
        const tree = await ensemble.tree(index, quietWork());
        expect(given.map((row) => leafOf(tree, row))).toEqual(byRow);
      }
    });
  });
});

describe("broken trees", () => {
  const tree = (left: number[], right: number[], feature: number[]): Tree => ({
    nodeCount: left.length,
    feature: Int32Array.from(feature),
    threshold: new Float64Array(left.length),
    left: Int32Array.from(left),
    right: Int32Array.from(right),
    test: "<=",
    outputs: 1,
    values: new Float64Array(left.length),
  });

  it.each([
    ["a child outside", tree([1, -1, -1], [3, -1, -1], [0, -1, -1]), "child 3"],
    ["a negative child", tree([1, -1, -1], [-1, -1, -1], [0, -1, -1]), "child -1"],
    ["a cycle", tree([1, 0, -1], [2, 2, -1], [0, 0, -1]), "reached twice"],
    ["two parents", tree([1, -1], [1, -1], [0, -1]), "reached twice"],
    ["columns of two lengths", tree([1, -1, -1], [2, -1], [0, -1, -1]), "columns"],
    ["no nodes", tree([], [], []), "no nodes"],
  ])("%s is said", async (_, broken, words) => {
    await expect(checkedTree(broken, "tree_", quietWork())).rejects.toThrow(words);
  });

  it("lets a node be that is not reached", async () => {
    const whole = tree([1, -1, -1, -1], [2, -1, -1, 9], [0, -1, -1, 4]);
    expect(await checkedTree(whole, "tree_", quietWork())).toBe(whole);
  });
});
