import { type Change, little, SIZES, size } from "./change.ts";
import { type Random, spliced } from "./random.ts";

const big = (value: bigint, width: number): Uint8Array => little(value, width).reverse();

/** A place, rather near the beginning, where counts and offsets are, and rather at a multiple of four. */
function place(bytes: Uint8Array, random: Random): number {
  const near = random.below(2) === 0 ? Math.min(bytes.length, 256) : bytes.length;
  const at = random.below(near);
  return random.below(3) === 0 ? at : at - (at % 4);
}

/** A number of the file becomes another one that readers get wrong, in either order of bytes; blocks come twice or not at all. */
export const anyField: Change = (bytes, random) => {
  const at = place(bytes, random);
  const width = random.pick([1, 2, 4, 4, 8]);
  const put = random.below(4) === 0 ? big : little;
  switch (random.below(7)) {
    case 0:
    case 1:
      return spliced(bytes, at, width, put(random.pick(SIZES), width));
    case 2:
      return spliced(bytes, at, width, put(BigInt(bytes.length - at - random.below(16)), width));
    case 3: {
      // One more or one less than there is.
      const out = bytes.slice();
      out[at] = ((out[at] ?? 0) + (random.below(2) === 0 ? 1 : 255)) & 0xff;
      return out;
    }
    case 4:
      return spliced(bytes, at, 0, bytes.slice(at, at + 1 + random.below(4096)));
    case 5:
      return bytes.slice(0, bytes.length - random.below(64));
    default: {
      // Another number of the file: an offset to somewhere else, a loop.
      const from = place(bytes, random);
      return spliced(bytes, at, width, bytes.slice(from, from + width));
    }
  }
};

/** Type codes of Java's serialisation, TC_NULL to TC_ENUM. */
const JAVA_CODES = Array.from({ length: 15 }, (_, k) => 0x70 + k);

/** Codes, handles, and lengths of texts and arrays. */
export const java: Change = (bytes, random) => {
  const at = random.below(bytes.length);
  const next = (from: number, code: number): number => bytes.indexOf(code, from);
  switch (random.below(5)) {
    case 0: {
      const handle = next(at, 0x7e);
      return handle < 0 ? bytes : spliced(bytes, handle + 1, 2, big(BigInt(random.below(300)), 2));
    }
    case 1:
      return spliced(bytes, at, 1, Uint8Array.of(random.pick(JAVA_CODES)));
    case 2:
      return spliced(bytes, at, 0, Uint8Array.of(0x71, 0, 0x7e, 0, random.below(64)));
    case 3: {
      const text = next(at, 0x74);
      return text < 0 ? bytes : spliced(bytes, text + 1, 2, size(random, 2).reverse());
    }
    default: {
      const array = next(at, 0x75);
      return array < 0 ? bytes : spliced(bytes, array + 1 + random.below(16), 4, size(random, 4).reverse());
    }
  }
};

/** Heads of MessagePack objects with a length, which is of so many bytes. */
const MSGPACK_HEADS: readonly (readonly [code: number, width: number])[] = [
  [0xc4, 1],
  [0xc5, 2],
  [0xc6, 4],
  [0xc7, 1],
  [0xc9, 4],
  [0xd9, 1],
  [0xda, 2],
  [0xdb, 4],
  [0xdc, 2],
  [0xdd, 4],
  [0xde, 2],
  [0xdf, 4],
];

export const msgpack: Change = (bytes, random) => {
  const at = random.below(bytes.length);
  const [code, width] = random.pick(MSGPACK_HEADS);
  const found = bytes.indexOf(code, at);
  switch (random.below(4)) {
    case 0:
      return found < 0 ? bytes : spliced(bytes, found + 1, width, size(random, width).reverse());
    case 1:
      return spliced(bytes, at, random.below(2), Uint8Array.from([code, ...size(random, width).reverse()]));
    case 2:
      return spliced(bytes, at, 0, new Uint8Array(1 + random.below(2000)).fill(random.pick([0x91, 0x81, 0xc0, 0xd4])));
    default:
      return spliced(bytes, at, 1, Uint8Array.of(random.below(256)));
  }
};
