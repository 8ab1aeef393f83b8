/**
 * zstd frames, one or several in a row.
 *
 *     28 b5 2f fd                magic number
 *     84 58 xx xx xx xx          flags, how far back it refers, content size where the flags say so
 *     xx xx xx                   a block: whether it is the last, its kind, its size
 *     ...                        its bytes; a byte that is repeated; or literals and sequences
 *     xx xx xx xx                checksum of the content where the flags say so
 *     50 2a 4d 18 xx xx xx xx    (to 5f) a frame to be skipped, with its size
 *
 * RFC 8878.
 */
import { LIMITS } from "../../limits.ts";
import type { Work } from "../../work.ts";
import { cutShort, Damage, damaged } from "../damage.ts";
import { History } from "../history.ts";
import type { PackedInput } from "../input.ts";
import { skipFrame } from "../skippable.ts";
import type { HuffmanTable } from "./huffman.ts";
import { readLiterals } from "./literals.ts";
import { executeSequences, sequenceState } from "./sequences.ts";
import { Xxh64 } from "./xxh64.ts";

export const ZSTD_MAGIC = [0x28, 0xb5, 0x2f, 0xfd] as const;
/** Magic number, flags, window, dictionary and size at their longest. */
const HEADER_BYTES = 18;
const BLOCK_HEADER_BYTES = 3;
const BLOCK_BYTES = 128 * 1024;

export async function* decodeZstd(input: PackedInput, work: Work): AsyncGenerator<Uint8Array, void> {
  for (let frames = 0; ; frames++) {
    await input.fill(4);
    if (input.available === 0 && frames > 0) return;
    if (await skipFrame(input, work)) continue;
    if (!input.startsWith(ZSTD_MAGIC)) {
      if (frames > 0) return;
      throw damaged("it does not begin with its magic number");
    }
    yield* decodeFrame(input, work);
  }
}

interface FrameHeader {
  readonly window: number;
  readonly contentSize: bigint | undefined;
  readonly hasChecksum: boolean;
}

async function readHeader(input: PackedInput): Promise<FrameHeader> {
  await input.fill(HEADER_BYTES);
  input.take(ZSTD_MAGIC.length);
  const flags = input.u8();
  if ((flags & 8) !== 0) throw damaged("its flags have a meaning that is not known");
  const isSingle = (flags & 0x20) !== 0;
  const declared = isSingle ? 0 : windowOf(input.u8());
  const dictionary = input.take([0, 1, 2, 4][flags & 3] as number);
  if (dictionary.some((byte) => byte !== 0))
    throw new Damage("unsupported", "needs a dictionary that is kept elsewhere");
  const contentSize = readContentSize(input, flags >>> 6, isSingle);
  return {
    window: isSingle ? Number(contentSize) : declared,
    contentSize,
    hasChecksum: (flags & 4) !== 0,
  };
}

function windowOf(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >>> 3));
  return base + (base / 8) * (descriptor & 7);
}

function readContentSize(input: PackedInput, format: number, isSingle: boolean): bigint | undefined {
  switch (format) {
    case 0:
      return isSingle ? BigInt(input.u8()) : undefined;
    case 1:
      return BigInt(input.u8() + 256 * input.u8() + 256);
    case 2:
      return BigInt(input.u32());
    default:
      return input.u64();
  }
}

async function* decodeFrame(input: PackedInput, work: Work): AsyncGenerator<Uint8Array, void> {
  const { window, contentSize, hasChecksum } = await readHeader(input);
  const history = new History(window, LIMITS.codecWindowBytes);
  const content = hasChecksum ? new Xxh64() : undefined;
  const most = Math.min(window, BLOCK_BYTES);
  const state = sequenceState();
  let table: HuffmanTable | undefined;
  let total = 0n;
  for (let isLast = false; !isLast; ) {
    await input.need(BLOCK_HEADER_BYTES);
    const header = input.u8() + 256 * input.u8() + 65536 * input.u8();
    isLast = (header & 1) === 1;
    const kind = (header >>> 1) & 3;
    const size = header >>> 3;
    if (kind === 3 || size > most)
      throw damaged(kind === 3 ? "a block is of no known kind" : "a block is longer than it may be");
    const packed = kind === 1 ? 1 : size;
    await input.fill(packed);
    const isWhole = input.available >= packed;
    // Of a compressed block that is cut nothing can be had: it is read from its end.
    if (!isWhole && kind !== 0) throw cutShort();
    const bytes = input.take(Math.min(packed, input.available));
    history.reserve(kind === 2 ? most : size);
    if (kind === 0) {
      history.bytes.set(bytes, history.at);
      history.at += bytes.length;
    } else if (kind === 1) {
      history.bytes.fill(bytes[0] as number, history.at, history.at + size);
      history.at += size;
    } else {
      if (size === 0) throw damaged("a compressed block is empty");
      const literals = readLiterals(bytes, most, table);
      ({ table } = literals);
      executeSequences(bytes, literals.end, literals.bytes, state, history, history.at + most);
    }
    const piece = history.take();
    content?.update(piece);
    total += BigInt(piece.length);
    yield piece;
    if (!isWhole) throw cutShort();
    if (work.isDue()) await work.checkpoint();
  }
  if (contentSize !== undefined && contentSize !== total)
    throw damaged(`it should have ${contentSize} bytes and has ${total}`);
  if (content === undefined) return;
  await input.need(4);
  if (input.u32() !== content.digest()) throw damaged("the checksum of its content differs");
}
