import { describe, expect, it } from "vitest";
import { createKernel, type Kernel, type KernelSide } from "../../../src/core/diff/kernel.ts";
import { decodeTable } from "../../../src/core/model/float.ts";

/**
 * The kernel for 16 bits looks at single pairs only where their bits say that the largest relative error may be exceeded.
 * Here that error climbs by as little as it can, block after block, through every regime of it.
 */

const TYPES = [
  { name: "float16", one: 0x3c00, infinity: 0x7c00, significand: 10 },
  { name: "bfloat16", one: 0x3f80, infinity: 0x7f80, significand: 7 },
] as const;
const STRETCH = 256;

function maxRelOf(kernel: Kernel, name: string, old: number, next: number, count: number): number | undefined {
  return kernel.run(name, { at: old, itemSize: 2 }, { at: next, itemSize: 2 }, count).at(-1)?.maxRel;
}

interface Pair {
  readonly old: number;
  readonly next: number;
  readonly relative: number;
}

function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Pairs of finite values: near each other, far apart, on two sides of zero, subnormal, zero. */
function drawPairs({ name, infinity, significand }: (typeof TYPES)[number], count: number, seed: number): Pair[] {
  const random = randomNumbers(seed);
  const values = decodeTable(name);
  return Array.from({ length: count }, () => {
    // A third of the draws has no old side but subnormal ones, some of them only the smallest.
    const size = seed % 3 === 0 || random(8) === 0 ? random(1 << (seed % significand)) : random(infinity);
    const reach = 2 ** random(16);
    const other = random(16) === 0 ? 0 : Math.max(0, Math.min(infinity - 1, size + random(2 * reach + 1) - reach));
    const [old, next] = [size + 0x8000 * random(2), other + 0x8000 * random(2)];
    const from = values[old] ?? 0;
    const relative = from === 0 ? 0 : Math.abs((values[next] ?? 0) - from) / Math.abs(from);
    return { old, next, relative };
  });
}

