import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readElements } from "../../../../src/core/model/window.ts";
import { fuzzCount, mutator } from "../../../fuzz/mutate.ts";
import { cutsOf, outcomeOf } from "../../../fuzz/outcome.ts";
import { concat, toHex } from "../../../support/bytes-builder.ts";
import { hexAt, metadataAt, openBytes, rulesOf, tensorAt } from "../../../support/fixture-reading.ts";
import * as build from "../../../support/flatbuffer-builder.ts";

const folder = new URL("../../../fixtures/tflite/", import.meta.url);
const file = new Uint8Array(readFileSync(new URL("model.tflite", folder)));
const expected = JSON.parse(readFileSync(new URL("model.json", folder), "utf8")) as Record<
  string,
  { type: number; shape: number[]; hex: string }
>;
const open = (bytes: Uint8Array) => openBytes(bytes, "m.tflite");
const [INT4, STRING] = [17, 5];

/** Tensors and buffers in one subgraph, by hand. */
function model(tensors: readonly build.Ref[], buffers: readonly build.Ref[], operators: readonly build.Ref[] = []) {
  const graph = build.table(build.tables(...tensors), build.ints(0), build.ints(0), build.tables(...operators));
  const code = build.table(build.u8(0), undefined, undefined, build.i32(0));
  return build.flatbuffer(
    "TFL3",
    build.table(build.i32(3), build.tables(code), build.tables(graph), build.text(""), build.tables(...buffers)),
  );
}
const tensor = (name: string, type: number, shape: readonly number[], buffer: number, ...more: build.Field[]) =>
  build.table(build.ints(...shape), build.u8(type), build.i32(buffer), build.text(name), ...more);
const none = build.table();

describe("a TensorFlow Lite model", () => {
  it("has its tensors by name, with the bytes that the package reads", async () => {
    const artifact = await open(file);
    expect([artifact.format, artifact.complete, rulesOf(artifact)]).toEqual(["tflite", true, []]);
    for (const [name, { type, shape, hex }] of Object.entries(expected)) {
      if (type === INT4 || type === STRING) continue;
      expect([tensorAt(artifact, name).shape, await hexAt(artifact, name)]).toEqual([shape, hex]);
    }
  });

  it("has integers of 4 bits one by one, texts as texts", async () => {
    const artifact = await open(file);
    const packed = tensorAt(artifact, "q4");
    expect([packed.dtype.name, packed.shape]).toEqual(["int4", [5]]);
    expect(toHex(await readElements(packed, 0, 5))).toBe("000102f8ff");
    expect(toHex(await readElements(packed, 3, 2))).toBe("f8ff");
    expect(artifact.values.find(({ path }) => path === "labels")?.value).toMatchObject({ items: ["cat", "größe", ""] });
  });

  it("has the scale and zero point of each quantised tensor, one for each channel", async () => {
    const artifact = await open(file);
    expect(await hexAt(artifact, "w:scale")).toBe("0000003f0000003e");
    expect(await hexAt(artifact, "in:zero_point")).toBe("fdffffffffffffff");
    expect(artifact.values.find(({ path }) => path === "w:quantized_dimension")?.value).toBe(0n);
  });

  it("tells inputs, outputs, operators with their options, signatures", async () => {
    const artifact = await open(file);
    expect(artifact.schema).toMatchObject({ outputs: ["out"] });
    const facts = artifact.facts.map(({ value }) => value);
    expect(facts).toEqual(["version 3", "made by hand", "1.5.0", "in: int8 [-1, 8, 8, 1]", "out: int8 [1, 4, 3, 2]"]);
    expect(metadataAt(artifact, "operators")).toMatchObject({
      items: [
        {
          values: [
            "CONV_2D",
            2n,
            { items: ["in", "w", "b"] },
            { items: ["out"] },
            { keys: expect.arrayContaining(["padding", "stride_w"]), values: ["VALID", 2n, 3n, "RELU6", 1n, 1n] },
          ],
        },
        { values: ["MyOp", 1n, { items: ["out", ""] }, { items: ["out"] }, { kind: "bytes" }] },
      ],
    });
    expect(metadataAt(artifact, "signatures")).toMatchObject({ keys: ["serve"] });
  });

  it("finds the bytes of buffers behind the tables, as files over 2 GB have them", async () => {
    const parts = (offset: number) =>
      model([tensor("w", 9, [4], 1)], [none, build.table(undefined, build.u64(offset), build.u64(4))]);
    const head = parts(2);
    const bytes = concat(parts(head.length), Uint8Array.of(1, 2, 3, 255));
    expect(await hexAt(await open(bytes), "w")).toBe("010203ff");
    const cut = await open(bytes.subarray(0, bytes.length - 1));
    expect([rulesOf(cut), cut.complete]).toEqual([["integrity/truncated"], false]);
  });

  it("describes a sparse tensor and does not make it dense", async () => {
    const segments = build.table(build.ints(0, 1, 2));
    const indices = build.table(build.packed(Uint8Array.of(1, 0)));
    const sparsity = build.table(
      build.ints(0, 1),
      undefined,
      build.tables(
        build.table(build.u8(0), build.i32(2)),
        build.table(build.u8(1), undefined, build.u8(1), build.ref(segments), build.u8(3), build.ref(indices)),
      ),
    );
    const sparse = build.table(
      build.ints(2, 1_000_000_000),
      build.u8(9),
      build.i32(1),
      build.text("s"),
      undefined,
      undefined,
      build.ref(sparsity),
    );
    const artifact = await open(model([sparse], [none, build.table(build.packed(Uint8Array.of(5, 6)))]));
    expect([artifact.complete, rulesOf(artifact)]).toEqual([true, []]);
    expect(artifact.parameters.map(({ path, tensor: { shape } }) => [path, shape])).toContainEqual(["s.values", [2]]);
  });

  it("gives tensors of one name an address each", async () => {
    const bytes = build.table(build.packed(Uint8Array.of(1)));
    const artifact = await open(model([tensor("w", 9, [1], 1), tensor("w", 9, [1], 1)], [none, bytes]));
    expect(artifact.parameters.map(({ path }) => path)).toEqual(["w", "w#2"]);
  });
});

