import { describe, expect, it } from "vitest";
import { ArtifactError } from "../../../../src/core/errors.ts";
import { elementCount } from "../../../../src/core/model/tensor.ts";
import { readElements } from "../../../../src/core/model/window.ts";
import { concat, toHex } from "../../../support/bytes-builder.ts";
import { corpusFiles } from "../../../support/corpus.ts";
import { readCuts } from "../../../support/cuts.ts";
import { pb } from "../../../support/protobuf-builder.ts";
import { damagedCopies, openBytes, openCorpus, readBytes, rulesOf } from "../../../support/read-format.ts";

// Caffe is not installed where these tests are made: files are built from its specification.
const blob = (dims: number[], ...numbers: number[]): Uint8Array =>
  pb.bytes(7, pb.bytes(7, pb.bytes(1, ...dims.map((dim) => pb.varint(dim)))), pb.bytes(5, pb.f32(...numbers)));
const layer = (...fields: Uint8Array[]): Uint8Array =>
  pb.bytes(100, pb.text(1, "conv1"), pb.text(2, "Convolution"), pb.text(3, "data"), ...fields);
const net = concat(pb.text(1, "small"), layer(blob([2, 2], 1, -0, 3, 0.5), blob([2], 7, 8)));
const old = pb.bytes(
  2,
  pb.text(4, "ip"),
  pb.int(5, 14),
  pb.bytes(
    6,
    pb.int(1, 1),
    pb.int(2, 1),
    pb.int(3, 2),
    pb.int(4, 2),
    pb.float(5, 1),
    pb.float(5, 2),
    pb.float(5, 3),
    pb.float(5, 4),
  ),
);

describe("a Caffe network", () => {
  it("has the blobs of its layers by name", async () => {
    const artifact = await openBytes(net, "small.caffemodel");
    expect([artifact.format, artifact.complete, artifact.findings]).toEqual(["caffe", true, []]);
    const [weights, bias] = artifact.parameters;
    expect([weights?.path, weights?.tensor.shape, bias?.path]).toEqual(["conv1.blobs[0]", [2, 2], "conv1.blobs[1]"]);
    if (weights === undefined) return;
    expect(toHex(await readElements(weights.tensor, 0, 4))).toBe(toHex(pb.f32(1, -0, 3, 0.5)));
  });

  it("may be of the first version, numbers each behind a tag", async () => {
    const artifact = await openBytes(concat(pb.text(1, "old"), old), "old.caffemodel");
    const tensor = artifact.parameters[0]?.tensor;
    expect([artifact.complete, tensor?.shape]).toEqual([true, [1, 1, 2, 2]]);
    if (tensor === undefined) return;
    expect(toHex(await readElements(tensor, 1, elementCount(tensor.shape) - 1))).toBe(toHex(pb.f32(2, 3, 4)));
  });

  it("says what does not fit, and where it is cut", async () => {
    const wrong = await readBytes(concat(pb.text(1, "small"), layer(blob([3], 1))), "m.caffemodel");
    expect([rulesOf(wrong), wrong.complete]).toEqual([["integrity/corrupt"], false]);
    const { shown, refused } = await readCuts(net, (bytes) => readBytes(bytes, "m.caffemodel"), 3);
    for (const { length, artifact } of shown) expect(artifact.complete, `${length}`).toBe(false);
    for (const { error } of refused) expect(error).toBeInstanceOf(ArtifactError);
  });

  it("is refused with a reason, or shown in part, whatever bytes are changed", async () => {
    expect(await damagedCopies([net, concat(pb.text(1, "old"), old)], 5, 200)).toEqual([]);
  });
});

const files = corpusFiles().filter(({ format }) => format === "caffemodel");
describe.skipIf(files.length === 0)("the corpus's Caffe networks", () => {
  it.each(files)("$path opens whole", async ({ path: name }) => {
    const artifact = await openCorpus(name);
    expect([
      artifact.format,
      artifact.complete,
      artifact.findings.filter(({ severity }) => severity === "error"),
    ]).toEqual(["caffe", true, []]);
    expect(artifact.parameters.length).toBeGreaterThan(2);
  });
});
