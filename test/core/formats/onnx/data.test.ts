import { describe, expect, it } from "vitest";
import { ArtifactError } from "../../../../src/core/errors.ts";
import { decodeBlock } from "../../../../src/core/model/decode.ts";
import { elementCount } from "../../../../src/core/model/tensor.ts";
import { readElements } from "../../../../src/core/model/window.ts";
import { concat, toHex } from "../../../support/bytes-builder.ts";
import { readCuts } from "../../../support/cuts.ts";
import { pb } from "../../../support/protobuf-builder.ts";
import { damagedCopies, fixture, fixtureJson, openBytes, readBytes, rulesOf } from "../../../support/read-format.ts";

type Tensors = Readonly<Record<string, readonly [readonly number[], string]>>;
interface Six {
  readonly numbers: readonly number[];
  readonly hex: string;
}

const expected = fixtureJson("onnx-data/expected.json") as Readonly<Record<string, Tensors | Six>>;
const all = Object.entries(expected);
const sequences = all.filter((entry): entry is [string, Tensors] => !("numbers" in entry[1]));
const sixes = all.filter((entry): entry is [string, Six] => "numbers" in entry[1]);

describe("test data of the onnx package", () => {
  it.each(sequences)("has in %s every tensor by where it is", async (name, tensors) => {
    const artifact = await openBytes(fixture(`onnx-data/${name}.pb`), "input_0.pb");
    expect([artifact.format, artifact.complete, artifact.findings]).toEqual(["onnx", true, []]);
    const found: Record<string, unknown> = {};
    for (const { path, tensor } of artifact.parameters)
      found[path] = [tensor.shape, toHex(await readElements(tensor, 0, elementCount(tensor.shape)))];
    expect(found).toEqual(tensors);
  });

  it.each(sixes)("has in %s the floats of six bits", async (name, { numbers, hex }) => {
    const artifact = await openBytes(fixture(`onnx-data/${name}.pb`), "input_0.pb");
    const tensor = artifact.parameters[0]?.tensor;
    if (tensor === undefined) throw new Error("no tensor");
    const bytes = await readElements(tensor, 0, numbers.length);
    const out = new Float64Array(numbers.length);
    decodeBlock(tensor.dtype, bytes, numbers.length, out);
    expect([[...out], toHex(bytes)]).toEqual([numbers, hex]);
    // From the middle on, as a window of the view.
    const part = await tensor.data.read(tensor.offset + 2, tensor.offset + 5);
    expect(toHex(part)).toBe(hex.slice(4, 10));
  });

  it("says that there are too few floats of six bits", async () => {
    const bytes = concat(pb.int(1, 3), pb.int(2, 27), pb.bytes(5, Uint8Array.of(1, 2)), pb.text(8, "w"));
    const artifact = await openBytes(bytes, "input_0.pb");
    expect([artifact.complete, rulesOf(artifact)]).toEqual([false, ["integrity/corrupt"]]);
  });

  it("has sparse tensors by their parts", async () => {
    const tensor = (type: number, field: number, raw: Uint8Array): Uint8Array =>
      concat(pb.int(1, 1), pb.int(2, type), pb.bytes(field, raw));
    const sparse = concat(pb.bytes(1, tensor(1, 4, pb.f32(1.5))), pb.bytes(2, tensor(7, 7, Uint8Array.of(3))));
    const bytes = concat(pb.text(1, "s"), pb.int(2, 2), pb.bytes(4, sparse, pb.int(3, 5)));
    const artifact = await openBytes(bytes, "input_0.pb");
    expect(artifact.parameters.map(({ path }) => path)).toEqual(["s[0].values", "s[0].indices"]);
  });

  it("is not what has values of two kinds, or none", async () => {
    const tensor = concat(pb.int(1, 1), pb.int(2, 1), pb.bytes(4, pb.f32(1)));
    for (const bytes of [
      concat(pb.int(2, 1), pb.bytes(3, tensor), pb.bytes(4, tensor)),
      concat(pb.int(2, 6), pb.bytes(3, tensor)),
      concat(pb.text(1, "x"), pb.int(2, 1)),
      concat(pb.int(2, 7), pb.bytes(5, pb.int(2, 1), pb.bytes(3, tensor))),
    ])
      expect(await openBytes(bytes, "a.bin").catch((error: unknown) => error)).not.toMatchObject({ complete: true });
  });

  it("cut at every 7th byte has a finding, or is refused with the reason", async () => {
    const { shown, refused } = await readCuts(fixture("onnx-data/nested.pb"), (bytes) => readBytes(bytes, "n.pb"));
    // Behind the first of its two sequences the bytes are those of a shorter file.
    expect(shown.filter(({ artifact }) => artifact.complete).map(({ length }) => length)).toEqual([77]);
    for (const { error } of refused) expect(error).toBeInstanceOf(ArtifactError);
    expect(shown.length).toBeGreaterThan(2);
  });

  it("is refused with a reason, or shown in part, whatever bytes are changed", async () => {
    expect(
      await damagedCopies(
        sequences.map(([name]) => fixture(`onnx-data/${name}.pb`)),
        29,
        300,
      ),
    ).toEqual([]);
  });
});
