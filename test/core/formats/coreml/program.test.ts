import { describe, expect, it } from "vitest";
import { fromBytes } from "../../../../src/core/bytes/source.ts";
import { filled, looked, scaled } from "../../../../src/core/formats/coreml/decompressed.ts";
import { scalarDType, type ScalarName } from "../../../../src/core/model/dtype.ts";
import { ArtifactError } from "../../../../src/core/errors.ts";
import { elementCount, type TensorRef } from "../../../../src/core/model/tensor.ts";
import { readElements } from "../../../../src/core/model/window.ts";
import { concat, toHex } from "../../../support/bytes-builder.ts";
import { readCuts } from "../../../support/cuts.ts";
import { openBeside } from "../../../support/open-beside.ts";
import { pb } from "../../../support/protobuf-builder.ts";
import {
  damagedCopies,
  fixture,
  fixtureJson,
  openBytes,
  readBytes,
  rulesOf,
  tensorAt,
} from "../../../support/read-format.ts";

const expected = fixtureJson("coreml/program-expected.json") as Readonly<Record<string, Record<string, string>>>;
const files = (name: string): Record<string, Uint8Array> => ({
  "model.mlmodel": fixture(`coreml/${name}/model.mlmodel`),
  "weights/weight.bin": fixture(`coreml/${name}/weights/weight.bin`),
});
const cases = Object.entries(expected).flatMap(([name, values]) =>
  Object.entries(values).map(([key, hex]) => ({ name, key, hex })),
);

describe("an ML Program", () => {
  it.each(cases)("($name) has in $key what coremltools makes of it", async ({ name, key, hex }) => {
    const tensor = tensorAt(await openBeside("model.mlmodel", files(name)), "mlProgram", "main", key);
    const count = elementCount(tensor.shape);
    expect(toHex(await readElements(tensor, 0, count))).toBe(hex);
    const size = tensor.dtype.itemSize;
    for (let at = 0; at < count; at += 5)
      expect(toHex(await readElements(tensor, at, Math.min(3, count - at)))).toBe(
        hex.slice(2 * at * size, 2 * Math.min(count, at + 3) * size),
      );
  });

  it("is complete with its weights, and tells its operations", async () => {
    const artifact = await openBeside("model.mlmodel", files("program16"));
    expect([artifact.complete, rulesOf(artifact)]).toEqual([true, []]);
    const operations = artifact.values.filter(({ path }) => path.startsWith("__metadata__.main"));
    expect(operations.length).toBeGreaterThan(3);
  });

  it("is read out of a zipped package", async () => {
    const artifact = await openBytes(fixture("coreml/package.zip"), "m.mlpackage.zip");
    const member = "m.mlpackage/Data/com.apple.CoreML/model.mlmodel";
    const plain = tensorAt(artifact, member, "mlProgram", "main", "plain");
    expect([artifact.complete, plain.shape]).toEqual([true, [9, 12]]);
    expect(toHex(await readElements(plain, 0, 108))).toBe(expected["program18"]?.["plain"]);
  });

  it("says which file its weights are in when it is not there, is cut, or is another", async () => {
    const { "model.mlmodel": model = new Uint8Array(), "weights/weight.bin": weights = new Uint8Array() } =
      files("program16");
    const alone = await openBeside("model.mlmodel", { "model.mlmodel": model });
    expect([alone.complete, rulesOf(alone)]).toEqual([false, ["integrity/not-read"]]);
    expect(alone.findings[0]?.message).toContain("weights/weight.bin");
    const cut = await openBeside("model.mlmodel", {
      "model.mlmodel": model,
      "weights/weight.bin": weights.slice(0, 500),
    });
    expect([cut.complete, new Set(rulesOf(cut))]).toEqual([false, new Set(["integrity/truncated"])]);
    const zeros = new Uint8Array(weights.length);
    const other = await openBeside("model.mlmodel", { "model.mlmodel": model, "weights/weight.bin": zeros });
    expect([other.complete, new Set(rulesOf(other))]).toEqual([false, new Set(["integrity/corrupt"])]);
  });

  it("opens nothing outside of its folder", async () => {
    const value = pb.bytes(5, pb.text(1, "@model_path/../../secret"), pb.int(2, 64));
    const type = pb.bytes(2, pb.bytes(1, pb.int(1, 11), pb.bytes(3, pb.bytes(1, pb.int(1, 4)))));
    const val = pb.bytes(5, pb.text(1, "val"), pb.bytes(2, type, value));
    const operation = pb.bytes(3, pb.text(1, "const"), pb.bytes(3, pb.text(1, "w")), val);
    const block = pb.bytes(3, pb.text(1, "CoreML5"), pb.bytes(2, operation));
    const program = pb.bytes(502, pb.int(1, 1), pb.bytes(2, pb.text(1, "main"), pb.bytes(2, block)));
    const feature = pb.bytes(1, pb.text(1, "x"), pb.bytes(3, pb.bytes(2)));
    const bytes = concat(pb.int(1, 6), pb.bytes(2, feature), program);
    const artifact = await openBeside("m.mlmodel", { "m.mlmodel": bytes, "../../secret": new Uint8Array(500) });
    expect([artifact.complete, artifact.findings[0]?.message]).toEqual([
      false,
      'The values of 1 tensors, the first "w", are said to be in "../../secret", which is no file in the folder of the model: it is not opened.',
    ]);
  });

  it("is shown up to where it is cut, or refused in words", async () => {
    const { shown, refused } = await readCuts(fixture("coreml/program18/model.mlmodel"), (bytes) =>
      readBytes(bytes, "m.mlmodel"),
    );
    for (const { length, artifact } of shown) expect(artifact.complete, `${length}`).toBe(false);
    for (const { error } of refused) expect(error).toBeInstanceOf(ArtifactError);
    expect(shown.length).toBeGreaterThan(100);
  });

  it("is refused with a reason, or shown in part, whatever bytes are changed", async () => {
    const models = ["program16", "program18"].map((name) => fixture(`coreml/${name}/model.mlmodel`));
    expect(await damagedCopies([...models, fixture("coreml/package.zip")], 31, 300)).toEqual([]);
  });
});

