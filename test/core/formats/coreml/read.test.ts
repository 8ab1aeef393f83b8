import { describe, expect, it } from "vitest";
import { ArtifactError } from "../../../../src/core/errors.ts";
import { elementCount } from "../../../../src/core/model/tensor.ts";
import { readElements } from "../../../../src/core/model/window.ts";
import { concat, toHex } from "../../../support/bytes-builder.ts";
import { corpusFiles } from "../../../support/corpus.ts";
import { readCuts } from "../../../support/cuts.ts";
import { pb } from "../../../support/protobuf-builder.ts";
import {
  damagedCopies,
  fixture,
  fixtureJson,
  openBytes,
  openCorpus,
  readBytes,
  rulesOf,
} from "../../../support/read-format.ts";

const expected = fixtureJson("coreml/expected.json") as Readonly<Record<string, string>>;

const KINDS: Readonly<Record<string, string>> = {
  conv: "convolution",
  deconv: "convolution",
  embedding: "embedding",
  embedding_nd: "embeddingND",
  matmul: "batchedMatmul",
  constant: "loadConstant",
};

async function hexOf(name: string, path: string): Promise<string> {
  const { parameters } = await openBytes(fixture(`coreml/${name}.mlmodel`), `${name}.mlmodel`);
  const tensor = parameters.find((each) => each.path === path)?.tensor;
  if (tensor === undefined) return `none of ${parameters.map((each) => each.path).join(", ")}`;
  return toHex(await readElements(tensor, 0, elementCount(tensor.shape)));
}

