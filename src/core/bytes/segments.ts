import { type ByteSource, checkRange } from "./source.ts";

/** The first segment grows to this, and all others have it. */
const SEGMENT_BYTES = 4 * 1024 * 1024;
const FIRST_BYTES = 64 * 1024;

/**
 * Bytes of unknown number in memory: they never move once a segment is full, so collecting them takes no more memory
 * than they have.
 */
export class Segments {
  size = 0;
  private readonly segments: Uint8Array[] = [];

  /** Copies `piece` to the end. */
  push(piece: Uint8Array): void {
    for (let at = 0; at < piece.length; ) {
      const from = this.size % SEGMENT_BYTES;
      const segment = this.room(from, Math.min(SEGMENT_BYTES, from + piece.length - at));
      const length = Math.min(piece.length - at, segment.length - from);
      segment.set(piece.subarray(at, at + length), from);
      at += length;
      this.size += length;
    }
  }

  /** The segment that byte `from` of the last one goes into, at least `wanted` long if it can be. */
  private room(from: number, wanted: number): Uint8Array {
    const index = Math.floor(this.size / SEGMENT_BYTES);
    const known = this.segments[index];
    if (known !== undefined && known.length > from) return known;
    const length = index > 0 ? SEGMENT_BYTES : Math.min(SEGMENT_BYTES, Math.max(FIRST_BYTES, wanted, from * 2));
    const made = new Uint8Array(length);
    if (known !== undefined) made.set(known);
    this.segments[index] = made;
    return made;
  }

  /** All of it in one piece: a view where it is one already. */
  joined(): Uint8Array {
    const [first] = this.segments;
    if (first !== undefined && this.size <= first.length) return first.subarray(0, this.size);
    const bytes = new Uint8Array(this.size);
    this.copy(0, bytes);
    return bytes;
  }

  /** Random access to what was pushed up to now. Reads within a segment are views. */
  source(name: string): ByteSource {
    const source: ByteSource = {
      size: this.size,
      name,
      read: (start, end) => {
        try {
          checkRange(source, start, end);
        } catch (error) {
          return Promise.reject(error);
        }
        const view = this.view(start, end);
        if (view !== undefined) return Promise.resolve(view);
        const bytes = new Uint8Array(end - start);
        this.copy(start, bytes);
        return Promise.resolve(bytes);
      },
      readInto: (start, target) => {
        try {
          checkRange(source, start, start + target.length);
        } catch (error) {
          return Promise.reject(error);
        }
        this.copy(start, target);
        return Promise.resolve();
      },
    };
    return source;
  }

  private view(start: number, end: number): Uint8Array | undefined {
    const index = Math.floor(start / SEGMENT_BYTES);
    const base = index * SEGMENT_BYTES;
    if (end > base + SEGMENT_BYTES) return undefined;
    return (this.segments[index] ?? new Uint8Array(0)).subarray(start - base, end - base);
  }

  private copy(start: number, target: Uint8Array): void {
    for (let filled = 0; filled < target.length; ) {
      const at = start + filled;
      const from = at % SEGMENT_BYTES;
      const segment = this.segments[Math.floor(at / SEGMENT_BYTES)] as Uint8Array;
      const part = segment.subarray(from, from + target.length - filled);
      target.set(part, filled);
      filled += part.length;
    }
  }
}
