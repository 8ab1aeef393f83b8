import { ensemblesOf } from "../../../../src/core/meaning/trees/index.ts";
import { quietWork } from "../../../../src/core/work.ts";
import { rawPredictions } from "../../../support/score-trees.ts";
import { describe, expect, it } from "vitest";
import { fuzzCount, mutator } from "../../../fuzz/mutate.ts";
import { outcomeOf } from "../../../fuzz/outcome.ts";
import { BytesBuilder } from "../../../support/bytes-builder.ts";
import { elementsHex, openBytes, rulesOf } from "../../../support/read-format.ts";
import { forgeZip } from "../../../support/zip-builder.ts";

const key = (
  length: number,
  signature = "ML\0MODEL",
  kind = "LINEAR2C",
  model: Uint8Array = Uint8Array.of(1, 2, 3, 4),
): Uint8Array =>
  new BytesBuilder()
    .text(signature)
    .u32(1)
    .u32(1)
    .u64(256)
    .u64(length)
    .zeros(32)
    .text(kind)
    .u32(0x20002)
    .u32(0)
    .text("Linear2CExec")
    .zeros(164)
    .raw(model)
    .bytes();
const zip = (model: Uint8Array): Uint8Array =>
  forgeZip([
    { name: "TrainingInfo\\Version.txt", content: new TextEncoder().encode("1.5.0 @BuiltBy: me") },
    { name: "Predictor\\Model.key", content: model },
    { name: "Schema", content: Uint8Array.of(1) },
  ]);
const open = (bytes: Uint8Array) => openBytes(bytes, "model.zip");

