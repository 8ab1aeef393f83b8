import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Artifact, Parameter } from "../../../src/core/model/artifact.ts";
import { readElements } from "../../../src/core/model/window.ts";
import { testPath, withArtifact } from "../../support/open-file.ts";

/** What `test/generate/sklearn_fixtures.py` read from the live objects. */
interface Expected {
  readonly version: string;
  readonly models: Readonly<Record<string, ExpectedModel>>;
}

interface ExpectedModel {
  readonly parameters: readonly {
    readonly path: string;
    readonly dtype: string;
    readonly shape: readonly number[];
    readonly hex?: string;
    readonly sha256?: string;
  }[];
  readonly className?: string;
  readonly features?: readonly string[];
  readonly classes?: readonly string[];
  readonly featureCount?: number;
  readonly steps?: readonly (readonly [string, string])[];
  /** Names of the columns that reach a pipeline's last step. */
  readonly columns?: readonly string[];
  readonly hyperparameters?: Readonly<Record<string, boolean | null>>;
}

/** A parameter as the generator writes it: short ones as hex, long ones as a digest. */
async function summary({ path, tensor }: Parameter, isShort: boolean) {
  const count = tensor.shape.reduce((a, b) => a * b, 1);
  const bytes = await readElements(tensor, 0, count);
  const values = isShort
    ? { hex: Buffer.from(bytes).toString("hex") }
    : { sha256: createHash("sha256").update(bytes).digest("hex") };
  return { path, dtype: tensor.dtype.name, shape: tensor.shape, ...values };
}

