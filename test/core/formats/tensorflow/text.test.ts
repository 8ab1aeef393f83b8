import { describe, expect, it } from "vitest";
import { ArtifactError } from "../../../../src/core/errors.ts";
import { fingerprint } from "../../../../src/core/model/fingerprint.ts";
import { quietWork } from "../../../../src/core/work.ts";
import { nodeHost } from "../../../../src/platform/node/host.ts";
import { concat } from "../../../support/bytes-builder.ts";
import { readCuts } from "../../../support/cuts.ts";
import { openBeside } from "../../../support/open-beside.ts";
import { printValue } from "../../../../src/core/view/print.ts";
import { pb } from "../../../support/protobuf-builder.ts";
import { sstable } from "../../../support/sstable-builder.ts";
import {
  damagedCopies,
  elementsHex,
  tensorAt,
  fixture,
  openBytes,
  openCorpus,
  readBytes,
  rulesOf,
} from "../../../support/read-format.ts";
import { corpusFiles } from "../../../support/corpus.ts";

const text = (content: string): Uint8Array => new TextEncoder().encode(content);

describe("TensorFlow's text forms", () => {
  it("have the constants and the nodes of the binary graph", async () => {
    const binary = await openBytes(fixture("tensorflow/graph.pb"), "graph.pb");
    const artifact = await openBytes(fixture("tensorflow/graph.pbtxt"), "graph.pbtxt");
    expect([artifact.format, artifact.complete, rulesOf(artifact)]).toEqual(["tensorflow", true, rulesOf(binary)]);
    expect(artifact.parameters.map(({ path, tensor }) => [path, tensor.dtype.name, tensor.shape])).toEqual(
      binary.parameters.map(({ path, tensor }) => [path, tensor.dtype.name, tensor.shape]),
    );
    expect(artifact.parameters.length).toBe(7);
    const prints = [artifact, binary].map(({ parameters }) => fingerprint(parameters, nodeHost(), quietWork()));
    const [print, binaryPrint] = await Promise.all(prints);
    expect(print).toBe(binaryPrint);
    const shown = [artifact, binary].map(({ values }) =>
      values.map(({ path, value }) => [path, printValue(value, 300)]),
    );
    expect(shown[0]).toEqual(shown[1]);
  });

  it("have SavedModels too", async () => {
    const graph = new TextDecoder().decode(fixture("tensorflow/graph.pbtxt"));
    const model = `saved_model_schema_version: 1
meta_graphs { meta_info_def { tags: "serve" tensorflow_version: "2.15.0" } graph_def { ${graph} }
signature_def { key: "f" value { outputs { key: "y" value { name: "y:0" dtype: DT_FLOAT tensor_shape { dim { size: -1 } } } } } } }`;
    const artifact = await openBytes(text(model), "saved_model.pbtxt");
    expect([artifact.complete, artifact.framework?.version, artifact.schema.outputs]).toEqual([true, "2.15.0", ["y"]]);
    expect(artifact.parameters.length).toBe(7);
  });

  it("name a checkpoint, which is opened when its index is beside it", async () => {
    const state = text('model_checkpoint_path: "model-7"\nall_model_checkpoint_paths: "model-7"\n');
    const alone = await openBeside("checkpoint", { checkpoint: state });
    expect([alone.format, alone.complete, alone.findings.map(({ message }) => message)]).toEqual([
      "tensorflow",
      false,
      ['The checkpoint "model-7" that it names is not beside it.'],
    ]);
    const index = sstable([
      ["", pb.int(1, 1)],
      ["w", concat(pb.int(1, 1), pb.bytes(2, pb.bytes(2, pb.int(1, 2))), pb.int(5, 8))],
    ]);
    const files = { checkpoint: state, "model-7.index": index, "model-7.data-00000-of-00001": pb.f32(1, 2) };
    const found = await openBeside("checkpoint", files);
    expect([found.complete, found.parameters.map(({ path }) => path)]).toEqual([true, ["w"]]);
    expect(await elementsHex(tensorAt(found, "w"))).toEqual(["0000803f", "00000040"]);
    const away = await openBytes(text('model_checkpoint_path: "/tmp/model-7"\n'), "checkpoint");
    expect(away.complete).toBe(false);
  });

  it("are shown up to where they are cut, or refused in words", async () => {
    const { shown, refused } = await readCuts(fixture("tensorflow/graph.pbtxt"), (bytes) =>
      readBytes(bytes, "g.pbtxt"),
    );
    for (const { length, artifact } of shown)
      expect(
        artifact.complete &&
          !/\}\s*$/.test(new TextDecoder().decode(fixture("tensorflow/graph.pbtxt").subarray(0, length))),
        `${length}`,
      ).toBe(false);
    for (const { error } of refused) expect(error).toBeInstanceOf(ArtifactError);
    expect(shown.length).toBeGreaterThan(100);
  });

  it("are refused with a reason, or shown in part, whatever bytes are changed", async () => {
    expect(await damagedCopies([fixture("tensorflow/graph.pbtxt")], 43, 200)).toEqual([]);
  });
});

const files = corpusFiles().filter(({ format }) => format === "tf-pbtxt");
describe.skipIf(files.length === 0)("the corpus's graphs as text", () => {
  it.each(files)("$path opens complete", async ({ path: name }) => {
    const artifact = await openCorpus(name);
    expect([artifact.format, artifact.complete]).toEqual(["tensorflow", true]);
    expect(artifact.parameters.length).toBeGreaterThan(0);
  });
});
