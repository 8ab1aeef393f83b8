import path from "node:path";
import { describe, expect, it } from "vitest";
import { ArtifactError } from "../../../../src/core/errors.ts";
import { ensemblesOf } from "../../../../src/core/meaning/trees/index.ts";
import type { Artifact, RawArtifact } from "../../../../src/core/model/artifact.ts";
import { elementCount } from "../../../../src/core/model/tensor.ts";
import { dictGet, isNode, type Value } from "../../../../src/core/model/value.ts";
import { readElements } from "../../../../src/core/model/window.ts";
import { nodeDetails } from "../../../../src/core/view/details.ts";
import { createOutline } from "../../../../src/core/view/outline.ts";
import { printValue } from "../../../../src/core/view/print.ts";
import { quietWork } from "../../../../src/core/work.ts";
import { siblingsOf } from "../../../../src/platform/node/siblings.ts";
import { concat, toHex } from "../../../support/bytes-builder.ts";
import { readCuts } from "../../../support/cuts.ts";
import { testPath, withArtifact } from "../../../support/open-file.ts";
import { pb } from "../../../support/protobuf-builder.ts";
import { damagedCopies, fixture, fixtureJson, openBytes, readBytes, rulesOf } from "../../../support/read-format.ts";
import { largestError, rawPredictions } from "../../../support/score-trees.ts";

interface Expected {
  readonly external: string;
  readonly rows: readonly (readonly number[])[];
  readonly predictions: Readonly<Record<string, readonly (readonly number[])[]>>;
}
const expected = fixtureJson("onnx/expected.json") as Expected & Record<string, { shape: number[]; hex: string }>;
const folder = testPath("fixtures/onnx");

const hexOf = async (artifact: Artifact, name: string): Promise<string> => {
  const tensor = artifact.parameters.find(({ path: address }) => address === name)?.tensor;
  if (tensor === undefined) throw new Error(`no ${name}`);
  return toHex(await readElements(tensor, 0, elementCount(tensor.shape)));
};

const tensor = (...fields: Uint8Array[]): Uint8Array => concat(pb.int(1, 2), pb.int(2, 1), ...fields);
const model = (...graph: Uint8Array[]): Uint8Array =>
  concat(pb.int(1, 8), pb.bytes(7, ...graph), pb.bytes(8, pb.int(2, 17)));

