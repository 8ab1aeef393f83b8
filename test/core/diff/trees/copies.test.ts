import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ensemblesOf } from "../../../../src/core/meaning/trees/index.ts";
import { openBytes } from "../../../support/fixture-reading.ts";
import { testPath, withArtifact } from "../../../support/open-file.ts";
import { rawPredictions } from "../../../support/score-trees.ts";
import { compare, judgement } from "../comparisons.ts";

const identical = "Each of the 4 trees is identical.";

/** A model, its copy, and what is said first (test/generate/tree_copies_fixtures.py). */
const PAIRS: readonly (readonly [string, string, string])[] = [
  // ONNX asks one category after the other, and the other way round.
  ["xgb-sets.json", "xgb-sets.onnx", identical],
  ["xgb-onehot.json", "xgb-onehot.onnx", identical],
  // JPMML asks whether a value is greater, where LightGBM asks whether it is not.
  ["lgb.txt", "lgb.pmml", identical],
  ["lgb.pkl", "lgb.pmml", identical],
  ["lgb.pkl", "lgb.onnx", "Only rounding: each of the 4 trees is the old one rounded to float32."],
  [
    "xgb.json",
    "xgb.pmml",
    "Only precision: each of the 4 trees has more digits; rounded to float32 it is the old one.",
  ],
  ["forest.pkl", "forest.pmml", "Only rounding: each of the 4 trees is the old one rounded to float32."],
  ["cat-symmetrictree.cbm", "cat-symmetrictree.json", "Each of the 16 parameters is identical."],
  ["cat-depthwise.cbm", "cat-depthwise.json", identical],
  ["cat-lossguide.cbm", "cat-lossguide.json", identical],
  // CatBoost names the inputs of its copy by their place.
  [
    "cat-symmetrictree.cbm",
    "cat-symmetrictree.mlmodel",
    `${identical} Feature age is now feature_0, at the same position.`,
  ],
  // It prints six digits of a threshold: other numbers.
  ["cat-symmetrictree.cbm", "cat-symmetrictree.pmml", "Each of the 4 trees changed."],
];

const folder = testPath("fixtures/trees/copies");

describe("a model and what a converter made of it", () => {
  it.each(PAIRS)("%s and %s", async (one, other, said) => {
    await withArtifact(`${folder}/${one}`, (old) =>
      withArtifact(`${folder}/${other}`, async (next) => {
        expect(judgement(await compare(old, next))).toContain(said);
      }),
    );
  });

  it.each(["xgb-sets", "xgb-onehot"])("%s predicts the same in both forms", async (name) => {
    const rows = [-2, -0.5, 0.1, 1, Number.NaN].flatMap((a) =>
      [0, 1, 2, 3, 4, 5, Number.NaN].map((category) => [a, a / 3, category]),
    );
    const found: (readonly (readonly number[])[])[] = [];
    for (const suffix of ["json", "onnx"])
      await withArtifact(`${folder}/${name}.${suffix}`, async (artifact) => {
        const [ensemble] = await ensemblesOf(artifact);
        if (ensemble !== undefined) found.push(await rawPredictions(ensemble, rows));
      });
    expect(found[1]).toEqual(found[0]);
  });

  it("tells one tree of a PMML forest that was changed", async () => {
    const text = readFileSync(`${folder}/forest.pmml`, "utf8");
    const leaves = [...text.matchAll(/score="(-?\d+\.\d+)"/g)];
    const [whole = "", score = ""] = leaves[5] ?? [];
    const changed = text.replace(whole, `score="${Number(score) + 1}"`);
    const old = await openBytes(new TextEncoder().encode(text), "forest.pmml");
    const next = await openBytes(new TextEncoder().encode(changed), "forest.pmml");
    const report = await compare(old, next);
    expect(judgement(report)).toContain("1 of 4 trees changed; 3 are the same.");
    const [only] = report.ensembles;
    expect(only).toMatchObject({ same: 3, changed: 1, added: 0, removed: 0 });
    expect(only?.trees[0]).toMatchObject({ kind: "changed", counts: { changed: 1 } });
    await withArtifact(`${folder}/forest.pkl`, async (source) => {
      expect((await compare(source, next)).ensembles[0]).toMatchObject({ rewritten: 3, changed: 1 });
    });
  });

  it("says what of CatBoost's text and embedding features is not read", async () => {
    await withArtifact(`${folder}/cat-text.cbm`, async (artifact) => {
      expect(artifact.complete).toBe(false);
      expect(artifact.findings.map(({ rule, path }) => [rule, path])).toEqual([["integrity/not-read", "model_parts"]]);
      expect(artifact.findings[0]?.message).toMatch(
        /^\d+ bytes are not read: what text and embedding features .*\(\w+(?:, \w+)*\)/,
      );
      expect(artifact.schema.features).toEqual(["age", "text", "place"]);
      expect((await ensemblesOf(artifact))[0]?.treeCount).toBe(2);
    });
  });

  it("names CatBoost's version in PMML", async () => {
    await withArtifact(`${folder}/cat-symmetrictree.pmml`, (artifact) => {
      expect(artifact.framework?.version).toBe("1.2.10");
      expect(artifact.schema.outputs).toEqual(["prediction"]);
      return Promise.resolve();
    });
  });
});
