import { describe, expect, it } from "vitest";
import { ArtifactError } from "../../../../src/core/errors.ts";
import { LIMITS } from "../../../../src/core/limits.ts";
import type { Artifact } from "../../../../src/core/model/artifact.ts";
import { concat } from "../../../support/bytes-builder.ts";
import { readCuts } from "../../../support/cuts.ts";
import { damagedCopies, elementsHex, openBytes, readBytes, rulesOf } from "../../../support/read-format.ts";
import { Torch7 } from "../../../support/torch7-builder.ts";

const open = (bytes: Uint8Array): Promise<Artifact> => openBytes(bytes, "model.t7");

/** A linear layer of 2 to 3 whose weight is stored transposed and whose bias is the end of the same storage. */
function linear(t: Torch7): Uint8Array {
  const storage = t.storage(4, "torch.FloatStorage", 9, t.floats(1, 2, 3, 4, 5, 6, 7, 8, -0));
  const weight = t.tensor(3, "torch.FloatTensor", { shape: [3, 2], strides: [1, 3], offset: 1 }, storage);
  const bias = t.tensor(5, "torch.FloatTensor", { shape: [3], strides: [1], offset: 7 }, t.int(4, 4));
  return t.torch(
    1,
    "nn.Linear",
    t.table(
      2,
      [t.string("weight"), weight],
      [t.string("bias"), bias],
      [t.string("train"), t.boolean(true)],
      [t.string("_type"), t.string("torch.FloatTensor")],
      [t.number(1), t.number(0.5)],
      [t.string("self"), t.int(4, 1)],
    ),
  );
}
const lua = (t: Torch7): Uint8Array =>
  t.table(1, [t.string("f"), concat(t.int(8, 2), t.bare("\u001bLJ"), t.table(3, [t.number(1), t.number(7)]))]);

