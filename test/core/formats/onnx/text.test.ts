import { describe, expect, it } from "vitest";
import { ArtifactError } from "../../../../src/core/errors.ts";
import { fingerprint } from "../../../../src/core/model/fingerprint.ts";
import { quietWork } from "../../../../src/core/work.ts";
import { nodeHost } from "../../../../src/platform/node/host.ts";
import { readCuts } from "../../../support/cuts.ts";
import { damagedCopies, fixture, openBytes, readBytes, rulesOf } from "../../../support/read-format.ts";

const text = (content: string): Uint8Array => new TextEncoder().encode(content);

/** True where a message does not end before the cut. */
function isOpen(length: number): boolean {
  const before = new TextDecoder().decode(fixture("onnx/linear.pbtxt").subarray(0, length));
  return before.split("{").length !== before.split("}").length;
}

describe("ONNX in protobuf's text form", () => {
  it.each(["linear", "tensors", "forest_regressor"])("(%s) is the model of the binary file", async (name) => {
    const binary = await openBytes(fixture(`onnx/${name}.onnx`), `${name}.onnx`);
    const artifact = await openBytes(fixture(`onnx/${name}.pbtxt`), `${name}.pbtxt`);
    expect([artifact.format, artifact.complete]).toEqual(["onnx", binary.complete]);
    expect(artifact.parameters.map(({ path, tensor }) => [path, tensor.dtype.name, tensor.shape])).toEqual(
      binary.parameters.map(({ path, tensor }) => [path, tensor.dtype.name, tensor.shape]),
    );
    const prints = [artifact, binary].map(({ parameters }) => fingerprint(parameters, nodeHost(), quietWork()));
    const [print, binaryPrint] = await Promise.all(prints);
    expect(print).toBe(binaryPrint);
    expect(artifact.schema).toEqual(binary.schema);
    expect(artifact.facts.slice(1)).toEqual(binary.facts);
    expect(artifact.facts[0]).toMatchObject({ id: "onnx.encoding", value: "text" });
  });

  it("is read however it is written, up to where it makes no sense", async () => {
    const model = `# made by hand
      ir_version: 0x8,
      producer_name: 'a' "b";
      graph <
        initializer { name: "w" dims: [3] data_type: 1 float_data: [1.5f, -inf, nan] }
        fancy { x: 1 y: [ { z: "}" } ] }
        node { op_type: "Elu" attribute { name: "alpha" type: FLOAT f: .5 } }
      >
      [some.extension]: 5
      opset_import { version: 021 }`;
    const whole = await openBytes(text(model), "m.pbtxt");
    expect([whole.complete, whole.parameters.map(({ path }) => path)]).toEqual([false, ["w"]]);
    expect(whole.findings.map(({ message }) => message).join()).toContain("GraphProto.fancy");
    expect(whole.facts.map(({ value }) => value)).toContain("ai.onnx 17");
    const wrong = await openBytes(text(`${model} opset_import { version: LATEST }`), "m.pbtxt");
    expect([wrong.complete, rulesOf(wrong)]).toContainEqual(expect.arrayContaining(["integrity/corrupt"]));
  });

  it("is shown up to where it is cut, or refused in words", async () => {
    const { shown, refused } = await readCuts(fixture("onnx/linear.pbtxt"), (bytes) => readBytes(bytes, "m.pbtxt"));
    const ours = shown.filter(({ length, artifact }) => artifact.format === "onnx" && isOpen(length));
    for (const { length, artifact } of ours) expect(artifact.complete, `${length}`).toBe(false);
    for (const { error } of refused) expect(error).toBeInstanceOf(ArtifactError);
    expect(shown.length).toBeGreaterThan(100);
  });

  it("is refused with a reason, or shown in part, whatever bytes are changed", async () => {
    const files = ["linear", "tensors"].map((name) => fixture(`onnx/${name}.pbtxt`));
    const nested = text(`ir_version: 8\ngraph {\n${"node { attribute { g { ".repeat(200)}`);
    expect(await damagedCopies([...files, nested], 41, 200)).toEqual([]);
    expect(await damagedCopies([text(`ir_version: 8\ngraph {${"#".repeat(60)}\n"x`)], 42, 3)).toEqual([]);
  });
});
