import { type ByteSource, checkRange } from "../../../bytes/source.ts";
import { BlockReader, type BlockType } from "./block-type.ts";

/** Blocks read at once: a long window is decoded a piece at a time, so that no more is held than its values. */
const PIECE_BYTES = 256 * 1024;
const VALUE_BYTES = 4;

/**
 * The values of `blocks` (all of one type) as little-endian float32: reading a window decodes the blocks that it touches
 * and no other. Nothing is kept: decoding a block costs less than finding it in a cache, and its bytes are in the file's.
 * Blocks behind the end of `blocks` are missing from the result: its size says so.
 */
export function dequantised(blocks: ByteSource, type: BlockType, isBigEndian: boolean): ByteSource {
  const blockValues = type.elements * VALUE_BYTES;
  const readInto = async (start: number, target: Uint8Array): Promise<void> => {
    checkRange(source, start, start + target.length);
    const step = Math.max(1, Math.floor(PIECE_BYTES / type.bytes));
    const end = start + target.length;
    for (let first = Math.floor(start / blockValues); first * blockValues < end; first += step) {
      const last = Math.min(first + step, Math.ceil(end / blockValues));
      const from = first * blockValues;
      const decoded = decode(await blocks.read(first * type.bytes, last * type.bytes), type, isBigEndian);
      target.set(
        decoded.subarray(Math.max(0, start - from), Math.min(decoded.length, end - from)),
        Math.max(0, from - start),
      );
    }
  };
  const source: ByteSource = {
    size: Math.floor(blocks.size / type.bytes) * blockValues,
    name: blocks.name,
    readInto,
    async read(start, end) {
      checkRange(source, start, end);
      const bytes = new Uint8Array(end - start);
      await readInto(start, bytes);
      return bytes;
    },
  };
  return source;
}

function decode(bytes: Uint8Array, type: BlockType, isBigEndian: boolean): Uint8Array {
  const count = bytes.length / type.bytes;
  const values = new Float32Array(count * type.elements);
  const reader = new BlockReader(bytes, isBigEndian);
  for (let index = 0; index < count; index++) {
    reader.at = index * type.bytes;
    type.decode(reader, values, index * type.elements);
  }
  return new Uint8Array(values.buffer);
}
