import { describe, expect, it } from "vitest";
import { createKernel, type Kernel } from "../../../src/core/diff/kernel.ts";
import { decodeTable } from "../../../src/core/model/float.ts";

/**
 * The kernel for 16 bits looks at single pairs only where their bits say that the largest relative error may be exceeded.
 * Here that error climbs by as little as it can, block after block, through every regime of it.
 */

const TYPES = [
  { name: "float16", one: 0x3c00, infinity: 0x7c00, significand: 10 },
  { name: "bfloat16", one: 0x3f80, infinity: 0x7f80, significand: 7 },
] as const;
const STRETCH = 128;

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
    const old = new Uint16Array(kernel.memory, oldAt, 256).fill(type.one);
    const next = new Uint16Array(kernel.memory, nextAt, 256).fill(type.one);
    // To five times itself; then a quarter of the largest, to the largest across zero.
    next[0] = type.one + (2 << type.significand) + (1 << (type.significand - 2));
    old[200] = type.infinity - (2 << type.significand) + (1 << (type.significand - 2));
    next[200] = type.infinity - 1 + 0x8000;
    const [from = 0, to = 0] = [values[old[200] ?? 0], values[type.infinity - 1]];
    expect((from + to) / from).toBeGreaterThan(4);
    expect(maxRelOf(kernel, type.name, oldAt, nextAt, 256)).toBe((from + to) / from);
  });
});
