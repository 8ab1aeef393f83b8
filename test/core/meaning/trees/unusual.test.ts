import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ensemblesOf } from "../../../../src/core/meaning/trees/index.ts";
import { testPath, withArtifact } from "../../../support/open-file.ts";
import { type ExpectedPredictions, largestError, numbersIn, rawPredictions } from "../../../support/score-trees.ts";

interface Expected extends ExpectedPredictions {
  readonly trees: number;
}

const folder = testPath("fixtures/trees/unusual");
const models = Object.entries(JSON.parse(readFileSync(`${folder}/expected.json`, "utf8")) as Record<string, Expected>);

/** XGBoost adds in float32, DART and logarithms in an order of their own; the others add the base last. */
function tolerance(name: string): number {
  return name.startsWith("xgb-") ? 5e-7 : 1e-14;
}

describe("ensembles in unusual settings", () => {
  it.each(models)("%s is read whole and predicts what its library does", async (name, expected) => {
    const { features, outputs, rows, raw, trees } = expected;
    await withArtifact(`${folder}/${name}`, async (artifact) => {
      expect(artifact.complete).toBe(true);
      expect(artifact.findings.filter(({ severity }) => severity === "error")).toEqual([]);
      const [ensemble, ...others] = await ensemblesOf(artifact);
      expect(others).toEqual([]);
      expect(ensemble).toMatchObject({ treeCount: trees, outputs });
      if (ensemble === undefined) return;
      const found = await rawPredictions(ensemble, numbersIn(rows, features));
      expect(largestError(found, numbersIn(raw, outputs))).toBeLessThanOrEqual(tolerance(name));
    });
  });
});
