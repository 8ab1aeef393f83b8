import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { inflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { elementCount } from "../../../src/core/model/tensor.ts";
import { readElements } from "../../../src/core/model/window.ts";
import { openBytes } from "../../support/read-format.ts";

/** What `test/generate/all_estimators_fixtures.py` read from the live objects. */
interface Model {
  readonly pickle: string;
  /** Whether each setting is its default; null where there is none. */
  readonly settings: Readonly<Record<string, boolean | null>>;
  readonly learned: Readonly<
    Record<string, { readonly dtype: string; readonly shape: readonly number[]; readonly sha256: string }>
  >;
  readonly features?: readonly string[];
}

interface Fixture {
  readonly version: string;
  readonly models: Readonly<Record<string, Model>>;
}

const FOLDER = new URL("../../fixtures/estimators/", import.meta.url);
const FIXTURES = readdirSync(FOLDER).map((name) => JSON.parse(readFileSync(new URL(name, FOLDER), "utf8")) as Fixture);

describe.each(FIXTURES)("every estimator of scikit-learn $version", ({ version, models }) => {
  it.each(Object.entries(models))("%s has its settings and what it learned", async (className, model) => {
    const artifact = await openBytes(new Uint8Array(inflateSync(Buffer.from(model.pickle, "base64"))), "model.pkl");
    expect(artifact.complete).toBe(true);
    expect(
      artifact.findings.filter(({ rule, severity }) => rule.startsWith("safety/") || severity === "error"),
    ).toEqual([]);
    expect(artifact.framework).toMatchObject({ name: "scikit-learn", version, className });
    expect(artifact.schema).toMatchObject(model.features === undefined ? {} : { features: model.features });

    const found = artifact.estimators[0]?.hyperparameters.filter(({ path }) => !/[.[]/.test(path)) ?? [];
    const settings = Object.fromEntries(found.map(({ path, isDefault }) => [path, isDefault ?? null]));
    expect(settings).toEqual(model.settings);

    for (const [path, { dtype, shape, sha256 }] of Object.entries(model.learned)) {
      const tensor = artifact.parameters.find((parameter) => parameter.path === path)?.tensor;
      expect([path, tensor?.dtype.name, tensor?.shape]).toEqual([path, dtype, shape]);
      if (tensor === undefined) continue;
      const bytes = await readElements(tensor, 0, elementCount(tensor.shape));
      expect([path, createHash("sha256").update(bytes).digest("hex")]).toEqual([path, sha256]);
    }
  });
});

describe("a random generator in a model", () => {
  it("has its state under the names that numpy has for it", async () => {
    const model = FIXTURES.find(({ version }) => version.startsWith("1.7"))?.models["GaussianProcessClassifier"];
    const bytes = new Uint8Array(inflateSync(Buffer.from(model?.pickle ?? "", "base64")));
    const { parameters, estimators } = await openBytes(bytes, "model.pkl");
    const found = new Map(parameters.map(({ path, tensor }) => [path, tensor.shape]));
    expect(found.get("base_estimator_.rng.state.key")).toEqual([624]);
    expect(found.get("base_estimator_.rng._bit_generator.seed_seq.pool")).toEqual([4]);
    const neighbours = FIXTURES.map(({ models }) => models["NearestNeighbors"]?.pickle ?? "");
    for (const pickle of neighbours) {
      const opened = await openBytes(new Uint8Array(inflateSync(Buffer.from(pickle, "base64"))), "model.pkl");
      expect(opened.estimators.map(({ className }) => className)).toContain("KDTree");
      expect(opened.parameters.map(({ path }) => path)).toContain("_tree.data");
    }
    expect(estimators[0]?.className).toBe("GaussianProcessClassifier");
  });
});
