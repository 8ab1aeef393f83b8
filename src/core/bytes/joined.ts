import { type ByteSource, checkRange } from "./source.ts";

/** Several sources one after another, as one. No origin: its bytes lie in several files. */
export function joined(parts: readonly ByteSource[], name: string): ByteSource {
  const starts: number[] = [];
  let size = 0;
  for (const part of parts) {
    starts.push(size);
    size += part.size;
  }
  const source: ByteSource = {
    size,
    name,
    async read(start, end) {
      checkRange(source, start, end);
      const pieces: Uint8Array[] = [];
      for (let index = firstBehind(starts, start); index < parts.length; index++) {
        const [part, from] = [parts[index], starts[index] ?? 0];
        if (from >= end || part === undefined) break;
        if (from + part.size <= start) continue;
        pieces.push(await part.read(Math.max(0, start - from), Math.min(part.size, end - from)));
      }
      if (pieces.length === 1 && pieces[0] !== undefined) return pieces[0];
      const bytes = new Uint8Array(end - start);
      let at = 0;
      for (const piece of pieces) {
        bytes.set(piece, at);
        at += piece.length;
      }
      return bytes;
    },
  };
  return source;
}

/** The last part that begins at `at` or before it; what lies there may be in it. There may be a million parts. */
function firstBehind(starts: readonly number[], at: number): number {
  let [low, high] = [0, starts.length];
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((starts[middle] ?? 0) <= at) low = middle;
    else high = middle;
  }
  return low;
}
