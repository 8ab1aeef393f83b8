/**
 * xz, one stream or several in a row, with zeros between them.
 *
 *     fd 37 7a 58 5a 00          magic number
 *     00 04 xx xx xx xx          which check the blocks have (0 none, 1 CRC32, 4 CRC64, 10 SHA-256), CRC32
 *     02 00 21 01 16 ...         a block: header with its filters and CRC32, LZMA2 chunks, padding, check
 *     00 ...                     the index: sizes of all blocks, CRC32
 *     xx xx xx xx ... 59 5a      the end, read backwards by those who seek
 *
 * The .xz file format, https://tukaani.org/xz/xz-file-format.txt. Every checksum and size of it is compared.
 */
import type { Work } from "../../work.ts";
import { damaged } from "../damage.ts";
import type { Checksums } from "../decode.ts";
import type { PackedInput } from "../input.ts";
import { checkOf, checkSize } from "./check.ts";
import { hexOf } from "./crc64.ts";
import type { Filter } from "./filters.ts";
import { readBlockHeader, readFooter, readNumber, readStreamHeader, XZ_MAGIC } from "./header.ts";
import { decodeLzma2 } from "./lzma2.ts";

export async function* decodeXz(
  input: PackedInput,
  work: Work,
  checksums: Checksums,
): AsyncGenerator<Uint8Array, void> {
  do {
    yield* decodeStream(input, work, checksums);
  } while (await findStream(input, work));
}

interface BlockSizes {
  /** Header, compressed bytes and check, without the padding between. */
  readonly packed: number;
  readonly unpacked: number;
}

async function* decodeStream(input: PackedInput, work: Work, checksums: Checksums): AsyncGenerator<Uint8Array, void> {
  const check = await readStreamHeader(input, checksums);
  const blocks: BlockSizes[] = [];
  for (;;) {
    const header = await readBlockHeader(input, checksums);
    if (header === undefined) break;
    const start = input.offset;
    const { hasher } = checkOf(check, checksums);
    let unpacked = 0;
    for await (const piece of filtered(decodeLzma2(input, header.dictionary, work), header.filters)) {
      unpacked += piece.length;
      hasher?.update(piece);
      yield piece;
      if (header.unpackedSize !== undefined && unpacked > header.unpackedSize)
        throw damaged("a block is longer than it says");
    }
    const packed = input.offset - start;
    if ((header.packedSize ?? packed) !== packed || (header.unpackedSize ?? unpacked) !== unpacked)
      throw damaged("a block is not as long as it says");
    await skipPadding(input, packed);
    await input.need(checkSize(check));
    const sum = hexOf(input.take(checkSize(check)));
    if (hasher !== undefined && hasher.hex() !== sum) throw damaged("a block's checksum differs");
    blocks.push({ packed: header.size + packed + checkSize(check), unpacked });
  }
  const indexSize = await readIndex(input, blocks, work, checksums);
  await readFooter(input, check, indexSize, checksums);
}

async function* filtered(
  pieces: AsyncIterable<Uint8Array>,
  filters: readonly Filter[],
): AsyncGenerator<Uint8Array, void> {
  const through = (piece: Uint8Array, from: number): Uint8Array =>
    filters.slice(from).reduce((bytes, filter) => filter.next(bytes), piece);
  for await (const piece of pieces) yield through(piece, 0);
  // What the first filter kept goes through those after it.
  for (const [index, filter] of filters.entries()) yield through(filter.end(), index + 1);
}

/** Zeros up to a multiple of four. */
async function skipPadding(input: PackedInput, length: number): Promise<void> {
  const padding = (4 - (length % 4)) % 4;
  await input.need(padding);
  if (input.take(padding).some((byte) => byte !== 0)) throw damaged("its padding is not zero");
}

/** A record of the index at its longest: two numbers. */
const RECORD_BYTES = 18;

/** Compares the index with the blocks; gives its size. */
async function readIndex(
  input: PackedInput,
  blocks: readonly BlockSizes[],
  work: Work,
  { crc32 }: Checksums,
): Promise<number> {
  const start = input.offset;
  let sum = 0;
  /** Reads on, and takes what was read into the checksum. */
  const summed = async <T>(wanted: number, read: () => T): Promise<T> => {
    await input.fill(wanted);
    const from = input.at;
    const value = read();
    sum = crc32(input.bytes.subarray(from, input.at), sum);
    return value;
  };
  const count = await summed(1 + RECORD_BYTES, () => {
    input.u8();
    return readNumber(input);
  });
  if (count !== blocks.length) throw damaged(`its index has ${count} blocks, and it has ${blocks.length}`);
  for (const { packed, unpacked } of blocks) {
    const isEqual = await summed(RECORD_BYTES, () => readNumber(input) === packed && readNumber(input) === unpacked);
    if (!isEqual) throw damaged("its index contradicts a block");
    if (work.isDue()) await work.checkpoint();
  }
  const padding = (4 - ((input.offset - start) % 4)) % 4;
  const zeros = await summed(padding, () => input.take(padding));
  if (zeros.some((byte) => byte !== 0)) throw damaged("its padding is not zero");
  await input.need(4);
  if (input.u32() !== sum) throw damaged("the checksum of its index differs");
  return input.offset - start;
}

/** Moves to the next stream's start, past zeros in fours. False at the end, or where something else follows. */
async function findStream(input: PackedInput, work: Work): Promise<boolean> {
  const end = input.offset;
  for (;;) {
    await input.fill(XZ_MAGIC.length);
    while (input.available >= 4 && input.startsWith([0, 0, 0, 0])) input.at += 4;
    if (input.available >= XZ_MAGIC.length || input.isLast) break;
    await work.checkpoint();
  }
  if (input.startsWith(XZ_MAGIC)) return true;
  if (input.remaining > 0) input.seek(end);
  return false;
}
