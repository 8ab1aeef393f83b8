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
import { numberReader } from "../../../src/core/model/decode.ts";
import { encodeFloat } from "../../../src/core/model/float.ts";
import type { TensorRef } from "../../../src/core/model/tensor.ts";
import { quietWork } from "../../../src/core/work.ts";
import { anyTensor } from "../../support/random-values.ts";

const KERNELS = ["float64", "float32", "float16", "bfloat16"] as const;
const MIXED = KERNELS.flatMap((old) => KERNELS.map((next) => [old, next] as const)).filter(
  ([old, next]) => old !== next && (old === "float64" || next === "float64" ? [old, next].includes("float32") : true),
);
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
    for (const scalar of KERNELS) expect(scratch.kernel?.find(scalar, scalar)).toBe(scalar);
    for (const [old, next] of MIXED) expect(scratch.kernel?.find(old, next)).toBe(`${old}_${next}`);
    expect(scratch.kernel?.find("int32", "int32")).toBeUndefined();
    expect(scratch.kernel?.find(undefined, undefined)).toBeUndefined();
  });

  it.each(KERNELS)("say of any %s bits what the reference says", async (scalar) => {
    const size = scalarDType(scalar).itemSize;
    const bytes = fc.integer({ min: 0, max: 700 }).chain((count) =>
      fc.record({
        old: fc.uint8Array({ minLength: count * size, maxLength: count * size }),
        next: fc.uint8Array({ minLength: count * size, maxLength: count * size }),
        /** How much of new is old: nothing, most, or all. */
        same: fc.constantFrom(0, 0.9, 1),
        sizes: fc.constantFrom("any", "small", "large", "near"),
        hasZeros: fc.boolean(),
        seed: fc.nat(),
      }),
    );
    await fc.assert(
      fc.asyncProperty(bytes, async ({ old: given, next, same, sizes, hasZeros, seed }) => {
        const [old, mixed] = [given.slice(), next.slice()];
        for (const side of [old, mixed]) tame(side, size, sizes);
        if (hasZeros) for (const side of [old, mixed]) putZeros(side, size, seed + (side === old ? 0 : 7));
        for (let at = 0; at < old.length; at += size)
          if (draw(seed + at) < same) mixed.set(old.subarray(at, at + size), at);
        expect(await disagreements(tensor(scalar, old), tensor(scalar, mixed))).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  it.each(KERNELS)("say it of %s too after a block that changed by more than its own size", async (scalar) => {
    const { itemSize } = scalarDType(scalar);
    const drawn = fc.record({
      count: fc.integer({ min: 256, max: 1200 }),
      /** How far new is from old: by bits at the lower end, or anywhere. */
      noise: fc.constantFrom(0, 3, 8, 12, 16),
      same: fc.constantFrom(0, 0.9),
      sizes: fc.constantFrom("any", "small", "large", "near"),
      hasZeros: fc.boolean(),
      seed: fc.nat(),
    });
    await fc.assert(
      fc.asyncProperty(drawn, async ({ count, noise: bits, same, sizes, hasZeros, seed }) => {
        const tail = noise(count * itemSize, seed);
        tame(tail, itemSize, sizes);
        if (hasZeros) putZeros(tail, itemSize, seed + 2);
        const old = new Uint8Array((BLOCK + count) * itemSize);
        old.set(tail, BLOCK * itemSize);
        const next = old.slice();
        const [from, to] = [new DataView(old.buffer), new DataView(next.buffer)];
        writeNumber(scalar, from, 5, 1);
        writeNumber(scalar, to, 5, 1 + 2 ** (seed % 5));
        const other = noise(count * itemSize, seed + 1);
        tame(other, itemSize, sizes);
        for (let at = 0; at < count; at++) {
          const place = (BLOCK + at) * itemSize;
          if (draw(seed + at) < same) continue;
          if (bits === 0) next.set(other.subarray(at * itemSize, (at + 1) * itemSize), place);
          else to.setUint16(place, to.getUint16(place, true) ^ ((other[at * itemSize] ?? 0) & ((1 << bits) - 1)), true);
        }
        expect(await disagreements(tensor(scalar, old), tensor(scalar, next))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it.each(MIXED)("say of %s against %s what the reference says", async (oldName, newName) => {
    const [a, b] = [scalarDType(oldName), scalarDType(newName)];
    const pairs = fc.record({
      count: fc.integer({ min: 0, max: 700 }),
      /** How much of new is old in the other type: nothing, most, or all that it can hold. */
      same: fc.constantFrom(0, 0.9, 1),
      sizes: fc.constantFrom("any", "small", "large", "near"),
      seed: fc.nat(),
    });
    await fc.assert(
      fc.asyncProperty(pairs, async ({ count, same, sizes, seed }) => {
        const old = noise(count * a.itemSize, seed);
        const next = noise(count * b.itemSize, seed + 1);
        tame(old, a.itemSize, sizes);
        tame(next, b.itemSize, sizes);
        putZeros(old, a.itemSize, seed + 2);
        putZeros(next, b.itemSize, seed + 3);
        const [from, to] = [new DataView(old.buffer), new DataView(next.buffer)];
        for (let at = 0; at < count; at++) {
          const value = numberReader(a)(from, at * a.itemSize);
          // A NaN's payload does not survive a host number, and has no meaning between types.
          if (draw(seed + at) < same && !Number.isNaN(value)) writeNumber(newName, to, at, value);
        }
        expect(await disagreements(tensor(oldName, old), tensor(newName, next))).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it("find where the largest relative change is, when its quotient overflows and an infinity stands before it", async () => {
    const old = new Uint8Array(new Float64Array([1, 2, 5e-324, 3]).buffer);
    const next = new Uint8Array(new Float64Array([1, Number.POSITIVE_INFINITY, 1, 3]).buffer);
    expect(await disagreements(tensor("float64", old), tensor("float64", next))).toEqual([]);
    const { tally } = await measure(
      { old: tensor("float64", old), next: tensor("float64", next) },
      scratch,
      quietWork(),
      { top: 5 },
    );
    expect(tally.maxRelAt).toBe(2);
  });

  it("have a cosine of 1 for what is the same, where its squares are beyond a float64", async () => {
    const same = tensor("float64", new Uint8Array(new Float64Array([1e200, 2]).buffer));
    const { stats } = await measure({ old: same, next: same }, scratch, quietWork(), { top: 5 });
    expect(stats).toMatchObject({ changed: 0, l2: 0, cosine: 1 });
  });

  it("keep the cosine's digits where the new side is much shorter than the old one", async () => {
    const bytes = (...bits: readonly bigint[]): Uint8Array => new Uint8Array(new BigUint64Array(bits).buffer);
    const old = bytes(0x40b6a40000066408n, 0x4000000000000000n);
    const next = bytes(0xc06929840cac00f0n, 0x4000000000000000n);
    expect(await disagreements(tensor("float64", old), tensor("float64", next))).toEqual([]);
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

/** A number in [0, 1) that depends on nothing but the seed. */
function draw(seed: number): number {
  return ((Math.imul(seed, 2654435761) >>> 0) % 1000) / 1000;
}

/** Makes some elements zeros of either sign. */
function putZeros(bytes: Uint8Array, size: number, seed: number): void {
  for (let at = 0; at < bytes.length; at += size) {
    const drawn = draw(seed + at);
    if (drawn > 0.2) continue;
    bytes.fill(0, at, at + size);
    if (drawn < 0.1) bytes[at + size - 1] = 0x80;
  }
}

function noise(length: number, seed: number): Uint8Array {
  let state = seed + 1;
  return new Uint8Array(length).map(() => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}

function writeNumber(scalar: (typeof KERNELS)[number], view: DataView, index: number, value: number): void {
  if (scalar === "float64") view.setFloat64(index * 8, value, true);
  else if (scalar === "float32") view.setFloat32(index * 4, value, true);
  else view.setUint16(index * 2, encodeFloat(scalar, value), true);
}

function floats(values: Float32Array): TensorRef {
  return tensor("float32", new Uint8Array(values.buffer.slice(0)));
}

type Sizes = "any" | "small" | "large" | "near";

/**
 * Keeps exponents in a range, so that whole stretches are finite and their squares too: below 2, or 2 and above, or few
 * powers of two apart.
 */
function tame(bytes: Uint8Array, size: number, sizes: Sizes = "small"): Uint8Array {
  if (sizes === "any") return bytes;
  for (let at = size - 1; at < bytes.length; at += size) {
    const byte = bytes[at] ?? 0;
    if (sizes === "near") bytes[at] = (byte & 0x87) | 0x38;
    else bytes[at] = sizes === "small" ? byte & 0xbf : (byte & 0x80) | 0x40;
  }
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
