import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileKernels, kernelModule } from "../../../src/build/kernels.mjs";
import { fromBytes } from "../../../src/core/bytes/source.ts";
import { BLOCK } from "../../../src/core/diff/lanes.ts";
import { measure } from "../../../src/core/diff/measure.ts";
import type { DiffStats } from "../../../src/core/diff/report.ts";
import { createScratch } from "../../../src/core/diff/scratch.ts";
import { denseStrides } from "../../../src/core/model/window-layout.ts";
import { scalarDType, type ScalarName } from "../../../src/core/model/dtype.ts";
import type { TensorRef } from "../../../src/core/model/tensor.ts";
import { quietWork } from "../../../src/core/work.ts";
import { anyTensor } from "../../support/random-values.ts";

const KERNELS = ["float64", "float32", "float16", "bfloat16"] as const;
const scratch = createScratch();

function tensor(scalar: ScalarName, bytes: Uint8Array): TensorRef {
  const dtype = scalarDType(scalar);
  return { dtype, shape: [bytes.length / dtype.itemSize], order: "C", offset: 0, data: fromBytes(bytes) };
}

/** Where the kernel and the reference disagree: sums may differ in the last digits, all else must be the same. */
async function disagreements(old: TensorRef, next: TensorRef): Promise<readonly string[]> {
  const [byKernel, byReference] = [
    await measure({ old, next }, scratch, quietWork(), { top: 5 }),
    await measure({ old, next }, scratch, quietWork(), { top: 5, useKernel: false }),
  ];
  const [a, b] = [byKernel.stats, byReference.stats];
  const different = (Object.keys(b) as (keyof DiffStats)[]).filter((key) => {
    if (Object.is(a[key], b[key])) return false;
    const [x, y] = [Number(a[key]), Number(b[key])];
    // A cosine may cancel to nothing: its error is that of the products it is made of.
    if (key === "cosine") return !(Math.abs(x - y) <= 1e-13);
    return !["meanAbs", "l2", "relL2"].includes(key) || !(Math.abs(x - y) <= 1e-13 * Math.abs(y));
  });
  if (JSON.stringify(byKernel.top) !== JSON.stringify(byReference.top)) return [...different, "top"];
  if (byKernel.changedByChunk.join() !== byReference.changedByChunk.join()) return [...different, "changedByChunk"];
  return byKernel.tally.maxRelAt === byReference.tally.maxRelAt ? different : [...different, "maxRelAt"];
}

describe("WebAssembly kernels", () => {
  it("are what their source compiles to", async () => {
    const committed = readFileSync(new URL("../../../src/core/diff/kernel-bytes.ts", import.meta.url), "utf8");
    expect(committed).toBe(kernelModule(await compileKernels()));
  });

  it("can be made here, so that the tests below compare two things", () => {
    for (const scalar of KERNELS) expect(scratch.kernel?.has(scalar)).toBe(true);
    expect(scratch.kernel?.has("int32")).toBe(false);
  });

  it.each(KERNELS)("say of any %s bits what the reference says", async (scalar) => {
    const size = scalarDType(scalar).itemSize;
    const bytes = fc.integer({ min: 0, max: 400 }).chain((count) =>
      fc.record({
        old: fc.uint8Array({ minLength: count * size, maxLength: count * size }),
        next: fc.uint8Array({ minLength: count * size, maxLength: count * size }),
        /** How much of new is old: nothing, most, or all. */
        same: fc.constantFrom(0, 0.9, 1),
        /** Keeps exponents away from their ends, so that whole stretches are finite. */
        isTame: fc.boolean(),
        seed: fc.nat(),
      }),
    );
    await fc.assert(
      fc.asyncProperty(bytes, async ({ old, next, same, isTame, seed }) => {
        const mixed = next.slice();
        for (let at = 0; at < old.length; at += size) {
          const draw = ((Math.imul(seed + at, 2654435761) >>> 0) % 1000) / 1000;
          if (draw < same) mixed.set(old.subarray(at, at + size), at);
        }
        const tamed = isTame ? [old.slice(), mixed].map((each) => tame(each, size)) : [old, mixed];
        expect(await disagreements(tensor(scalar, tamed[0] ?? old), tensor(scalar, tamed[1] ?? mixed))).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  it("take any order and strides, and both byte orders", async () => {
    const dtypes = fc.constantFrom(...KERNELS.flatMap((name) => [scalarDType(name), scalarDType(name, true)]));
    await fc.assert(
      fc.asyncProperty(anyTensor(dtypes), fc.boolean(), async (old, isTurned) => {
        // The same elements, read by strides that run backwards, and some of them changed.
        const native = { ...old, dtype: scalarDType(old.dtype.scalar ?? "float64", isTurned) };
        const next = backwards(native);
        expect(await disagreements(old, next)).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  it.each(KERNELS)("find one flipped bit in %s tensors of several chunks, and where it is", async (scalar) => {
    const { itemSize } = scalarDType(scalar);
    const count = 3 * 1024 * 1024 * (1 / itemSize) + 5 * BLOCK + 77;
    const old = tame(
      new Uint8Array(count * itemSize).map((_, at) => (at * 37) % 251),
      itemSize,
    );
    for (const index of [0, BLOCK - 1, BLOCK, 1024 * 1024 + 3, count - 1].filter((each) => each < count)) {
      const next = old.slice();
      const at = index * itemSize;
      next[at] = (next[at] ?? 0) ^ 1;
      const { stats, top, changedByChunk } = await measure(
        { old: tensor(scalar, old), next: tensor(scalar, next) },
        scratch,
        quietWork(),
        { top: 5 },
      );
      expect(stats).toMatchObject({ elements: count, changed: 1, maxUlp: 1n });
      expect(top.map((each) => each.index)).toEqual([index]);
      expect(changedByChunk.reduce((sum, each) => sum + each, 0)).toBe(1);
    }
  });

  it("know the length of the whole, however large a part is the same", async () => {
    const count = 100_000;
    const old = new Float32Array(count).map((_, at) => Math.sin(at));
    const next = old.slice();
    next[77_777] = 12;
    expect(await disagreements(floats(old), floats(next))).toEqual([]);
  });
});

function floats(values: Float32Array): TensorRef {
  return tensor("float32", new Uint8Array(values.buffer.slice(0)));
}

/** Takes the top bit of every exponent away: no infinities, no NaN. */
function tame(bytes: Uint8Array, size: number): Uint8Array {
  for (let at = size - 1; at < bytes.length; at += size) bytes[at] = (bytes[at] ?? 0) & 0xbf;
  return bytes;
}

/** The tensor with its first axis reversed, by a negative stride. */
function backwards(old: TensorRef): TensorRef {
  const { shape, dtype, order } = old;
  if (shape.length === 0 || shape.includes(0)) return old;
  const strides = denseStrides(shape, dtype.itemSize, order);
  const [first = 0, ...others] = strides;
  return { ...old, strides: [-first, ...others], offset: old.offset + first * ((shape[0] ?? 1) - 1) };
}
