import { type ByteSource, checkRange } from "./source.ts";

/** Bytes of a source that lie here and there. */
export interface Piece {
  readonly start: number;
  readonly length: number;
}

/** Pieces nearer to each other than this are had with one read, and no read is longer. */
const SPAN = 256 * 1024;

/** Pieces of one source one after another, as one. Made for very many small ones that lie near each other. */
export function gathered(source: ByteSource, pieces: readonly Piece[], name: string): ByteSource {
  const starts = new Float64Array(pieces.length + 1);
  for (const [i, { length }] of pieces.entries()) starts[i + 1] = (starts[i] ?? 0) + length;
  const made: ByteSource = {
    size: starts[pieces.length] ?? 0,
    name,
    async read(start, end) {
      checkRange(made, start, end);
      const out = new Uint8Array(end - start);
      let from = 0;
      let window: Uint8Array = new Uint8Array(0);
      for (let k = pieceAt(starts, start); k < pieces.length && (starts[k] ?? 0) < end; k++) {
        const piece = pieces[k];
        if (piece === undefined) continue;
        const first = Math.max(0, start - (starts[k] ?? 0));
        const last = Math.min(piece.length, end - (starts[k] ?? 0));
        const [low, high] = [piece.start + first, piece.start + last];
        if (low < from || high > from + window.length) {
          from = low;
          window = await source.read(low, spanEnd(pieces, k, low, high, source.size));
        }
        out.set(window.subarray(low - from, high - from), (starts[k] ?? 0) + first - start);
      }
      return out;
    },
  };
  return made;
}

/** How far a read from `low` may go to have the pieces that follow as well. */
function spanEnd(pieces: readonly Piece[], index: number, low: number, high: number, size: number): number {
  let end = high;
  for (let k = index + 1; k < pieces.length; k++) {
    const piece = pieces[k];
    if (piece === undefined || piece.start < low || piece.start + piece.length - low > SPAN) break;
    end = Math.max(end, piece.start + piece.length);
  }
  return Math.min(end, size);
}

/** The last piece that begins at or before a position. */
function pieceAt(starts: Float64Array, position: number): number {
  let low = 0;
  let high = starts.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= position) low = middle;
    else high = middle - 1;
  }
  return Math.max(0, low);
}
