import { describe, expect, it } from "vitest";
import { fromBytes } from "../../../../src/core/bytes/source.ts";
import { unpackSnappy } from "../../../../src/core/codecs/snappy/block.ts";
import { ArtifactError } from "../../../../src/core/errors.ts";
import type { Artifact } from "../../../../src/core/model/artifact.ts";
import { elementCount } from "../../../../src/core/model/tensor.ts";
import { readElements } from "../../../../src/core/model/window.ts";
import { openArtifact } from "../../../../src/core/open.ts";
import { printValue } from "../../../../src/core/view/print.ts";
import { quietWork } from "../../../../src/core/work.ts";
import { nodeHost } from "../../../../src/platform/node/host.ts";
import { concat, fromHex, toHex } from "../../../support/bytes-builder.ts";
import { corpusFiles } from "../../../support/corpus.ts";
import { readCuts } from "../../../support/cuts.ts";
import { pb } from "../../../support/protobuf-builder.ts";
import { damagedCopies, openBytes, openCorpus, readBytes, rulesOf } from "../../../support/read-format.ts";
import { sstable } from "../../../support/sstable-builder.ts";

// TensorFlow itself is not installed where these tests are made: files are built from its specification, and those that
// it wrote are in the corpus.

const shape = (...dims: number[]): Uint8Array => pb.bytes(2, ...dims.map((size) => pb.bytes(2, pb.int(1, size))));
const constant = (name: string, ...tensor: Uint8Array[]): Uint8Array =>
  pb.bytes(
    1,
    pb.text(1, name),
    pb.text(2, "Const"),
    pb.bytes(5, pb.text(1, "value"), pb.bytes(2, pb.bytes(8, ...tensor))),
  );
const graph = concat(
  constant("w", pb.int(1, 1), shape(2, 2), pb.bytes(4, pb.f32(1, -0, 2.5, 4))),
  constant("filled", pb.int(1, 1), shape(2, 3), pb.bytes(5, pb.f32(0.5))),
  constant("halves", pb.int(1, 19), shape(2), pb.bytes(13, pb.varint(0x3c00), pb.varint(0xfc00))),
  constant("integers", pb.int(1, 9), shape(2), pb.bytes(10, pb.varint(-1), pb.varint(300))),
  constant("text", pb.int(1, 7), shape(1), pb.text(8, "é")),
  pb.bytes(
    1,
    pb.text(1, "y"),
    pb.text(2, "MatMul"),
    pb.text(3, "x"),
    pb.text(3, "w"),
    pb.bytes(5, pb.text(1, "transpose_a"), pb.bytes(2, pb.int(5, 1))),
  ),
);

const withList = (name: string, ...list: Uint8Array[]): Uint8Array =>
  pb.bytes(1, pb.text(1, "y"), pb.text(2, "Op"), pb.bytes(5, pb.text(1, name), pb.bytes(2, pb.bytes(1, ...list))));

async function hexOf(artifact: Artifact, name: string): Promise<string> {
  const tensor = artifact.parameters.find(({ path }) => path === name)?.tensor;
  if (tensor === undefined) return `none of ${artifact.parameters.map(({ path }) => path).join(", ")}`;
  return toHex(await readElements(tensor, 0, elementCount(tensor.shape)));
}

