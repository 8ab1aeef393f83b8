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

/** Of every library that has trees, a file and what it is called in an archive. */
const FORMS = [
  ["onnx", "onnx/forest_classifier.onnx", "model.onnx"],
  ["onnx, all in one node", "onnx/flat_trees.onnx", "model/flat.onnx"],
  ["pmml", "pmml/forest-classifier.pmml", "forest.pmml"],
  ["pmml of a boosting", "pmml/boosting-regressor.pmml", "a b.pmml"],
  ["coreml", "trees/coreml/pipeline.mlmodel", "pipeline.mlmodel"],
  ["treelite", "treelite/float32.tl", "model.tl"],
  ["weka", "weka/random-forest.model", "forest.model"],
  ["h2o", "mojo/gbm-multinomial.zip", "gbm.zip"],
  ["xgboost", "xgboost/new/classes.json", "xgboost-model"],
  ["xgboost in a pickle", "boosting/xgboost_new.pkl", "xgb.pkl"],
  ["lightgbm", "lightgbm/new/classes.txt", "lightgbm.txt"],
  ["catboost", "catboost/classes.cbm", "catboost.cbm"],
  ["scikit-learn", "trees/places/outputs-0.pkl", "model.pkl"],
] as const;

describe("trees of any library in an archive", () => {
  const whole = async (names: readonly string[]): Promise<Artifact> =>
    openBytes(
      forgeZip(
        FORMS.filter(([name]) => names.includes(name)).map(([, from, name]) => ({ name, content: fixture(from) })),
      ),
      "models.zip",
    );

  it.each(FORMS)("of %s are those of the file alone", async (library, from, name) => {
    const alone = await ensemblesOf(await openBytes(fixture(from), name));
    expect(alone.length).toBeGreaterThan(0);
    for (const beside of [[], ["catboost"], ["onnx", "weka"]]) {
      const archive = await whole([library, ...beside]);
      const addresses = [...archive.parameters, ...archive.values].map(({ path }) => path);
      const base = name.match(/^[\w.]+$/) ? name : JSON.stringify([name]);
      const found = (await ensemblesOf(archive)).filter(({ path }) => path.startsWith(base));
      expect(found.length).toBe(alone.length);
      for (const [i, ensemble] of found.entries()) {
        const {
          library: of,
          treeCount,
          features,
          classes,
          outputs,
          base: start,
          aggregate,
          precision,
          holds,
        } = ensemble;
        expect(alone[i]).toMatchObject({ library: of, treeCount, outputs, base: start, aggregate, precision });
        expect([alone[i]?.features, alone[i]?.classes]).toEqual([features, classes]);
        for (let index = 0; index < ensemble.treeCount; index++) {
          expect(await ensemble.tree(index, quietWork())).toEqual(await alone[i]?.tree(index, quietWork()));
          expect(ensemble.outputOf(index)).toBe(alone[i]?.outputOf(index));
          expect(ensemble.weightOf(index)).toBe(alone[i]?.weightOf(index));
        }
        for (const held of holds) expect(addresses.filter((path) => path.startsWith(held)).length).toBeGreaterThan(0);
      }
    }
  });

  it("of one file are there where another file of the archive cannot be read", async () => {
    const damaged = fixture("xgboost/new/classes.json").slice(0, 4000);
    const archive = await openBytes(
      forgeZip([
        { name: "a.json", content: damaged },
        { name: "b.onnx", content: fixture("onnx/forest_classifier.onnx") },
      ]),
      "models.zip",
    );
    expect((await ensemblesOf(archive)).map(({ library }) => library)).toContain("onnx");
    expect(archive.complete).toBe(false);
  });

  it("that changed are a change of trees", async () => {
    const zip = (name: string): Promise<Artifact> =>
      openBytes(forgeZip([{ name: "model.onnx", content: fixture(name) }]), "model.zip");
    const { ensembles } = await compare(
      await zip("onnx/forest_classifier.onnx"),
      await zip("onnx/forest_regressor.onnx"),
    );
    expect(ensembles.length).toBe(1);
  });
});
