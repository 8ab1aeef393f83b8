import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { fromBytes } from "../../../../src/core/bytes/source.ts";
import { ArtifactError } from "../../../../src/core/errors.ts";
import { readXgboost } from "../../../../src/core/formats/xgboost/read.ts";
import { fingerprint } from "../../../../src/core/model/fingerprint.ts";
import type { RawArtifact } from "../../../../src/core/model/artifact.ts";
import { readElements } from "../../../../src/core/model/window.ts";
import { canonicalBytes } from "../../../../src/core/model/canonical.ts";
import { elementCount, type TensorRef } from "../../../../src/core/model/tensor.ts";
import { quietWork } from "../../../../src/core/work.ts";
import { nodeHost } from "../../../../src/platform/node/host.ts";
import { fuzzCount, mutator } from "../../../fuzz/mutate.ts";
import { readCuts } from "../../../support/cuts.ts";
import { testPath, withArtifact } from "../../../support/open-file.ts";

interface Expected {
  readonly version: string;
  readonly objective: string;
  readonly trees: number;
  readonly names: readonly string[];
  readonly tree?: Readonly<Record<string, string>>;
  readonly weights?: string;
}

const generations = ["old", "new"].map((generation) => ({
  generation,
  folder: testPath(`fixtures/xgboost/${generation}`),
  models: Object.entries(
    JSON.parse(readFileSync(testPath(`fixtures/xgboost/${generation}/expected.json`), "utf8")) as Record<
      string,
      Expected
    >,
  ),
}));

/** Gamma removed nodes: text and binary forms keep them in other places. */
const formsOf = (generation: string, name: string): readonly string[] =>
  generation === "new" || name === "categories" || name === "one_hot" ? ["json", "ubj"] : ["json", "ubj", "model"];

const files = generations.flatMap(({ generation, folder, models }) =>
  models.flatMap(([name, expected]) =>
    formsOf(generation, name).map((form) => ({ form, path: `${folder}/${name}.${form}`, name, expected })),
  ),
);

async function hexOf(tensor: TensorRef): Promise<string> {
  const bytes = await readElements(tensor, 0, elementCount(tensor.shape));
  return Buffer.from(canonicalBytes(tensor.dtype, bytes)).toString("hex");
}

const read = (bytes: Uint8Array, name = "model"): Promise<RawArtifact> =>
  readXgboost(fromBytes(bytes, name), { work: quietWork() });

describe("XGBoost models", () => {
  it.each(files)("$path holds what the library says", async ({ path, form, expected }) => {
    await withArtifact(path, async (artifact) => {
      expect(artifact.findings).toEqual([]);
      expect(artifact.complete).toBe(true);
      expect(artifact.format).toBe("xgboost");
      const version = form === "model" ? expected.version.replace(/\.\d+$/, "") : expected.version;
      expect(artifact.framework).toEqual({ name: "xgboost", version });
      const facts = new Map(artifact.facts.map(({ id, value }) => [id, value]));
      expect(facts.get("xgboost.objective")).toBe(expected.objective);
      expect(facts.get("xgboost.trees")).toBe(expected.trees === 0 ? undefined : `${expected.trees}`);
      expect(artifact.schema.features ?? []).toEqual(form === "model" ? [] : expected.names);
      const parameters = new Map(artifact.parameters.map((each) => [each.path, each.tensor]));
      const values: Record<string, string> = {};
      for (const key of Object.keys(expected.tree ?? {})) {
        const end = `model.trees[${expected.trees - 1}].${key}`;
        const tensor = [...parameters].find(([address]) => address.endsWith(end))?.[1];
        values[key] = tensor === undefined ? "" : await hexOf(tensor);
      }
      expect(values).toEqual(expected.tree ?? {});
      const weights = parameters.get("learner.gradient_booster.model.weights");
      expect(weights === undefined ? undefined : await hexOf(weights)).toBe(expected.weights);
    });
  });

  it.each(files.filter(({ form }) => form === "json"))("$path and its UBJSON twin are one", async ({ path }) => {
    const twin = path.replace(/json$/, "ubj");
    await withArtifact(path, (text) =>
      withArtifact(twin, async (binary) => {
        const listed = (artifact: typeof text): unknown =>
          artifact.parameters.map(({ path: address, tensor }) => [address, tensor.dtype.scalar, tensor.shape]);
        expect(listed(binary)).toEqual(listed(text));
        expect(binary.values).toEqual(text.values);
        const [host, work] = [nodeHost(), quietWork()];
        expect(await fingerprint(binary.parameters, host, work)).toBe(await fingerprint(text.parameters, host, work));
      }),
    );
  });

  it("addresses attributes and settings", async () => {
    await withArtifact(testPath("fixtures/xgboost/old/logistic.model"), (artifact) => {
      const values = new Map(artifact.values.map(({ path, value }) => [path, value]));
      expect(values.get("learner.objective.name")).toBe("binary:logistic");
      expect(values.get("learner.gradient_booster.name")).toBe("gbtree");
      expect(values.get("learner.learner_model_param.num_feature")).toBe("4");
      expect(values.get("learner.learner_model_param.base_score")).toBe("3E-1");
    });
  });
});