describe("a frozen graph", () => {
  it("has its constants by name, in every form that they are stored in", async () => {
    const artifact = await openBytes(graph, "frozen.pb");
    expect([artifact.format, artifact.complete, artifact.findings]).toEqual(["tensorflow", true, []]);
    expect(await hexOf(artifact, "w")).toBe(toHex(pb.f32(1, -0, 2.5, 4)));
    expect(await hexOf(artifact, "filled")).toBe(toHex(pb.f32(0.5, 0.5, 0.5, 0.5, 0.5, 0.5)));
    expect(await hexOf(artifact, "halves")).toBe("003c00fc");
    expect(await hexOf(artifact, "integers")).toBe("ffffffffffffffff2c01000000000000");
    expect(artifact.values.find(({ path }) => path === "text")?.value).toMatchObject({ objects: ["é"] });
    const node = artifact.values.find(({ path }) => path === "__metadata__.nodes[5]")?.value;
    expect(printValue(node, 200)).toBe("MatMul(name='y', inputs=['x', 'w'], transpose_a=True)");
  });

  it.each<[string, Uint8Array[], string]>([
    ["numbers", [pb.bytes(3, pb.varint(1), pb.varint(2), pb.varint(-1))], "[1, 2, -1]"],
    ["numbers one by one", [pb.int(3, 1), pb.int(3, 2)], "[1, 2]"],
    ["texts", [pb.text(2, "loc:@w"), pb.text(2, "b")], "['loc:@w', 'b']"],
    ["flags", [pb.bytes(5, pb.varint(1), pb.varint(0))], "[True, False]"],
    ["types", [pb.bytes(6, pb.varint(1), pb.varint(9))], "['float32', 'int64']"],
    ["shapes", [pb.bytes(7, ...[2, 3].map((size) => pb.bytes(2, pb.int(1, size))))], "['[2, 3]']"],
    ["nothing", [], "[]"],
  ])("has attributes of a node that are lists: %s", async (_what, list, wanted) => {
    const artifact = await openBytes(concat(graph, withList("told", ...list)), "frozen.pb");
    expect(artifact.complete).toBe(true);
    const node = artifact.values.find(({ path }) => path === "__metadata__.nodes[6]")?.value;
    expect(printValue(node, 200)).toBe(`Op(name='y', inputs=[], told=${wanted})`);
  });

  it("has attributes of floats, and long ones of numbers, as arrays", async () => {
    const long = pb.bytes(3, ...Array.from({ length: 65 }, (_, k) => pb.varint(k)));
    const nodes = concat(withList("floats", pb.bytes(4, pb.f32(0.5, -0))), withList("long", long));
    const artifact = await openBytes(concat(graph, nodes), "frozen.pb");
    const [floats, numbers] = [6, 7].map((at) =>
      artifact.values.find(({ path }) => path === `__metadata__.nodes[${at}]`),
    );
    expect(printValue(floats?.value, 200)).toContain("floats=");
    expect(floats?.value).toMatchObject({
      kwargs: { values: ["y", {}, { tensor: { shape: [2], dtype: { name: "float32" } } }] },
    });
    expect(numbers?.value).toMatchObject({
      kwargs: { values: ["y", {}, { tensor: { shape: [65], dtype: { name: "int64" } } }] },
    });
  });

  it.each<[string, Uint8Array, string]>([
    ["too few bytes", constant("w", pb.int(1, 1), shape(2), pb.bytes(4, pb.f32(1))), "integrity/corrupt"],
    ["a negative dimension", constant("w", pb.int(1, 1), shape(-1), pb.bytes(4, pb.f32(1))), "integrity/corrupt"],
    ["two of three numbers", constant("w", pb.int(1, 1), shape(3), pb.bytes(5, pb.f32(1, 2))), "integrity/not-read"],
    [
      "a number repeated without end",
      constant("w", pb.int(1, 1), shape(2 ** 40), pb.bytes(5, pb.f32(1))),
      "integrity/limit",
    ],
    ["a resource", constant("w", pb.int(1, 20)), "integrity/not-read"],
  ])("with %s says so", async (_what, bytes, rule) => {
    const artifact = await readBytes(bytes, "m.pb");
    expect([rulesOf(artifact), artifact.complete]).toEqual([[rule], false]);
  });
});

const entry = (...fields: Uint8Array[]): Uint8Array => concat(...fields);
const values = pb.f32(1, 2, 3, 4);
const entries: readonly (readonly [string, Uint8Array])[] = [
  ["", pb.int(1, 1)],
  ["layer/bias", entry(pb.int(1, 1), shape(1), pb.int(5, 4))],
  ["layer/kernel", entry(pb.int(1, 1), shape(3, 1), pb.int(4, 4), pb.int(5, 12))],
];
const beside =
  (files: Readonly<Record<string, Uint8Array>>) =>
  (name: string): Promise<ReturnType<typeof fromBytes> | undefined> =>
    Promise.resolve(files[name] === undefined ? undefined : fromBytes(files[name], name));
const openWith = (bytes: Uint8Array, name: string, files: Readonly<Record<string, Uint8Array>>): Promise<Artifact> =>
  openArtifact(fromBytes(bytes, name, 0), nodeHost(), quietWork(), {
    siblings: { own: name, open: beside(files), openBelow: beside(files) },
  });

