import type { BlockType } from "./block-type.ts";

/** Blocks of 32 values with one scale, some with a minimum: value = d * q, or d * q + m. */

const nibble = (byte: number, isHigh: boolean): number => (isHigh ? byte >> 4 : byte & 15);

/** 32 nibbles: the low ones are the first 16 values, the high ones the last 16. */
function nibbles(
  at: number,
  make: (q: number, index: number) => number,
  out: Float32Array,
  to: number,
  read: (at: number) => number,
): void {
  for (let i = 0; i < 32; i++) out[to + i] = make(nibble(read(at + (i & 15)), i >= 16), i);
}

const q4_0: BlockType = {
  name: "q4_0",
  elements: 32,
  bytes: 18,
  decode(block, out, to) {
    const d = block.half(0);
    nibbles(
      2,
      (q) => d * (q - 8),
      out,
      to,
      (at) => block.u8(at),
    );
  },
};

const q4_1: BlockType = {
  name: "q4_1",
  elements: 32,
  bytes: 20,
  decode(block, out, to) {
    const [d, m] = [block.half(0), block.half(2)];
    nibbles(
      4,
      (q) => Math.fround(d * q) + m,
      out,
      to,
      (at) => block.u8(at),
    );
  },
};

/** The fifth bits of all values lie together, one bit for each. */
const q5_0: BlockType = {
  name: "q5_0",
  elements: 32,
  bytes: 22,
  decode(block, out, to) {
    const [d, high] = [block.half(0), block.u32(2)];
    nibbles(
      6,
      (q, i) => d * ((q | (((high >>> i) & 1) << 4)) - 16),
      out,
      to,
      (at) => block.u8(at),
    );
  },
};

const q5_1: BlockType = {
  name: "q5_1",
  elements: 32,
  bytes: 24,
  decode(block, out, to) {
    const [d, m, high] = [block.half(0), block.half(2), block.u32(4)];
    nibbles(
      8,
      (q, i) => Math.fround(d * (q | (((high >>> i) & 1) << 4))) + m,
      out,
      to,
      (at) => block.u8(at),
    );
  },
};

const q8_0: BlockType = {
  name: "q8_0",
  elements: 32,
  bytes: 34,
  decode(block, out, to) {
    const d = block.half(0);
    for (let i = 0; i < 32; i++) out[to + i] = block.i8(2 + i) * d;
  },
};

/** As q8_0; the sum of the values, which products use, stands between. */
const q8_1: BlockType = {
  name: "q8_1",
  elements: 32,
  bytes: 36,
  decode(block, out, to) {
    const d = block.half(0);
    for (let i = 0; i < 32; i++) out[to + i] = block.i8(4 + i) * d;
  },
};

/** A sign for each value. */
const q1_0: BlockType = {
  name: "q1_0",
  elements: 128,
  bytes: 18,
  decode(block, out, to) {
    const d = block.half(0);
    for (let i = 0; i < 128; i++) out[to + i] = (block.u8(2 + (i >> 3)) >> (i & 7)) & 1 ? d : -d;
  },
};

export const PLAIN_TYPES: readonly BlockType[] = [q4_0, q4_1, q5_0, q5_1, q8_0, q8_1, q1_0];
