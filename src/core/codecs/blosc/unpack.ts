/**
 * Blosc, versions 1: a buffer in blocks, each packed for itself, the bytes or bits of its elements put together before.
 *
 *     02 01 31 04                versions of the form and of the codec; flags; bytes of an element
 *     xx xx xx xx                bytes unpacked
 *     xx xx xx xx                bytes of a block
 *     xx xx xx xx                bytes of all of this
 *     xx xx xx xx ...            where each block begins; not there where the buffer is stored as it is
 *     xx xx xx xx ...            a part of a block: its bytes packed, then they; one for each byte of an element, or one
 *
 * Flags: 1 bytes shuffled, 2 stored as it is, 4 bits shuffled, 16 one part for a block; the codec in the highest three.
 * https://github.com/Blosc/c-blosc/blob/main/README_CHUNK_FORMAT.rst
 */
import { fromBytes } from "../../bytes/source.ts";
import { corrupt, truncated, unsupported } from "../../errors.ts";
import type { Host } from "../../host.ts";
import { quietWork } from "../../work.ts";
import { unshuffleBits } from "../bitshuffle.ts";
import { unpackLz4Block } from "../lz4/block.ts";
import { unshuffle } from "../shuffle.ts";
import { unpackSnappy } from "../snappy/block.ts";
import { unpackBloscLz } from "./blosclz.ts";

const HEADER_BYTES = 16;
const FLAG = { shuffled: 1, stored: 2, bitsShuffled: 4, whole: 16 } as const;
/** A block is packed in parts only for elements of up to 16 bytes, and parts of at least 128. */
const MOST_PARTS = 16;
const LEAST_PART = 128;
/** Bytes to tell what a part that is longer than it may be would have had. */
const MARGIN = 1;

interface Header {
  readonly flags: number;
  readonly itemSize: number;
  readonly size: number;
  readonly block: number;
  readonly stored: number;
}

function headerOf(bytes: Uint8Array, what: string): Header {
  if (bytes.length < HEADER_BYTES) throw truncated(`${what}: header of Blosc`, 0, HEADER_BYTES, bytes.length);
  const version = bytes[0] ?? 0;
  if (version > 2) throw unsupported(`${what}: Blosc of version ${version}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, HEADER_BYTES);
  return {
    flags: bytes[2] ?? 0,
    itemSize: Math.max(1, bytes[3] ?? 1),
    size: view.getUint32(4, true),
    block: view.getUint32(8, true),
    stored: view.getUint32(12, true),
  };
}

/** The buffer that was packed. Throws unless it has at most `most` bytes, and where anything contradicts itself. */
export async function unpackBlosc(packed: Uint8Array, most: number, host: Host, what: string): Promise<Uint8Array> {
  const { flags, itemSize, size, block, stored } = headerOf(packed, what);
  if (size > most) throw corrupt(`${what}: Blosc of ${size} bytes, ${most} are expected`);
  if (stored < HEADER_BYTES) throw corrupt(`${what}: Blosc that is ${stored} bytes long`);
  if (stored > packed.length) throw truncated(`${what}: Blosc`, 0, stored, packed.length);
  const bytes = packed.subarray(0, stored);
  if (size === 0) return new Uint8Array(0);
  if ((flags & FLAG.stored) !== 0) {
    if (stored < HEADER_BYTES + size) throw truncated(`${what}: Blosc`, HEADER_BYTES, size, stored - HEADER_BYTES);
    return bytes.slice(HEADER_BYTES, HEADER_BYTES + size);
  }
  if (block === 0 || block > size) throw corrupt(`${what}: blocks of ${block} bytes in Blosc of ${size}`);
  const count = Math.ceil(size / block);
  const first = HEADER_BYTES + 4 * count;
  if (first > stored) throw truncated(`${what}: blocks of Blosc`, HEADER_BYTES, 4 * count, stored - HEADER_BYTES);
  const view = new DataView(bytes.buffer, bytes.byteOffset, stored);
  // Blocks that lie over each other would give more than the bytes that are there can.
  let left = stored - first;
  const pieces: Uint8Array[] = [];
  for (let index = 0; index < count; index++) {
    const length = Math.min(block, size - index * block);
    let at = view.getUint32(HEADER_BYTES + 4 * index, true);
    const parts = partsOf(flags, itemSize, block, length);
    const partLength = length / parts;
    const unpacked = new Uint8Array(parts === 1 ? 0 : length);
    let only: Uint8Array = unpacked;
    for (let part = 0; part < parts; part++) {
      if (at < first || at + 4 > stored) throw corrupt(`${what}: block ${index} of Blosc lies outside of it`);
      const taken = view.getUint32(at, true);
      at += 4;
      if (at + taken > stored) throw truncated(`${what}: block ${index} of Blosc`, at, taken, stored - at);
      left -= 4 + taken;
      if (left < 0) throw corrupt(`${what}: blocks of Blosc lie over each other`);
      const from = bytes.subarray(at, at + taken);
      at += taken;
      only = taken === partLength ? from : await unpackPart(from, flags >> 5, partLength, host, what);
      if (parts > 1) unpacked.set(only, part * partLength);
    }
    pieces.push(unfiltered(parts === 1 ? only : unpacked, flags, itemSize));
  }
  const out = new Uint8Array(size);
  for (const [index, piece] of pieces.entries()) out.set(piece, index * block);
  return out;
}

/** The last block, where it is shorter, is in one part. */
function partsOf(flags: number, itemSize: number, block: number, length: number): number {
  const isSplit =
    (flags & FLAG.whole) === 0 && itemSize <= MOST_PARTS && block / itemSize >= LEAST_PART && length === block;
  return isSplit && block % itemSize === 0 ? itemSize : 1;
}

async function unpackPart(
  bytes: Uint8Array,
  codec: number,
  size: number,
  host: Host,
  what: string,
): Promise<Uint8Array> {
  switch (codec) {
    case 0:
      return unpackBloscLz(bytes, size, what);
    case 1:
      return unpackLz4Block(bytes, size, what);
    case 2:
      return expectSize(unpackSnappy(bytes, what), size, what);
    case 3:
    case 4: {
      const source = fromBytes(bytes, what);
      const inflated = await host.inflate(codec === 3 ? "zlib" : "zstd", source, size + MARGIN, quietWork());
      if (inflated.error !== undefined) throw inflated.error;
      return expectSize(inflated.bytes, size, what);
    }
    default:
      throw unsupported(`${what}: Blosc with the codec ${codec}`);
  }
}

function expectSize(bytes: Uint8Array, size: number, what: string): Uint8Array {
  if (bytes.length !== size) throw corrupt(`${what}: a block of Blosc has ${bytes.length} bytes, expected ${size}`);
  return bytes;
}

function unfiltered(bytes: Uint8Array, flags: number, itemSize: number): Uint8Array {
  if ((flags & FLAG.shuffled) !== 0) return unshuffle(bytes, itemSize);
  if ((flags & FLAG.bitsShuffled) === 0 || bytes.length < itemSize) return bytes;
  const whole = Math.floor(bytes.length / itemSize);
  // Elements that are no multiple of eight are left as they are, all of them.
  if (whole % 8 !== 0) return bytes;
  const out = new Uint8Array(bytes.length);
  out.set(unshuffleBits(bytes.subarray(0, whole * itemSize), itemSize));
  out.set(bytes.subarray(whole * itemSize), whole * itemSize);
  return out;
}
