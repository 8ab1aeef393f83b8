import { LIMITS } from "../../limits.ts";
import type { Work } from "../../work.ts";
import { cutShort, damaged } from "../damage.ts";
import { History } from "../history.ts";
import type { PackedInput } from "../input.ts";
import { LzmaDecoder, lzmaProperties } from "../lzma/decoder.ts";

/**
 * LZMA2: LZMA in chunks of at most 64 KiB, or plain bytes where those are shorter. The first byte of a chunk:
 *
 *     00        the end
 *     01 02     plain bytes, 16 bits of size less one before them; 01 forgets all that came before
 *     80-9f     LZMA: 21 bits of size less one (5 here), 16 bits of compressed size less one
 *     a0-bf     ... from a fresh state
 *     c0-df     ... with new properties in a byte
 *     e0-ff     ... and all that came before forgotten
 */
const CHUNK_BYTES = 64 * 1024;
const HEADER_BYTES = 6;
/** Decoded between two looks at the clock. */
const SLICE_BYTES = 64 * 1024;

export async function* decodeLzma2(
  input: PackedInput,
  dictionary: number,
  work: Work,
): AsyncGenerator<Uint8Array, void> {
  const history = new History(dictionary, LIMITS.codecWindowBytes);
  const decoder = new LzmaDecoder(history);
  let needsReset = true;
  let needsProperties = true;
  for (;;) {
    await input.fill(HEADER_BYTES + CHUNK_BYTES);
    const control = input.u8();
    if (control === 0) return;
    if (control === 1 || control >= 0xe0) {
      history.forget();
      decoder.resetPosition();
      needsReset = false;
      if (control === 1) needsProperties = true;
    } else if (needsReset) throw damaged("its first chunk refers to what is not there");
    if (control < 0x80) {
      if (control > 2) throw damaged(`a chunk begins with ${control}`);
      const size = bigEndian16(input) + 1;
      const piece = plain(input, history, Math.min(size, input.available));
      decoder.skip(piece.length);
      yield piece;
      // Of a chunk that is cut what is there was given.
      if (piece.length < size) throw cutShort();
      continue;
    }
    const size = (control & 0x1f) * 0x10000 + bigEndian16(input) + 1;
    const packed = bigEndian16(input) + 1;
    if (control >= 0xc0) {
      setProperties(decoder, input.u8());
      needsProperties = false;
    } else if (needsProperties) throw damaged("a chunk comes before its properties");
    else if (control >= 0xa0) decoder.resetState();
    yield* compressed(input, history, decoder, size, packed, work);
  }
}

function bigEndian16(input: PackedInput): number {
  return input.u8() * 256 + input.u8();
}

function setProperties(decoder: LzmaDecoder, byte: number): void {
  const properties = lzmaProperties(byte);
  if (properties === undefined || properties.lc + properties.lp > 4) throw damaged("a chunk's properties are none");
  decoder.setProperties(properties);
}

function plain(input: PackedInput, history: History, size: number): Uint8Array {
  history.reserve(size);
  history.bytes.set(input.take(size), history.at);
  history.at += size;
  return history.take();
}

async function* compressed(
  input: PackedInput,
  history: History,
  decoder: LzmaDecoder,
  size: number,
  packed: number,
  work: Work,
): AsyncGenerator<Uint8Array, void> {
  const isWhole = input.available >= packed;
  const { bytes } = input;
  const end = isWhole ? input.at + packed : bytes.length;
  if (end - input.at < 5) throw cutShort();
  let at = decoder.start(bytes, input.at);
  for (let left = size; left > 0; ) {
    const room = Math.min(SLICE_BYTES, left);
    history.reserve(room);
    const before = history.at;
    at = decoder.decode(bytes, at, end, end, before + room);
    left -= history.at - before;
    if (history.at > before) yield history.take();
    if (decoder.stopped === "output") {
      if (work.isDue()) await work.checkpoint();
      continue;
    }
    if (!isWhole) throw cutShort();
    throw damaged(decoder.stopped === "marker" ? "a chunk has an end marker" : "a chunk is longer than it says");
  }
  if (at > end) throw isWhole ? damaged("a chunk is longer than it says") : cutShort();
  if (!isWhole) throw cutShort();
  if (at !== end || !decoder.isFinished) throw damaged("a chunk does not end where it says");
  input.at = end;
}
