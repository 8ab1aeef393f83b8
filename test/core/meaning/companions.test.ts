import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Artifact } from "../../../src/core/model/artifact.ts";
import { readElements } from "../../../src/core/model/window.ts";
import { elementCount } from "../../../src/core/model/tensor.ts";
import { type Value } from "../../../src/core/model/value.ts";
import { asPythonNumber } from "../../../src/core/meaning/numbers.ts";
import { testPath, withArtifact } from "../../support/open-file.ts";

/** What `test/generate/companions_fixtures.py` read from the live objects. */
interface Expected {
  readonly class: string;
  readonly library: string;
  readonly features?: readonly string[];
  readonly featureCount?: number;
  readonly classes?: readonly string[];
  readonly steps?: readonly string[];
  /** Hyper-parameters that were given, all of them other than their defaults. */
  readonly set?: Readonly<Record<string, number | string | boolean>>;
  /** Others that were given: collections, whose values are not compared. */
  readonly marked?: readonly string[];
  /** float64 values as hex, by address. */
  readonly numbers?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, readonly string[]>>;
}

const DISTRIBUTIONS: Readonly<Record<string, string>> = {
  imblearn: "imbalanced-learn",
  sksurv: "scikit-survival",
  category_encoders: "category-encoders",
  surprise: "scikit-surprise",
};

/** Of adapters, who made the model is the library inside; of a survival forest the trees are scikit-learn's. */
const INNER = ["mlxtend-vote.pkl"];

async function settings({ estimators }: Artifact): Promise<Map<string, { value: Value; isDefault?: boolean }>> {
  const found = new Map<string, { value: Value; isDefault?: boolean }>();
  for (const { hyperparameters } of estimators)
    for (const { path, value, isDefault } of hyperparameters)
      found.set(path, { value: await asPythonNumber(value), ...(isDefault === undefined ? {} : { isDefault }) });
  return found;
}

describe.each(["old", "new"])("models of the libraries around scikit-learn, %s generation", (generation) => {
  const folder = testPath(`fixtures/companions/${generation}`);
  const expected = JSON.parse(readFileSync(`${folder}/expected.json`, "utf8")) as Readonly<Record<string, Expected>>;

  it.each(Object.entries(expected))("%s is described as its library has it", async (file, told) => {
    await withArtifact(`${folder}/${file}`, async (artifact) => {
      expect(artifact.complete).toBe(true);
      expect(artifact.findings.filter(({ severity }) => severity === "error")).toEqual([]);
      const name = INNER.includes(file) ? "scikit-learn" : (DISTRIBUTIONS[told.library] ?? told.library);
      expect(artifact.framework).toMatchObject({ name, className: told.class });
      const { features, featureCount, classes, steps } = told;
      expect(artifact.schema).toMatchObject({
        ...(features && { features }),
        ...(featureCount && { featureCount }),
        ...(classes && { classes }),
        ...(steps && { steps: steps.map((step) => ({ name: step })) }),
      });

      const found = await settings(artifact);
      for (const [path, value] of Object.entries(told.set ?? {})) {
        const setting = found.get(path);
        const plain = typeof setting?.value === "bigint" ? Number(setting.value) : setting?.value;
        // Of surprise only one minor version has ever been.
        const isDefault = told.library === "surprise" ? undefined : false;
        expect([path, plain, setting?.isDefault]).toEqual([path, value, isDefault]);
      }
      // What was not set is not marked: only the model's own settings are compared, its parts have theirs.
      const marked = [...found].filter(([path, { isDefault }]) => isDefault === false && !/[.[]/.test(path));
      const given = Object.keys(told.set ?? {}).filter((path) => !path.includes(".") && told.library !== "surprise");
      const wanted = told.set === undefined ? marked.map(([path]) => path) : [...given, ...(told.marked ?? [])];
      expect(marked.map(([path]) => path).sort()).toEqual(wanted.sort());
      for (const [path, hex] of Object.entries(told.numbers ?? {})) {
        const tensor = artifact.parameters.find((parameter) => parameter.path === path)?.tensor;
        expect([path, tensor?.dtype.name]).toEqual([path, "float64"]);
        if (tensor === undefined) continue;
        const bytes = await readElements(tensor, 0, elementCount(tensor.shape));
        expect([path, Buffer.from(bytes).toString("hex")]).toEqual([path, hex]);
      }
      for (const [path, labels] of Object.entries(told.labels ?? {}))
        expect(artifact.parameters.find((parameter) => parameter.path === path)?.axes[0]?.labels).toEqual(labels);
    });
  });
});
