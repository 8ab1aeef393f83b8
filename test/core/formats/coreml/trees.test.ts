import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ensemblesOf } from "../../../../src/core/meaning/trees/index.ts";
import { testPath, withArtifact } from "../../../support/open-file.ts";
import { type ExpectedPredictions, largestError, numbersIn, rawPredictions } from "../../../support/score-trees.ts";

interface Expected extends ExpectedPredictions {
  readonly library: string;
}

const folder = testPath("fixtures/trees/coreml");
const models = Object.entries(JSON.parse(readFileSync(`${folder}/expected.json`, "utf8")) as Record<string, Expected>);

describe("Core ML tree ensembles", () => {
  it.each(models)("%s predicts what the model does that it was made of", async (name, expected) => {
    const { features, outputs, rows, raw, library } = expected;
    await withArtifact(`${folder}/${name}.mlmodel`, async (artifact) => {
      expect(artifact.complete).toBe(true);
      expect(artifact.findings).toEqual([]);
      const [ensemble, ...others] = await ensemblesOf(artifact);
      expect(others).toEqual([]);
      expect(ensemble?.library).toBe("coreml");
      if (ensemble === undefined) return;
      const found = await rawPredictions(ensemble, numbersIn(rows, features));
      // XGBoost adds in float32, and its dump, which coremltools reads, prints nine digits.
      const tolerance = library === "xgboost" ? 1e-6 : 1e-14;
      expect(largestError(found, numbersIn(raw, outputs))).toBeLessThanOrEqual(tolerance);
    });
  });
});
