import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ensemblesOf } from "../../../../src/core/meaning/trees/index.ts";
import { testPath, withArtifact } from "../../../support/open-file.ts";
import { openBytes } from "../../../support/read-format.ts";
import { type ExpectedPredictions, largestError, numbersIn, rawPredictions } from "../../../support/score-trees.ts";

interface Expected extends ExpectedPredictions {
  readonly trees: number;
}

/** DART adds its trees in another order of operations; a logarithm is rounded by each machine on its own. */
const TOLERANCE: Readonly<Record<string, number>> = { dart: 5e-7, logistic: 3e-7, poisson: 3e-7 };

const cases = ["old", "new"].flatMap((generation) => {
  const folder = testPath(`fixtures/xgboost/${generation}`);
  const models = JSON.parse(readFileSync(`${folder}/expected.json`, "utf8")) as Record<string, Expected>;
  return Object.entries(models)
    .filter(([, { raw }]) => raw !== undefined)
    .flatMap(([name, expected]) => {
      const hasLegacy = generation === "old" && name !== "categories" && name !== "one_hot";
      const forms = hasLegacy ? ["json", "ubj", "model"] : ["json", "ubj"];
      return forms.map((form) => ({ file: `${generation}/${name}.${form}`, name, expected }));
    });
});

describe("XGBoost trees", () => {
  it.each(cases)("$file predicts what the library does", async ({ file, name, expected }) => {
    const { features, outputs, rows, raw, trees } = expected;
    await withArtifact(testPath(`fixtures/xgboost/${file}`), async (artifact) => {
      const [ensemble, ...others] = await ensemblesOf(artifact);
      expect(others).toEqual([]);
      expect(ensemble).toMatchObject({ library: "xgboost", path: "", treeCount: trees, outputs });
      if (ensemble === undefined) return;
      const found = await rawPredictions(ensemble, numbersIn(rows, features));
      expect(largestError(found, numbersIn(raw, outputs))).toBeLessThanOrEqual(TOLERANCE[name] ?? 0);
      const last = ensemble.pathOf(trees - 1);
      expect(artifact.parameters.map(({ path }) => path)).toContain(`${last}.split_conditions`);
    });
  });

  it.each([
    // What 3.2.0 predicts with learning rate 0 when all labels are 1, and when all are 0.
    ["[1E0]", Math.fround(13.74516)],
    ["[0E0]", Math.fround(-13.81551)],
  ])("keeps the base score %s off the end, as XGBoost does where all labels are the same", async (score, base) => {
    const text = readFileSync(testPath("fixtures/xgboost/new/logistic.json"), "utf8");
    const changed = text.replace(/"base_score":"[^"]*"/, `"base_score":"${score}"`);
    const [ensemble] = await ensemblesOf(await openBytes(new TextEncoder().encode(changed), "model.json"));
    expect(ensemble?.base[0]).toBeCloseTo(base, 4);
  });

  it("has the weights of DART's trees where 3.4 keeps them", async () => {
    const textOf = (name: string): string => readFileSync(testPath(`fixtures/xgboost/new/${name}.json`), "utf8");
    const { features, rows, raw } = (JSON.parse(textOf("expected")) as { readonly dart: Expected }).dart;
    interface Dart {
      readonly gbtree: { readonly model: object };
      readonly weight_drop: readonly number[];
    }
    const model = JSON.parse(textOf("dart"), (key, value: unknown) => {
      if (key !== "gradient_booster") return value;
      const { gbtree, weight_drop } = value as Dart;
      return { model: { ...gbtree.model, weight_drop }, name: "gbtree" };
    }) as unknown;
    const artifact = await openBytes(new TextEncoder().encode(JSON.stringify(model)), "model.json");
    const [ensemble] = await ensemblesOf(artifact);
    expect(artifact.facts).toContainEqual({ id: "xgboost.booster", label: "Booster", value: "dart" });
    if (ensemble === undefined) return;
    const found = await rawPredictions(ensemble, numbersIn(rows, features));
    expect(largestError(found, numbersIn(raw, 1))).toBeLessThanOrEqual(5e-7);
  });

  it.each([
    // What the versions predict with learning rate 0 and a base score of 0.3.
    ["1,2,1", Math.fround(-0.84729785)],
    ["1,3,3", Math.fround(0.3)],
  ])("starts binary:logitraw of %s where that version does", async (version, base) => {
    const text = readFileSync(testPath("fixtures/xgboost/old/logistic.json"), "utf8")
      .replaceAll('"binary:logistic"', '"binary:logitraw"')
      .replace(/"base_score":"[^"]*"/, '"base_score":"3E-1"')
      .replace(/"version":\[[^\]]*\]/, `"version":[${version}]`);
    const [ensemble] = await ensemblesOf(await openBytes(new TextEncoder().encode(text), "model.json"));
    expect(ensemble?.base[0]).toBeCloseTo(base, 6);
  });

  it("has none in a linear model", async () => {
    await withArtifact(testPath("fixtures/xgboost/new/linear.json"), async (artifact) => {
      expect(await ensemblesOf(artifact)).toEqual([]);
    });
  });
});