describe("a Core ML model", () => {
  it.each([
    ["network", "neuralNetwork.layers.full.innerProduct.weights", "full"],
    ["network", "neuralNetwork.layers.half.innerProduct.weights", "half"],
    ["network", "neuralNetwork.layers.packed.innerProduct.weights.values", "packed"],
    ["trees", "treeEnsembleClassifier.treeEnsemble.nodes.branchFeatureValue", "branchFeatureValue"],
    ["trees", "treeEnsembleClassifier.treeEnsemble.nodes.trueChildNodeId", "trueChildNodeId"],
    ["trees", "treeEnsembleClassifier.treeEnsemble.evaluationInfo.evaluationValue", "evaluationValue"],
    ["pipeline", "pipelineClassifier.pipeline.models[0].scaler.shiftValue", "shiftValue"],
    ["pipeline", "pipelineClassifier.pipeline.models[1].glmClassifier.weights[0].value", "weights"],
  ])("(%s) has at %s the numbers that coremltools put there", async (name, path, key) => {
    expect(await hexOf(name, path)).toBe(expected[key]);
  });

  it("tells columns, labels, outputs and who made it", async () => {
    const trees = await openBytes(fixture("coreml/trees.mlmodel"), "trees.mlmodel");
    expect([trees.format, trees.complete, rulesOf(trees).filter((rule) => !rule.startsWith("precision/"))]).toEqual([
      "coreml",
      true,
      [],
    ]);
    expect(trees.schema).toMatchObject({ features: ["age", "debt"], classes: ["bad", "good"], outputs: ["kind"] });
    expect(trees.framework).toMatchObject({ name: "coremltools", version: "9.0", className: "treeEnsembleClassifier" });
    const pipeline = await openBytes(fixture("coreml/pipeline.mlmodel"), "pipeline.mlmodel");
    expect(pipeline.schema.classes).toEqual(["-1", "300"]);
  });

  it.each(Object.keys(expected).filter((key) => /^(dense_|conv$|deconv$|embedding|matmul$|constant$)/.test(key)))(
    "has in %s what coremltools makes of quantised weights",
    async (key) => {
      const name = key.replace(/_bias$/, "");
      const kind = name.startsWith("dense") ? "innerProduct" : KINDS[name];
      const field = key.endsWith("_bias") ? "bias" : name === "constant" ? "data" : "weights";
      const path = `neuralNetwork.layers.${name}.${kind}.${field}.dequantized`;
      expect(await hexOf("quantised", path)).toBe(expected[key]);
    },
  );

  it("has each class of its neighbours once, which have a label each", async () => {
    const feature = pb.bytes(1, pb.text(1, "x"), pb.bytes(3, pb.bytes(2)));
    const labels = pb.bytes(100, ...["no", "yes", "no", "no"].map((label) => pb.text(1, label)));
    const artifact = await openBytes(
      concat(pb.int(1, 4), pb.bytes(2, feature), pb.bytes(404, labels)),
      "neighbours.mlmodel",
    );
    expect([artifact.format, artifact.schema.classes]).toEqual(["coreml", ["no", "yes"]]);
  });

  it("says where nothing tells how many weights there are", async () => {
    const artifact = await openBytes(fixture("coreml/quantised.mlmodel"), "quantised.mlmodel");
    expect(artifact.complete).toBe(false);
    expect(artifact.findings.map(({ rule, message }) => [rule, message])).toContainEqual([
      "integrity/not-read",
      "Weights are shown as bytes: weights of 4 bits in such a layer.",
    ]);
  });

  it.each([
    ["too few of them", [1, 2], [pb.bytes(101, pb.bytes(1, pb.f32(1)))]],
    ["more scales than fit", [1, 2, 3], [pb.bytes(101, pb.bytes(1, pb.f32(1, 2, 3, 4)))]],
    ["other shifts than scales", [1, 2, 3], [pb.bytes(101, pb.bytes(1, pb.f32(1)), pb.bytes(2, pb.f32(1, 2)))]],
  ])("says what is wrong with quantised weights: %s", async (_, raw, how) => {
    const weights = pb.bytes(20, pb.bytes(30, Uint8Array.from(raw)), pb.bytes(40, pb.int(1, 4), ...how));
    const layer = pb.bytes(1, pb.text(1, "l"), pb.bytes(140, pb.int(1, 3), pb.int(2, 2), weights));
    const feature = pb.bytes(1, pb.text(1, "x"), pb.bytes(3, pb.bytes(2)));
    const artifact = await readBytes(concat(pb.int(1, 4), pb.bytes(2, feature), pb.bytes(500, layer)), "m.mlmodel");
    expect([rulesOf(artifact), artifact.complete]).toEqual([["integrity/not-read"], false]);
  });

  it("says that odd bits are not unpacked", async () => {
    const feature = pb.bytes(1, pb.text(1, "x"), pb.bytes(3, pb.bytes(2)));
    const weights = pb.bytes(20, pb.bytes(30, Uint8Array.of(1, 2)), pb.bytes(40, pb.int(1, 4)));
    const layer = pb.bytes(1, pb.text(1, "l"), pb.bytes(140, weights));
    const packed = await readBytes(concat(pb.int(1, 4), pb.bytes(2, feature), pb.bytes(500, layer)), "m.mlmodel");
    expect([rulesOf(packed), packed.complete]).toEqual([["integrity/not-read"], false]);
  });

  it("is shown up to where it is cut, or refused in words", async () => {
    for (const name of ["network", "trees", "pipeline"]) {
      const { shown, refused } = await readCuts(fixture(`coreml/${name}.mlmodel`), (bytes) =>
        readBytes(bytes, "m.mlmodel"),
      );
      for (const { length, artifact } of shown) expect(artifact.complete, `${name} ${length}`).toBe(false);
      for (const { error } of refused) expect(error).toBeInstanceOf(ArtifactError);
      expect(shown.length).toBeGreaterThan(5);
    }
  });

  it("is refused with a reason, or shown in part, whatever bytes are changed", async () => {
    const files = ["network", "trees", "pipeline", "quantised"].map((name) => fixture(`coreml/${name}.mlmodel`));
    expect(await damagedCopies(files, 23, 200)).toEqual([]);
  });
});

const files = corpusFiles().filter(({ format }) => /^coreml(\+gzip)?$/.test(format));
describe.skipIf(files.length === 0)("the corpus's Core ML models", () => {
  it.each(files)("$path opens, whole unless its weights are not there", async ({ path: name }) => {
    const artifact = await openCorpus(name);
    const isWithoutWeights = name.includes("mlpackage");
    expect([artifact.format, artifact.complete]).toEqual(["coreml", !isWithoutWeights]);
    expect(artifact.findings.filter(({ severity }) => severity === "error")).toEqual([]);
    const missing = artifact.findings.filter(({ rule }) => rule === "integrity/not-read").map(({ message }) => message);
    expect(missing).toEqual(
      isWithoutWeights
        ? [
            'The values of 113 tensors, the first "const_0_to_fp16", are in the file "weights/weight.bin", which is not beside the model.',
          ]
        : [],
    );
  });
});
