import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ensemblesOf } from "../../../../src/core/meaning/trees/index.ts";
import { fuzzCount, mutator } from "../../../fuzz/mutate.ts";
import { outcomeOf } from "../../../fuzz/outcome.ts";
import { readCuts } from "../../../support/cuts.ts";
import { testPath, withArtifact } from "../../../support/open-file.ts";
import { openBytes, readBytes } from "../../../support/read-format.ts";
import { type ExpectedPredictions, largestError, numbersIn, rawPredictions } from "../../../support/score-trees.ts";
import { quietWork } from "../../../../src/core/work.ts";

const folder = testPath("fixtures/xgboost");
const bytesOf = (name: string): Uint8Array => new Uint8Array(readFileSync(`${folder}/${name}`));
const files = ["old", "new"].flatMap((generation) =>
  ["regression", "categories"].flatMap((name) => ["dump", "dump.json"].map((form) => ({ generation, name, form }))),
);
/** Names of the columns of the rows that were predicted. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  regression: ["age", "income", "debt", "term"],
  categories: ["f0", "f1", "f2", "f3"],
};
const text = (lines: string): Promise<Awaited<ReturnType<typeof openBytes>>> =>
  openBytes(new TextEncoder().encode(lines), "trees.txt");

describe("dumps of XGBoost", () => {
  it.each(files.map((file) => ({ ...file, file: `${file.generation}/${file.name}.${file.form}` })))(
    "$file predicts what its model does",
    async ({ generation, name, form }) => {
      const models = JSON.parse(readFileSync(`${folder}/${generation}/expected.json`, "utf8")) as Record<
        string,
        ExpectedPredictions
      >;
      const expected = models[name];
      await withArtifact(`${folder}/${generation}/${name}.${form}`, async (artifact) => {
        expect(artifact).toMatchObject({ format: "xgboost", complete: true, framework: { name: "xgboost" } });
        const [ensemble] = await ensemblesOf(artifact);
        if (ensemble === undefined || expected === undefined) throw new Error("no trees");
        const columns = (ensemble.features ?? []).map((feature) => NAMES[name]?.indexOf(feature) ?? -1);
        const rows = numbersIn(expected.rows, expected.features).map((row) =>
          columns.map((at) => row[at] ?? Number.NaN),
        );
        // A dump does not tell what the trees add to.
        const found = await rawPredictions({ ...ensemble, base: [0.5] }, rows);
        expect(largestError(found, numbersIn(expected.raw, 1))).toBeLessThan(1e-6);
      });
    },
  );

  it("keeps every number as it was written", async () => {
    const artifact = await text(
      "booster[0]\n0:[a<0.50] yes=1,no=2,missing=2,gain=3.5,cover=10\n\t1:leaf=1e-3,cover=4\n\t2:[b=7] yes=4,no=3\n\t\t3:leaf=-2\n\t\t4:leaf=0.25\n",
    );
    expect(artifact.complete).toBe(true);
    const texts = (path: string): readonly string[] => {
      const tensor = artifact.parameters.find((each) => each.path === path)?.tensor;
      return Array.from({ length: tensor?.shape[0] ?? 0 }, (_, i) => tensor?.texts?.text(i) ?? "");
    };
    expect(texts("trees[0].nodes.split_condition")).toEqual(["0.50", "nan"]);
    expect(texts("trees[0].leaves.leaf")).toEqual(["1e-3", "-2", "0.25"]);
    const [ensemble] = await ensemblesOf(artifact);
    expect(ensemble?.features).toEqual(["a", "b=7"]);
    const tree = await ensemble?.tree(0, quietWork());
    expect([...(tree?.missingLeft ?? [])]).toEqual([0, 0, 0, 0, 0]);
    expect(tree?.test).toEqual(["<", "<", "!=", "<", "<"]);
  });

  it("reads leaves that are vectors, in both forms", async () => {
    const lines =
      "booster[0]:\n0:[a<0.5] yes=1,no=2,missing=1\n\t1:leaf=[-0.872831881, 1.5, inf]\n\t2:leaf=[1, 2e-3, 3]\n";
    const json = `[{"nodeid": 0, "depth": 0, "split": "a", "split_condition": 0.5, "yes": 1, "no": 2, "missing": 1, "children": [
      {"nodeid": 1, "leaf": [-0.872831881, 1.5, 7.25]}, {"nodeid": 2, "leaf": [1, 2, 3]}]}]`;
    for (const [content, first] of [
      [lines, [-0.872831881, 1.5, Infinity, 1, 2e-3, 3]],
      [json, [-0.872831881, 1.5, 7.25, 1, 2, 3]],
    ] as const) {
      const artifact = await text(content);
      expect(artifact).toMatchObject({ format: "xgboost", complete: true });
      expect(artifact.parameters.find(({ path }) => path === "trees[0].leaves.leaf")?.tensor.shape).toEqual([2, 3]);
      const [ensemble] = await ensemblesOf(artifact);
      expect(ensemble?.outputs).toBe(3);
      expect([...((await ensemble?.tree(0, quietWork()))?.values ?? [])].slice(3)).toEqual(first.map(Math.fround));
    }
    const uneven = await text("booster[0]:\n0:[a<0.5] yes=1,no=2,missing=1\n\t1:leaf=[1, 2]\n\t2:leaf=1\n");
    expect(uneven.findings.map(({ rule }) => rule)).toContain("integrity/corrupt");
  });

  it("finds nothing cut in float32 that is printed with nine digits", async () => {
    const values = Array.from({ length: 12 }, (_, i) => Math.fround(Math.sin(i + 1) / 3).toPrecision(9));
    const rules = async (content: string): Promise<readonly string[]> =>
      (await text(content)).findings.map(({ rule }) => rule);
    const split = (numbers: readonly string[]): string =>
      numbers.map((n, i) => `${2 * i}:[a<${n}] yes=${2 * i + 1},no=${2 * i + 2}\n${2 * i + 1}:leaf=${n}\n`).join("");
    expect(await rules(`booster[0]:\n${split(values)}24:leaf=0\n`)).not.toContain("precision/decimal-truncated");
    const cut = values.map((value) => Number(value).toPrecision(5));
    expect(await rules(`booster[0]:\n${split(cut)}24:leaf=0\n`)).toContain("precision/decimal-truncated");
  });

  it("says when a child is missing or a line is none", async () => {
    const cut = await text("booster[0]:\n0:[a<0.5] yes=1,no=2,missing=1\n\t1:leaf=1\n");
    expect(cut.findings.map(({ rule }) => rule)).toContain("integrity/truncated");
    const odd = await text("booster[0]:\n0:leaf=1\nbooster[1]:\n0:leaf=one\n");
    expect(odd.findings.map(({ rule }) => rule)).toContain("integrity/corrupt");
    expect([cut.complete, odd.complete]).toEqual([false, false]);
  });

  it("cut anywhere is an artifact or an error with a reason", async () => {
    for (const name of ["new/categories.dump", "new/categories.dump.json", "new/linear.dump", "old/linear.dump.json"]) {
      const { refused } = await readCuts(bytesOf(name), (bytes) => readBytes(bytes, name), 7);
      expect(refused.map(({ error }) => (error as Error).name).filter((each) => each !== "ArtifactError")).toEqual([]);
    }
  });

  it("survives mutation", async () => {
    const mutations = mutator(
      ["new/categories.dump", "old/regression.dump", "new/categories.dump.json", "new/linear.dump"].map(bytesOf),
      13,
    );
    const outcomes = new Set<unknown>();
    for (let i = 0; i < fuzzCount(200); i++) outcomes.add(await outcomeOf(openBytes(mutations.next(), "trees.txt")));
    expect([...outcomes].filter((each) => each !== "opened" && each !== "refused")).toEqual([]);
  });
});

describe("dumps of linear models", () => {
  it.each(["old", "new"].flatMap((generation) => ["dump", "dump.json"].map((form) => ({ generation, form }))))(
    "$generation/linear.$form has the weights of its model, to the six digits that a dump has",
    async ({ generation, form }) => {
      const models = JSON.parse(readFileSync(`${folder}/${generation}/expected.json`, "utf8")) as Record<
        string,
        { weights: string }
      >;
      const hex = models["linear"]?.weights ?? "";
      const weights = new Float32Array(
        Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)).buffer,
      );
      await withArtifact(`${folder}/${generation}/linear.${form}`, (artifact) => {
        expect(artifact).toMatchObject({ format: "xgboost", complete: true, framework: { name: "xgboost" } });
        const texts = (path: string): readonly string[] => {
          const tensor = artifact.parameters.find((each) => each.path === path)?.tensor;
          return Array.from({ length: tensor?.shape[0] ?? 0 }, (_, i) => tensor?.texts?.text(i) ?? "");
        };
        // The biases come last in a model.
        const found = [...texts("weight"), ...texts("bias")].map(Number);
        expect(found).toEqual([...weights].map((weight) => Number(weight.toPrecision(6))));
      });
    },
  );

  it("have their weights by feature and output", async () => {
    const several = await text("booster[0]:\nbias:\n0.1\n0.2\nweight:\n1\n2\n3\n4\n5\n6\n");
    expect(several.complete).toBe(true);
    expect(several.parameters.map(({ path, tensor }) => [path, tensor?.shape])).toEqual([
      ["bias", [2]],
      ["weight", [3, 2]],
    ]);
    await expect(text("booster[0]:\nbias:\n0.1\n0.2\nweight:\n1\n2\n3\n")).rejects.toThrow(/3 weights .* 2 biases/);
    // Then it is some JSON.
    for (const odd of ['[{"bias": [1, 2], "weight": [1, 2, 3]}]', '[{"bias": ["a"], "weight": [1]}]'])
      expect(await text(odd)).toMatchObject({ format: "json", complete: true });
    const odd = await text("booster[0]:\nbias:\n0.1\nweight:\n1\nx\n");
    expect(odd.findings.map(({ rule }) => rule)).toContain("integrity/corrupt");
    expect(odd.complete).toBe(false);
  });
});
