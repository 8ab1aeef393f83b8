import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { fromBytes } from "../../../src/core/bytes/source.ts";
import { ArtifactError } from "../../../src/core/errors.ts";
import { boosterFacts } from "../../../src/core/meaning/boosters.ts";
import type { ByteSource } from "../../../src/core/bytes/source.ts";
import { dictOf, objectOf } from "../../support/artifacts.ts";
import { testPath, withArtifact } from "../../support/open-file.ts";

const fixture = (name: string): string => testPath(`fixtures/boosting/${name}.pkl`);

describe("pickled boosters", () => {
  it.each([
    ["xgboost_old", "1.6.2"],
    ["xgboost_new", "3.2.0"],
  ])("%s tells XGBoost's version and the features", async (name, version) => {
    await withArtifact(fixture(name), ({ framework, schema, estimators, findings }) => {
      expect(findings).toEqual([]);
      expect(framework).toEqual({ name: "xgboost", version, className: "XGBClassifier" });
      expect(schema.features).toEqual(["age", "income", "debt"]);
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

  const booster = (data: ByteSource) =>
    objectOf("xgboost.core", "Booster", dictOf({ handle: { kind: "bytes", type: "bytearray", data } }));

  it("reads the JSON configuration of older versions", async () => {
    const text = 'CONFIG-offset:....{"learner":{},"version":[1,5,2]}';
    const facts = await boosterFacts(booster(fromBytes(new TextEncoder().encode(text))));
    expect(facts).toEqual({ version: "1.5.2" });
  });

  it("says nothing of bytes that are cut or are not there", async () => {
    const whole = new Uint8Array(readFileSync(fixture("xgboost_new")));
    const start = Buffer.from(whole).indexOf("{L");
    const names = Buffer.from(whole).indexOf("feature_names");
    for (let end = names; end < names + 67; end += 7) {
      const facts = await boosterFacts(booster(fromBytes(whole.subarray(start, end))));
      expect(facts).toEqual({ version: "3.2.0" });
    }
    const gone: ByteSource = {
      size: 10,
      name: "gone",
      read: () => Promise.reject(new ArtifactError("truncated", "gone")),
    };
    expect(await boosterFacts(booster(gone))).toEqual({});
  });
});
