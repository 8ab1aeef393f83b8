import { decodeTable } from "../../../model/float.ts";
import type { BlockType } from "./block-type.ts";

/** Blocks whose values are one of few levels: three, or sixteen of a table. */

/** Five values of three levels are a number below 243, kept as the upper digits of a fraction of 256. */
const tq1_0: BlockType = {
  name: "tq1_0",
  elements: 256,
  bytes: 54,
  decode(block, out, to) {
    const d = block.half(52);
    // 32 bytes of five values each, then 16 bytes, then 4 bytes of four; values of one byte lie that many apart.
    for (const [from, width, count, first] of TERNARY)
      for (let digit = 0; digit < count; digit++)
        for (let i = 0; i < width; i++) {
          const shifted = (block.u8(from + i) * 3 ** digit) & 0xff;
          out[to + first + digit * width + i] = d * (((shifted * 3) >> 8) - 1);
        }
  },
};

const TERNARY = [
  [0, 32, 5, 0],
  [32, 16, 5, 160],
  [48, 4, 4, 240],
] as const;

const tq2_0: BlockType = {
  name: "tq2_0",
  elements: 256,
  bytes: 66,
  decode(block, out, to) {
    const d = block.half(64);
    for (let i = 0; i < 256; i++)
      out[to + i] = d * (((block.u8((i >> 7) * 32 + (i & 31)) >> (((i >> 5) & 3) * 2)) & 3) - 1);
  },
};

/** float4 e2m1, twice its value: scales are halved to make up for it. */
const DOUBLED_FLOAT4 = [0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12];

/** A power of two for 32 values (OCP microscaling). */
const mxfp4: BlockType = {
  name: "mxfp4",
  elements: 32,
  bytes: 17,
  decode(block, out, to) {
    const d = 2 ** (block.u8(0) - 128);
    for (let i = 0; i < 32; i++)
      out[to + i] = d * (DOUBLED_FLOAT4[(block.u8(1 + (i & 15)) >> (i >= 16 ? 4 : 0)) & 15] ?? 0);
  },
};

/** Four groups of 16 values, each with a float8 e4m3 scale without a sign. */
const nvfp4: BlockType = {
  name: "nvfp4",
  elements: 64,
  bytes: 36,
  decode(block, out, to) {
    for (let group = 0; group < 4; group++) {
      const d = unsignedFloat8(block.u8(group)) / 2;
      for (let i = 0; i < 16; i++) {
        const q = (block.u8(4 + group * 8 + (i & 7)) >> (i >= 8 ? 4 : 0)) & 15;
        out[to + group * 16 + i] = d * (DOUBLED_FLOAT4[q] ?? 0);
      }
    }
  },
};

/**
 * The eighth bit is no sign and counts for nothing. GGML takes the pattern that is a NaN elsewhere for zero; with the
 * eighth bit set it is exponent and fraction at their largest.
 */
function unsignedFloat8(bits: number): number {
  if ((bits & 0x7f) === 0x7f) return bits === 0x7f ? 0 : 480;
  return decodeTable("float8_e4m3fn")[bits & 0x7f] ?? 0;
}

/** The 16 levels of iq4_nl and iq4_xs (ggml-common.h, kvalues_iq4nl). */
const LEVELS = [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113];

const iq4_nl: BlockType = {
  name: "iq4_nl",
  elements: 32,
  bytes: 18,
  decode(block, out, to) {
    const d = block.half(0);
    for (let i = 0; i < 32; i++) out[to + i] = d * (LEVELS[(block.u8(2 + (i & 15)) >> (i >= 16 ? 4 : 0)) & 15] ?? 0);
  },
};

/** Scales of 6 bits less 32, upper bits first. */
const iq4_xs: BlockType = {
  name: "iq4_xs",
  elements: 256,
  bytes: 136,
  decode(block, out, to) {
    const d = block.half(0);
    const high = block.u16(2);
    for (let group = 0; group < 8; group++) {
      const low = (block.u8(4 + (group >> 1)) >> (group & 1 ? 4 : 0)) & 15;
      const scale = Math.fround(d * ((low | (((high >> (2 * group)) & 3) << 4)) - 32));
      for (let i = 0; i < 32; i++)
        out[to + group * 32 + i] =
          scale * (LEVELS[(block.u8(8 + group * 16 + (i & 15)) >> (i >= 16 ? 4 : 0)) & 15] ?? 0);
    }
  },
};

export const LEVEL_TYPES: readonly BlockType[] = [tq1_0, tq2_0, mxfp4, nvfp4, iq4_nl, iq4_xs];
