import { describe, expect, it } from "vitest";
import { ArtifactError } from "../../../../src/core/errors.ts";
import { BytesBuilder } from "../../../support/bytes-builder.ts";
import { readCuts } from "../../../support/cuts.ts";
import { surprises } from "../../../support/damaged.ts";
import { openBeside } from "../../../support/open-beside.ts";
import { elementsHex, openBytes, rulesOf, tensorAt } from "../../../support/read-format.ts";

const text = (content: string): Uint8Array => new TextEncoder().encode(content);
const floats = (count: number): Uint8Array =>
  new Uint8Array(Float32Array.from({ length: count }, (_, k) => k + 1).buffer);
const param = (...layers: string[]): Uint8Array => text(`7767517\n${layers.length} 9\n${layers.join("\n")}\n`);

const NET = param(
  "Input data 0 1 data",
  "Convolution conv 1 1 data a 0=2 1=3 11=1 5=1 6=6",
  "BatchNorm bn 1 1 a b 0=2",
  "InnerProduct fc 1 1 b c 0=3 1=0 2=6",
  "InnerProduct half 1 1 c d 0=1 1=1 2=3",
  "Split s 1 2 d e f",
  "ConvolutionDepthWise q 1 1 e g 0=2 1=1 5=0 6=2 7=2 8=101",
  "Reshape r 1 1 g out -23303=2,1,-1",
);

/** The weights of NET: float32, float16, a table, int8. */
function weights(): Uint8Array {
  const file = new BytesBuilder().u32(0).raw(floats(6)).raw(floats(2));
  file.raw(floats(8));
  file.u32(0x01306b47).raw([0, 0x3c, 0, 0x40, 0, 0x42, 0, 0x44, 0, 0x45, 0, 0x46]);
  file.u32(0x3f800000).raw(floats(256)).raw([0, 255, 7]).zeros(1).raw(floats(1));
  file.u32(0x000d4b38).raw([255, 1]).zeros(2).raw(floats(2)).raw(floats(1)).raw(floats(1));
  return file.bytes();
}

describe("an ncnn network", () => {
  it("has what each layer loads, from either file", async () => {
    const files = { "net.param": NET, "net.bin": weights() };
    for (const name of ["net.param", "net.bin"]) {
      const artifact = await openBeside(name, files);
      expect([artifact.format, artifact.complete, artifact.findings]).toEqual(["ncnn", true, []]);
      expect(artifact.parameters.map(({ path, tensor }) => [path, tensor.dtype.name, tensor.shape])).toEqual([
        ["conv.weight", "float32", [2, 1, 1, 3]],
        ["conv.bias", "float32", [2]],
        ["bn.slope", "float32", [2]],
        ["bn.mean", "float32", [2]],
        ["bn.variance", "float32", [2]],
        ["bn.bias", "float32", [2]],
        ["fc.weight", "float16", [3, 2]],
        ["half.weight_table", "float32", [256]],
        ["half.weight", "uint8", [1, 3]],
        ["half.bias", "float32", [1]],
        ["q.weight", "int8", [2, 1, 1, 1]],
        ["q.weight_int8_scales", "float32", [2]],
        ["q.bottom_blob_int8_scales", "float32", [1]],
        ["q.top_blob_int8_scales", "float32", [1]],
      ]);
      expect(await elementsHex(tensorAt(artifact, "q.weight"))).toEqual(["ff", "01"]);
      expect((await elementsHex(tensorAt(artifact, "half.weight_table")))[1]).toBe("00000040");
    }
  });

  it("knows recurrent layers, constants, norms and embeddings", async () => {
    const net = param(
      "LSTM lstm 1 1 a b 0=2 1=48 2=2",
      "MemoryData m 0 1 c 0=3 1=2",
      "Scale given 2 1 b c d 0=-233",
      "Scale s 1 1 d e 0=2 1=1",
      "LayerNorm ln 1 1 e f 0=2",
      "GroupNorm gn 1 1 f g 0=1 1=2 3=0",
      "Embed emb 1 1 g h 0=2 1=3 2=1 3=6",
      "Dequantize dq 1 1 h i 0=1 1=1",
    );
    const count = 1 + 48 + 1 + 16 + 1 + 32 + 6 + 2 + 2 + 2 + 2 + 1 + 6 + 2 + 1 + 1;
    const artifact = await openBeside("a.param", { "a.param": net, "a.bin": new Uint8Array(4 * count) });
    expect([artifact.complete, artifact.findings]).toEqual([true, []]);
    expect(artifact.parameters.map(({ path, tensor }) => [path, tensor.shape])).toEqual([
      ["lstm.weight_xc", [2, 8, 3]],
      ["lstm.bias_c", [2, 4, 2]],
      ["lstm.weight_hc", [2, 8, 2]],
      ["m.data", [2, 3]],
      ["s.scale", [2]],
      ["s.bias", [2]],
      ["ln.gamma", [2]],
      ["ln.beta", [2]],
      ["emb.weight", [3, 2]],
      ["emb.bias", [2]],
      ["dq.scale", [1]],
      ["dq.bias", [1]],
    ]);
  });

  it("alone is a structure; weights alone are refused", async () => {
    const structure = await openBytes(NET, "net.param");
    expect([structure.complete, structure.parameters, rulesOf(structure)]).toEqual([true, [], ["integrity/not-read"]]);
    await expect(openBytes(weights(), "net.bin")).rejects.toMatchObject({ code: "not-recognised" });
  });

  it.each<[string, Uint8Array, number, string]>([
    ["too few numbers", param("BatchNorm b 1 1 x y 0=4"), 40, "integrity/truncated"],
    ["too many numbers", param("BatchNorm b 1 1 x y 0=4"), 72, "integrity/not-read"],
    ["a layer that is not read", param("MultiHeadAttention m 1 1 x y 0=4 2=16"), 400, "integrity/not-read"],
    ["sizes that are none", param("BatchNorm b 1 1 x y 0=-4"), 64, "integrity/not-read"],
    ["sizes without end", param("BatchNorm b 1 1 x y 0=999999999999"), 64, "integrity/truncated"],
    ["a line that is none", text("7767517\n1 1\nBatchNorm b 1 1 x y 0=4 ?\n"), 0, "integrity/corrupt"],
    ["fewer layers than promised", text("7767517\n2 1\nBatchNorm b 1 1 x y 0=4\n"), 64, "integrity/corrupt"],
  ])("with %s is partial, and says why", async (_what, net, size, rule) => {
    const artifact = await openBeside("a.param", { "a.param": net, "a.bin": new Uint8Array(size) });
    expect([artifact.complete, rulesOf(artifact)]).toEqual([false, [rule]]);
  });

  it("that is cut anywhere is partial with its reason, or refused with one", async () => {
    for (const [whole, open] of [
      [weights(), (bytes: Uint8Array) => openBeside("a.param", { "a.param": NET, "a.bin": bytes })],
      [NET, (bytes: Uint8Array) => openBeside("a.param", { "a.param": bytes, "a.bin": weights() })],
    ] as const) {
      const { shown, refused } = await readCuts(whole, open);
      expect(shown.filter(({ artifact }) => artifact.findings.length === 0)).toEqual([]);
      expect(refused.every(({ error }) => error instanceof ArtifactError)).toBe(true);
    }
  });

  it("survives damage", async () => {
    const open = (bytes: Uint8Array): Promise<unknown> =>
      openBeside("a.param", { "a.param": bytes, "a.bin": weights() });
    expect(await surprises([NET], open, { seed: 75, telling: "=-,0123456789\n " })).toEqual([]);
  });
});
