import { corrupt, truncated, unsupported } from "../../../errors.ts";
import type { Work } from "../../../work.ts";
import { decodeRice } from "./rice.ts";

/** Bits of the filter's first setting (szlib.h). */
const MSB = 0x10;
const NEAREST_NEIGHBOUR = 0x20;
/** The uncompressed length, little-endian, stands before what szip wrote (H5Zszip.c). */
const LENGTH_BYTES = 4;
/** Samples that are put in place between two looks at the clock. */
const STEP = 65_536;

/**
 * The szip filter: the coder of CCSDS 121.0-B over samples of 8, 16 or 24 bits. Numbers of 32 and 64 bits are coded byte
 * by byte, all first bytes before all second ones. A line of samples that is no whole number of blocks was filled up.
 */
export async function unpackSzip(
  bytes: Uint8Array,
  values: readonly number[],
  size: number,
  what: string,
  work: Work,
): Promise<Uint8Array> {
  const [options = 0, block = 0, bits = 0, line = 0] = values;
  // The library makes no line shorter than a block.
  if (block < 2 || block > 32 || block % 2 !== 0 || line < block || line > 128 * block)
    throw corrupt(`${what}: szip is set to blocks of ${block} in lines of ${line} samples`);
  if (bits < 1 || (bits > 24 && bits !== 32 && bits !== 64)) throw unsupported(`${what}: szip of ${bits} bits`);
  if (bytes.length < LENGTH_BYTES) throw truncated(what, 0, LENGTH_BYTES, bytes.length);
  const length = new DataView(bytes.buffer, bytes.byteOffset, LENGTH_BYTES).getUint32(0, true);
  if (length !== size) throw corrupt(`${what}: szip says ${length} bytes, expected ${size}`);
  const isByByte = bits === 32 || bits === 64;
  const sampleBits = isByByte ? 8 : bits;
  const width = sampleBits > 16 ? 4 : sampleBits > 8 ? 2 : 1;
  if (size % (isByByte ? bits / 8 : width) !== 0) throw corrupt(`${what}: ${size} bytes are no whole samples of szip`);
  const count = size / width;
  const blocks = Math.ceil(line / block);
  const stride = blocks * block;
  const lines = Math.ceil(count / line);
  const samples = await decodeRice(
    bytes.subarray(LENGTH_BYTES),
    {
      bits: sampleBits,
      block,
      blocks,
      count: count === 0 ? 0 : (lines - 1) * stride + (count - (lines - 1) * line),
      isPredicted: (options & NEAREST_NEIGHBOUR) !== 0,
    },
    what,
    work,
  );
  const out = new Uint8Array(size);
  const isBig = (options & MSB) !== 0;
  for (let first = 0, row = 0, left = STEP; first < count; first += line, row += stride) {
    const end = Math.min(first + line, count);
    for (let i = first, at = row; i < end; i++, at++) {
      const sample = samples[at] ?? 0;
      for (let k = 0; k < width; k++) out[i * width + (isBig ? width - 1 - k : k)] = (sample >>> (8 * k)) & 255;
    }
    left -= line;
    if (left > 0) continue;
    left = STEP;
    if (work.isDue()) await work.checkpoint();
  }
  return isByByte ? together(out, bits / 8) : out;
}

/** The bytes of each number, which lie `size / width` apart. */
function together(bytes: Uint8Array, width: number): Uint8Array {
  const out = new Uint8Array(bytes.length);
  const apart = bytes.length / width;
  for (let i = 0; i < apart; i++) for (let k = 0; k < width; k++) out[i * width + k] = bytes[k * apart + i] ?? 0;
  return out;
}
