import { describe, expect, it } from "vitest";
import { ArtifactError } from "../../../../src/core/errors.ts";
import { fingerprint } from "../../../../src/core/model/fingerprint.ts";
import type { Artifact } from "../../../../src/core/model/artifact.ts";
import { quietWork } from "../../../../src/core/work.ts";
import { nodeHost } from "../../../../src/platform/node/host.ts";
import { siblingsOf } from "../../../../src/platform/node/siblings.ts";
import { readCuts } from "../../../support/cuts.ts";
import { testPath, withArtifact } from "../../../support/open-file.ts";
import { damagedCopies, fixture, openBytes, readBytes, rulesOf } from "../../../support/read-format.ts";

const json = (name: string): Uint8Array => fixture(`onnx/${name}.onnx.json`);
const text = (content: string): Uint8Array => new TextEncoder().encode(content);
const open = async (name: string): Promise<[Artifact, string]> => {
  const file = testPath(`fixtures/onnx/${name}`);
  const siblings = siblingsOf(file);
  const both = await withArtifact(
    file,
    async (artifact): Promise<[Artifact, string]> => [
      artifact,
      await fingerprint(artifact.parameters, nodeHost(), quietWork()),
    ],
    { siblings },
  );
  await siblings.close();
  return both;
};

describe("ONNX as JSON", () => {
  it.each(["linear", "tensors", "forest_regressor", "external"])(
    "(%s) is the model of the binary file",
    async (name) => {
      const [binary, binaryPrint] = await open(`${name}.onnx`);
      const [artifact, print] = await open(`${name}.onnx.json`);
      expect([artifact.format, artifact.complete]).toEqual(["onnx", binary.complete]);
      expect(artifact.parameters.map(({ path, tensor }) => [path, tensor.dtype.name, tensor.shape])).toEqual(
        binary.parameters.map(({ path, tensor }) => [path, tensor.dtype.name, tensor.shape]),
      );
      expect(print).toBe(binaryPrint);
      expect(artifact.schema).toEqual(binary.schema);
      expect(artifact.facts.slice(1)).toEqual(binary.facts);
      expect(artifact.facts[0]).toMatchObject({ id: "onnx.encoding", value: "JSON" });
    },
  );

  it("has the names of the schema too, and numbers however they are written", async () => {
    const model = `{"ir_version": 8.0e0, "opset_import": [{"version": "9"}], "graph": {"name": "g", "initializer": [
      {"dims": ["3"], "dataType": 1, "floatData": [1, "NaN", "-Infinity"], "name": "w", "docString": null},
      {"dims": [2], "data_type": 7, "raw_data": "AQAAAAAAAAD__________w", "name": "n"}]}}`;
    const artifact = await openBytes(text(model), "model.json");
    expect([artifact.complete, artifact.parameters.map(({ path }) => path)]).toEqual([true, ["w", "n"]]);
  });

  it("says which keys ONNX does not have, and is not complete then", async () => {
    const artifact = await openBytes(
      text(`{"irVersion": "8", "opsetImport": [], "graph": {"name": "g", "fancy": 1}, "more": {}}`),
    );
    expect([artifact.complete, rulesOf(artifact)]).toEqual([false, ["integrity/not-read", "integrity/not-read"]]);
    expect(artifact.findings.map(({ message }) => message).join()).toContain("GraphProto.fancy");
  });

  it.each([
    `{"irVersion": "8", "opsetImport": [{"version": "x"}], "graph": {"name": "g"}}`,
    `{"irVersion": "8", "graph": {"initializer": [{"name": "w", "rawData": "!!"}]}}`,
    `{"irVersion": "8", "graph": {"initializer": [{"name": "w", "dataType": 1, "floatData": ["a"]}]}}`,
    `{"irVersion": "8", "graph": {"name": 7}}`,
    `{"irVersion": "8", "graph": {"initializer": [7]}}`,
  ])("that is wrong (%s) is partial with a reason, or no more than JSON", async (model) => {
    const artifact = await openBytes(text(model));
    if (artifact.format === "json") return;
    expect(artifact).toMatchObject({ complete: false });
    expect(rulesOf(artifact).length).toBeGreaterThan(0);
  });

  it("that is cut anywhere is partial with its reason, or refused with one", async () => {
    const whole = json("linear");
    const { shown, refused } = await readCuts(whole, (bytes) => readBytes(bytes), 7);
    const wrong = shown.filter(({ artifact }) => artifact.complete || artifact.findings.length === 0);
    // Behind the last bracket there is nothing to cut.
    expect(wrong.map(({ length }) => length)).toEqual([]);
    expect(shown.filter(({ artifact }) => artifact.format === "onnx").length).toBeGreaterThan(whole.length / 20);
    expect(refused.every(({ error }) => error instanceof ArtifactError)).toBe(true);
  });

  it("survives damage", async () => {
    expect(await damagedCopies([json("linear"), json("external")], 73, 200)).toEqual([]);
  });
});
