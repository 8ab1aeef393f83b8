import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { fromBytes } from "../../../../src/core/bytes/source.ts";
import { planConversion } from "../../../../src/core/convert/plan-conversion.ts";
import { diffArtifacts } from "../../../../src/core/diff/diff.ts";
import { BLOCK_TYPES } from "../../../../src/core/formats/gguf/types.ts";
import { fingerprint } from "../../../../src/core/model/fingerprint.ts";
import { storedByteLength } from "../../../../src/core/model/tensor.ts";
import { readElements, readRectangle } from "../../../../src/core/model/window.ts";
import { openArtifact } from "../../../../src/core/open.ts";
import { quietWork } from "../../../../src/core/work.ts";
import { canonicalText } from "../../../../src/core/view/canonical-text.ts";
import { nodeHost } from "../../../../src/platform/node/host.ts";
import { fuzzCount, mutator } from "../../../fuzz/mutate.ts";
import { outcomeOf } from "../../../fuzz/outcome.ts";
import { fromHex, toHex } from "../../../support/bytes-builder.ts";
import { countingSource } from "../../../support/counting-source.ts";
import { Gguf, gguf } from "../../../support/gguf-builder.ts";

const folder = new URL("../../../fixtures/gguf/", import.meta.url);
const file = new Uint8Array(readFileSync(new URL("blocks.gguf", folder)));
const expected = JSON.parse(readFileSync(new URL("blocks.json", folder), "utf8")) as Record<
  string,
  { dtype: string; shape: number[]; hex: string }
>;
const open = (bytes: Uint8Array) => openArtifact(fromBytes(bytes, "m.gguf", 0), nodeHost(), quietWork());
const parameter = async (bytes: Uint8Array, name: string) => {
  const found = (await open(bytes)).parameters.find(({ path }) => path === name);
  if (found === undefined) throw new Error(`${name} is no parameter`);
  return found.tensor;
};

