import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromBytes } from "../../../src/core/bytes/source.ts";
import { type ChangeDistribution, changeDistribution } from "../../../src/core/diff/distribution.ts";
import type { LogBins } from "../../../src/core/diff/log-bins.ts";
import {
  complexReaders,
  elementHex,
  elementPosition,
  numberReader,
  toBigInt,
  ulpDistance,
} from "../../../src/core/model/decode.ts";
import { SCALARS, type ScalarName, scalarDType } from "../../../src/core/model/dtype.ts";
import { denseByteLength, elementCount, type TensorRef } from "../../../src/core/model/tensor.ts";
import { readElements } from "../../../src/core/model/window.ts";
import { createWork, quietWork } from "../../../src/core/work.ts";
import { array, weights } from "./arrays.ts";

const distribution = (old: TensorRef, next: TensorRef): Promise<ChangeDistribution> =>
  changeDistribution(old, next, quietWork());

/** What a bin of powers holds, by its lower edge. */
function byEdge(bins: LogBins | undefined): Readonly<Record<string, number>> {
  const edges = (bins?.counts ?? []).map(
    (count, i) => [String((bins?.first ?? 0) + i * (bins?.step ?? 1)), count] as const,
  );
  return Object.fromEntries(edges.filter(([, count]) => count > 0));
}

function sum(counts: readonly number[] = []): number {
  return counts.reduce((total, count) => total + count, 0);
}

describe("the values of both sides", () => {
  it("are counted in the same bins over the range of both", async () => {
    const { values } = await distribution(array("float64", [0, 1, 2, 3]), array("float64", [0, 4, 8, 2]));
    expect(values).toEqual({ low: 0, high: 8, old: [2, 2, 0, 0], new: [1, 1, 1, 1] });
  });

  it("get a bin each when they are few whole numbers", async () => {
    const { values } = await distribution(array("int16", [-1, 0, 0, 2]), array("uint8", [0, 0, 1, 2]));
    expect(values).toEqual({ low: -1, high: 2, old: [1, 2, 0, 1], new: [0, 2, 1, 1] });
  });

  it("are there for sides of different shapes, whose changes are not", async () => {
    const found = await distribution(array("float32", [1, 2, 3]), array("float32", [1, 2, 3, 9]));
    expect(found.changes).toBeUndefined();
    expect(found).toMatchObject({ old: { elements: 3 }, new: { elements: 4 } });
    expect([sum(found.values?.old), sum(found.values?.new), found.values?.high]).toEqual([3, 4, 9]);
  });

  it("leave out what is not finite, and are absent where nothing is left", async () => {
    const some = await distribution(array("float32", ["nan", 1, "inf", 5]), array("float32", ["-inf", "inf", 2, 5]));
    expect(some.old).toEqual({ elements: 4, nan: 1, infinite: 1 });
    expect(some.new).toEqual({ elements: 4, nan: 0, infinite: 2 });
    expect([sum(some.values?.old), sum(some.values?.new)]).toEqual([2, 2]);
    const none = await distribution(array("float16", ["nan"]), array("float16", ["inf"]));
    expect(none.values).toBeUndefined();
    expect(none.changes).toMatchObject({ notFinite: 1, unchanged: 0 });
    const complex = await distribution(array("complex64", ["(1.0+2.0j)"]), array("complex64", ["(1.0+2.5j)"]));
    expect(complex.values).toBeUndefined();
    expect(complex.changes?.relative?.counts).toEqual([1]);
  });

  it("span the widest range there is", async () => {
    const most = Number.MAX_VALUE;
    const { values, changes } = await distribution(array("float64", [-most, most]), array("float64", [most, most]));
    expect(values).toMatchObject({ low: -most, high: most });
    expect([values?.old.at(0), values?.old.at(-1), values?.new.at(-1)]).toEqual([1, 1, 2]);
    // |new - old| is not a float64; twice the old value it is all the same.
    expect(byEdge(changes?.relative)).toEqual({ 0.25: 1 });
  });
});

