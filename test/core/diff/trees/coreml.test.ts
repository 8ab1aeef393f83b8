import { describe, expect, it } from "vitest";
import { testPath, withArtifact } from "../../../support/open-file.ts";
import { compare, judgement } from "../comparisons.ts";

const SHARED = "On one side, leaf values are divided by the number of trees.";
const WEIGHTED = "On one side, leaf values are multiplied with the weights of their trees.";
const MISSING = "On one side, missing values have no direction of their own.";
const restated = (count: number): string =>
  count === 1
    ? "The tree decides the same in other numbers."
    : `Each of the ${count} trees decides the same in other numbers.`;

/** A model, its copy in Core ML, and what is said first (test/generate/coreml_trees_fixtures.py). */
const PAIRS: readonly (readonly [string, string, string])[] = [
  ["tree-regressor", "joblib", `${restated(1)} ${MISSING}`],
  ["tree-classifier", "joblib", `${restated(1)} ${MISSING}`],
  ["forest-regressor", "joblib", `${restated(5)} ${SHARED} ${MISSING}`],
  ["forest-binary", "joblib", `${restated(5)} ${SHARED} ${MISSING}`],
  ["boosting-regressor", "joblib", `${restated(6)} ${WEIGHTED} ${MISSING}`],
  ["boosting-binary", "joblib", `${restated(6)} ${WEIGHTED} ${MISSING}`],
  ["pipeline", "joblib", `${restated(3)} ${SHARED} ${MISSING}`],
  ["xgb-regressor", "json", "Each of the 5 trees is identical."],
  ["xgb-binary", "json", "Each of the 5 trees is identical."],
  // coremltools drops what every class starts from.
  [
    "xgb-classifier",
    "json",
    "Each of the 15 trees is identical. What the trees add to is [0.0, 0.0, 0.0] instead of [0.5, 0.5, 0.5].",
  ],
];

const folder = testPath("fixtures/trees/coreml");

describe("a model and its copy in Core ML", () => {
  it.each(PAIRS)("%s.%s", async (name, suffix, said) => {
    await withArtifact(`${folder}/${name}.${suffix}`, (old) =>
      withArtifact(`${folder}/${name}.mlmodel`, async (next) => {
        expect(judgement(await compare(old, next))).toContain(said);
        expect(judgement(await compare(next, old))).toMatch(/^(The tree|Each of the \d+ trees) (decides|is identical)/);
      }),
    );
  });

  it("is another model where coremltools adds up what scikit-learn averages", async () => {
    await withArtifact(`${folder}/forest-classifier.joblib`, (old) =>
      withArtifact(`${folder}/forest-classifier.mlmodel`, async (next) => {
        expect(judgement(await compare(old, next))).toContain("Each of the 5 trees changed.");
      }),
    );
  });

  it("has the same coefficients and scales under other names", async () => {
    await withArtifact(`${folder}/linear.joblib`, (old) =>
      withArtifact(`${folder}/linear.mlmodel`, async (next) => {
        const { entries } = await compare(old, next);
        expect(entries.map(({ oldPath, verdict }) => [oldPath, verdict])).toEqual(
          expect.arrayContaining([
            ["coef_", "renamed"],
            ["intercept_", "reshaped"],
          ]),
        );
      }),
    );
    await withArtifact(`${folder}/pipeline.joblib`, (old) =>
      withArtifact(`${folder}/pipeline.mlmodel`, async (next) => {
        const { entries } = await compare(old, next);
        const scaler = "pipelineRegressor.pipeline.models[1].scaler";
        expect(entries.filter(({ path }) => path.startsWith(scaler))).toMatchObject([
          { path: `${scaler}.shiftValue`, oldPath: "steps.scale.mean_", detail: { derivation: "negative" } },
          { path: `${scaler}.scaleValue`, oldPath: "steps.scale.scale_", detail: { derivation: "reciprocal" } },
        ]);
      }),
    );
  });
});
