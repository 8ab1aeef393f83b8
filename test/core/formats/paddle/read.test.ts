import { describe, expect, it } from "vitest";
import { ArtifactError } from "../../../../src/core/errors.ts";
import { elementCount } from "../../../../src/core/model/tensor.ts";
import { readElements } from "../../../../src/core/model/window.ts";
import { concat, fromHex, toHex } from "../../../support/bytes-builder.ts";
import { corpusFiles } from "../../../support/corpus.ts";
import { readCuts } from "../../../support/cuts.ts";
import { openBeside } from "../../../support/open-beside.ts";
import { pb } from "../../../support/protobuf-builder.ts";
import {
  damagedCopies,
  fixture,
  fixtureJson,
  openBytes,
  openCorpus,
  readBytes,
  rulesOf,
  tensorAt,
} from "../../../support/read-format.ts";

const { tensors } = fixtureJson("paddle/expected.json") as {
  readonly tensors: Readonly<Record<string, readonly [string, readonly number[], string]>>;
};
const program = fixture("paddle/net.pdmodel");
const parameters = fixture("paddle/net.pdiparams");
const both = { "net.pdmodel": program, "net.pdiparams": parameters };

const u32 = (value: number): Uint8Array => new Uint8Array(Uint32Array.of(value).buffer);
const u64 = (value: number): Uint8Array => concat(u32(value), u32(0));
/** A tensor as Paddle serialises it: one level of detail of `levels` bytes where there are any. */
const tensor = (type: number, dims: readonly number[], data: Uint8Array, levels = 0): Uint8Array => {
  const description = concat(pb.int(1, type), ...dims.map((size) => pb.int(2, size)));
  const detail = levels === 0 ? [u64(0)] : [u64(1), u64(levels), new Uint8Array(levels)];
  return concat(u32(0), ...detail, u32(0), u32(description.length), description, data);
};

describe("a Paddle program", () => {
  it.each(["net.pdmodel", "net.pdiparams"])("(%s) has its parameters by name, and their values", async (name) => {
    const artifact = await openBeside(name, both);
    expect([artifact.format, artifact.complete, rulesOf(artifact)]).toEqual(["paddle", true, []]);
    expect(artifact.parameters.map(({ path }) => path)).toEqual(Object.keys(tensors).sort());
    for (const [path, [dtype, shape, hex]] of Object.entries(tensors)) {
      const found = tensorAt(artifact, path);
      expect([path, found.dtype.name, found.shape]).toEqual([path, dtype, shape]);
      expect(toHex(await readElements(found, 0, elementCount(shape)))).toBe(hex);
    }
  });

  it("tells its version, inputs, outputs and operators", async () => {
    const artifact = await openBeside("net.pdmodel", both);
    expect(artifact.framework).toMatchObject({ name: "paddlepaddle", version: "2.6.2" });
    expect(artifact.facts.find(({ id }) => id === "paddle.inputs")?.value).toBe("x");
    expect(artifact.schema.outputs?.length).toBe(1);
    expect(artifact.values.filter(({ path }) => path.startsWith("__metadata__.operators")).length).toBeGreaterThan(5);
  });

  it("says where its parameters are when they are not beside it", async () => {
    const artifact = await openBytes(program, "net.pdmodel");
    expect([artifact.complete, artifact.findings.map(({ message }) => message)]).toEqual([
      false,
      ["The values of 8 parameters are in the file net.pdiparams, which is not beside the program."],
    ]);
  });

  it("finds each parameter in a file of its name, as it was saved before there was one file for all", async () => {
    const each = Object.fromEntries(
      Object.entries(tensors).map(([name, [dtype, shape, hex]]) => [
        name,
        tensor(dtype === "int64" ? 3 : 5, shape, fromHex(hex)),
      ]),
    );
    const files: Readonly<Record<string, Uint8Array>> = { __model__: program, ...each };
    const artifact = await openBeside("__model__", files);
    expect([artifact.format, artifact.complete, rulesOf(artifact)]).toEqual(["paddle", true, []]);
    for (const [path, [dtype, shape, hex]] of Object.entries(tensors)) {
      const found = tensorAt(artifact, path);
      expect([path, found.dtype.name, found.shape]).toEqual([path, dtype, shape]);
      expect(toHex(await readElements(found, 0, elementCount(shape)))).toBe(hex);
    }

    const [first = "", second = "", third = ""] = Object.keys(tensors).sort();
    const { [third]: _gone, ...some } = { ...files, [second]: tensor(5, [1], pb.f32(1)) };
    const partly = await openBeside("__model__", some);
    expect([partly.complete, partly.findings.map(({ path }) => path)]).toEqual([false, [second, third]]);
    expect(partly.findings[0]?.message).toMatch(/float32 \[1\], where the program has/);
    expect(partly.findings[1]?.message).toMatch(/is not beside the program\.$/);
    expect(partly.parameters.map(({ path }) => path)).toContain(first);
  });

  it("numbers tensors without names, and those of another program", async () => {
    const alone = await openBytes(parameters, "net.pdiparams");
    expect([alone.complete, alone.parameters.map(({ path }) => path).slice(0, 2)]).toEqual([
      true,
      ["tensor[0]", "tensor[1]"],
    ]);
    const other = concat(tensor(5, [2], pb.f32(1, 2)), tensor(22, [1], Uint8Array.of(0x80, 0x3f), 24));
    const artifact = await openBeside("net.pdmodel", { ...both, "net.pdiparams": other });
    expect([artifact.complete, rulesOf(artifact), artifact.parameters.length]).toEqual([
      false,
      ["integrity/corrupt"],
      2,
    ]);
    expect(tensorAt(artifact, "tensor[1]").dtype.name).toBe("bfloat16");
  });

  it.each([
    { what: "more bytes than there are", bytes: tensor(5, [2 ** 30], pb.f32(1)) },
    { what: "a type that is not known", bytes: tensor(99, [1], pb.f32(1)) },
    { what: "a size below zero", bytes: tensor(5, [-1], pb.f32(1)) },
    { what: "too many levels", bytes: concat(u32(0), u64(17)) },
    { what: "another version", bytes: u32(7) },
  ])("says what is wrong: $what", async ({ bytes }) => {
    const artifact = await readBytes(concat(tensor(5, [1], pb.f32(1)), bytes), "w.pdiparams");
    expect([artifact.format, artifact.complete, artifact.findings.length]).toEqual(["paddle", false, 1]);
  });

  it("is shown up to where it is cut, or refused in words", async () => {
    const cutProgram = await readCuts(program, (bytes) => readBytes(bytes, "net.pdmodel"), 77);
    const cutParameters = await readCuts(parameters, (bytes) => readBytes(bytes, "net.pdiparams"));
    for (const { error } of [...cutProgram.refused, ...cutParameters.refused])
      expect(error).toBeInstanceOf(ArtifactError);
    for (const { artifact } of cutProgram.shown) expect(artifact.complete).toBe(false);
    expect(cutParameters.shown.length).toBeGreaterThan(30);
  });

  it("is refused with a reason, or shown in part, whatever bytes are changed", async () => {
    expect(await damagedCopies([program, parameters], 59, 300)).toEqual([]);
  });
});

const files = corpusFiles().filter(({ format }) => format === "paddle-program");
describe.skipIf(files.length === 0)("the corpus's Paddle programs", () => {
  it.each(files)("$path opens; its parameters are not there", async ({ path: name }) => {
    const artifact = await openCorpus(name);
    expect([artifact.format, artifact.complete, rulesOf(artifact)]).toEqual(["paddle", false, ["integrity/not-read"]]);
  });
});