describe("a checkpoint", () => {
  it.each([false, true])("is read by its index, Snappy: %s", async (isSnappy) => {
    const artifact = await openWith(sstable(entries, isSnappy), "m.index", { "m.data-00000-of-00001": values });
    expect([artifact.format, artifact.complete, artifact.findings]).toEqual(["tensorflow", true, []]);
    expect(await hexOf(artifact, "layer/bias")).toBe(toHex(pb.f32(1)));
    expect(await hexOf(artifact, "layer/kernel")).toBe(toHex(pb.f32(2, 3, 4)));
  });

  it("says when its data are missing, cut, or not what was told", async () => {
    const index = sstable(entries);
    const missing = await openWith(index, "m.index", {});
    expect([new Set(rulesOf(missing)), missing.complete]).toEqual([new Set(["integrity/not-read"]), false]);
    const cut = await openWith(index, "m.index", { "m.data-00000-of-00001": values.subarray(0, 9) });
    expect([rulesOf(cut), cut.complete]).toEqual([["integrity/truncated"], false]);
    const wrong = sstable([
      ["", pb.int(1, 1)],
      ["w", entry(pb.int(1, 1), shape(2), pb.int(5, 4))],
    ]);
    expect(rulesOf(await openWith(wrong, "m.index", { "m.data-00000-of-00001": values }))).toEqual([
      "integrity/corrupt",
    ]);
  });

  it("is part of a SavedModel", async () => {
    const variable = pb.bytes(1, pb.text(1, "v"), pb.text(2, "VarHandleOp"));
    const info = pb.bytes(2, pb.text(1, "y:0"), pb.int(2, 1));
    const signature = pb.bytes(5, pb.text(1, "serve"), pb.bytes(2, pb.bytes(2, pb.text(1, "out"), info)));
    const meta = concat(pb.bytes(1, pb.text(4, "serve"), pb.text(5, "2.14.0")), pb.bytes(2, variable), signature);
    const model = concat(pb.int(1, 1), pb.bytes(2, meta));
    const files = { "variables/variables.index": sstable(entries), "variables/variables.data-00000-of-00001": values };
    const artifact = await openWith(model, "saved_model.pb", files);
    expect([artifact.complete, artifact.findings]).toEqual([true, []]);
    expect(await hexOf(artifact, "layer/kernel")).toBe(toHex(pb.f32(2, 3, 4)));
    expect([artifact.framework?.version, artifact.schema.outputs]).toEqual(["2.14.0", ["out"]]);
    const alone = await openWith(model, "saved_model.pb", {});
    expect([rulesOf(alone), alone.complete]).toEqual([["integrity/not-read"], false]);
  });
});

describe("damaged files", () => {
  it("are shown in part, or refused in words, where they are cut", async () => {
    for (const whole of [graph, sstable(entries)]) {
      const { shown, refused } = await readCuts(whole, (bytes) => readBytes(bytes, "m.pb"));
      for (const { error } of refused) expect(error).toBeInstanceOf(ArtifactError);
      expect(shown.length + refused.length).toBeGreaterThan(10);
    }
  });

  it("are refused with a reason, or shown in part, whatever bytes are changed", async () => {
    expect(await damagedCopies([graph, sstable(entries), sstable(entries, true)], 31, 300)).toEqual([]);
  });

  it("of Snappy do not lead out of their block", () => {
    expect(toHex(unpackSnappy(fromHex("0a 04 6162 1e 0200"), "m"))).toBe("6162".repeat(5).slice(0, 20));
    for (const bytes of ["ffffffff0f", "04 0c 6162", "04 00 61 06 0500", "ff", "05 00 61"])
      expect(() => unpackSnappy(fromHex(bytes), "m")).toThrow(ArtifactError);
  });
});

const files = corpusFiles().filter(({ format }) => /^tf-(savedmodel-pb|ckpt-index|graphdef)$/.test(format));
describe.skipIf(files.length === 0)("the corpus's TensorFlow files", () => {
  it.each(files)("$path opens whole", async ({ path: name }) => {
    const artifact = await openCorpus(name);
    const errors = artifact.findings.filter(({ severity }) => severity !== "info");
    expect([artifact.format, artifact.complete, errors]).toEqual(["tensorflow", true, []]);
  });
});
