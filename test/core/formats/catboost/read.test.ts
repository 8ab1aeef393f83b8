import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { fromBytes } from "../../../../src/core/bytes/source.ts";
import { ArtifactError } from "../../../../src/core/errors.ts";
import { readCatboost } from "../../../../src/core/formats/catboost/read.ts";
import { treeRows } from "../../../../src/core/diff/trees/nodes.ts";
import { ensemblesOf } from "../../../../src/core/meaning/trees/index.ts";
import type { Artifact, RawArtifact } from "../../../../src/core/model/artifact.ts";
import { quietWork } from "../../../../src/core/work.ts";
import { fuzzCount, mutator } from "../../../fuzz/mutate.ts";
import { outcomeOf } from "../../../fuzz/outcome.ts";
import { readCuts } from "../../../support/cuts.ts";
import { testPath, withArtifact } from "../../../support/open-file.ts";
import { openBytes } from "../../../support/read-format.ts";
import { type ExpectedPredictions, largestError, numbersIn, rawPredictions } from "../../../support/score-trees.ts";

interface Expected extends ExpectedPredictions {
  readonly trees: number;
  readonly names: readonly string[];
  readonly values: string;
  readonly weights?: string;
  readonly scale: number;
  readonly bias: string;
}

const folder = testPath("fixtures/catboost");
const models = JSON.parse(readFileSync(`${folder}/expected.json`, "utf8")) as Record<string, Expected>;
const bytesOf = (name: string): Uint8Array => new Uint8Array(readFileSync(`${folder}/${name}`));
const read = (bytes: Uint8Array): Promise<RawArtifact> =>
  readCatboost(fromBytes(bytes, "model.cbm"), { work: quietWork() });

/** One column of all trees, as bytes. */
async function joined({ parameters }: Artifact, key: string): Promise<string> {
  let all = "";
  for (const { path, tensor } of parameters) {
    if (!new RegExp(`(?:^|\\.)(?:oblivious_)?trees\\[\\d+\\]\\.${key}$`).test(path)) continue;
    const bytes = await tensor.data.read(tensor.offset, tensor.offset + (tensor.shape[0] ?? 0) * tensor.dtype.itemSize);
    all += Buffer.from(bytes).toString("hex");
  }
  return all;
}