/** Addresses without a private name in them: what scikit-learn's users see. */
function isPublic(path: string): boolean {
  return !path.split(/[.[]/).some((name) => name.startsWith("_"));
}

function rootSettings({ estimators }: Artifact): Readonly<Record<string, boolean | null>> {
  const settings = estimators[0]?.hyperparameters.filter(({ path }) => !/[.[]/.test(path)) ?? [];
  return Object.fromEntries(settings.map(({ path, isDefault }) => [path, isDefault ?? null]));
}

describe.each(["old", "new"])("fitted models of the %s generation", (generation) => {
  const folder = testPath(`fixtures/sklearn/${generation}`);
  const expected = JSON.parse(readFileSync(`${folder}/expected.json`, "utf8")) as Expected;

  it.each(Object.keys(expected.models))("%s is described as scikit-learn has it", async (file) => {
    const model = expected.models[file];
    if (model === undefined) throw new Error(file);
    await withArtifact(`${folder}/${file}`, async (artifact) => {
      expect(artifact.findings).toEqual([]);
      expect(artifact.complete).toBe(true);
      expect(artifact.framework).toMatchObject({ name: "scikit-learn", version: expected.version });
      const isShort = new Set(model.parameters.filter(({ hex }) => hex !== undefined).map(({ path }) => path));
      const found = artifact.parameters.filter(({ path }) => isPublic(path));
      const summaries = await Promise.all(found.map((parameter) => summary(parameter, isShort.has(parameter.path))));
      const byPath = (a: { path: string }, b: { path: string }): number => (a.path < b.path ? -1 : 1);
      expect(summaries.sort(byPath)).toEqual([...model.parameters].sort(byPath));
      if (model.className === undefined) return;

      expect(artifact.framework?.className).toBe(model.className);
      const { features, classes, featureCount, steps } = model;
      expect(artifact.schema).toMatchObject({
        ...(features && { features }),
        ...(classes && { classes }),
        ...(featureCount && { featureCount }),
        ...(steps && { steps: steps.map(([name, className]) => ({ name, className })) }),
      });
      expect(rootSettings(artifact)).toEqual(model.hyperparameters);
      if (model.columns === undefined) return;
      const coefficients = artifact.parameters.find(({ path }) => path.endsWith("coef_"));
      expect(coefficients?.axes.at(-1)).toEqual({ kind: "feature", labels: model.columns });
    });
  });

  const describeFile = <T>(name: string, look: (artifact: Artifact) => T): Promise<T> => {
    const file = Object.keys(expected.models).find((each) => each.startsWith(`${name}.`));
    return withArtifact(`${folder}/${file}`, look);
  };

  it("labels a binary classifier's one row with the class that it speaks for", async () => {
    await describeFile("logistic", ({ parameters }) => {
      const axes = parameters.find(({ path }) => path === "coef_")?.axes;
      expect(axes).toEqual([
        { kind: "class", labels: ["good"] },
        { kind: "feature", labels: ["age", "income", "debt", "late"] },
      ]);
      expect(parameters.find(({ path }) => path === "intercept_")?.axes).toEqual([axes?.[0]]);
    });
    await describeFile("logistic_levels", ({ parameters }) => {
      expect(parameters.find(({ path }) => path === "coef_")?.axes).toEqual([
        { kind: "class", labels: ["0", "1", "2"] },
        undefined,
      ]);
    });
  });

  it("labels the trees of a forest with the forest's classes", async () => {
    await describeFile("forest", ({ parameters, estimators }) => {
      expect(parameters.find(({ path }) => path === "estimators_[1].tree_.value")?.axes).toEqual([
        undefined,
        undefined,
        { kind: "class", labels: ["bad", "good"] },
      ]);
      expect(estimators.filter(({ className }) => className === "Tree").map(({ path }) => path)).toEqual([
        "estimators_[0].tree_",
        "estimators_[1].tree_",
        "estimators_[2].tree_",
      ]);
      expect(parameters.find(({ path }) => path === "estimators_[0].feature_importances_")).toBeUndefined();
    });
  });

  it("gives encoder categories to their features", async () => {
    await describeFile("pipeline", ({ schema }) => {
      expect(schema.categories).toEqual([
        {
          path: "steps.columns.transformers_.cat.categories_[0]",
          feature: "home",
          values: ["lease", "own", "rent"],
        },
        { path: "steps.columns.transformers_.cat.categories_[1]", feature: "grade", values: ["1", "2", "3"] },
      ]);
    });
  });

  it("keeps column positions that an estimator notes for itself out of the parameters", async () => {
    await describeFile("pipeline", ({ parameters, values }) => {
      const noted = "steps.columns._transformer_to_input_indices";
      expect(parameters.filter(({ path }) => path.startsWith(noted))).toEqual([]);
      expect(values.find(({ path }) => path === noted)?.role).toBe("fitted");
    });
  });

  it("knows the terms of a text pipeline, and does not guess through an arbitrary function", async () => {
    await describeFile("text", ({ schema }) => expect(schema.vocabularySize).toBe(8));
    await describeFile("function", ({ parameters }) => {
      expect(parameters.find(({ path }) => path === "steps.clf.coef_")?.axes).toEqual([undefined]);
    });
  });

  it("keeps the models of a dict apart", async () => {
    await describeFile("several", ({ framework, schema, estimators, values }) => {
      expect(framework?.className).toBeUndefined();
      expect(schema).toEqual({});
      expect(estimators.map(({ path, className }) => [path, className])).toEqual([
        ["bad.rate", "Ridge"],
        ["scaler", "StandardScaler"],
        ["[7]", "Lasso"],
      ]);
      expect(values.find(({ path }) => path === "note")).toMatchObject({ role: "value", value: "three models" });
    });
  });
});

describe("the sample workspace", () => {
  const sample = (name: string): string => testPath(`workspace/credit-risk/${name}`);
  const rules = (name: string): Promise<readonly (readonly [string, string | undefined])[]> =>
    withArtifact(sample(name), ({ findings }) => findings.map(({ rule, path }) => [rule, path]));

  it("shows each file as its README says", async () => {
    expect(await rules("lr_params_v1.2.2.joblib")).toEqual([]);
    expect(await rules("lr_params_v1.2.3.joblib")).toEqual([["precision/float32-valued", "coef_"]]);
    expect(await rules("lr_params_v1.3.0.joblib")).toEqual([]);
    expect(await rules("pipeline_v1.2.2.joblib")).toEqual([]);
    expect(await rules("pipeline_v1.2.3.joblib")).toEqual([["precision/float32-valued", "steps.clf.coef_"]]);
    expect(await rules("pipeline_v1.3.0.joblib")).toEqual([]);
    expect(await rules("params.json")).toEqual([["precision/decimal-truncated", "coef"]]);
    expect(await rules("suspicious.pkl")).toEqual([["safety/dangerous-global", undefined]]);
  });

  it("has labels for the parameters of the JSON file", async () => {
    await withArtifact(sample("params.json"), ({ schema, parameters }) => {
      expect(schema.classes).toEqual(["bad", "good"]);
      expect(parameters.find(({ path }) => path === "coef")?.axes[0]?.labels.slice(0, 2)).toEqual([
        "utilisation",
        "late_90d",
      ]);
    });
  });
});