describe("an ML.NET archive", () => {
  it("tells kinds and versions of its parts, and is never complete", async () => {
    const artifact = await open(zip(key(4)));
    expect([artifact.format, artifact.complete]).toEqual(["mlnet", false]);
    expect(artifact.framework).toEqual({ name: "ml.net", version: "1.5.0" });
    expect(artifact.root).toMatchObject({
      keys: ["Schema", "TrainingInfo", "Predictor"],
      values: [
        { kind: "bytes" },
        { keys: ["Version.txt"], values: ["1.5.0 @BuiltBy: me"] },
        { values: ["LINEAR2C", "0x00020002", "Linear2CExec", { kind: "bytes", data: { size: 4 } }] },
      ],
    });
    expect(artifact.findings.map(({ message }) => message).join(" ")).toContain(
      "The parameters of one part are in a form of ML.NET's own",
    );
    // Backslashes in names are ML.NET's own way.
    expect(new Set(rulesOf(artifact))).toEqual(new Set(["integrity/not-read"]));
  });

  it("keeps things apart that folders would give one name", async () => {
    const artifact = await openBytes(
      forgeZip([
        { name: "TrainingInfo\\Version.txt", content: new TextEncoder().encode("1.5.0") },
        { name: "Predictor\\Model.key", content: key(4) },
        { name: "Predictor\\kind", content: Uint8Array.of(1) },
        { name: "Calibrator\\Model.key", content: key(4) },
        { name: "Calibrator\\kind\\note.txt", content: Uint8Array.of(0x61) },
        { name: `${"deep\\".repeat(40)}note.txt`, content: Uint8Array.of(0x62) },
      ]),
      "model.zip",
    );
    expect(artifact.root).toMatchObject({
      keys: ["TrainingInfo", "Predictor", "Calibrator", "deep"],
      values: [{}, { keys: ["Model.key", "kind"] }, { keys: ["Model.key", "kind"] }, { keys: ["deep"] }],
    });
    const deep = artifact.values.filter(({ path }) => path.startsWith("deep.")).map(({ value }) => value);
    expect(deep).toEqual(["b"]);
  });

  it.each([
    ["late", true, true],
    ["earlier", true, false],
    ["early", false, false],
  ])("has the trees of a gradient boosting, of a %s version", async (_name, hasDefaults, hasCategories) => {
    const floats = (...values: number[]): Uint8Array => new Uint8Array(Float32Array.from(values).buffer);
    const doubles = (...values: number[]): Uint8Array => new Uint8Array(Float64Array.from(values).buffer);
    const builder = new BytesBuilder().u32(4).u32(2);
    for (const leaf of [0.5, -2]) {
      builder.u8(0).u32(2).raw(doubles(7, 0.125)).u32(1).u32(0xffffffff).u32(1).u32(0xfffffffe).u32(1).u32(3);
      // The second tree splits by the categories 5 and 6.
      if (hasCategories && leaf < 0) builder.u32(1).u32(0).u32(2).u32(5).u32(6).u32(4).u32(9);
      else if (hasCategories) builder.u32(0);
      builder.u32(0).u32(1).raw(floats(1.5));
      if (hasDefaults) builder.u32(0);
      builder.u32(2).raw(doubles(leaf, 1)).u32(1).raw(doubles(9)).u32(0).u32(0);
    }
    const model = builder.raw(doubles(0.25)).u32(0xffffffff).u32(0).u32(9).bytes();
    const { parameters } = await open(zip(key(model.length, "ML\0MODEL", "FTREE BC", model)));
    const found = new Map(parameters.map(({ path, tensor }) => [path.replace("Predictor.", ""), tensor]));
    const leaves = found.get("trees[1].leaf_value");
    expect([leaves?.dtype.name, leaves?.shape]).toEqual(["float64", [2]]);
    const bytes = await leaves?.data.read(leaves.offset, leaves.offset + 16);
    expect(bytes).toEqual(doubles(-2, 1));
    const weight = found.get("trees[0].weight");
    expect(weight === undefined ? [] : await elementsHex(weight)).toEqual(["000000000000c03f"]);
    expect(found.get("trees[0].threshold")?.shape).toEqual([1]);
    expect(found.has("trees[1].categories_0")).toBe(hasCategories);
    expect(found.has("bias")).toBe(true);
    const longer = new BytesBuilder().raw(model).u32(0).bytes();
    const other = await open(zip(key(longer.length, "ML\0MODEL", "FTREE BC", longer)));
    expect(other.parameters).toEqual([]);
  });

  it("adds up its trees: not above a threshold goes left, a missing value as what stands for it", async () => {
    const floats = (...values: number[]): Uint8Array => new Uint8Array(Float32Array.from(values).buffer);
    const doubles = (...values: number[]): Uint8Array => new Uint8Array(Float64Array.from(values).buffer);
    const builder = new BytesBuilder().u32(4).u32(2);
    for (const [leaf, missing] of [
      [0.5, 1],
      [-2, 9],
    ] as const) {
      // Node 0 asks feature 1, and above its threshold node 1 asks feature 0; there is room for a node more.
      builder.u8(0).u32(3).raw(doubles(0, 7));
      builder.u32(3).u32(0xffffffff).u32(0xfffffffe).u32(0);
      builder.u32(3).u32(1).u32(0xfffffffd).u32(0);
      builder.u32(3).u32(1).u32(0).u32(0).u32(0).u32(0);
      builder.u32(2).raw(floats(1.5, -1)).u32(2).raw(floats(missing, missing));
      builder
        .u32(4)
        .raw(doubles(leaf, 10, 100, 0))
        .u32(2)
        .raw(doubles(9, 8))
        .u32(0)
        .u32(0);
    }
    const model = builder.raw(doubles(0.25)).u32(0xffffffff).u32(0).u32(2).bytes();
    const artifact = await open(zip(key(model.length, "ML\0MODEL", "FTREE BC", model)));
    const [ensemble] = await ensemblesOf(artifact);
    expect(ensemble).toMatchObject({ library: "ml.net", treeCount: 2, featureCount: 2, outputs: 1 });
    if (ensemble === undefined) return;
    const rows = [
      [0, 1.5],
      [-1, 2],
      [0, 2],
      [0, Number.NaN],
    ];
    expect(await rawPredictions(ensemble, rows)).toEqual([[-1.5], [20], [200], [100.5]]);
    expect([...((await ensemble.tree(0, quietWork())).gain ?? [])]).toEqual([9, 8, 0, 0, 0]);
  });

  it("has the scales and offsets of a normaliser", async () => {
    const floats = new Uint8Array(Float32Array.from([0.5, 2]).buffer);
    const model = new BytesBuilder().u32(4).u32(2).u32(0xffffffff).u32(2).raw(floats).u32(2).raw(floats).bytes();
    const { parameters } = await open(zip(key(model.length, "ML\0MODEL", "AFF\0NORM", model)));
    expect(parameters.map(({ path, tensor }) => [path.replace("Predictor.", ""), tensor.shape])).toEqual([
      ["scale", [2]],
      ["offset", [2]],
    ]);
  });

  it("has the parameters of kinds that are known", async () => {
    const floats = (...values: number[]): Uint8Array => new Uint8Array(Float32Array.from(values).buffer);
    const part = async (kind: string, model: Uint8Array) =>
      (await open(zip(key(model.length, "ML\0MODEL", kind, model)))).parameters.map(({ path, tensor }) => [
        path.replace("Predictor.", ""),
        tensor.dtype.name,
        tensor.shape,
      ]);
    const dense = new BytesBuilder().u32(4).raw(floats(0.5)).u32(2).u32(0).u32(2).raw(floats(1, 2)).bytes();
    expect(await part("LINEAR2C", dense)).toEqual([
      ["bias", "float32", []],
      ["weights", "float32", [2]],
    ]);
    const sparse = new BytesBuilder().u32(4).raw(floats(0.5)).u32(9).u32(1).u32(7).u32(1).raw(floats(1)).bytes();
    expect(await part("LINEAR R", sparse)).toEqual([
      ["bias", "float32", []],
      ["indices", "int32", [1]],
      ["weights", "float32", [1]],
    ]);
    expect(await part("PLATTCAL", new Uint8Array(16))).toEqual([
      ["slope", "float64", []],
      ["offset", "float64", []],
    ]);
    const factors = new BytesBuilder()
      .u32(1)
      .u64(0)
      .u32(2)
      .u64(0)
      .u32(2)
      .raw(floats(1, 2, 3, 4, 5, 6))
      .bytes();
    expect(await part("FAFAMAPD", factors)).toEqual([
      ["rows", "float32", [1, 2]],
      ["columns", "float32", [2, 2]],
    ]);
    for (const cut of [dense, sparse, factors])
      for (const kind of ["LINEAR2C", "FAFAMAPD", "PLATTCAL"])
        expect(await part(kind, cut.subarray(0, -1))).toEqual([]);
  });

  it.each<[string, Uint8Array, string]>([
    ["a model behind the end", key(5), "integrity/truncated"],
    ["another signature", key(4, "ML\0OTHER"), "integrity/corrupt"],
  ])("with %s is shown with a finding", async (_what, model, rule) => {
    expect(rulesOf(await open(zip(model)))).toContain(rule);
  });

  it("damaged opens, or says why not", async () => {
    const damaged = mutator([zip(key(4))], 43);
    for (let i = 0; i < fuzzCount(100); i++)
      expect(["opened", "refused"]).toContain(await outcomeOf(open(damaged.next())));
  });
});
