import { describe, expect, it } from "vitest";
import { ArtifactError } from "../../../../src/core/errors.ts";
import { BytesBuilder } from "../../../support/bytes-builder.ts";
import { readCuts } from "../../../support/cuts.ts";
import { surprises } from "../../../support/damaged.ts";
import { openBeside } from "../../../support/open-beside.ts";
import { elementsHex, openBytes, readBytes, rulesOf, tensorAt } from "../../../support/read-format.ts";

const text = (content: string): Uint8Array => new TextEncoder().encode(content);

/** As many float32 as asked, each its own index, behind a header. */
function weights(count: number, minor = 2): Uint8Array {
  const file = new BytesBuilder().u32(0).u32(minor).u32(5);
  if (minor >= 2) file.u64(64_000);
  else file.u32(64_000);
  return file.raw(new Uint8Array(Float32Array.from({ length: count }, (_, k) => k).buffer)).bytes();
}

const CFG = `# a network
[net]
width = 8
height=8
channels=3

[convolutional]
batch_normalize=1
filters=4
size=3
stride=2
pad=1
activation=leaky

[maxpool]
size=2
stride=2

[conv]
groups=2
filters=2
size=1

[route]
layers=-1,0
; back to 4x4

[reorg]
stride=2

[connected]
output=5
activation=linear

[softmax]
`;

describe("a Darknet network", () => {
  it("has each layer's weights, from either file", async () => {
    // 2x2 of the second convolution is first of the route: 6 channels of 2x2, then 24 of 1x1.
    const counts = [4, 4, 4, 4, 4 * 3 * 9, 2, 2 * 2, 5, 5 * 24];
    const files = { "net.cfg": text(CFG), "net_final.weights": weights(counts.reduce((sum, each) => sum + each)) };
    for (const name of ["net.cfg", "net_final.weights"]) {
      const artifact = await openBeside(name, files);
      expect([artifact.format, artifact.complete, artifact.findings]).toEqual(["darknet", true, []]);
      expect(artifact.parameters.map(({ path, tensor }) => [path, tensor.shape])).toEqual([
        ["0.convolutional.biases", [4]],
        ["0.convolutional.scales", [4]],
        ["0.convolutional.rolling_mean", [4]],
        ["0.convolutional.rolling_variance", [4]],
        ["0.convolutional.weights", [4, 3, 3, 3]],
        ["2.convolutional.biases", [2]],
        ["2.convolutional.weights", [2, 2, 1, 1]],
        ["5.connected.biases", [5]],
        ["5.connected.weights", [5, 24]],
      ]);
      expect((await elementsHex(tensorAt(artifact, "0.convolutional.weights")))[0]).toBe("00008041");
      expect(artifact.facts.map(({ value }) => value)).toEqual(["0.2.5", "64000", "7"]);
    }
  });

  it("counts images in four bytes before version 0.2, and lays other layers out", async () => {
    const cfg = `[net]\ninputs=6\n[connected]\noutput=2\nbatch_normalize=1\n[crop]\ncrop_height=2\ncrop_width=2\n[local]\nfilters=1\nsize=1\n[upsample]\n[avgpool]\n`;
    const files = { "a.cfg": text(cfg), "a.weights": weights(2 + 12 + 6 + 4 + 8, 1) };
    const artifact = await openBeside("a.weights", files);
    expect([artifact.complete, artifact.findings]).toEqual([true, []]);
    expect(artifact.parameters.at(-1)).toMatchObject({ path: "2.local.weights", tensor: { shape: [4, 1, 2, 1, 1] } });
  });

  it("alone is a structure, or one row of numbers", async () => {
    const structure = await openBytes(text(CFG), "net.cfg");
    expect([structure.complete, structure.parameters, rulesOf(structure)]).toEqual([true, [], ["integrity/not-read"]]);
    const row = await openBytes(weights(10), "net.weights");
    expect([row.complete, row.parameters[0]?.tensor.shape, rulesOf(row)]).toEqual([
      false,
      [10],
      ["integrity/not-read"],
    ]);
  });

  it.each<[string, string, number, string]>([
    ["too few numbers", CFG, 100, "integrity/truncated"],
    ["too many numbers", "[net]\nchannels=1\nwidth=1\nheight=1\n[convolutional]\n", 9, "integrity/not-read"],
    ["a layer that is not read", "[net]\nchannels=1\nwidth=1\nheight=1\n[lstm]\n", 9, "integrity/not-read"],
    ["groups that do not divide", "[net]\nchannels=3\nwidth=1\nheight=1\n[conv]\ngroups=2\n", 9, "integrity/not-read"],
    ["a route to nowhere", "[net]\nchannels=3\nwidth=1\nheight=1\n[route]\nlayers=-2\n", 9, "integrity/not-read"],
    [
      "a picture that shrinks to nothing",
      "[net]\nchannels=1\nwidth=1\nheight=1\n[conv]\nsize=9\n",
      99,
      "integrity/corrupt",
    ],
    [
      "filters without end",
      "[net]\nchannels=9\nwidth=9\nheight=9\n[conv]\nfilters=999999999\n",
      9,
      "integrity/truncated",
    ],
    ["a description that is none", "filters=3\n", 9, "integrity/corrupt"],
  ])("with %s is partial, and says why", async (_what, cfg, count, rule) => {
    const artifact = await openBeside("a.weights", { "a.cfg": text(cfg), "a.weights": weights(count) });
    expect([artifact.complete, rulesOf(artifact)]).toEqual([false, [rule]]);
  });

  it("that is cut anywhere is partial with its reason, or refused with one", async () => {
    const open = (bytes: Uint8Array) => openBeside("a.weights", { "a.cfg": text(CFG), "a.weights": bytes });
    const { shown, refused } = await readCuts(weights(200), open);
    expect(shown.every(({ artifact }) => !artifact.complete && artifact.findings.length > 0)).toBe(true);
    expect(refused.every(({ error }) => error instanceof ArtifactError)).toBe(true);
    const cfgs = await readCuts(text(CFG), (bytes) => readBytes(bytes, "a.cfg"));
    expect(cfgs.refused.every(({ error }) => error instanceof ArtifactError)).toBe(true);
  });

  it("survives damage", async () => {
    const open = (bytes: Uint8Array): Promise<unknown> =>
      openBeside("a.cfg", { "a.cfg": bytes, "a.weights": weights(265) });
    expect(await surprises([text(CFG)], open, { seed: 74, telling: "[]=-,0123456789\n" })).toEqual([]);
  });
});
