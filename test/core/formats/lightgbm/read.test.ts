import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { fromBytes } from "../../../../src/core/bytes/source.ts";
import { ArtifactError } from "../../../../src/core/errors.ts";
import { readLightgbm } from "../../../../src/core/formats/lightgbm/read.ts";
import type { RawArtifact } from "../../../../src/core/model/artifact.ts";
import { quietWork } from "../../../../src/core/work.ts";
import { fuzzCount, mutator } from "../../../fuzz/mutate.ts";
import { outcomeOf } from "../../../fuzz/outcome.ts";
import { readCuts } from "../../../support/cuts.ts";
import { testPath, withArtifact } from "../../../support/open-file.ts";
import { openBytes } from "../../../support/read-format.ts";

interface Expected {
  readonly trees: number;
  readonly names: readonly string[];
  readonly importances: readonly number[];
}

const bytesOf = (name: string): Uint8Array => new Uint8Array(readFileSync(testPath(`fixtures/lightgbm/${name}`)));
const read = (bytes: Uint8Array): Promise<RawArtifact> =>
  readLightgbm(fromBytes(bytes, "model.txt"), { work: quietWork() });

const files = ["old", "new"].flatMap((generation) =>
  Object.entries(
    JSON.parse(readFileSync(testPath(`fixtures/lightgbm/${generation}/expected.json`), "utf8")) as Record<
      string,
      Expected
    >,
  ).map(([name, expected]) => ({ file: `${generation}/${name}.txt`, expected })),
);

describe("LightGBM models", () => {
  it.each(files)("$file is read whole", async ({ file, expected }) => {
    await withArtifact(
      testPath(`fixtures/lightgbm/${file}`),
      ({ format, findings, complete, framework, schema, values, facts }) => {
        expect(findings).toEqual([]);
        expect({ format, complete, framework }).toEqual({
          format: "lightgbm",
          complete: true,
          framework: { name: "lightgbm" },
        });
        expect(schema.features).toEqual(expected.names);
        expect(schema.featureCount).toBe(expected.names.length);
        expect(facts.find(({ id }) => id === "lightgbm.trees")?.value).toBe(`${expected.trees}`);
        const importances = expected.names.map(
          (name) => values.find(({ path }) => path === `feature_importances.${name}`)?.value ?? 0n,
        );
        expect(importances).toEqual(expected.importances.map(BigInt));
      },
    );
  });

  it("reads numbers that are not finite wherever they stand in their line", async () => {
    const text = readFileSync(testPath("fixtures/lightgbm/new/regression.txt"), "utf8");
    const changed = text.replace(/^threshold=\S+(.*) \S+$/m, "threshold=-inf$1 inf");
    const artifact = await openBytes(new TextEncoder().encode(changed), "model.txt");
    const tensor = artifact.parameters.find(({ path }) => path === "trees[0].threshold")?.tensor;
    const count = tensor?.shape[0] ?? 0;
    const bytes = await tensor?.data.read(0, count * 8);
    const numbers = new Float64Array(bytes?.slice().buffer ?? new ArrayBuffer(0));
    expect([numbers[0], numbers[count - 1]]).toEqual([-Infinity, Infinity]);
    expect([tensor?.texts?.text(0), tensor?.texts?.text(count - 1)]).toEqual(["-inf", "inf"]);
  });

  it("keeps the text of numbers, and tells settings apart", async () => {
    await withArtifact(testPath("fixtures/lightgbm/new/regression.txt"), ({ parameters, values }) => {
      const text = readFileSync(testPath("fixtures/lightgbm/new/regression.txt"), "utf8");
      const written = /^threshold=(\S+)/m.exec(text)?.[1];
      const threshold = parameters.find(({ path }) => path === "trees[0].threshold")?.tensor;
      expect(threshold?.dtype.name).toBe("float64");
      expect(threshold?.texts?.text(0)).toBe(written);
      expect(parameters.find(({ path }) => path === "trees[0].left_child")?.tensor.dtype.name).toBe("int64");
      const settings = values.filter(({ role }) => role === "hyperparameter");
      expect(settings.find(({ path }) => path === "parameters.num_leaves")?.value).toBe(6n);
      expect(settings.find(({ path }) => path === "parameters.boosting")?.value).toBe("gbdt");
      expect(settings.find(({ path }) => path === "parameters.learning_rate")?.value).toMatchObject({ text: "0.1" });
      expect(values.find(({ path }) => path === "objective")?.value).toBe("regression");
    });
  });

  it.each(["regression", "categories"])("the dump of %s has the arrays of its text", async (name) => {
    const open = (form: string) =>
      withArtifact(testPath(`fixtures/lightgbm/new/${name}.${form}`), async ({ parameters }) => {
        const found: Record<string, string> = {};
        for (const { path, tensor } of parameters)
          if (
            /^trees\[\d+\]\.(?:left_child|right_child|split_feature|threshold|leaf_value|decision_type|cat_\w+)$/.test(
              path,
            )
          )
            found[path] = Buffer.from(await tensor.data.read(0, tensor.data.size)).toString("hex");
        return found;
      });
    expect(await open("json")).toEqual(await open("txt"));
  });

  it("knows models without a version", async () => {
    const text = [
      "tree",
      "num_class=1",
      "label_index=0",
      "max_feature_idx=1",
      "sigmoid=-1",
      "feature_names=a b",
      "",
      "Tree=0",
      "num_leaves=2",
      "split_feature=1",
      "split_gain=75",
      "threshold=2.5",
      "decision_type=0",
      "left_child=-1",
      "right_child=-2",
      "leaf_parent=0 0",
      "leaf_value=1 2",
      "",
      "feature importances:",
      "b=1",
      "",
    ].join("\n");
    const artifact = await openBytes(new TextEncoder().encode(text), "model.pkl");
    expect(artifact).toMatchObject({ format: "lightgbm", complete: true, findings: [] });
    expect(artifact.schema.features).toEqual(["a", "b"]);
  });
});

