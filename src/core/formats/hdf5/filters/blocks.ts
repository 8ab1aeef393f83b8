import { fromBytes } from "../../../bytes/source.ts";
import { unshuffleBits } from "../../../codecs/bitshuffle.ts";
import { unpackLz4Block } from "../../../codecs/lz4/block.ts";
import { corrupt, truncated } from "../../../errors.ts";
import type { Host } from "../../../host.ts";
import { quietWork } from "../../../work.ts";

/**
 * LZ4 (https://github.com/HDFGroup/hdf5_plugins, LZ4/src/H5Zlz4.c), big-endian: 8 bytes of size, 4 of a block's, then
 * each block behind 4 bytes of its packed size; one that is as long packed is stored as it is.
 */
export function unpackLz4(bytes: Uint8Array, most: number, what: string): Uint8Array {
  const reader = new BlockReader(bytes, what);
  const size = reader.size(most);
  const block = Math.min(reader.u32(), size);
  if (size > 0 && block === 0) throw corrupt(`${what}: blocks of LZ4 without bytes`);
  return joined(
    blocksOf(size, block, (length) => {
      const packed = reader.packed();
      return packed.length === length ? packed : unpackLz4Block(packed, length, what);
    }),
    size,
  );
}

/** How a chunk was packed after its bits were put together (the filter's fifth value). */
const PACKING = { none: 0, lz4: 2, zstd: 3 } as const;
/** Elements that are put together at least, where the filter chooses; and what it aims at, in bytes. */
const LEAST_BLOCK = 128;
const USUAL_BLOCK_BYTES = 8192;

/**
 * Bitshuffle (https://github.com/kiyo-masui/bitshuffle, src/bshuf_h5filter.c): blocks of elements whose bits are put
 * together, packed with LZ4 or zstd behind a header as that of LZ4, or not. Less than eight elements at the end are left
 * as they are. Values: two of the filter's version, bytes of an element, elements of a block, packing.
 */
export async function unpackBitshuffle(
  bytes: Uint8Array,
  values: readonly number[],
  most: number,
  host: Host,
  what: string,
): Promise<Uint8Array> {
  const itemSize = values[2] ?? 0;
  const packing = values[4] ?? PACKING.none;
  if (itemSize === 0) throw corrupt(`${what}: bitshuffle of elements without bytes`);
  const reader = new BlockReader(bytes, what);
  const size = packing === PACKING.none ? bytes.length : reader.size(most);
  const block = packing === PACKING.none ? usualBlock(values[3] ?? 0, itemSize) : reader.u32();
  const step = 8 * itemSize;
  if (block === 0 || block % step !== 0) throw corrupt(`${what}: bitshuffle in blocks of ${block} bytes`);
  const shuffled = Math.floor(size / step) * step;
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < shuffled; at += block) {
    const length = Math.min(block, shuffled - at);
    let piece: Uint8Array;
    if (packing === PACKING.none) piece = reader.take(length);
    else if (packing === PACKING.lz4) piece = unpackLz4Block(reader.packed(), length, what);
    else if (packing === PACKING.zstd) {
      const inflated = await host.inflate("zstd", fromBytes(reader.packed(), what), length + 1, quietWork());
      if (inflated.error !== undefined) throw inflated.error;
      piece = inflated.bytes;
      if (piece.length !== length) throw corrupt(`${what}: a block has ${piece.length} bytes, expected ${length}`);
    } else throw corrupt(`${what}: bitshuffle with packing ${packing}`);
    pieces.push(unshuffleBits(piece, itemSize));
  }
  pieces.push(reader.take(size - shuffled));
  return joined(pieces, size);
}

/** Bytes of a block; `elements` as the filter was set, 0 to let it choose. */
function usualBlock(elements: number, itemSize: number): number {
  const chosen = Math.max(Math.floor(USUAL_BLOCK_BYTES / itemSize / 8) * 8, LEAST_BLOCK);
  return (elements === 0 ? chosen : elements) * itemSize;
}

function blocksOf(size: number, block: number, next: (length: number) => Uint8Array): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < size; at += block) pieces.push(next(Math.min(block, size - at)));
  return pieces;
}

/** What was unpacked, in one piece: memory for it is taken when it is known to be there. */
function joined(pieces: readonly Uint8Array[], size: number): Uint8Array {
  const out = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    out.set(piece, at);
    at += piece.length;
  }
  return out;
}

/** Sizes, big-endian, and the bytes that they count. */
class BlockReader {
  private readonly bytes: Uint8Array;
  private readonly what: string;
  private at = 0;

  constructor(bytes: Uint8Array, what: string) {
    this.bytes = bytes;
    this.what = what;
  }

  take(length: number): Uint8Array {
    const there = this.bytes.length - this.at;
    if (length > there) throw truncated(`${this.what}: a block`, this.at, length, there);
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  u32(): number {
    return this.take(4).reduce((value, byte) => value * 256 + byte, 0);
  }

  /** The size of all, of 8 bytes. Throws when it is over `most`. */
  size(most: number): number {
    const size = this.u32() * 2 ** 32 + this.u32();
    if (size > most) throw corrupt(`${this.what}: ${size} bytes unpacked, ${most} are expected`);
    return size;
  }

  /** The bytes of a block behind their count. */
  packed(): Uint8Array {
    return this.take(this.u32());
  }
}
