/**
 * `.lzma`, the format before xz. It has no magic number and no checksum.
 *
 *     5d                         (pb * 5 + lp) * 9 + lc
 *     00 00 80 00                how far back it refers at most
 *     ff ff ff ff ff ff ff ff    decompressed size, or that it is not known and an end marker follows
 *     00 xx xx xx xx             the range coder begins
 */
import { LIMITS } from "../../limits.ts";
import type { Work } from "../../work.ts";
import { cutShort, damaged } from "../damage.ts";
import { History } from "../history.ts";
import type { PackedInput } from "../input.ts";
import { LzmaDecoder, type LzmaProperties, lzmaProperties, SYMBOL_BYTES } from "./decoder.ts";

const HEADER_BYTES = 13;
const RANGE_CODER_BYTES = 5;
/** Decoded between two looks at the clock. */
const SLICE_BYTES = 64 * 1024;
const UNKNOWN_SIZE = 0xffff_ffff_ffff_ffffn;
/** No encoder was ever given more (the xz tools use the same bound to tell such a file from others). */
const LARGEST_SIZE = 1n << 38n;

interface LzmaHeader {
  readonly properties: LzmaProperties;
  readonly dictionary: number;
  /** Absent where only the end marker ends the stream. */
  readonly size?: number;
}

/** Of the first 13 bytes and the one after; undefined when no encoder writes such. */
export function lzmaHeader(head: Uint8Array): LzmaHeader | undefined {
  const properties = lzmaProperties(head[0] ?? 0xff);
  if (properties === undefined || head.length <= HEADER_BYTES || head[HEADER_BYTES] !== 0) return undefined;
  const view = new DataView(head.buffer, head.byteOffset, HEADER_BYTES);
  const dictionary = view.getUint32(1, true);
  const size = view.getBigUint64(5, true);
  if (!isDictionary(dictionary) || (size !== UNKNOWN_SIZE && size >= LARGEST_SIZE)) return undefined;
  return { properties, dictionary, ...(size !== UNKNOWN_SIZE && { size: Number(size) }) };
}

/** 2^n or 2^n + 2^(n-1), or the most there can be: what encoders write. */
function isDictionary(size: number): boolean {
  if (size === 0xffff_ffff) return true;
  if (size < 4096) return false;
  const top = 2 ** Math.floor(Math.log2(size));
  return size === top || size === top + top / 2;
}

export async function* decodeLzmaAlone(input: PackedInput, work: Work): AsyncGenerator<Uint8Array, void> {
  await input.need(HEADER_BYTES + 1);
  for (let stream = 0; ; stream++) {
    await input.fill(HEADER_BYTES + RANGE_CODER_BYTES);
    const header = lzmaHeader(input.bytes.subarray(input.at));
    if (header === undefined) {
      if (stream > 0) return;
      throw damaged("its header is none");
    }
    input.at += HEADER_BYTES;
    yield* decodeLzma(input, header, work);
  }
}

/** Zip's method 14: a version, the length of the properties, those, then the stream; zip knows the size. */
export async function* decodeZipLzma(input: PackedInput, work: Work): AsyncGenerator<Uint8Array, void> {
  await input.need(9);
  input.at += 2;
  const length = input.u8() + 256 * input.u8();
  const properties = lzmaProperties(input.bytes[input.at] as number);
  if (length !== 5 || properties === undefined) throw damaged("its properties are none");
  input.at += 1;
  const dictionary = Math.max(4096, input.u32());
  yield* decodeLzma(input, { properties, dictionary }, work);
}

async function* decodeLzma(
  input: PackedInput,
  { properties, dictionary, size = Number.POSITIVE_INFINITY }: LzmaHeader,
  work: Work,
): AsyncGenerator<Uint8Array, void> {
  const history = new History(dictionary, LIMITS.codecWindowBytes);
  const decoder = new LzmaDecoder(history);
  decoder.setProperties(properties);
  await input.need(RANGE_CODER_BYTES);
  input.at = decoder.start(input.bytes, input.at);
  let left = size;
  for (;;) {
    await input.fill(SLICE_BYTES);
    const room = Math.min(SLICE_BYTES, left);
    history.reserve(room);
    const before = history.at;
    const end = input.bytes.length;
    const stop = input.isLast ? end : end - SYMBOL_BYTES;
    input.at = Math.min(end, decoder.decode(input.bytes, input.at, stop, end, before + room));
    left -= history.at - before;
    if (history.at > before) yield history.take();
    if (decoder.stopped === "marker") {
      if (left > 0 && size !== Number.POSITIVE_INFINITY) throw damaged("its end marker comes before its end");
      if (!decoder.isFinished) throw damaged("its range coder does not end where it should");
      return;
    }
    if (left === 0) {
      // A marker may follow all the same.
      if (decoder.isFinished || isMarker(decoder, history, input)) return;
      throw damaged("it goes on after its end");
    }
    if (decoder.stopped === "cut" || (decoder.stopped === "input" && input.isLast)) throw cutShort();
    if (work.isDue()) await work.checkpoint();
  }
}

function isMarker(decoder: LzmaDecoder, history: History, input: PackedInput): boolean {
  const end = input.bytes.length;
  history.reserve(1);
  input.at = Math.min(end, decoder.decode(input.bytes, input.at, end, end, history.at + 1));
  return decoder.stopped === "marker" && decoder.isFinished;
}
