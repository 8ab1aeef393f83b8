import { describe, expect, it } from "vitest";
import { fuzzCount, mutator } from "../../../fuzz/mutate.ts";
import { outcomeOf } from "../../../fuzz/outcome.ts";
import { hexAt, metadataAt, openBytes, rulesOf, tensorAt } from "../../../support/fixture-reading.ts";

// Built by hand from the types of TensorFlow.js; the corpus has files that its converter wrote.

const text = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const group = {
  paths: ["a.bin", "b.bin"],
  weights: [
    { name: "w", shape: [2], dtype: "float32" },
    { name: "q", shape: [3], dtype: "float32", quantization: { dtype: "uint8", scale: 0.1, min: -1 } },
    { name: "i", shape: [1], dtype: "int32", quantization: { dtype: "uint16", scale: 0.5, min: 0.25 } },
    { name: "h", shape: [1], dtype: "float32", quantization: { dtype: "float16", original_dtype: "float32" } },
    { name: "f", shape: [], dtype: "bool" },
  ],
};
const model = { format: "graph-model", generatedBy: "2.0", modelTopology: { node: [] }, weightsManifest: [group] };
const files = new Map([
  ["a.bin", Uint8Array.of(0, 0, 0x80, 0x3f, 0, 0)],
  ["b.bin", Uint8Array.of(0, 0x80, 0, 10, 255, 3, 1, 1, 0x7e, 1)],
]);
const open = (content: unknown, beside: ReadonlyMap<string, Uint8Array> = files) =>
  openBytes(text(content), "model.json", beside);

describe("weights of TensorFlow.js", () => {
  it("are found in the files beside the manifest, over their borders", async () => {
    const artifact = await open(model);
    expect([artifact.format, artifact.complete, rulesOf(artifact)]).toEqual(["tfjs", true, []]);
    expect(await hexAt(artifact, "w")).toBe("0000803f00000080");
    expect([tensorAt(artifact, "f").dtype.name, await hexAt(artifact, "f")]).toEqual(["bool", "01"]);
    expect([tensorAt(artifact, "h").dtype.name, await hexAt(artifact, "h")]).toEqual(["float16", "017e"]);
    expect(metadataAt(artifact, "format")).toBe("graph-model");
    expect(artifact.facts.map(({ value }) => value)).toEqual(["a.bin, b.bin", "graph-model", "2.0"]);
  });

  it("that are quantised are what loading makes of them, and say how they are kept", async () => {
    const artifact = await open(model);
    const tensor = tensorAt(artifact, "q");
    expect([tensor.dtype.name, tensor.dtype.scalar]).toEqual(["quantized_uint8", "float32"]);
    const values = Float32Array.of(-1, 10 * 0.1 - 1, 255 * 0.1 - 1);
    expect(await hexAt(artifact, "q")).toBe(Buffer.from(values.buffer).toString("hex"));
    // 259 * 0.5 + 0.25 = 129.75
    expect(await hexAt(artifact, "i")).toBe("82000000");
  });

  it("are read from a manifest alone too, as face-api.js has it", async () => {
    expect((await open([group])).complete).toBe(true);
    expect((await open([{ weights: group.weights, paths: group.paths }])).format).toBe("tfjs");
  });

  it("say which file is missing", async () => {
    const artifact = await open(model, new Map([["a.bin", files.get("a.bin") ?? new Uint8Array(0)]]));
    expect(artifact.complete).toBe(false);
    expect(artifact.findings[0]?.message).toBe("b.bin could not be read: the file is not beside the manifest.");
    expect(new Set(rulesOf(artifact))).toEqual(new Set(["integrity/not-read", "integrity/truncated"]));
  });

  it.each<[string, unknown, string]>([
    ["texts", { name: "s", shape: [1], dtype: "string" }, "integrity/not-read"],
    [
      "another quantisation",
      { ...group.weights[1], quantization: { dtype: "int3", scale: 1, min: 0 } },
      "integrity/not-read",
    ],
    ["a shape without end", { name: "s", shape: [2 ** 40, 2 ** 40], dtype: "float32" }, "integrity/corrupt"],
  ])("with %s are shown but for those", async (_what, weight, rule) => {
    const artifact = await open({ weightsManifest: [{ ...group, weights: [group.weights[0], weight] }] });
    expect(rulesOf(artifact)).toContain(rule);
    expect([artifact.complete, await hexAt(artifact, "w")]).toEqual([false, "0000803f00000080"]);
  });

  it("that leave bytes over are not whole", async () => {
    const artifact = await open([{ ...group, weights: group.weights.slice(0, 2) }]);
    expect([artifact.complete, rulesOf(artifact)]).toEqual([false, ["integrity/corrupt"]]);
  });

  it.each<[string, unknown]>([
    ["a weight without a name", [{ paths: [], weights: [{ shape: [], dtype: "float32" }] }]],
    ["a negative dimension", [{ paths: [], weights: [{ name: "w", shape: [-1], dtype: "float32" }] }]],
  ])("with %s are shown as JSON", async (_what, content) => {
    expect((await open(content)).format).toBe("json");
  });

  it("damaged open, or say why not", async () => {
    const damaged = mutator([text(model)], 29, [...new TextEncoder().encode('[]{},:"0-9')]);
    for (let i = 0; i < fuzzCount(200); i++)
      expect(["opened", "refused"]).toContain(await outcomeOf(openBytes(damaged.next(), "model.json", files)));
  });
});