describe.each(TYPES)("the largest relative error of $name", (type) => {
  it.each([1, 8])("is exact after every block of %i stretches, however slowly it rises", (stretches) => {
    const kernel = createKernel(4096);
    if (kernel === undefined) throw new Error("there is no kernel");
    const length = stretches * STRETCH;
    const [oldAt, nextAt] = [kernel.base, kernel.base + length * 2];
    const oldBits = new Uint16Array(kernel.memory, oldAt, length);
    const nextBits = new Uint16Array(kernel.memory, nextAt, length);
    const wrong: string[] = [];
    for (let seed = 1; seed <= 12; seed++) {
      const pairs = drawPairs(type, 200 * STRETCH, seed).sort((a, b) => a.relative - b.relative);
      kernel.reset();
      for (let at = 0; at + length <= pairs.length; at += length) {
        // Where the largest of a block stands is another place each time.
        const block = pairs.slice(at, at + length);
        block.forEach(({ old, next }, index) => {
          oldBits[(index + seed * 7 + at) % length] = old;
          nextBits[(index + seed * 7 + at) % length] = next;
        });
        const largest = Math.max(...block.map(({ relative }) => relative));
        const found = maxRelOf(kernel, type.name, oldAt, nextAt, length);
        if (found !== largest) wrong.push(`seed ${seed}, block at ${at}: ${found}, and it is ${largest}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it("is found again where many pairs have it", () => {
    const kernel = createKernel(4096);
    if (kernel === undefined) throw new Error("there is no kernel");
    const [oldAt, nextAt] = [kernel.base, kernel.base + 1024];
    new Uint16Array(kernel.memory, oldAt, 512).fill(type.one);
    const next = new Uint16Array(kernel.memory, nextAt, 512).fill(type.one + 1);
    const first = maxRelOf(kernel, type.name, oldAt, nextAt, 512);
    next[300] = type.one + 2;
    expect([first, maxRelOf(kernel, type.name, oldAt, nextAt, 512)]).toEqual([
      2 ** -type.significand,
      2 ** (1 - type.significand),
    ]);
  });

  it("is found where it rises by one step, at the least value and by the largest distance", () => {
    const kernel = createKernel(4096);
    if (kernel === undefined) throw new Error("there is no kernel");
    const [oldAt, nextAt] = [kernel.base, kernel.base + 1024];
    const values = decodeTable(type.name);
    new Uint16Array(kernel.memory, oldAt, STRETCH).fill(type.one + (3 << type.significand))[100] = type.one;
    const next = new Uint16Array(kernel.memory, nextAt, STRETCH).fill(type.one + (3 << type.significand));
    for (let step = 1; step < 40; step++) {
      next[100] = type.one + (2 << type.significand) + step;
      expect(maxRelOf(kernel, type.name, oldAt, nextAt, STRETCH)).toBe((values[next[100] ?? 0] ?? 0) - 1);
    }
  });

  it("is found where the distance is beyond float32", () => {
    const kernel = createKernel(4096);
    if (kernel === undefined) throw new Error("there is no kernel");
    const [oldAt, nextAt] = [kernel.base, kernel.base + 1024];
    const values = decodeTable(type.name);
    const old = new Uint16Array(kernel.memory, oldAt, 512).fill(type.one);
    const next = new Uint16Array(kernel.memory, nextAt, 512).fill(type.one + 0x8000);
    expect(maxRelOf(kernel, type.name, oldAt, nextAt, 512)).toBe(2);
    next.fill(type.one);
    old[200] = type.infinity - 4;
    next[200] = type.infinity - 1 + 0x8000;
    const [from = 0, to = 0] = [values[type.infinity - 4], values[type.infinity - 1]];
    expect(maxRelOf(kernel, type.name, oldAt, nextAt, 512)).toBe((from + to) / from);
  });

  it("is found behind a greater one of the same block, where products are beyond float32", () => {
    const kernel = createKernel(4096);
    if (kernel === undefined) throw new Error("there is no kernel");
    const [oldAt, nextAt] = [kernel.base, kernel.base + 1024];
    const values = decodeTable(type.name);
    const old = new Uint16Array(kernel.memory, oldAt, 512).fill(type.one);
    const next = new Uint16Array(kernel.memory, nextAt, 512).fill(type.one);
    // To five times itself; then a quarter of the largest, to the largest across zero.
    next[0] = type.one + (2 << type.significand) + (1 << (type.significand - 2));
    old[400] = type.infinity - (2 << type.significand) + (1 << (type.significand - 2));
    next[400] = type.infinity - 1 + 0x8000;
    const [from = 0, to = 0] = [values[old[400] ?? 0], values[type.infinity - 1]];
    expect((from + to) / from).toBeGreaterThan(4);
    expect(maxRelOf(kernel, type.name, oldAt, nextAt, 512)).toBe((from + to) / from);
  });
});

describe("the largest relative error of float32", () => {
  it("is exact after every block, however slowly it rises", () => {
    const kernel = createKernel(4096);
    if (kernel === undefined) throw new Error("there is no kernel");
    const [oldAt, nextAt] = [kernel.base, kernel.base + STRETCH * 4];
    const old = new Float32Array(kernel.memory, oldAt, STRETCH);
    const next = new Float32Array(kernel.memory, nextAt, STRETCH);
    const wrong: string[] = [];
    for (let seed = 1; seed <= 12; seed++) {
      const pairs = drawSingles(60 * STRETCH, seed).sort((a, b) => a.relative - b.relative);
      kernel.reset();
      for (let at = 0; at < pairs.length; at += STRETCH) {
        const block = pairs.slice(at, at + STRETCH);
        block.forEach((pair, index) => {
          old[(index + seed * 7 + at) % STRETCH] = pair.old;
          next[(index + seed * 7 + at) % STRETCH] = pair.next;
        });
        const largest = Math.max(...block.map(({ relative }) => relative));
        const sides = [oldAt, nextAt].map((side) => ({ at: side, itemSize: 4 })) as [KernelSide, KernelSide];
        const found = kernel.run("float32", ...sides, STRETCH).at(-1)?.maxRel;
        if (found !== largest) wrong.push(`seed ${seed}, block at ${at}: ${found}, and it is ${largest}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it("is found where it rises by one step, at the least value and by the largest distance", () => {
    const kernel = createKernel(4096);
    if (kernel === undefined) throw new Error("there is no kernel");
    const [oldAt, nextAt] = [kernel.base, kernel.base + STRETCH * 4];
    new Float32Array(kernel.memory, oldAt, STRETCH).fill(8)[100] = 1;
    const next = new Float32Array(kernel.memory, nextAt, STRETCH).fill(8);
    for (let step = 1; step < 40; step++) {
      next[100] = 4 + step * 2 ** -21;
      const [old, other] = [
        { at: oldAt, itemSize: 4 },
        { at: nextAt, itemSize: 4 },
      ];
      expect(kernel.run("float32", old, other, STRETCH).at(-1)?.maxRel).toBe(3 + step * 2 ** -21);
    }
  });
});

describe("the largest relative error among the smallest numbers", () => {
  /** Bits of pairs, each in a block of its own among values that stay, and the error so far after it. */
  function climb(name: string, itemSize: 2 | 4, one: number, pairs: readonly (readonly [number, number])[]): unknown[] {
    const kernel = createKernel(4096);
    if (kernel === undefined) throw new Error("there is no kernel");
    const [old, next] = [kernel.base, kernel.base + STRETCH * 4].map((at) => ({ at, itemSize }));
    if (old === undefined || next === undefined) throw new Error("there are two sides");
    return pairs.map(([from, to]) => {
      for (const [{ at }, bits] of [[old, from] as const, [next, to] as const]) {
        const side =
          itemSize === 4 ? new Uint32Array(kernel.memory, at, STRETCH) : new Uint16Array(kernel.memory, at, STRETCH);
        side.fill(one)[100] = bits;
      }
      return kernel.run(name, old, next, STRETCH).at(-1)?.maxRel;
    });
  }

  it("is found in float32 where a product of the smallest numbers is rounded up to their distance", () => {
    // 5 to 8; then 3 to 5 and 2 to 4 of the smallest number.
    const pairs = [[0x40a00000, 0x41000000] as const, [3, 5] as const, [2, 4] as const];
    expect(climb("float32", 4, 0x3f800000, pairs)).toEqual([0.6, 2 / 3, 1]);
  });

  it("is found in bfloat16 where the error before is nearly that of becoming zero", () => {
    const pairs = [[0x3f80, 0x3580] as const, [1, 0] as const];
    expect(climb("bfloat16", 2, 0x3f80, pairs)).toEqual([1 - 2 ** -20, 1]);
  });
});

/** Pairs of finite values whose errors lie close together: within a range of sizes, some zero, some subnormal. */
function drawSingles(count: number, seed: number): Pair[] {
  const random = randomNumbers(seed);
  const single = new Float32Array(2);
  const bits = new Uint32Array(single.buffer);
  return Array.from({ length: count }, () => {
    // Exponents far apart, a few apart, or none at all but those of subnormal values.
    const size =
      seed % 3 === 0 ? random(0x7f800000) : seed % 3 === 1 ? 0x3f000000 + random(0x2000000) : random(0x1000000);
    const reach = 2 ** random(31);
    const other = Math.max(0, Math.min(0x7f7fffff, size + random(2 * reach + 1) - reach));
    bits[0] = size + 0x80000000 * random(2);
    bits[1] = (random(16) === 0 ? 0 : other) + 0x80000000 * random(2);
    const [old = 0, next = 0] = single;
    return { old, next, relative: old === 0 ? 0 : Math.abs(next - old) / Math.abs(old) };
  });
}