describe("the changes", () => {
  it("are counted by quarters of a decade of the relative change", async () => {
    const old = array("float64", [1, 1, 1, 0, 5, 2, "nan", "-0.0"]);
    const next = array("float64", [1.1, 1 + 1e-8, 11, 3, 5, "inf", "nan", 0]);
    const { changes } = await distribution(old, next);
    expect(changes).toMatchObject({ unchanged: 2, fromZero: 1, notFinite: 1, sameValue: 1 });
    // 1.1 - 1 is a little more than 0.1, 1 + 1e-8 - 1 a little less than 1e-8.
    expect(byEdge(changes?.relative)).toEqual({ "-8.25": 1, "-1": 1, 1: 1 });
  });

  it("are counted by powers of two of the distance in ulps", async () => {
    const bits = new Uint32Array([0x3f800000, 0x3f800001, 0x3f800003, 0x80000001, 0x3f800000]);
    const old: TensorRef = { ...array("float32", [0, 0, 0, 0, 0]), data: fromBytes(new Uint8Array(bits.buffer)) };
    const moved = new Uint32Array([0x3f800001, 0x3f800003, 0x3f800000, 0x00000001, 0x3f800000]);
    const next: TensorRef = { ...old, data: fromBytes(new Uint8Array(moved.buffer)) };
    const { changes } = await distribution(old, next);
    expect(changes?.unchanged).toBe(1);
    expect(byEdge(changes?.ulps)).toEqual({ 0: 1, 1: 3 });
  });

  it("have no ulps between two types", async () => {
    const { changes } = await distribution(array("float64", [1, 0.1]), array("float32", [1, 0.1]));
    expect(changes).toMatchObject({ unchanged: 1 });
    expect(changes?.ulps).toBeUndefined();
    expect(sum(changes?.relative?.counts)).toBe(1);
  });

  it("take at most 64 bins, however far they spread", async () => {
    const old = array("float64", [1, 1e300, 1e-300, 1]);
    const next = array("float64", [1 + 2 ** -52, 1e-300, 1e300, 2]);
    const { changes } = await distribution(old, next);
    expect(changes?.relative?.counts.length).toBeLessThanOrEqual(64);
    expect(sum(changes?.relative?.counts)).toBe(4);
    expect(changes?.relative?.first).toBeLessThanOrEqual(-15.65);
    const { first = 0, step = 0, counts = [] } = changes?.relative ?? {};
    expect(first + step * counts.length).toBeGreaterThan(600);
  });

  it("end when they are cancelled", async () => {
    const tensor = array("float64", weights(50_000));
    const abort = new AbortController();
    abort.abort();
    const work = createWork({ signal: abort.signal });
    await expect(changeDistribution(tensor, tensor, work)).rejects.toMatchObject({ code: "cancelled" });
  });
});

describe("every type", () => {
  // Of the 80-bit floats most patterns are beyond what a reference of float64 can say.
  const plain = (Object.keys(SCALARS) as ScalarName[]).filter(
    (name) => !/96|128$|192|256/.test(name) || name === "complex128",
  );
  const types = plain.flatMap((name) => [
    { name, isBig: false },
    ...(scalarDType(name).itemSize > 1 && SCALARS[name].kind !== "x" ? [{ name, isBig: true }] : []),
  ]);

  it.each(types)("agrees with a scalar reference: $name, big-endian $isBig", async ({ name, isBig }) => {
    const run = fc.asyncProperty(fc.integer({ min: 1, max: 9000 }), fc.nat(), async (count, seed) => {
      const [old, next] = randomPair(name, isBig, count, seed);
      const { changes, values, old: ofOld, new: ofNew } = await distribution(old, next);
      const wanted = await reference(old, next);
      expect([ofOld, ofNew]).toEqual(wanted.sides);
      const { relative, ulps, ...counts } = changes ?? {};
      expect(counts).toEqual(wanted.counts);
      expect([relative?.counts, ulps?.counts]).toEqual([inBins(wanted.exponents, relative), inBins(wanted.bits, ulps)]);
      expect([sum(relative?.counts), sum(ulps?.counts)]).toEqual([wanted.exponents.length, wanted.bits.length]);
      if (SCALARS[name].kind === "c") return;
      const finite = wanted.sides.map(({ elements, nan, infinite }) => elements - nan - infinite);
      expect([sum(values?.old), sum(values?.new)]).toEqual(finite);
    });
    await fc.assert(run, { numRuns: 3 });
  });
});

