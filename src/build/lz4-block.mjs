// Packs bytes as one block of LZ4 (https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md), the longest match at each
// place: slow and small, for what is packed once and unpacked by core's own reader.

const SHORTEST_MATCH = 4;
const WINDOW = 65535;
/** The format's rules for the end: the last five bytes are literals, no match begins in the last twelve. */
const LAST_LITERALS = 5;
const LAST_MATCH = 12;

/** @param {Uint8Array} bytes */
export function packLz4Block(bytes) {
  const out = [];
  /** Places by the four bytes that stand there. */
  const places = new Map();
  const keyAt = (at) => bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
  const note = (at) => {
    if (at + SHORTEST_MATCH > bytes.length) return;
    const known = places.get(keyAt(at));
    if (known === undefined) places.set(keyAt(at), [at]);
    else known.push(at);
  };
  const longest = (at) => {
    let best = { from: 0, length: 0 };
    for (const from of places.get(keyAt(at)) ?? []) {
      if (at - from > WINDOW) continue;
      let length = 0;
      while (at + length < bytes.length - LAST_LITERALS && bytes[from + length] === bytes[at + length]) length++;
      if (length >= best.length) best = { from, length };
    }
    return best;
  };
  const putLength = (length) => {
    if (length < 15) return;
    let rest = length - 15;
    for (; rest >= 255; rest -= 255) out.push(255);
    out.push(rest);
  };
  const putLiterals = (start, end, match) => {
    const count = end - start;
    out.push((Math.min(count, 15) << 4) | Math.min(match, 15));
    putLength(count);
    out.push(...bytes.subarray(start, end));
  };
  let start = 0;
  for (let at = 0; at < bytes.length - LAST_MATCH; ) {
    const { from, length } = longest(at);
    note(at);
    if (length < SHORTEST_MATCH) {
      at++;
      continue;
    }
    putLiterals(start, at, length - SHORTEST_MATCH);
    out.push((at - from) & 255, (at - from) >> 8);
    putLength(length - SHORTEST_MATCH);
    for (let inside = at + 1; inside < at + length; inside++) note(inside);
    at += length;
    start = at;
  }
  putLiterals(start, bytes.length, 0);
  return Uint8Array.from(out);
}
