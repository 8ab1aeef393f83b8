import { corrupt } from "../../errors.ts";
import { Damage, damaged } from "../damage.ts";
import type { History } from "../history.ts";

const SHORTEST_MATCH = 4;

/**
 * One block (the LZ4 block format): a byte with two lengths, literals, how far back a match is; the last sequence is
 * literals only. Writes into the history, which has room up to `limit`. False where the block ends within a sequence:
 * what was written is right all the same.
 */
export function decodeLz4Block(
  bytes: Uint8Array,
  history: Pick<History, "bytes" | "at" | "base" | "tooFar">,
  limit: number,
): boolean {
  const out = history.bytes;
  const { base } = history;
  let to = history.at;
  let at = 0;
  let isWhole = false;
  while (at < bytes.length) {
    const token = bytes[at++] as number;
    let literals = token >>> 4;
    if (literals === 15) {
      let more = 255;
      while (more === 255 && at < bytes.length) {
        more = bytes[at++] as number;
        literals += more;
      }
      if (more === 255) break;
    }
    if (literals > limit - to) throw damaged("a block is longer than its frame allows");
    const there = Math.min(literals, bytes.length - at);
    if (there < 16) for (let i = 0; i < there; i++) out[to + i] = bytes[at + i] as number;
    else out.set(bytes.subarray(at, at + there), to);
    to += there;
    at += there;
    if (there < literals) break;
    if (at === bytes.length) {
      isWhole = true;
      break;
    }
    if (at + 2 > bytes.length) break;
    const distance = (bytes[at] as number) | ((bytes[at + 1] as number) << 8);
    at += 2;
    let length = (token & 15) + SHORTEST_MATCH;
    if (length === 15 + SHORTEST_MATCH) {
      let more = 255;
      while (more === 255 && at < bytes.length) {
        more = bytes[at++] as number;
        length += more;
      }
      if (more === 255) break;
    }
    if (distance === 0) throw damaged("a match is 0 bytes back");
    if (distance > to - base) throw history.tooFar(distance);
    if (length > limit - to) throw damaged("a block is longer than its frame allows");
    const end = to + length;
    if (distance === 1) out.fill(out[to - 1] as number, to, end);
    else if (distance >= length && length > 32) out.copyWithin(to, to - distance, to - distance + length);
    else for (let from = to - distance, next = to; next < end; ) out[next++] = out[from++] as number;
    to = end;
  }
  history.at = to;
  return isWhole;
}

/** A block that stands alone, as `size` bytes. Throws `corrupt` for one that is not of that size. */
export function unpackLz4Block(bytes: Uint8Array, size: number, what: string): Uint8Array {
  // A byte of the block gives no more than 255: the size is not the file's word alone.
  if (size > bytes.length * 255) throw corrupt(`${what}: ${bytes.length} bytes of LZ4 cannot be ${size}`);
  const window = {
    bytes: new Uint8Array(size),
    at: 0,
    base: 0,
    tooFar: (distance: number) => damaged(`it refers ${distance} bytes back, before the start of its block`),
  };
  try {
    if (decodeLz4Block(bytes, window, size) && window.at === size) return window.bytes;
  } catch (error) {
    if (error instanceof Damage) throw corrupt(`${what}: a block of LZ4 is damaged: ${error.message}`);
    throw error;
  }
  throw corrupt(`${what}: a block of LZ4 has ${window.at} bytes, expected ${size}`);
}
