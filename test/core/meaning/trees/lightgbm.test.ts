import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ensemblesOf } from "../../../../src/core/meaning/trees/index.ts";
import { testPath, withArtifact } from "../../../support/open-file.ts";
import { type ExpectedPredictions, largestError, numbersIn, rawPredictions } from "../../../support/score-trees.ts";

interface Expected extends ExpectedPredictions {
  readonly trees: number;
}

const DUMPED = ["regression", "categories", "stump"];

const cases = ["old", "new"].flatMap((generation) => {
  const folder = testPath(`fixtures/lightgbm/${generation}`);
  const models = JSON.parse(readFileSync(`${folder}/expected.json`, "utf8")) as Record<string, Expected>;
  return Object.entries(models).flatMap(([name, expected]) =>
    (DUMPED.includes(name) ? ["txt", "json"] : ["txt"]).map((form) => ({
      file: `${generation}/${name}.${form}`,
      expected,
    })),
  );
});

describe("LightGBM trees", () => {
  it.each(cases)("$file predicts what the library does", async ({ file, expected }) => {
    const { features, outputs, rows, raw, trees } = expected;
    await withArtifact(testPath(`fixtures/lightgbm/${file}`), async (artifact) => {
      const [ensemble, ...others] = await ensemblesOf(artifact);
      expect(others).toEqual([]);
      expect(ensemble).toMatchObject({ library: "lightgbm", path: "", treeCount: trees, outputs });
      if (ensemble === undefined) return;
      const found = await rawPredictions(ensemble, numbersIn(rows, features));
      expect(largestError(found, numbersIn(raw, outputs))).toBe(0);
      expect(artifact.parameters.map(({ path }) => path)).toContain(`${ensemble.pathOf(trees - 1)}.leaf_value`);
    });
  });
});
