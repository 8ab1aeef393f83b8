import { fromBase64 } from "../../../bytes/base64.ts";
import type { BlockType } from "./block-type.ts";
import { GRIDS } from "./grids.ts";

/** The IQ types: several values at once are a row of a grid, with signs or a shift of their own. */

const { fround } = Math;

/** Rows of a grid one after another; unpacked when the first tensor of its type is looked at. */
function grid(name: keyof typeof GRIDS): () => Int8Array {
  let rows: Int8Array | undefined;
  return () => (rows ??= unpack(GRIDS[name]));
}

function unpack({ levels, width, rows }: (typeof GRIDS)[keyof typeof GRIDS]): Int8Array {
  const values: number[] = [];
  for (const [at, byte] of fromBase64(rows).entries())
    for (let bit = 0; bit < 8; bit++) {
      if (((byte >> bit) & 1) === 0) continue;
      let rest = at * 8 + bit;
      for (let digit = 0; digit < width; digit++) {
        values.push(levels[rest % levels.length] ?? 0);
        rest = Math.floor(rest / levels.length);
      }
    }
  return Int8Array.from(values);
}

/** Eight signs in seven bits: the eighth makes the number of minus signs even. */
function evenSigns(bits: number): number {
  let parity = bits ^ (bits >> 4);
  parity ^= parity >> 2;
  parity ^= parity >> 1;
  return bits | ((parity & 1) << 7);
}

/** A row of `width` values times a scale, a sign bit each. */
function put(
  out: Float32Array,
  to: number,
  scale: number,
  rows: Int8Array,
  row: number,
  width: number,
  signs: number,
): void {
  for (let i = 0; i < width; i++) {
    const value = scale * (rows[row * width + i] ?? 0);
    out[to + i] = (signs >> i) & 1 ? -value : value;
  }
}

/** Of each 32 values: four row numbers in a byte each; then four times seven signs, and a scale of 4 bits. */
const iq2_xxs: BlockType = {
  name: "iq2_xxs",
  elements: 256,
  bytes: 66,
  decode(block, out, to) {
    const d = block.half(0);
    for (let group = 0; group < 8; group++) {
      const [rows, rest] = [block.u32(2 + group * 8), block.u32(6 + group * 8)];
      const scale = fround(fround(d * (0.5 + (rest >>> 28))) * 0.25);
      for (let k = 0; k < 4; k++)
        put(
          out,
          to + group * 32 + k * 8,
          scale,
          xxs2(),
          (rows >>> (8 * k)) & 255,
          8,
          evenSigns((rest >>> (7 * k)) & 127),
        );
    }
  },
};

/** Of each 8 values 9 bits of row and 7 of signs; scales of 4 bits for each 16 values. */
const iq2_xs: BlockType = {
  name: "iq2_xs",
  elements: 256,
  bytes: 74,
  decode(block, out, to) {
    const d = block.half(0);
    for (let k = 0; k < 32; k++) {
      const packed = block.u16(2 + k * 2);
      const scale = halfScale(d, (block.u8(66 + (k >> 2)) >> (k & 2 ? 4 : 0)) & 15);
      put(out, to + k * 8, scale, xs2(), packed & 511, 8, evenSigns(packed >> 9));
    }
  },
};

const iq2_s: BlockType = {
  name: "iq2_s",
  elements: 256,
  bytes: 82,
  decode(block, out, to) {
    const d = block.half(0);
    for (let k = 0; k < 32; k++) {
      const row = block.u8(2 + k) | (((block.u8(66 + (k >> 2)) >> ((k & 3) * 2)) & 3) << 8);
      const scale = halfScale(d, (block.u8(74 + (k >> 2)) >> (k & 2 ? 4 : 0)) & 15);
      put(out, to + k * 8, scale, s2(), row, 8, block.u8(34 + k));
    }
  },
};

function halfScale(d: number, scale: number): number {
  return fround(fround(d * (0.5 + scale)) * 0.25);
}

/** Row numbers of four values each; then, of each 32 values, four times seven signs and a scale. */
const iq3_xxs: BlockType = {
  name: "iq3_xxs",
  elements: 256,
  bytes: 98,
  decode(block, out, to) {
    const d = block.half(0);
    for (let k = 0; k < 64; k++) {
      const rest = block.u32(66 + (k >> 3) * 4);
      const scale = fround(fround(d * (0.5 + (rest >>> 28))) * 0.5);
      const signs = evenSigns((rest >>> (7 * ((k >> 1) & 3))) & 127);
      put(out, to + k * 4, scale, xxs3(), block.u8(2 + k), 4, k & 1 ? signs >> 4 : signs);
    }
  },
};

const iq3_s: BlockType = {
  name: "iq3_s",
  elements: 256,
  bytes: 110,
  decode(block, out, to) {
    const d = block.half(0);
    for (let k = 0; k < 64; k++) {
      const row = block.u8(2 + k) | (((block.u8(66 + (k >> 3)) >> (k & 7)) & 1) << 8);
      const scale = fround(d * (1 + 2 * ((block.u8(106 + (k >> 4)) >> (k & 8 ? 4 : 0)) & 15)));
      const signs = block.u8(74 + (k >> 1));
      put(out, to + k * 4, scale, s3(), row, 4, k & 1 ? signs >> 4 : signs);
    }
  },
};

/** Rows of -1, 0, 1, all of a group moved by an eighth up or down. */
const SHIFT = 0.125;

const iq1_s: BlockType = {
  name: "iq1_s",
  elements: 256,
  bytes: 50,
  decode(block, out, to) {
    const d = block.half(0);
    for (let k = 0; k < 32; k++) {
      const high = block.u16(34 + (k >> 2) * 2);
      const scale = fround(d * (2 * ((high >> 12) & 7) + 1));
      const row = block.u8(2 + k) | (((high >> (3 * (k & 3))) & 7) << 8);
      shifted(out, to + k * 8, scale, row, high & 0x8000 ? -SHIFT : SHIFT);
    }
  },
};

/** The float16 scale is spread over the upper nibbles of four numbers, each of which has four scales of 3 bits too. */
const iq1_m: BlockType = {
  name: "iq1_m",
  elements: 256,
  bytes: 56,
  decode(block, out, to) {
    let bits = 0;
    for (let part = 0; part < 4; part++) bits |= (block.u16(48 + part * 2) >> 12) << (4 * part);
    const d = block.halfOf(bits);
    for (let k = 0; k < 32; k++) {
      const packed = block.u16(48 + (k >> 3) * 2) >> (3 * ((k >> 1) & 3));
      const high = (block.u8(32 + (k >> 1)) >> (k & 1 ? 4 : 0)) & 15;
      const scale = fround(d * (2 * (packed & 7) + 1));
      shifted(out, to + k * 8, scale, block.u8(k) | ((high & 7) << 8), high & 8 ? -SHIFT : SHIFT);
    }
  },
};

function shifted(out: Float32Array, to: number, scale: number, row: number, shift: number): void {
  const rows = ones();
  for (let i = 0; i < 8; i++) out[to + i] = scale * ((rows[row * 8 + i] ?? 0) + shift);
}

const xxs2 = grid("iq2_xxs");
const xs2 = grid("iq2_xs");
const s2 = grid("iq2_s");
const xxs3 = grid("iq3_xxs");
const s3 = grid("iq3_s");
const ones = grid("iq1");

export const GRID_TYPES: readonly BlockType[] = [iq2_xxs, iq2_xs, iq2_s, iq3_xxs, iq3_s, iq1_s, iq1_m];