describe("a damaged TensorFlow Lite file", () => {
  it("gives a view with a finding, or an error that says where, cut at every 7th byte", async () => {
    expect(await cutsOf(file, open)).toEqual(["partial", "refused"]);
  });

  it.each<[string, Uint8Array, string]>([
    ["a buffer that is not there", model([tensor("w", 9, [4], 7)], [none]), "integrity/truncated"],
    [
      "another number of bytes than the shape",
      model([tensor("w", 0, [4], 1)], [none, build.table(build.packed(Uint8Array.of(1, 2)))]),
      "integrity/corrupt",
    ],
    [
      "a shape that cannot be",
      model([tensor("w", 9, [-4], 1)], [none, build.table(build.packed(Uint8Array.of(1)))]),
      "integrity/corrupt",
    ],
    [
      "an unknown type",
      model([tensor("w", 99, [1], 1)], [none, build.table(build.packed(Uint8Array.of(1)))]),
      "integrity/corrupt",
    ],
    [
      "texts that are none",
      model([tensor("w", 5, [1], 1)], [none, build.table(build.packed(Uint8Array.of(255, 255, 255, 255)))]),
      "integrity/corrupt",
    ],
    [
      "an operator without a name",
      model([tensor("w", 9, [1], 0)], [none], [build.table(build.i32(5))]),
      "integrity/corrupt",
    ],
    [
      "an unknown quantisation",
      model(
        [
          tensor(
            "w",
            9,
            [1],
            0,
            build.ref(build.table(undefined, undefined, undefined, undefined, build.u8(9), build.ref(none))),
          ),
        ],
        [none],
      ),
      "integrity/not-read",
    ],
  ])("with %s is shown with a finding", async (_what, bytes, rule) => {
    const artifact = await open(bytes);
    expect([rulesOf(artifact), artifact.complete]).toEqual([[rule], false]);
  });

  it("opens, or says why not", async () => {
    const damaged = mutator([file], 11);
    for (let i = 0; i < fuzzCount(300); i++)
      expect(["opened", "refused"]).toContain(await outcomeOf(open(damaged.next())));
  });
});