describe("tensors in blocks", () => {
  it.each(Object.entries(expected))("%s has the values that the gguf package gives, every bit", async (name, told) => {
    const tensor = await parameter(file, name);
    expect([tensor.dtype.name, tensor.dtype.scalar, tensor.shape]).toEqual([told.dtype, "float32", told.shape]);
    const count = told.hex.length / 8;
    expect(toHex(await readElements(tensor, 0, count))).toBe(told.hex);
  });

  it("are windows like any other, wherever they begin and end", async () => {
    const told = expected["q6_k.weight"];
    const tensor = await parameter(file, "q6_k.weight");
    const [rows = 0, columns = 0] = tensor.shape;
    for (const [start, count] of [
      [0, 1],
      [255, 2],
      [300, 400],
      [rows * columns - 1, 1],
    ] as const)
      expect(toHex(await readElements(tensor, start, count))).toBe(told?.hex.slice(start * 8, (start + count) * 8));
    const column = await readRectangle(tensor, [0, 257], [rows, 1]);
    expect(toHex(column)).toBe(
      Array.from({ length: rows }, (_, row) =>
        told?.hex.slice((row * columns + 257) * 8, (row * columns + 258) * 8),
      ).join(""),
    );
  });

  it("read the blocks that a window touches, and no other", async () => {
    const data = new Uint8Array(144 * 4096);
    const source = countingSource(
      fromBytes(gguf({ tensors: [{ name: "w", dims: [256, 4096], type: 12, data }] }), "m.gguf", 0),
    );
    const artifact = await openArtifact(source, nodeHost(), quietWork(), { check: false });
    const before = source.bytesRead;
    const tensor = artifact.parameters[0]?.tensor;
    if (tensor === undefined) throw new Error("no tensor");
    await readElements(tensor, 100_000, 300);
    expect(source.bytesRead - before).toBeLessThanOrEqual(3 * 144);
  });

  it("take the bytes that the file has, and are called what they are everywhere", async () => {
    const artifact = await open(file);
    expect(artifact.complete).toBe(true);
    const tensor = await parameter(file, "q4_0.weight");
    expect(storedByteLength(tensor)).toBe(10 * 18);
    const text = await canonicalText(artifact, nodeHost(), quietWork());
    for (const [name, { dtype, shape }] of Object.entries(expected))
      expect(text).toContain(`${name}: ${dtype} [${shape.join(", ")}]`);
  });

  it("of types that the package does not decode are what their layout says", async () => {
    const make = new Gguf();
    const d = fromHex("0040");
    const ints = Uint8Array.from({ length: 32 }, (_, i) => (i - 16) & 0xff);
    const q8 = await parameter(
      gguf({ tensors: [{ name: "w", dims: [32], type: 9, data: Uint8Array.from([...d, 0xff, 0xff, ...ints]) }] }),
      "w",
    );
    expect(floats(await readElements(q8, 0, 32))).toEqual(Array.from({ length: 32 }, (_, i) => (i - 16) * 2));
    const long = Uint8Array.from({ length: 256 }, (_, i) => i);
    const q8k = Uint8Array.from([...make.f32(0.5), ...long, ...new Uint8Array(32)]);
    const k = await parameter(gguf({ tensors: [{ name: "w", dims: [256], type: 15, data: q8k }] }), "w");
    expect(floats(await readElements(k, 0, 256))).toEqual(
      Array.from({ length: 256 }, (_, i) => (i > 127 ? i - 256 : i) / 2),
    );
    const signs = Uint8Array.from([...d, 0b101, ...new Uint8Array(15)]);
    const q1 = await parameter(gguf({ tensors: [{ name: "w", dims: [128], type: 41, data: signs }] }), "w");
    expect(floats(await readElements(q1, 0, 4))).toEqual([2, -2, 2, -2]);
  });

  it("are read in the other byte order too", async () => {
    const block = Uint8Array.from({ length: 136 }, (_, i) => (i * 37) & 0xff);
    const swapped = block.slice();
    for (const at of [0, 2]) [swapped[at], swapped[at + 1]] = [block[at + 1] ?? 0, block[at] ?? 0];
    block[1] = 0x3c;
    swapped[0] = 0x3c;
    const of = async (data: Uint8Array, isBigEndian: boolean): Promise<string> =>
      toHex(
        await readElements(
          await parameter(gguf({ isBigEndian, tensors: [{ name: "w", dims: [256], type: 23, data }] }), "w"),
          0,
          256,
        ),
      );
    expect(await of(swapped, true)).toBe(await of(block, false));
  });

  it("in a file that is cut are shown as far as blocks are whole", async () => {
    const whole = gguf({ tensors: [{ name: "w", dims: [32, 4], type: 2, data: new Uint8Array(72).fill(0x3c) }] });
    const artifact = await open(whole.subarray(0, whole.length - 56 + 8));
    expect(artifact.complete).toBe(false);
    expect(artifact.findings.map(({ rule }) => rule)).toContain("integrity/truncated");
  });

  it("every type has a number", () => {
    expect([...BLOCK_TYPES.keys()].every((number) => number >= 0)).toBe(true);
    expect(BLOCK_TYPES.size).toBe(26);
  });
});

describe("two files with other blocks", () => {
  const zeros = (type: number, bytes: number) => {
    const data = new Uint8Array(bytes).fill(type === 2 ? 0x88 : 0, 2);
    return gguf({ tensors: [{ name: "w", dims: [32], type, data }] });
  };

  it("are not the same, though all values are", async () => {
    const [old, next] = [await open(zeros(2, 18)), await open(zeros(8, 34))];
    const report = await diffArtifacts(old, next, {}, nodeHost(), quietWork());
    expect(report.entries[0]).toMatchObject({
      verdict: "recast-lossless",
      old: { dtype: "q4_0" },
      new: { dtype: "q8_0" },
    });
    expect(await fingerprint(old.parameters, nodeHost(), quietWork())).not.toBe(
      await fingerprint(next.parameters, nodeHost(), quietWork()),
    );
  });

  it("a conversion says that the blocks are not carried", async () => {
    for (const target of ["model", "safetensors", "npz", "json"] as const) {
      const plan = await planConversion(await open(zeros(2, 18)), target, nodeHost(), quietWork());
      expect(plan.losses.map(({ kind, message }) => [kind, message])).toEqual([
        ["changed", expect.stringContaining("lie in blocks (q4_0)")],
      ]);
    }
  });
});

describe("damaged files", () => {
  it("open, or say why not", async () => {
    const damaged = mutator(
      [file, gguf({ tensors: [{ name: "w", dims: [32], type: 2, data: new Uint8Array(18) }] })],
      7,
    );
    for (let i = 0; i < fuzzCount(150); i++) {
      expect(["opened", "refused"]).toContain(await outcomeOf(open(damaged.next())));
    }
  });
});

function floats(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(i * 4, true));
}
