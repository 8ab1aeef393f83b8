import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ensemblesOf } from "../../../../src/core/meaning/trees/index.ts";
import { testPath, withArtifact } from "../../../support/open-file.ts";
import { largestError, numbersIn, rawPredictions } from "../../../support/score-trees.ts";

interface Expected {
  readonly features: number;
  readonly outputs: number;
  /** How H2O makes its predictions of what the trees give. */
  readonly link: keyof typeof LINKS;
  readonly rows: string;
  readonly predicted: string;
}

const softmax = (row: readonly number[]): readonly number[] => {
  const powers = row.map((value) => Math.exp(value - Math.max(...row)));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
};

const LINKS = {
  identity: (row: readonly number[]) => row,
  log: (row: readonly number[]) => row.map(Math.exp),
  logit: ([margin = Number.NaN]: readonly number[]) => {
    const second = 1 / (1 + Math.exp(-margin));
    return [1 - second, second];
  },
  softmax,
  first: ([first = Number.NaN]: readonly number[]) => [first, 1 - first],
  shares: (row: readonly number[]) => {
    const total = row.reduce((sum, value) => sum + value, 0);
    return row.map((value) => value / total);
  },
  none: (row: readonly number[]) => row,
};

const folder = testPath("fixtures/mojo");
const models = Object.entries(JSON.parse(readFileSync(`${folder}/expected.json`, "utf8")) as Record<string, Expected>);

describe("trees of an H2O MOJO", () => {
  it.each(models)("%s predict what H2O does", async (name, { features, outputs, link, rows, predicted }) => {
    await withArtifact(`${folder}/${name}.zip`, async (artifact) => {
      expect([artifact.complete, artifact.findings]).toEqual([true, []]);
      const [ensemble, ...others] = await ensemblesOf(artifact);
      expect(others).toEqual([]);
      expect(ensemble).toMatchObject({ library: "h2o", features: ["age", "debt", "place", "kind"] });
      if (ensemble === undefined) return;
      const raw = await rawPredictions(ensemble, numbersIn(rows, features));
      const wanted = numbersIn(predicted, outputs);
      const found = raw.map(LINKS[link]);
      // Of an isolation forest H2O tells a score and the mean path.
      const told = link === "none" ? wanted.map(([, path = Number.NaN]) => [path]) : wanted;
      expect(largestError(found, told)).toBeLessThan(1e-9);
    });
  });
});
