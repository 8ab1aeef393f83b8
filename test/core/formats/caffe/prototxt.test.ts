import { describe, expect, it } from "vitest";
import { ArtifactError } from "../../../../src/core/errors.ts";
import { readTextMessage } from "../../../../src/core/formats/caffe/text-message.ts";
import { readCuts } from "../../../support/cuts.ts";
import { damagedCopies, openBytes, readBytes, rulesOf } from "../../../support/read-format.ts";
import { cpuMilliseconds } from "../../../support/cpu-time.ts";

const text = (content: string): Uint8Array => new TextEncoder().encode(content);
const NET = `# a network
name: "Le\\"Net"
input: "data"
input_dim: 1
input_dim: 3

layer {
  name: "conv1" type: 'Convolution'
  bottom: "data"; top: "conv1",
  param < lr_mult: 1 >
  param < lr_mult: 2.50e-1 >
  convolution_param { num_output: 20 pad: [1, 2] bias_term: false weight_filler: { type: "xav" "ier" std: -.5f } }
  include { phase: TRAIN }
}
layer { name: "loss" type: "SoftmaxWithLoss" bottom: "conv1" bottom: "label" }
`;

describe("a Caffe network as text", () => {
  it("has its layers with all their settings, and no weights", async () => {
    const artifact = await openBytes(text(NET), "net.prototxt");
    expect([artifact.format, artifact.complete, artifact.findings]).toEqual(["caffe", true, []]);
    expect(artifact.parameters).toEqual([]);
    expect(artifact.facts.map(({ value }) => value)).toEqual(['Le"Net', "2", "text, without weights"]);
    const { metadata } = artifact;
    expect(metadata).toMatchObject({ keys: ["name", "input", "input_dim", "layers"] });
    expect(metadata).toMatchObject({
      values: [
        'Le"Net',
        "data",
        { items: [1n, 3n] },
        {
          items: [
            {
              callable: { module: "caffe", name: "Convolution" },
              kwargs: {
                keys: ["name", "inputs", "outputs", "param", "convolution_param", "include"],
                values: [
                  "conv1",
                  { items: ["data"] },
                  { items: ["conv1"] },
                  { items: [{ values: [1n] }, { values: [{ kind: "decimal", text: "2.50e-1", nearest: 0.25 }] }] },
                  {
                    keys: ["num_output", "pad", "bias_term", "weight_filler"],
                    values: [20n, { items: [1n, 2n] }, false, { values: ["xavier", { text: "-.5" }] }],
                  },
                  { values: ["TRAIN"] },
                ],
              },
            },
            { kwargs: { values: ["loss", { items: ["conv1", "label"] }, { items: [] }] } },
          ],
        },
      ],
    });
  });

  it.each([
    ["name: 'a' layer { name: 'x' type: }", "integrity/corrupt"],
    ["layer { name: 'x' } layer { name: 'y", "integrity/corrupt"],
    ["layer { name: 'x' } ] ", "integrity/corrupt"],
    [`layer { name: 'x' ${"a { ".repeat(2000)}`, "integrity/limit"],
  ])("that is wrong (%.40s) shows what stands before", async (content, rule) => {
    const artifact = await openBytes(text(content), "net.prototxt");
    expect([artifact.format, artifact.complete, rulesOf(artifact)]).toEqual(["caffe", false, [rule]]);
    expect(artifact.facts.find(({ id }) => id === "caffe.layers")?.value).toMatch(/^[12]$/);
  });

  it("is read in a time that its length bounds", () => {
    const start = cpuMilliseconds();
    for (const hostile of ['"'.repeat(100_000), "a:".repeat(50_000), `a: [${"{".repeat(100_000)}`])
      expect(readTextMessage(hostile, "net").error).toBeInstanceOf(ArtifactError);
    expect(cpuMilliseconds() - start).toBeLessThan(3000);
  });

  it("that is cut anywhere is partial, or ends with a field, or is refused", async () => {
    const { shown, refused } = await readCuts(text(NET), (bytes) => readBytes(bytes, "net.prototxt"));
    // A text has no end: one that is cut between two fields of its own is whole.
    const whole = shown.filter(({ artifact }) => artifact.complete);
    expect(whole.length).toBeLessThan(shown.length / 4);
    expect(shown.every(({ artifact }) => artifact.complete || artifact.findings.length > 0)).toBe(true);
    expect(refused.every(({ error }) => error instanceof ArtifactError)).toBe(true);
  });

  it("survives damage", async () => {
    expect(await damagedCopies([text(NET)], 76)).toEqual([]);
  });
});