describe("damaged XGBoost models", () => {
  const small = [
    "old/regression.model",
    "old/dart.model",
    "old/linear.model",
    "new/linear.ubj",
    "new/categories.ubj",
    "new/linear.json",
  ];
  const bytesOf = (name: string): Uint8Array => new Uint8Array(readFileSync(testPath(`fixtures/xgboost/${name}`)));

  it.each(small)("%s cut anywhere is shown in part or refused with a reason", async (name) => {
    const { shown, refused } = await readCuts(bytesOf(name), read);
    expect(refused.every(({ error }) => error instanceof ArtifactError)).toBe(true);
    expect(shown.length).toBeGreaterThan(0);
    for (const { artifact } of shown) {
      expect(artifact.complete).toBe(false);
      expect(artifact.findings.length).toBeGreaterThan(0);
    }
  });

  const ubj = (...parts: readonly (string | number)[]): Uint8Array =>
    Uint8Array.from(parts.flatMap((part) => (typeof part === "number" ? [part] : [...Buffer.from(part, "latin1")])));
  const learner = (...rest: readonly (string | number)[]): Uint8Array => ubj("{i", 7, "learner{i", 1, "a", ...rest);

  it.each([
    ["an array longer than the file", learner("[$d#l", 0x7f, 0xff, 0xff, 0xff), "integrity/corrupt"],
    [
      "an array that ends too early",
      learner("[$d#i", 20, 0, 0, 0, 0, "}}", ...Array.from({ length: 30 }, () => 0)),
      "integrity/truncated",
    ],
    ["a negative length", learner("S", "i", 0xff, "}}"), "integrity/corrupt"],
    ["a million nothings", learner("[$Z#i", 100, "}}", "x".repeat(200)), "integrity/truncated"],
    ["a letter that is no type", learner("?"), "integrity/corrupt"],
    ["a type without a count", learner("[$d", 0, 0), "integrity/corrupt"],
    ["brackets without end", learner("[".repeat(3000)), "integrity/limit"],
  ])("%s stops reading", async (_, bytes, rule) => {
    const artifact = await read(bytes);
    expect(artifact.findings.map((each) => each.rule)).toEqual([rule]);
    expect(artifact.complete).toBe(false);
  });

  it("says what follows the model", async () => {
    const whole = bytesOf("new/linear.ubj");
    const artifact = await read(Uint8Array.from([...whole, 1, 2, 3]));
    expect(artifact.findings.map(({ rule }) => rule)).toEqual(["integrity/trailing-bytes"]);
  });

  it("is not taken in by numbers of trees and nodes that cannot be", async () => {
    const whole = bytesOf("old/regression.model");
    const at = Buffer.from(whole).indexOf("gbtree") + 6;
    for (const [offset, value] of [
      [at, 0x7fffffff],
      [at, -1],
      [at + 160 + 4, 0x7fffffff],
      [at + 160 + 4, -5],
    ] as const) {
      const broken = Uint8Array.from(whole);
      new DataView(broken.buffer).setInt32(offset, value, true);
      const { findings, complete } = await read(broken);
      expect(complete).toBe(false);
      expect(findings).toHaveLength(1);
    }
  });

  it("refuses what is no model", async () => {
    await expect(read(new TextEncoder().encode('{"learner": 3}'))).rejects.toThrow("no XGBoost model");
    await expect(read(new Uint8Array(20))).rejects.toThrow(ArtifactError);
    await expect(read(ubj("{i", 1, "a", "T}"))).rejects.toThrow("no XGBoost model");
  });

  it("survives mutation", async () => {
    const originals = [...small.map(bytesOf), bytesOf("new/vectors.ubj"), bytesOf("old/classes.json")];
    const letters = Array.from("[]{}$#ZTFiUIlLdDSCHN", (letter) => letter.charCodeAt(0));
    const mutations = mutator(originals, 77, letters);
    for (let i = 0; i < fuzzCount(300); i++) {
      const outcome = await read(mutations.next()).catch((error: unknown) => error);
      expect(outcome instanceof ArtifactError || (outcome as RawArtifact).format === "xgboost").toBe(true);
    }
  });
});