describe("compressed weights that contradict themselves", () => {
  const tensor = (name: ScalarName, shape: readonly number[], ...bytes: number[]): TensorRef => ({
    dtype: scalarDType(name),
    shape,
    order: "C",
    offset: 0,
    data: fromBytes(Uint8Array.from(bytes)),
  });

  it("are refused where shapes do not fit", () => {
    const data = tensor("int8", [4], 1, 2, 3, 4);
    expect(() => scaled(data, tensor("int8", [1], 1), undefined)).toThrow(/scale of int8/);
    expect(() => scaled(data, tensor("float16", [3], 0, 0, 0, 0, 0, 0), undefined)).toThrow(/blocks/);
    expect(() => scaled(data, tensor("float16", [0]), undefined)).toThrow(/blocks/);
    expect(() => scaled(data, tensor("float16", [1], 0, 60), tensor("int8", [2], 0, 0))).toThrow(/2 offsets for 1/);
    expect(() => looked(data, tensor("int8", [2], 0, 0), 0)).toThrow(/a table of the shape/);
  });

  it("say so where they are read when an index or a mask goes too far", async () => {
    const wrong = looked(tensor("uint8", [2], 0, 9), tensor("int8", [1, 2, 1], 5, 6), 0);
    await expect(readElements(wrong, 0, 2)).rejects.toThrow(/index 9 into a table of 2/);
    const mask = filled(tensor("int8", [1], 5), tensor("uint8", [3], 1, 0, 1));
    await expect(readElements(mask, 0, 3)).rejects.toThrow(/1 elements for a mask with 2 set/);
  });
});
