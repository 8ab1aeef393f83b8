import { Damage } from "./damage.ts";

/** The smallest window: small streams cost little. */
const FIRST_BYTES = 64 * 1024;

/**
 * What was decoded last, as far back as the stream may refer to it, in one piece of memory: decoders write to `bytes`
 * at `at`, after `reserve`. It grows with what is decoded, never with what a header claims; when it is full the last
 * `reach` bytes move to its front.
 */
export class History {
  bytes = new Uint8Array(FIRST_BYTES);
  at = 0;
  /** References must not go back before this: what was before is gone, or was declared forgotten. */
  base = 0;
  private taken = 0;
  private readonly reach: number;
  private readonly most: number;
  /** References are not longer than this. Larger than `most` where a header asks for more than is kept. */
  readonly declared: number;

  /** `declared`: how far back the stream says that it refers; `most`: how far back is kept at most. */
  constructor(declared: number, most: number) {
    this.declared = declared;
    this.reach = Math.min(declared, most);
    this.most = most;
  }

  /** Makes room for `length` more bytes. What was not taken out yet is lost to `take`, so take first. */
  reserve(length: number): void {
    if (this.at + length <= this.bytes.length) return;
    const kept = Math.min(this.at, this.reach);
    // A quarter more than must be kept: then moving costs a few copied bytes for each decoded one.
    const full = this.reach + Math.max(length, this.reach >>> 2);
    if (kept + length > this.bytes.length || this.bytes.length < full) {
      const grown = new Uint8Array(Math.max(kept + length, Math.min(full, this.bytes.length * 2)));
      grown.set(this.bytes.subarray(this.at - kept, this.at));
      this.bytes = grown;
    } else this.bytes.copyWithin(0, this.at - kept, this.at);
    const moved = this.at - kept;
    this.at = kept;
    this.taken = Math.max(0, this.taken - moved);
    this.base = Math.max(0, this.base - moved);
  }

  /** What was decoded since the last time, as a copy. */
  take(): Uint8Array {
    const piece = this.bytes.slice(this.taken, this.at);
    this.taken = this.at;
    return piece;
  }

  /** From here on nothing before is referred to. */
  forget(): void {
    this.base = this.at;
  }

  /** Why a reference that far back cannot be followed. */
  tooFar(distance: number): Damage {
    if (distance <= this.declared && this.declared > this.most)
      return new Damage(
        "limit",
        `it refers ${distance} bytes back; ${this.most} are kept (its window is ${this.declared} bytes)`,
      );
    return new Damage("corrupt", `it refers ${distance} bytes back, before the start of what it may refer to`);
  }
}