describe("damaged LightGBM models", () => {
  // Behind the importances' first line the text may end at any line: models without parameters do.
  const lastNeeded = (text: string): number => text.indexOf("feature_importances:") + 20;

  it.each(["new/stump.txt", "old/categories.txt"])("%s cut anywhere tells of it", async (name) => {
    const whole = bytesOf(name);
    const needed = lastNeeded(new TextDecoder().decode(whole));
    const { shown, refused } = await readCuts(whole, read, 7);
    expect(refused.every(({ error }) => error instanceof ArtifactError)).toBe(true);
    const silent = shown.filter(({ artifact }) => artifact.complete || artifact.findings.length === 0);
    expect(silent.filter(({ length }) => length < needed)).toEqual([]);
    const text = new TextDecoder().decode(whole);
    const inParameters = text.indexOf("\nparameters:") + 13;
    const end = text.indexOf("end of parameters") + 17;
    expect(silent.filter(({ length }) => length > inParameters && length < end)).toEqual([]);
  });

  it("a dump cut anywhere tells of it", async () => {
    const { shown, refused } = await readCuts(bytesOf("new/regression.json"), read, 49);
    expect(refused.every(({ error }) => error instanceof ArtifactError)).toBe(true);
    expect(shown.filter(({ artifact }) => artifact.complete || artifact.findings.length === 0)).toEqual([]);
  });

  it.each([
    ["an array that is too short", "leaf_value=", "leaf_value=1 \nleaf_value_rest=", "leaf_value has 1"],
    ["a tree without splits", "split_feature=", "split_features=", "no split_feature"],
    ["words among numbers", "threshold=", "threshold=abc ", "threshold has no numbers"],
    ["a tree less", "tree_sizes=", "tree_sizes=1 ", "of 5"],
  ])("%s is told", async (_, old, next, words) => {
    const text = new TextDecoder().decode(bytesOf("new/regression.txt")).replace(old, next);
    const { findings, complete } = await read(new TextEncoder().encode(text));
    expect(complete).toBe(false);
    expect(findings.map(({ message }) => message).join("\n")).toContain(words);
  });

  it("survives mutation", async () => {
    const mutations = mutator(
      ["new/stump.txt", "old/categories.txt", "new/linear.txt", "new/stump.json", "old/categories.json"].map(bytesOf),
      31,
      Array.from("=\n []:-.0123456789{}", (letter) => letter.charCodeAt(0)),
    );
    const outcomes = new Set<unknown>();
    for (let i = 0; i < fuzzCount(300); i++) outcomes.add(await outcomeOf(openBytes(mutations.next())));
    expect([...outcomes].filter((each) => each !== "opened" && each !== "refused")).toEqual([]);
  });
});
