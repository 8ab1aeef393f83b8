import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ensemblesOf } from "../../../../src/core/meaning/trees/index.ts";
import { withStatistics } from "../../../support/catboost-statistics.ts";
import { testPath, withArtifact } from "../../../support/open-file.ts";
import { type ExpectedPredictions, largestError, numbersIn, rawPredictions } from "../../../support/score-trees.ts";

interface Expected extends ExpectedPredictions {
  readonly trees: number;
}

const folder = testPath("fixtures/catboost/statistics");
const models = JSON.parse(readFileSync(`${folder}/expected.json`, "utf8")) as Record<string, Expected>;
const files = Object.entries(models).flatMap(([name, expected]) =>
  (["buckets", "means", "sided"].includes(name) ? ["cbm", "json"] : ["cbm"]).map((form) => ({
    file: `${name}.${form}`,
    expected,
  })),
);

describe("statistics of categories", () => {
  it.each(files)("of $file make the predictions of the library", async ({ file, expected }) => {
    const { features, outputs, rows, raw, trees } = expected;
    await withArtifact(`${folder}/${file}`, async (artifact) => {
      expect(artifact).toMatchObject({ format: "catboost", complete: true, findings: [] });
      const [ensemble, ...others] = await ensemblesOf(artifact);
      expect(others).toEqual([]);
      expect(ensemble).toMatchObject({ library: "catboost", treeCount: trees, outputs });
      if (ensemble === undefined) return;
      const given = await withStatistics(artifact.root, numbersIn(rows, features));
      expect(given[0]).toHaveLength(ensemble.features?.length ?? 0);
      expect(largestError(await rawPredictions(ensemble, given), numbersIn(raw, outputs))).toBeLessThanOrEqual(1e-14);
    });
  });

  it("are over columns together, and over sides of splits", async () => {
    await withArtifact(`${folder}/combined.cbm`, async (artifact) => {
      const [ensemble] = await ensemblesOf(artifact);
      expect(ensemble?.features).toContain("Borders(kind, place)");
    });
    await withArtifact(`${folder}/sided.cbm`, async (artifact) => {
      const [ensemble] = await ensemblesOf(artifact);
      expect(ensemble?.features?.some((name) => /^Borders\(kind, a > -?[\d.e-]+, flag = -?\d+\)$/.test(name))).toBe(
        true,
      );
    });
  });
});
