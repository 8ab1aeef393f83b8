/** Four equal bytes, then how many more of it come: bzip2's first step. */
const RUN_START = 4;

/** Expands the runs of one block, a piece at a time. */
export class RunExpander {
  private readonly bytes: Uint8Array;
  private at = 0;
  private last = -1;
  private same = 0;
  /** Copies of `pendingByte` still to be written. */
  private pending = 0;
  private pendingByte = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** Fills `out`; gives how much of it was filled: less only at the end, 0 after it. */
  fill(out: Uint8Array): number {
    const { bytes } = this;
    let { at, last, same } = this;
    let written = this.flush(out, 0);
    while (written < out.length && at < bytes.length) {
      const byte = bytes[at++] as number;
      if (same === RUN_START) {
        this.pending = byte;
        this.pendingByte = last;
        written = this.flush(out, written);
        // What follows begins anew, equal or not.
        same = 0;
        last = -1;
        continue;
      }
      same = byte === last ? same + 1 : 1;
      last = byte;
      out[written++] = byte;
    }
    this.at = at;
    this.last = last;
    this.same = same;
    return written;
  }

  private flush(out: Uint8Array, from: number): number {
    if (this.pending === 0) return from;
    const end = Math.min(out.length, from + this.pending);
    out.fill(this.pendingByte, from, end);
    this.pending -= end - from;
    return end;
  }
}