describe("80-bit floats", () => {
  it("are told apart beyond the digits of float64", async () => {
    const old = array("float128", ["1.0", "1.0", "3.5"]);
    const next = array("float128", ["1.0000000000000000001084", "1.0", "-3.5"]);
    const { changes, values } = await distribution(old, next);
    expect(changes).toMatchObject({ unchanged: 1, sameValue: 0, notFinite: 0 });
    expect(byEdge(changes?.ulps)).toMatchObject({ 0: 1 });
    expect(sum(changes?.relative?.counts)).toBe(2);
    expect(values).toMatchObject({ low: -3.5, high: 3.5 });
  });
});

/** Two tensors of random bits, of which most elements are the same and some differ in the last byte only. */
function randomPair(name: ScalarName, isBig: boolean, count: number, seed: number): readonly [TensorRef, TensorRef] {
  const dtype = scalarDType(name, isBig);
  const shape = [count];
  const length = denseByteLength({ dtype, shape });
  let state = seed;
  const random = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  };
  const a = Uint8Array.from({ length }, random);
  const b = Uint8Array.from(a, (byte) => (random() < 60 ? random() : random() < 20 ? byte ^ 1 : byte));
  const made = (bytes: Uint8Array): TensorRef => ({
    dtype,
    shape,
    order: "C",
    offset: 0,
    data: fromBytes(bytes, name),
  });
  return [made(a), made(b)];
}

/** How many of the exponents are in each bin. */
function inBins(exponents: readonly number[], bins: LogBins | undefined): readonly number[] | undefined {
  return bins?.counts.map((_, i) => {
    const low = bins.first + i * bins.step;
    return exponents.filter((one) => one >= low && one < low + bins.step).length;
  });
}

/** One element after another, with the decoders that print them. */
async function reference(old: TensorRef, next: TensorRef) {
  const { dtype } = old;
  const [a, b] = await Promise.all([old, next].map((one) => readElements(one, 0, elementCount(one.shape))));
  const [x, y] = [viewOf(a!), viewOf(b!)];
  const counts = { unchanged: 0, fromZero: 0, notFinite: 0, sameValue: 0 };
  const exponents: number[] = [];
  const bits: number[] = [];
  const isComplex = dtype.kind === "c";
  const sides = [x, y].map((view) => {
    const side = { elements: elementCount(old.shape), nan: 0, infinite: 0 };
    for (let i = 0; i < (isComplex ? 0 : side.elements); i++) {
      const value = numberReader(dtype)(view, elementPosition(dtype, i));
      if (Number.isNaN(value)) side.nan++;
      else if (!Number.isFinite(value)) side.infinite++;
    }
    return side;
  });
  for (let i = 0; i < elementCount(old.shape); i++) {
    const at = elementPosition(dtype, i);
    if (elementHex(dtype, x, at) === elementHex(dtype, y, at)) {
      counts.unchanged++;
      continue;
    }
    const parts = (view: DataView): readonly number[] =>
      isComplex ? complexReaders(dtype).map((read) => read(view, at)) : [numberReader(dtype)(view, at)];
    const [p, q] = [parts(x), parts(y)];
    if (![...p, ...q].every(Number.isFinite)) {
      counts.notFinite++;
      continue;
    }
    const isBig = dtype.bits === 64 && (dtype.kind === "i" || dtype.kind === "u");
    const size = Math.hypot(...p);
    // Halves and back: the difference of two large doubles is none.
    const half = Math.hypot(...p.map((one, part) => (q[part] ?? 0) / 2 - one / 2));
    const change = isBig ? Number(toBigInt(dtype, y, at) - toBigInt(dtype, x, at)) : Number.NaN;
    const plain =
      p.length === 1 ? (q[0] ?? 0) - (p[0] ?? 0) : Math.hypot(...p.map((one, part) => (q[part] ?? 0) - one));
    const delta = Math.abs(isBig ? change : plain);
    if (delta === 0) counts.sameValue++;
    else if (size === 0) counts.fromZero++;
    else {
      const exact = Number.isFinite(delta) && Number.isFinite(size) && delta / size > 1e-300 && delta / size < Infinity;
      exponents.push(exact ? Math.log10(delta / size) : Math.log10(half) + Math.log10(2) - Math.log10(size));
    }
    const distance = ["f", "i", "u", "x"].includes(dtype.kind) ? (ulpDistance(dtype, x, at, y, at) ?? 0n) : 0n;
    if (distance > 0n) bits.push(distance.toString(2).length - 1);
  }
  return { counts, exponents, bits, sides };
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
