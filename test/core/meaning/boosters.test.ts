import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type ByteSource, fromBytes } from "../../../src/core/bytes/source.ts";
import { ArtifactError } from "../../../src/core/errors.ts";
import { ensemblesOf } from "../../../src/core/meaning/trees/index.ts";
import type { Artifact } from "../../../src/core/model/artifact.ts";
import { artifactOf, dictOf, objectOf } from "../../support/artifacts.ts";
import type { Value } from "../../../src/core/model/value.ts";
import { testPath, withArtifact } from "../../support/open-file.ts";
import { quietWork } from "../../../src/core/work.ts";

const fixture = (name: string): string => testPath(`fixtures/boosting/${name}.pkl`);
const bytesOf = (name: string): Uint8Array => new Uint8Array(readFileSync(testPath(`fixtures/${name}`)));

describe("pickled boosters", () => {
  it.each([
    ["xgboost_old", "1.6.2"],
    ["xgboost_new", "3.2.0"],
  ])("%s tells XGBoost's version and the features", async (name, version) => {
    await withArtifact(fixture(name), ({ framework, schema, estimators, findings, complete }) => {
      expect(findings).toEqual([]);
      expect(complete).toBe(true);
      expect(framework).toEqual({ name: "xgboost", version, className: "XGBClassifier" });
      // 3.2 keeps the number of classes alone.
      expect(schema).toMatchObject({ features: ["age", "income", "debt"], classes: ["0", "1", "2"] });
      const settings = estimators[0]?.hyperparameters.map(({ path }) => path) ?? [];
      expect(settings).toContain("learning_rate");
      expect(settings).toContain("missing");
    });
  });

  it.each(["lightgbm_old", "lightgbm_new"])(
    "%s tells the features, and no version, which it does not hold",
    async (name) => {
      await withArtifact(fixture(name), ({ framework, schema, parameters, findings }) => {
        expect(findings).toEqual([]);
        expect(framework).toEqual({ name: "lightgbm", className: "LGBMClassifier" });
        expect(schema).toMatchObject({ features: ["age", "income", "debt"], classes: ["0", "1", "2"] });
        expect(parameters.map(({ path }) => path)).toContain("_class_map[2]");
      });
    },
  );

  it.each([
    ["xgboost_old", "_Booster.learner.gradient_booster.model.trees[5].split_conditions", "float32"],
    ["xgboost_new", "_Booster.learner.gradient_booster.model.trees[5].split_conditions", "float32"],
    ["lightgbm_old", "_Booster.trees[5].leaf_value", "float64"],
    ["lightgbm_new", "_Booster.trees[5].leaf_value", "float64"],
  ])("%s has its parameters at their address", async (name, path, dtype) => {
    await withArtifact(fixture(name), async (artifact) => {
      const found = artifact.parameters.find((each) => each.path === path);
      expect(found?.tensor.dtype.scalar).toBe(dtype);
      expect(artifact.parameters.some((each) => each.path.includes("handle"))).toBe(false);
      const [ensemble] = await ensemblesOf(artifact);
      expect(ensemble).toMatchObject({
        path: "_Booster",
        treeCount: 6,
        outputs: 3,
        features: ["age", "income", "debt"],
      });
      expect(ensemble?.pathOf(5)).toBe(path.replace(/\.\w+$/, ""));
      expect((await ensemble?.tree(5, quietWork()))?.nodeCount).toBeGreaterThan(1);
    });
  });

  it("the configuration of an XGBoost model is hyper-parameters", async () => {
    await withArtifact(fixture("xgboost_new"), ({ values }) => {
      const found = values.find(({ path }) => path === "_Booster.Config.learner.learner_train_param.objective");
      expect(found).toMatchObject({ role: "hyperparameter", value: "multi:softprob" });
    });
  });

  it("settings of a LightGBM model are hyper-parameters", async () => {
    await withArtifact(fixture("lightgbm_new"), ({ values }) => {
      const found = values.find(({ path }) => path === "_Booster.parameters.num_leaves");
      expect(found).toMatchObject({ role: "hyperparameter", value: 3n });
    });
  });

  const booster = (data: ByteSource): Promise<Artifact> =>
    artifactOf(objectOf("xgboost.core", "Booster", dictOf({ handle: { kind: "bytes", type: "bytearray", data } })));

  it("reads what versions before 1.6 pickled", async () => {
    const model = bytesOf("xgboost/old/logistic.model");
    const header = new Uint8Array(22);
    header.set(new TextEncoder().encode("CONFIG-offset:"));
    new DataView(header.buffer).setBigInt64(14, BigInt(model.length), true);
    const config = new TextEncoder().encode(
      '{"learner":{"learner_train_param":{"objective":"binary:logistic"}},"version":[1,5,2]}',
    );
    const artifact = await booster(fromBytes(Uint8Array.from([...header, ...model, ...config])));
    expect(artifact.findings).toEqual([]);
    expect(artifact.complete).toBe(true);
    expect(artifact.parameters.map(({ path }) => path)).toContain(
      "learner.gradient_booster.model.trees[0].split_conditions",
    );
    expect(artifact.values.map(({ path }) => path)).toContain("Config.learner.learner_train_param.objective");
    expect(artifact.schema.featureCount).toBe(4);
  });

  it("has the names of features that versions before 1.4 pickled beside the model", async () => {
    const handle: Value = { kind: "bytes", type: "bytearray", data: fromBytes(bytesOf("xgboost/old/logistic.model")) };
    const names: Value = { kind: "list", type: "list", items: ["age", "income", "debt", "rate"] };
    const state = dictOf({ handle, feature_names: names });
    const artifact = await artifactOf(objectOf("xgboost.core", "Booster", state));
    expect(artifact.schema.features).toEqual(["age", "income", "debt", "rate"]);
    expect((await ensemblesOf(artifact))[0]?.features).toEqual(["age", "income", "debt", "rate"]);
  });

  it("says what could not be read of bytes that are cut or are not there", async () => {
    const whole = bytesOf("xgboost/new/regression.ubj");
    for (let end = 30; end < whole.length; end += 97) {
      const artifact = await booster(fromBytes(whole.subarray(0, end)));
      expect(artifact.complete).toBe(false);
      expect(artifact.findings.length).toBeGreaterThan(0);
    }
    const gone: ByteSource = {
      size: 10,
      name: "gone",
      read: () => Promise.reject(new ArtifactError("truncated", "gone")),
    };
    const artifact = await booster(gone);
    expect(artifact.findings.map(({ rule }) => rule)).toEqual(["integrity/not-read"]);
    expect(artifact.complete).toBe(false);
  });

  it("lets an object be that holds nothing yet", async () => {
    const artifact = await artifactOf(objectOf("xgboost.core", "Booster", dictOf({ handle: null })));
    expect(artifact.complete).toBe(true);
    expect(artifact.findings).toEqual([]);
  });
});