describe("an ONNX model", () => {
  it("may be a graph alone, or begin with it, where its name is one of a model", async () => {
    // As PNNX writes its graphs for viewers; other writers of protobuf put fields in any order.
    const graph = pb.bytes(7, pb.text(2, "net"), pb.bytes(5, tensor(pb.text(8, "w"), pb.bytes(4, pb.f32(1, -2)))));
    for (const bytes of [graph, concat(graph, pb.int(1, 8))]) {
      const artifact = await openBytes(bytes, "net.pnnx.onnx");
      expect([artifact.format, artifact.complete, await hexOf(artifact, "w")]).toEqual([
        "onnx",
        true,
        "0000803f000000c0",
      ]);
    }
    await expect(openBytes(graph, "net.bin")).rejects.toMatchObject({ code: "not-recognised" });
  });

  it("is a warning where an operator calls Python, in a graph within a graph as well", async () => {
    const node = (operator: string, domain: string, ...more: Uint8Array[]): Uint8Array =>
      pb.bytes(1, pb.text(4, operator), pb.text(7, domain), ...more);
    const told = async (...nodes: Uint8Array[]): Promise<(string | undefined)[]> =>
      (await openBytes(model(...nodes), "m.onnx")).findings.map(
        ({ rule, severity, message }) =>
          `${rule} ${severity} ${/[\w.]*PyOp|[\w.]*PythonOp(?:Grad)?/.exec(message)?.[0]}`,
      );
    const inner = node("If", "", pb.bytes(5, pb.text(1, "then_branch"), pb.bytes(6, node("PyOp", "mine"))));
    expect(await told(node("PythonOp", "com.microsoft"), node("PythonOp", "com.microsoft"), inner)).toEqual([
      "safety/unusual-global warning com.microsoft.PythonOp",
      "safety/unusual-global warning mine.PyOp",
    ]);
    expect(await told(node("Relu", ""), node("Gelu", "com.microsoft"))).toEqual([]);
  });

  it("has its tensors in every encoding, bit for bit as the onnx package writes them", async () => {
    const artifact = await openBytes(fixture("onnx/tensors.onnx"), "tensors.onnx");
    expect([artifact.format, artifact.complete, artifact.findings]).toEqual(["onnx", true, []]);
    const names = Object.keys(expected).filter((name) => expected[name]?.hex !== undefined);
    expect(names.length).toBeGreaterThan(48);
    for (const name of names) {
      expect([name, await hexOf(artifact, name)]).toEqual([name, expected[name]?.hex]);
      const found = artifact.parameters.find(({ path: address }) => address === name);
      expect([name, found?.tensor.shape]).toEqual([name, expected[name]?.shape]);
    }
    const of = (name: string): string | undefined =>
      artifact.parameters.find((each) => each.path === name)?.tensor.dtype.name;
    expect([of("raw_INT4"), of("list_BFLOAT16"), of("raw_FLOAT8E4M3FN")]).toEqual([
      "int4",
      "bfloat16",
      "float8_e4m3fn",
    ]);
    expect(artifact.values.find(({ path: address }) => address === "text")?.value).toMatchObject({
      objects: ["a", "é"],
    });
  });

  it("has constants, sparse values and those of subgraphs by address", async () => {
    const artifact = await openBytes(fixture("onnx/tensors.onnx"), "tensors.onnx");
    expect(await hexOf(artifact, "c")).toBe(toHex(pb.f32(7, 8)));
    expect(await hexOf(artifact, "floats")).toBe(toHex(pb.f32(0.25, -0.1, 3)));
    expect(await hexOf(artifact, "ints")).toBe("010000000000000000000000000000802c01000000000000");
    expect(await hexOf(artifact, "choose.then_branch.one")).toBe(toHex(pb.f32(1)));
    expect(await hexOf(artifact, "sparse.values")).toBe(toHex(pb.f32(1.5, -2.5)));
  });

  it("lists its nodes in words, and says what goes in and out", async () => {
    const artifact = await openBytes(fixture("onnx/tensors.onnx"), "tensors.onnx");
    const node = (at: number): Value | undefined =>
      artifact.values.find(({ path: address }) => address === `__metadata__.nodes[${at}]`)?.value;
    expect(printValue(node(4), 300)).toBe(
      "Conv(name='conv', inputs=['x', 'raw_FLOAT'], outputs=['y'], auto_pad='SAME_UPPER', kernel_shape=[3, 3])",
    );
    expect(printValue(node(5), 300)).toContain("alpha=0.1)");
    expect(artifact.values).toContainEqual({ path: "__metadata__.author", role: "metadata", value: "nobody" });
    expect(artifact.framework).toEqual({ name: "model-loupe", version: "1" });
    expect(artifact.facts).toContainEqual({ id: "onnx.input.x", label: "Input", value: "x: float32 [N, 3]" });
  });

  it("reads values from another file of its folder, and says when that is missing", async () => {
    const file = path.join(folder, "external.onnx");
    const siblings = siblingsOf(file);
    await withArtifact(
      file,
      async (artifact) => {
        expect([artifact.complete, artifact.findings]).toEqual([true, []]);
        expect(await hexOf(artifact, "w")).toBe(expected.external);
        // An offset alone would be taken for one of the model's own file.
        const outline = createOutline(artifact, []);
        const item = outline.item("parameters/w");
        const details = item && (await nodeDetails(artifact, item, quietWork()));
        const facts = details?.facts.map(({ label, value }) => `${label} ${value}`) ?? [];
        expect(facts.slice(-2)).toEqual(["In the file external.bin", expect.stringMatching(/^Byte offset \d+$/)]);
      },
      { siblings },
    );
    await siblings.close();
    const alone = await openBytes(fixture("onnx/external.onnx"), "external.onnx");
    expect([rulesOf(alone), alone.complete]).toEqual([["integrity/not-read"], false]);
    expect(alone.findings[0]?.message).toContain('"external.bin", which is not beside the model');
  });

  it.each(["../secret.bin", "/etc/passwd", "a\\b", "C:x", "a/../../b"])("opens no file at %s", async (location) => {
    const entry = (key: string, value: string): Uint8Array => pb.bytes(13, pb.text(1, key), pb.text(2, value));
    const bytes = model(pb.bytes(5, tensor(pb.text(8, "w"), entry("location", location), pb.int(14, 1))));
    const siblings = {
      own: "m.onnx",
      open: () => Promise.reject(new Error("opened")),
      openBelow: () => Promise.reject(new Error("opened")),
    };
    const { openArtifact } = await import("../../../../src/core/open.ts");
    const { fromBytes } = await import("../../../../src/core/bytes/source.ts");
    const { nodeHost } = await import("../../../../src/platform/node/host.ts");
    const artifact = await openArtifact(fromBytes(bytes, "m.onnx"), nodeHost(), quietWork(), { siblings });
    expect([artifact.complete, artifact.findings[0]?.message]).toEqual([
      false,
      expect.stringContaining("it is not opened"),
    ]);
  });

  it("may be a tensor alone", async () => {
    const artifact = await openBytes(fixture("onnx/tensor.pb"), "input_0.pb");
    expect([artifact.format, artifact.complete, artifact.findings]).toEqual(["onnx", true, []]);
    expect(await hexOf(artifact, "list_FLOAT")).toBe(expected["list_FLOAT"]?.hex);
  });

  it("gives the attributes of classical operators addresses, and their labels to the schema", async () => {
    const artifact = await openBytes(fixture("onnx/linear.onnx"), "linear.onnx");
    expect(artifact.complete).toBe(true);
    const paths = artifact.parameters.map((each) => each.path);
    for (const wanted of [
      "Scaler.offset",
      "Scaler.scale",
      "LinearClassifier.coefficients",
      "LinearClassifier.intercepts",
    ])
      expect(paths).toContain(wanted);
    expect(artifact.schema).toMatchObject({ classes: ["a", "b", "c"], featureCount: 4 });
  });

  it.each(["forest_classifier", "forest_regressor", "boosting_binary"])(
    "has the trees of a %s: they predict what ONNX Runtime does",
    async (name) => {
      const artifact = await openBytes(fixture(`onnx/${name}.onnx`), `${name}.onnx`);
      const [ensemble, ...more] = await ensemblesOf(artifact);
      expect([ensemble?.treeCount, more.length]).toEqual([3, 0]);
      if (ensemble === undefined) return;
      const raw = await rawPredictions(ensemble, expected.rows);
      const wanted = (expected.predictions[name] ?? []).map((row) => row.slice(-ensemble.outputs));
      expect(largestError(raw, wanted)).toBeLessThan(1e-5);
    },
  );

  it("has the trees of the TreeEnsemble operator: they predict what ONNX Runtime does", async () => {
    const artifact = await openBytes(fixture("onnx/flat_trees.onnx"), "flat_trees.onnx");
    const [ensemble] = await ensemblesOf(artifact);
    expect([ensemble?.treeCount, ensemble?.outputs]).toEqual([2, 2]);
    if (ensemble === undefined) return;
    const raw = await rawPredictions(ensemble, expected.rows);
    expect(largestError(raw, expected.predictions["flat_trees"] ?? [])).toBeLessThan(1e-5);
  });
});