describe("a Torch 7 file", () => {
  it.each([
    [true, 8],
    [true, 4],
    [false, 8],
    [false, 4],
  ] as const)("(little-endian: %s, long of %i bytes) has its layers, tensors as views", async (isLittle, longBytes) => {
    const artifact = await open(linear(new Torch7(isLittle, longBytes)));
    expect([artifact.format, artifact.complete, artifact.findings]).toEqual(["torch7", true, []]);
    expect(artifact.framework).toEqual({ name: "torch7", className: "nn.Linear" });
    expect(artifact.facts.map(({ value }) => value)).toEqual([
      isLittle ? "little-endian" : "big-endian",
      `${longBytes} bytes`,
    ]);
    const [weight, bias, one] = artifact.parameters;
    expect([weight?.path, weight?.tensor.shape, bias?.path, one?.path]).toEqual(["weight", [3, 2], "bias", "[1]"]);
    const hex = weight === undefined ? [] : await elementsHex(weight.tensor);
    const [first, second] = isLittle ? ["0000803f", "00008040"] : ["3f800000", "40800000"];
    expect(hex.slice(0, 2)).toEqual([first, second]);
    const last = bias === undefined ? [] : await elementsHex(bias.tensor);
    expect(last[2]).toBe(isLittle ? "00000080" : "80000000");
  });

  it("keeps functions as bytes, and says so", async () => {
    const artifact = await open(lua(new Torch7()));
    expect(rulesOf(artifact)).toEqual(["safety/unusual-global"]);
    expect(artifact.findings[0]?.severity).toBe("warning");
    expect([artifact.complete, artifact.parameters.map(({ path }) => path)]).toEqual([true, ["f.upvalues[1]"]]);
  });

  it("has the older functions, classes before versions, tensors without storage, and CUDA ones", async () => {
    const t = new Torch7();
    const old = concat(t.int(6), t.bare("code"), t.nil());
    const older = concat(t.int(7, 9), t.bare("code"), t.nil());
    const unversioned = concat(t.int(4, 2), t.bare("nn.Thing"), t.table(3));
    const empty = t.tensor(4, "torch.DoubleTensor", { shape: [], strides: [], offset: 1 }, t.nil());
    const storage = t.storage(6, "torch.CudaStorage", 1, t.floats(2));
    const cuda = t.tensor(5, "torch.CudaTensor", { shape: [1], strides: [1], offset: 1 }, storage);
    const artifact = await open(
      t.table(
        1,
        [t.string("a"), old],
        [t.string("b"), older],
        [t.string("c"), unversioned],
        [t.string("d"), empty],
        [t.string("e"), cuda],
      ),
    );
    expect(rulesOf(artifact)).toEqual(["safety/unusual-global", "safety/unusual-global"]);
    expect(artifact.parameters.map(({ path, tensor }) => [path, tensor.dtype.name, tensor.shape])).toEqual([
      ["d", "float64", [0]],
      ["e", "float32", [1]],
    ]);
  });

  it.each([
    ["an offset of 0", { shape: [1], strides: [1], offset: 0 }],
    ["an end behind its storage", { shape: [2], strides: [1], offset: 1 }],
    ["elements without end", { shape: [1_000_000, 1_000_000], strides: [0, 0], offset: 1 }],
    ["more elements than can be counted", { shape: [2 ** 30, 2 ** 30, 2 ** 30], strides: [1, 1, 1], offset: 1 }],
  ])("with %s shows everything else", async (_what, view) => {
    const t = new Torch7();
    const tensor = t.tensor(2, "torch.ByteTensor", view, t.storage(3, "torch.ByteStorage", 1, new Uint8Array(1)));
    const artifact = await open(t.table(1, [t.string("x"), tensor], [t.string("y"), t.number(3)]));
    expect([artifact.complete, rulesOf(artifact)]).toEqual([false, ["integrity/corrupt"]]);
    expect(artifact.parameters.map(({ path }) => path)).toContain("y");
  });

  it("with a storage of other elements than the tensor's does not show the tensor", async () => {
    const t = new Torch7();
    const storage = t.storage(3, "torch.ByteStorage", 8, new Uint8Array(8));
    const artifact = await open(t.tensor(1, "torch.DoubleTensor", { shape: [1], strides: [1], offset: 1 }, storage));
    expect([artifact.complete, artifact.parameters]).toEqual([false, []]);
  });

  it("names the bytes behind it", async () => {
    const artifact = await open(concat(linear(new Torch7()), new Uint8Array(5)));
    expect([artifact.complete, rulesOf(artifact)]).toEqual([true, ["integrity/trailing-bytes"]]);
  });

  it("nests as deep as is read, and no deeper", async () => {
    const t = new Torch7();
    const depth = LIMITS.torch7Depth + 10;
    const tables = Array.from({ length: depth }, (_, k) => concat(t.int(3, k + 1, 1), t.number(1)));
    const artifact = await open(concat(...tables, t.nil()));
    expect([artifact.complete, rulesOf(artifact)]).toEqual([false, ["integrity/limit"]]);
  });

  it.each([
    ["a table with a negative count", (t: Torch7) => t.int(3, 1, -1)],
    ["an unknown type", (t: Torch7) => concat(t.int(3, 1, 1), t.int(99))],
    ["a string of negative length", (t: Torch7) => concat(t.int(3, 1, 1), t.int(2, -5))],
    ["too many dimensions", (t: Torch7) => t.torch(1, "torch.FloatTensor", t.int(1_000_000))],
  ])("with %s is refused or partial", async (_what, build) => {
    const artifact = await open(build(new Torch7())).catch((error: unknown) => error);
    if (artifact instanceof ArtifactError) return;
    expect(artifact).toMatchObject({ complete: false });
  });

  it("that is cut anywhere is partial with its reason, or refused with one", async () => {
    for (const whole of [linear(new Torch7()), lua(new Torch7())]) {
      const { shown, refused } = await readCuts(whole, (bytes) => readBytes(bytes, "model.t7"));
      for (const { artifact } of shown) {
        expect(artifact.complete).toBe(false);
        expect(artifact.findings.length).toBeGreaterThan(0);
      }
      expect(refused.every(({ error }) => error instanceof ArtifactError)).toBe(true);
      expect(shown.length).toBeGreaterThan(refused.length);
    }
  });

  it("survives damage", async () => {
    expect(await damagedCopies([linear(new Torch7()), linear(new Torch7(false, 4)), lua(new Torch7())], 71)).toEqual(
      [],
    );
  });
});
