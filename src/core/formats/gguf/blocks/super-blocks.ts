import type { BlockBytes, BlockType } from "./block-type.ts";

/** The k-types: 256 values, whose groups of 16 or 32 have small scales of their own under one float16 scale. */

const SIZE = 256;
const { fround } = Math;

/** Scales and minima of 4 bits for each 16 values; then 2 bits a value, four values 32 apart in each byte. */
const q2_k: BlockType = {
  name: "q2_k",
  elements: SIZE,
  bytes: 84,
  decode(block, out, to) {
    const [d, dmin] = [block.half(80), block.half(82)];
    for (let group = 0; group < 16; group++) {
      const packed = block.u8(group);
      const scale = fround(d * (packed & 15));
      const minimum = fround(dmin * (packed >> 4));
      for (let i = 0; i < 16; i++)
        out[to + group * 16 + i] = fround(scale * twoBits(block, 16, group * 16 + i)) - minimum;
    }
  },
};

/** Third bits first, one byte for eight values 32 apart; zero where the value is 4 less. Scales of 6 bits less 32. */
const q3_k: BlockType = {
  name: "q3_k",
  elements: SIZE,
  bytes: 110,
  decode(block, out, to) {
    const d = block.half(108);
    for (let group = 0; group < 16; group++) {
      const low = (block.u8(96 + (group & 7)) >> (group >= 8 ? 4 : 0)) & 15;
      const high = (block.u8(104 + (group & 3)) >> ((group >> 2) * 2)) & 3;
      const scale = fround(d * ((low | (high << 4)) - 32));
      for (let i = group * 16; i < group * 16 + 16; i++) {
        const isWhole = (block.u8(i & 31) >> (i >> 5)) & 1;
        out[to + i] = scale * (twoBits(block, 32, i) - (isWhole ? 0 : 4));
      }
    }
  },
};

/** In each 128 values the first 32 are bits 0 and 1 of 32 bytes, the next 32 bits 2 and 3 ... */
function twoBits(block: BlockBytes, at: number, index: number): number {
  return (block.u8(at + (index >> 7) * 32 + (index & 31)) >> (((index >> 5) & 3) * 2)) & 3;
}

/** Eight scales and eight minima of 6 bits in 12 bytes: the last four of each have their upper 2 bits in the first ones'. */
function scaleAndMinimum(block: BlockBytes, at: number, group: number): readonly [number, number] {
  if (group < 4) return [block.u8(at + group) & 63, block.u8(at + 4 + group) & 63];
  const low = block.u8(at + 4 + group);
  return [(low & 15) | ((block.u8(at + group - 4) >> 6) << 4), (low >> 4) | ((block.u8(at + group) >> 6) << 4)];
}

/** In each 64 values the first 32 are the low nibbles of 32 bytes, the others the high ones. */
function fourBits(block: BlockBytes, at: number, index: number): number {
  return (block.u8(at + (index >> 6) * 32 + (index & 31)) >> (index & 32 ? 4 : 0)) & 15;
}

const q4_k: BlockType = {
  name: "q4_k",
  elements: SIZE,
  bytes: 144,
  decode(block, out, to) {
    const [d, dmin] = [block.half(0), block.half(2)];
    for (let group = 0; group < 8; group++) {
      const [scale, minimum] = scaleAndMinimum(block, 4, group);
      const [ds, dm] = [fround(d * scale), fround(dmin * minimum)];
      for (let i = group * 32; i < group * 32 + 32; i++) out[to + i] = fround(ds * fourBits(block, 16, i)) - dm;
    }
  },
};

/** As q4_k, with a fifth bit: one byte for eight values 32 apart. */
const q5_k: BlockType = {
  name: "q5_k",
  elements: SIZE,
  bytes: 176,
  decode(block, out, to) {
    const [d, dmin] = [block.half(0), block.half(2)];
    for (let group = 0; group < 8; group++) {
      const [scale, minimum] = scaleAndMinimum(block, 4, group);
      const [ds, dm] = [fround(d * scale), fround(dmin * minimum)];
      for (let i = group * 32; i < group * 32 + 32; i++) {
        const high = (block.u8(16 + (i & 31)) >> group) & 1;
        out[to + i] = fround(ds * (fourBits(block, 48, i) | (high << 4))) - dm;
      }
    }
  },
};

/** Low nibbles, upper 2 bits, a signed scale for each 16 values. */
const q6_k: BlockType = {
  name: "q6_k",
  elements: SIZE,
  bytes: 210,
  decode(block, out, to) {
    const d = block.half(208);
    for (let i = 0; i < SIZE; i++) {
      const low = (block.u8((i >> 7) * 64 + (i & 63)) >> (i & 64 ? 4 : 0)) & 15;
      const q = (low | (twoBits(block, 128, i) << 4)) - 32;
      out[to + i] = fround(d * block.i8(192 + (i >> 4))) * q;
    }
  },
};

/** A float32 scale; sums of each 16 values, which products use, follow. */
const q8_k: BlockType = {
  name: "q8_k",
  elements: SIZE,
  bytes: 292,
  decode(block, out, to) {
    const d = block.f32(0);
    for (let i = 0; i < SIZE; i++) out[to + i] = d * block.i8(4 + i);
  },
};

export const SUPER_TYPES: readonly BlockType[] = [q2_k, q3_k, q4_k, q5_k, q6_k, q8_k];