describe("a damaged ONNX model", () => {
  it("gives a view with a finding, or an error that says where, cut at every 7th byte", async () => {
    const { shown, refused } = await readCuts(fixture("onnx/tensors.onnx"), (bytes) => readBytes(bytes, "m.onnx"));
    // Fields of the model behind the graph may be missing without a trace.
    for (const { length, artifact } of shown.filter((cut) => cut.length < 2600)) {
      expect(artifact.complete, `${length}`).toBe(false);
      expect(rulesOf(artifact), `${length}`).toContain("integrity/truncated");
    }
    for (const { error } of refused) expect(error).toBeInstanceOf(ArtifactError);
    expect(shown.length).toBeGreaterThan(300);
  });

  const graph = (...fields: Uint8Array[]): Uint8Array => model(pb.bytes(5, pb.text(8, "w"), ...fields));
  it.each<[string, Uint8Array, string]>([
    ["too few raw bytes", graph(pb.int(1, 2), pb.int(2, 1), pb.bytes(9, new Uint8Array(7))), "integrity/corrupt"],
    ["a negative dimension", graph(pb.int(1, -1), pb.int(2, 1), pb.bytes(9, new Uint8Array(8))), "integrity/corrupt"],
    ["a shape without end", graph(pb.int(1, 2n ** 40n), pb.int(1, 2n ** 40n), pb.int(2, 1)), "integrity/corrupt"],
    ["values in two forms", graph(tensor(pb.bytes(4, pb.f32(1, 2)), pb.bytes(9, pb.f32(1, 2)))), "integrity/corrupt"],
    ["no values", graph(tensor()), "integrity/corrupt"],
    ["floats where integers belong", graph(pb.int(1, 1), pb.int(2, 7), pb.bytes(4, pb.f32(1))), "integrity/corrupt"],
    ["an unknown type", graph(pb.int(1, 1), pb.int(2, 99), pb.bytes(9, pb.f32(1))), "integrity/not-read"],
    ["300 as an int8", graph(pb.int(1, 1), pb.int(2, 3), pb.bytes(5, pb.varint(300))), "integrity/corrupt"],
    [
      "an integer that does not end",
      graph(pb.int(1, 1), pb.int(2, 7), pb.bytes(7, Uint8Array.of(255))),
      "integrity/corrupt",
    ],
    ["an unknown field", model(pb.text(2, "g"), pb.int(99, 1)), "integrity/not-read"],
  ])("with %s says so", async (_what, bytes, rule) => {
    const artifact = await readBytes(bytes, "m.onnx");
    expect(rulesOf(artifact)).toContain(rule);
    expect(artifact.complete).toBe(_what === "an unknown field");
  });

  it("tells of two initialisers of one name, and keeps both", async () => {
    const one = pb.bytes(5, tensor(pb.text(8, "w"), pb.bytes(4, pb.f32(1, 2))));
    const artifact: RawArtifact = await readBytes(model(one, one), "m.onnx");
    expect(rulesOf(artifact)).toEqual(["integrity/duplicate-name"]);
    expect(isNode(artifact.root) && artifact.root.kind === "dict" && dictGet(artifact.root, "w#2")).toBeTruthy();
  });

  it("does not nest without end", async () => {
    let inner = pb.bytes(1, pb.text(4, "If"));
    for (let depth = 0; depth < 80; depth++)
      inner = pb.bytes(1, pb.text(4, "If"), pb.bytes(5, pb.text(1, "b"), pb.bytes(6, inner)));
    const artifact = await readBytes(model(inner), "m.onnx");
    expect([rulesOf(artifact), artifact.complete]).toEqual([["integrity/limit"], false]);
  });

  it("is refused with a reason, or shown in part, whatever bytes are changed", async () => {
    const files = ["tensors", "linear", "forest_classifier"].map((name) => fixture(`onnx/${name}.onnx`));
    expect(await damagedCopies(files, 41, 250)).toEqual([]);
  });
});
