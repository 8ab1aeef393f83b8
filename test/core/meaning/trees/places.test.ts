import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ensemblesOf } from "../../../../src/core/meaning/trees/index.ts";
import { testPath, withArtifact } from "../../../support/open-file.ts";
import { type ExpectedPredictions, largestError, numbersIn, rawPredictions } from "../../../support/score-trees.ts";
import type { Artifact } from "../../../../src/core/model/artifact.ts";
import { quietWork } from "../../../../src/core/work.ts";
import { fixture, openBytes } from "../../../support/read-format.ts";
import { forgeZip } from "../../../support/zip-builder.ts";
import { compare } from "../../diff/comparisons.ts";

const folder = testPath("fixtures/trees/places");
const models = Object.entries(
  JSON.parse(readFileSync(`${folder}/expected.json`, "utf8")) as Record<string, ExpectedPredictions>,
);

/** Where the trees are, by what holds them (test/generate/tree_places_fixtures.py). */
const PLACES: readonly (readonly [string, string, number])[] = [
  ["survival-forest", "", 3],
  ["survival-boosting", "", 3],
  ["rus-boosting", "", 3],
  ["hist", "", 9],
  ["target", "regressor_", 3],
  ["outputs", "estimators_[0]", 3],
  ["stacking", "estimators_[1]", 3],
  ["isolation", "", 3],
];

describe("trees in other estimators and of other libraries", () => {
  it.each(PLACES)("of %s are found at '%s'", async (name, path, treeCount) => {
    await withArtifact(`${folder}/${name}-0.pkl`, async (artifact) => {
      expect([artifact.complete, artifact.findings]).toEqual([true, []]);
      expect((await ensemblesOf(artifact))[0]).toMatchObject({ path, treeCount });
    });
  });

  it.each(models)("of %s predict what the library does", async (name, { features, outputs, rows, raw }) => {
    await withArtifact(`${folder}/${name}-0.pkl`, async (artifact) => {
      const [ensemble] = await ensemblesOf(artifact);
      if (ensemble === undefined) throw new Error("no trees");
      const found = await rawPredictions(ensemble, numbersIn(rows, features));
      expect(largestError(found, numbersIn(raw, outputs))).toBeLessThanOrEqual(1e-13);
    });
  });

  it.each(PLACES)("of %s, trained again, are no other shape and no other setting", async (name) => {
    await withArtifact(`${folder}/${name}-0.pkl`, (old) =>
      withArtifact(`${folder}/${name}-1.pkl`, async (next) => {
        const { findings, hyperparameters, ensembles } = await compare(old, next);
        // The times that a survival model tells of are its own.
        const shapes = findings.filter(
          ({ rule, path }) => rule === "schema/shape" && !/_times?_|_baseline_/.test(path ?? ""),
        );
        expect(shapes).toEqual([]);
        // Nobody set the seeds that an ensemble draws for its members.
        const set = hyperparameters.map((change) => change.path);
        expect(
          set.filter((at) => !/^(regressor|estimators\[\d\]\[1\]|estimators\.forest)\.random_state$/.test(at)),
        ).toEqual([]);
        expect(ensembles.length).toBeGreaterThan(0);
      }),
    );
  });
});

describe("trees of files in an archive", () => {
  const FILES = {
    "xgboost-model": "xgboost/new/classes.json",
    "dump.json": "xgboost/new/categories.dump.json",
    "lightgbm.txt": "lightgbm/new/classes.txt",
    "catboost.cbm": "catboost/classes.cbm",
  };
  const archive = (names: readonly (keyof typeof FILES)[]): Promise<Artifact> =>
    openBytes(forgeZip(names.map((name) => ({ name, content: fixture(FILES[name]) }))), "model.zip");

  it("are those of each file, at addresses that the archive has", async () => {
    const opened = await archive(Object.keys(FILES) as (keyof typeof FILES)[]);
    const addresses = [...opened.parameters, ...opened.values].map(({ path }) => path);
    const found = await ensemblesOf(opened);
    const nameOf = (path: string): keyof typeof FILES =>
      (path === '["xgboost-model"]' ? "xgboost-model" : path) as keyof typeof FILES;
    expect(found.map(({ path }) => nameOf(path)).sort()).toEqual(Object.keys(FILES).sort());
    for (const ensemble of found) {
      const name = nameOf(ensemble.path);
      const [alone] = await ensemblesOf(await openBytes(fixture(FILES[name]), name));
      const { treeCount, outputs, base } = ensemble;
      expect({ treeCount, outputs, base }).toEqual({
        treeCount: alone?.treeCount,
        outputs: alone?.outputs,
        base: alone?.base,
      });
      const last = treeCount - 1;
      expect({ ...(await ensemble.tree(last, quietWork())), path: "" }).toEqual({
        ...(await alone?.tree(last, quietWork())),
        path: "",
      });
      const at = ensemble.pathOf(last);
      expect(addresses.filter((path) => path.startsWith(`${at}.`))).not.toEqual([]);
    }
  });

  it("have the features that the only model knows", async () => {
    const [ensemble] = await ensemblesOf(await archive(["lightgbm.txt"]));
    const [alone] = await ensemblesOf(await openBytes(fixture(FILES["lightgbm.txt"]), "lightgbm.txt"));
    expect(ensemble?.features).toEqual(alone?.features);
  });
});
