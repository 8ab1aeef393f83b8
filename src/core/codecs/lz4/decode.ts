/**
 * LZ4 frames, one or several in a row.
 *
 *     04 22 4d 18                magic number
 *     64 40 a7                   flags, largest block, checksum of these; a content size may stand before it
 *     xx xx xx xx                a block's size, highest bit set where it is not compressed
 *     ...                        the block, and its checksum where the flags say so
 *     00 00 00 00                the end, then the content's checksum where the flags say so
 *     50 2a 4d 18 xx xx xx xx    (to 5f) a frame to be skipped, with its size
 *
 * The LZ4 frame format, https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md.
 */
import type { Work } from "../../work.ts";
import { cutShort, Damage, damaged } from "../damage.ts";
import { History } from "../history.ts";
import type { PackedInput } from "../input.ts";
import { skipFrame } from "../skippable.ts";
import { decodeLz4Block } from "./block.ts";
import { Xxh32 } from "./xxh32.ts";

export const LZ4_MAGIC = [0x04, 0x22, 0x4d, 0x18] as const;
/** Magic number, flags, sizes and checksum at their longest. */
const HEADER_BYTES = 19;
/** How far back a match reaches. */
const WINDOW_BYTES = 64 * 1024;
/** A compressed byte gives no more than this. */
const MOST_PER_BYTE = 255;
const STORED_BIT = 0x8000_0000;

interface FrameHeader {
  readonly isLinked: boolean;
  readonly hasBlockChecksums: boolean;
  readonly hasContentChecksum: boolean;
  readonly contentSize?: bigint;
  readonly blockBytes: number;
}

export async function* decodeLz4(input: PackedInput, work: Work): AsyncGenerator<Uint8Array, void> {
  for (let frames = 0; ; frames++) {
    await input.fill(4);
    if (input.available === 0 && frames > 0) return;
    if (await skipFrame(input, work)) continue;
    if (!input.startsWith(LZ4_MAGIC)) {
      if (frames > 0) return;
      throw damaged("it does not begin with its magic number");
    }
    yield* decodeFrame(input, await readHeader(input), work);
  }
}

async function readHeader(input: PackedInput): Promise<FrameHeader> {
  await input.fill(HEADER_BYTES);
  input.take(LZ4_MAGIC.length);
  const start = input.at;
  const flags = input.u8();
  const descriptor = input.u8();
  if (flags >>> 6 !== 1) throw new Damage("unsupported", `is of version ${flags >>> 6}; 1 is known`);
  const blockSize = (descriptor >>> 4) & 7;
  if ((flags & 2) !== 0 || (descriptor & 0x8f) !== 0 || blockSize < 4)
    throw damaged("its flags have a meaning that is not known");
  const contentSize = (flags & 8) === 0 ? undefined : input.u64();
  const hasDictionary = (flags & 1) !== 0;
  if (hasDictionary) input.u32();
  const sum = new Xxh32().update(input.bytes.subarray(start, input.at)).digest();
  if (((sum >>> 8) & 0xff) !== input.u8()) throw damaged("the checksum of its header differs");
  if (hasDictionary) throw new Damage("unsupported", "needs a dictionary that is kept elsewhere");
  return {
    isLinked: (flags & 0x20) === 0,
    hasBlockChecksums: (flags & 0x10) !== 0,
    hasContentChecksum: (flags & 4) !== 0,
    ...(contentSize !== undefined && { contentSize }),
    blockBytes: 2 ** (8 + 2 * blockSize),
  };
}

async function* decodeFrame(
  input: PackedInput,
  { isLinked, hasBlockChecksums, hasContentChecksum, contentSize, blockBytes }: FrameHeader,
  work: Work,
): AsyncGenerator<Uint8Array, void> {
  const history = new History(WINDOW_BYTES, WINDOW_BYTES);
  const content = hasContentChecksum ? new Xxh32() : undefined;
  let total = 0n;
  for (;;) {
    await input.need(4);
    const word = input.u32();
    if (word === 0) break;
    const isStored = word >= STORED_BIT;
    const size = word % STORED_BIT;
    if (size > blockBytes) throw damaged("a block is longer than its frame allows");
    await input.fill(size + 4);
    const isWhole = input.available >= size + (hasBlockChecksums ? 4 : 0);
    const bytes = input.take(Math.min(size, input.available));
    if (isWhole && hasBlockChecksums && input.u32() !== new Xxh32().update(bytes).digest())
      throw damaged("a block's checksum differs");
    if (!isLinked) history.forget();
    const limit = isStored ? bytes.length : Math.min(blockBytes, bytes.length * MOST_PER_BYTE);
    history.reserve(limit);
    let isComplete = true;
    if (isStored) {
      history.bytes.set(bytes, history.at);
      history.at += bytes.length;
    } else isComplete = decodeLz4Block(bytes, history, history.at + limit);
    const piece = history.take();
    content?.update(piece);
    total += BigInt(piece.length);
    yield piece;
    if (!isWhole) throw cutShort();
    if (!isComplete) throw damaged("a block ends within a sequence");
    if (work.isDue()) await work.checkpoint();
  }
  if (contentSize !== undefined && contentSize !== total)
    throw damaged(`it should have ${contentSize} bytes and has ${total}`);
  if (content === undefined) return;
  await input.need(4);
  if (input.u32() !== content.digest()) throw damaged("the checksum of its content differs");
}
