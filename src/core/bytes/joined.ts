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
      for (const [index, part] of parts.entries()) {
        const from = starts[index] ?? 0;
        if (from >= end || from + part.size <= start) continue;
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
