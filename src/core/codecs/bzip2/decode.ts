/**
 * bzip2, one stream or several in a row.
 *
 *     42 5a 68 39                BZh9: blocks of up to 900,000 bytes
 *     31 41 59 26 53 59          a block; from here on nothing is aligned to bytes
 *     xx xx xx xx                its CRC, then its tables and codes
 *     17 72 45 38 50 90          the end of the stream
 *     xx xx xx xx                CRC over the blocks' CRCs, then bits up to a whole byte
 *
 * There is no specification but the program; https://sourceware.org/bzip2/ is its home.
 */
import { cutShort, damaged } from "../damage.ts";
import type { PackedInput } from "../input.ts";
import type { Work } from "../../work.ts";
import { BitReader, NEEDS_MORE } from "./bits.ts";
import { type BlockMemory, blockMemory, decodeBlock } from "./block.ts";
import { updateCrc } from "./crc.ts";
import { RunExpander } from "./runs.ts";

const BLOCK_MAGIC = 0x314159265359;
const END_MAGIC = 0x177245385090;
/** As much input as most blocks need. */
const BLOCK_INPUT_BYTES = 1024 * 1024;
/** Given out at once. */
const PIECE_BYTES = 256 * 1024;
const SCRATCH_BYTES = 16 * 1024;

interface Block {
  readonly kind: "block";
  readonly crc: number;
  readonly bytes: Uint8Array;
}

interface End {
  readonly kind: "end";
  readonly crc: number;
}

/** Gives a block only when its checksum is right: what comes before damage is whole blocks. */
export async function* decodeBzip2(input: PackedInput, work: Work): AsyncGenerator<Uint8Array, void> {
  await input.need(4);
  for (let stream = 0; ; stream++) {
    await input.fill(10);
    const level = levelOf(input);
    if (level === undefined) {
      if (stream > 0) return;
      throw damaged("it does not begin with BZh and a number");
    }
    input.at += 4;
    const memory = blockMemory(level);
    let combined = 0;
    let bit = 0;
    for (;;) {
      const { part, byte, bit: next } = await readPart(input, bit, memory);
      if (part.kind === "end") {
        if (part.crc !== combined >>> 0) throw damaged("the checksum over all blocks differs");
        input.at = byte + (next > 0 ? 1 : 0);
        break;
      }
      const { crc, size } = await measure(part.bytes, work);
      if (crc !== part.crc) throw damaged("a block's checksum differs");
      combined = ((combined << 1) | (combined >>> 31)) ^ part.crc;
      // Only now: until it is known to be whole, a block is not behind us.
      input.at = byte;
      bit = next;
      yield* expanded(part.bytes, size, work);
    }
  }
}

/** The block size's number; undefined when no stream begins here. */
function levelOf(input: PackedInput): number | undefined {
  if (!input.startsWith([0x42, 0x5a, 0x68])) return undefined;
  const level = (input.bytes[input.at + 3] ?? 0) - 0x30;
  if (level < 1 || level > 9) return undefined;
  // Three letters and a digit may be text after the stream; then no block follows.
  const first = input.bytes[input.at + 4];
  return first === undefined || first === 0x31 || first === 0x17 ? level : undefined;
}

/** The next block or the end, with where it ends in the input's window. Reads more input and begins anew when it must. */
async function readPart(
  input: PackedInput,
  bit: number,
  memory: BlockMemory,
): Promise<{ readonly part: Block | End; readonly byte: number; readonly bit: number }> {
  for (let wanted = BLOCK_INPUT_BYTES; ; wanted *= 2) {
    await input.fill(wanted);
    try {
      const bits = new BitReader(input.bytes, input.at, bit);
      const magic = bits.read(24) * 0x1000000 + bits.read(24);
      if (magic !== BLOCK_MAGIC && magic !== END_MAGIC) throw damaged("there is neither a block nor the stream's end");
      const crc = bits.word();
      const part: Block | End =
        magic === END_MAGIC ? { kind: "end", crc } : { kind: "block", crc, bytes: decodeBlock(bits, memory) };
      return { part, ...bits.position };
    } catch (error) {
      if (error !== NEEDS_MORE) throw error;
      if (input.isLast) throw cutShort();
    }
  }
}

/** Checksum and size of a block with its runs expanded: it is given out only when the checksum is right. */
async function measure(bytes: Uint8Array, work: Work): Promise<{ readonly crc: number; readonly size: number }> {
  const runs = new RunExpander(bytes);
  const scratch = new Uint8Array(SCRATCH_BYTES);
  let crc = -1;
  let size = 0;
  for (;;) {
    const length = runs.fill(scratch);
    if (length === 0) return { crc: ~crc >>> 0, size };
    crc = updateCrc(crc, scratch.subarray(0, length));
    size += length;
    if (work.isDue()) await work.checkpoint();
  }
}

async function* expanded(bytes: Uint8Array, size: number, work: Work): AsyncGenerator<Uint8Array, void> {
  const runs = new RunExpander(bytes);
  for (let left = size; left > 0; ) {
    const piece = new Uint8Array(Math.min(left, PIECE_BYTES));
    left -= runs.fill(piece);
    yield piece;
    if (work.isDue()) await work.checkpoint();
  }
}