describe("CatBoost models", () => {
  it.each(Object.entries(models))("%s holds what the library says", async (name, expected) => {
    await withArtifact(`${folder}/${name}.cbm`, async (artifact) => {
      expect(artifact).toMatchObject({ format: "catboost", complete: true, findings: [] });
      expect(artifact.framework).toEqual({ name: "catboost", version: "1.2.10" });
      expect(artifact.schema.featureCount).toBe(expected.names.length);
      expect(await joined(artifact, "leaf_values")).toBe(expected.values);
      expect(expected.weights ?? (await joined(artifact, "leaf_weights"))).toBe(await joined(artifact, "leaf_weights"));
      expect(artifact.facts.find(({ id }) => id === "catboost.trees")?.value).toMatch(`${expected.trees}`);
      const settings = artifact.values.filter(({ role }) => role === "hyperparameter");
      expect(settings.find(({ path }) => path === "params.boosting_options.iterations")?.value).toBe(4n);
    });
  });

  const scored = Object.entries(models).filter(([, { raw }]) => raw !== undefined);
  const files = scored.flatMap(([name, expected]) =>
    (["regression", "classes", "lossguide", "depthwise"].includes(name) ? ["cbm", "json"] : ["cbm"]).map((form) => ({
      file: `${name}.${form}`,
      expected,
    })),
  );

  it.each(files)("trees of $file predict what the library does", async ({ file, expected }) => {
    const { features, outputs, rows, raw, trees } = expected;
    await withArtifact(`${folder}/${file}`, async (artifact) => {
      const [ensemble, ...others] = await ensemblesOf(artifact);
      expect(others).toEqual([]);
      expect(ensemble).toMatchObject({ library: "catboost", path: "", treeCount: trees, outputs });
      if (ensemble === undefined) return;
      const found = await rawPredictions(ensemble, numbersIn(rows, features));
      // The library adds the bias last.
      expect(largestError(found, numbersIn(raw, outputs))).toBeLessThanOrEqual(1e-15);
    });
  });

  it("names features and classes, and says what a split by a statistic is of", async () => {
    await withArtifact(`${folder}/regression.cbm`, ({ schema }) => {
      expect(schema.features).toEqual(["age", "income", "debt", "term"]);
    });
    await withArtifact(`${folder}/classes.cbm`, ({ schema }) => {
      expect(schema.classes).toEqual(["high", "low", "mid"]);
    });
    await withArtifact(`${folder}/binary.cbm`, ({ schema }) => {
      expect(schema.classes).toEqual(["0", "1"]);
    });
    await withArtifact(`${folder}/statistics.cbm`, async (artifact) => {
      const [ensemble] = await ensemblesOf(artifact);
      expect(ensemble?.features?.slice(0, 3)).toEqual(["a", "b", "kind"]);
      expect(ensemble?.features?.some((name) => /^\w+\(kind\)$/.test(name))).toBe(true);
      for (let index = 0; index < 4; index++)
        expect((await ensemble?.tree(index, quietWork()))?.nodeCount).toBeGreaterThan(2);
    });
    await withArtifact(`${folder}/one_hot.cbm`, async (artifact) => {
      const [ensemble] = await ensemblesOf(artifact);
      const asked = new Set<number | undefined>();
      for (let index = 0; index < 4; index++) {
        const tree = await ensemble?.tree(index, quietWork());
        for (const node of tree?.categories?.keys() ?? []) asked.add(tree?.feature[node]);
      }
      expect(asked).toEqual(new Set([2]));
    });
  });

  it("reads an export that begins with the hashes of categories, and a tree that is one leaf", async () => {
    const artifact = await openBytes(bytesOf("one_hot.json"), "one_hot.json");
    expect(artifact).toMatchObject({ format: "catboost", complete: true });
    expect(await joined(artifact, "leaf_values")).toBe(models["one_hot"]?.values);
    const model = JSON.parse(readFileSync(`${folder}/one_hot.json`, "utf8")) as { oblivious_trees: unknown[] };
    model.oblivious_trees[0] = { leaf_values: [0.375], leaf_weights: [150], splits: null };
    const stump = await openBytes(new TextEncoder().encode(JSON.stringify(model)), "stump.json");
    expect(stump).toMatchObject({ format: "catboost", complete: true });
    const [ensemble] = await ensemblesOf(stump);
    expect(await ensemble?.tree(0, quietWork())).toMatchObject({ nodeCount: 1, values: Float64Array.of(0.375) });
  });

  it.each(["regression", "classes"])("%s has the same trees as JSON", async (name) => {
    const columns = (form: string): Promise<readonly string[]> =>
      withArtifact(`${folder}/${name}.${form}`, async (artifact) => [
        await joined(artifact, "splits"),
        await joined(artifact, "leaf_values"),
        await joined(artifact, "leaf_weights"),
      ]);
    expect(await columns("json")).toEqual(await columns("cbm"));
  });

  it("has the statistics of categories that its JSON has", async () => {
    const text = JSON.parse(readFileSync(`${folder}/statistics.json`, "utf8")) as {
      ctr_data: Record<string, { hash_map: readonly (string | number)[]; hash_stride: number }>;
    };
    // The export has a row of the hash and the counts; the hash of nothing stands for an empty place.
    const wanted = Object.values(text.ctr_data).flatMap(({ hash_map: map, hash_stride: stride }) =>
      Array.from({ length: map.length / stride }, (_, row) => map.slice(row * stride, (row + 1) * stride))
        .filter(([hash]) => hash !== "18446744073709551615")
        .map((row) => row.slice(1).join(" ")),
    );
    await withArtifact(`${folder}/statistics.cbm`, async ({ parameters }) => {
      const tensor = parameters.find(({ path }) => path === "ctr_data[0].statistics")?.tensor;
      if (tensor === undefined) throw new Error("no statistics");
      const [rows = 0, classes = 0] = tensor.shape;
      const bytes = Buffer.from(await tensor.data.read(tensor.offset, tensor.offset + rows * classes * 4));
      const found = Array.from({ length: rows }, (_, row) =>
        Array.from({ length: classes }, (__, k) => bytes.readInt32LE((row * classes + k) * 4)).join(" "),
      );
      expect(found.toSorted()).toEqual(wanted.toSorted());
    });
  });

  it("tells weights of leaves, and none of the splits above them, of which the file has none", async () => {
    const [ensemble] = await ensemblesOf(await openBytes(bytesOf("binary.cbm"), "binary.cbm"));
    if (ensemble === undefined) throw new Error("no trees");
    const { rows } = await treeRows(ensemble, await ensemble.tree(0, quietWork()), 100, quietWork());
    const shown = rows.map((row) => row.new ?? row.old);
    expect(shown.filter((node) => node?.isLeaf !== true).map((node) => node?.cover)).not.toContainEqual(
      expect.anything(),
    );
    const weights = shown.flatMap((node) => (node?.isLeaf === true ? [Number(node.cover)] : []));
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeGreaterThan(0);
  });

  it("is read inside of a pickle", async () => {
    await withArtifact(`${folder}/classes.pkl`, async (artifact) => {
      expect(artifact).toMatchObject({ format: "pickle", complete: true, findings: [] });
      expect(artifact.framework).toEqual({ name: "catboost", version: "1.2.10", className: "CatBoostClassifier" });
      expect(artifact.parameters.map(({ path }) => path)).toContain("oblivious_trees[3].leaf_values");
      const [ensemble] = await ensemblesOf(artifact);
      expect(ensemble).toMatchObject({ treeCount: 4, outputs: 3, classes: ["high", "low", "mid"] });
    });
  });
});

async function openTrees(bytes: Uint8Array): Promise<void> {
  for (const ensemble of await ensemblesOf(await openBytes(bytes, "model.cbm")))
    for (let index = 0; index < Math.min(8, ensemble.treeCount); index++) await ensemble.tree(index, quietWork());
}

describe("damaged CatBoost models", () => {
  it.each(["regression.cbm", "statistics.cbm", "lossguide.cbm"])("%s cut anywhere tells of it", async (name) => {
    const { shown, refused } = await readCuts(bytesOf(name), read, 35);
    expect(refused.every(({ error }) => error instanceof ArtifactError)).toBe(true);
    const silent = shown.filter(({ artifact }) => artifact.complete || artifact.findings.length === 0);
    expect(silent).toEqual([]);
    expect(shown.length).toBeGreaterThan(0);
  });

  it("survives mutation", async () => {
    const names = ["regression.cbm", "lossguide.cbm", "one_hot.cbm", "statistics.cbm", "statistics/means.json"];
    const mutations = mutator(names.map(bytesOf), 5);
    const outcomes = new Set<unknown>();
    for (let i = 0; i < fuzzCount(300); i++) {
      outcomes.add(await outcomeOf(openTrees(mutations.next())));
    }
    expect([...outcomes].filter((each) => each !== "opened" && each !== "refused")).toEqual([]);
  });
});
