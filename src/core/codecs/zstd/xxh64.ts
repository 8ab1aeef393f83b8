/**
 * XXH64, seed 0: the checksum of zstd frames, of which they keep the lower half
 * (https://github.com/Cyan4973/xxHash, doc/xxhash_spec.md). A 64-bit number is two of 32, the lower first.
 */
const STRIPE = 32;
/** Primes, as pairs. */
const P1 = [0x85ebca87 | 0, 0x9e3779b1 | 0] as const;
const P2 = [0x27d4eb4f | 0, 0xc2b2ae3d | 0] as const;
const P3 = [0x9e3779f9 | 0, 0x165667b1 | 0] as const;
const P4 = [0xc2b2ae63 | 0, 0x85ebca77 | 0] as const;
const P5 = [0x165667c5 | 0, 0x27d4eb2f | 0] as const;
type Pair = readonly [number, number];

/** The result of the last operation. */
let low = 0;
let high = 0;

function multiply(l: number, h: number, [pl, ph]: Pair): void {
  const a = l & 0xffff;
  const b = l >>> 16;
  const c = pl & 0xffff;
  const d = pl >>> 16;
  const ac = Math.imul(a, c);
  const middle = (Math.imul(b, c) >>> 0) + (ac >>> 16);
  const other = (Math.imul(a, d) >>> 0) + (middle & 0xffff);
  low = Math.imul(l, pl);
  // `middle` and `other` are below 2^33: their upper parts are taken by division, not by a shift.
  const carried = Math.floor(middle / 0x10000) + Math.floor(other / 0x10000);
  high = (Math.imul(b, d) + carried + Math.imul(l, ph) + Math.imul(h, pl)) | 0;
}

function add(l: number, h: number, ol: number, oh: number): void {
  low = (l + ol) | 0;
  high = (h + oh + (low >>> 0 < l >>> 0 ? 1 : 0)) | 0;
}

/** By less than 32. */
function rotate(l: number, h: number, bits: number): void {
  low = (l << bits) | (h >>> (32 - bits));
  high = (h << bits) | (l >>> (32 - bits));
}

/** One step of a lane: lane + input * P2, rotated by 31, times P1. */
function round(l: number, h: number, il: number, ih: number): void {
  multiply(il, ih, P2);
  add(l, h, low, high);
  rotate(low, high, 31);
  multiply(low, high, P1);
}

function word(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)
  );
}

export class Xxh64 {
  /** Four lanes, lower and upper halves. */
  private readonly lanes = new Int32Array(8);
  private length = 0;
  private readonly rest = new Uint8Array(STRIPE);
  private held = 0;

  constructor() {
    const { lanes } = this;
    add(P1[0], P1[1], P2[0], P2[1]);
    lanes.set([low, high, P2[0], P2[1], 0, 0], 0);
    // -P1
    add(~P1[0], ~P1[1], 1, 0);
    lanes.set([low, high], 6);
  }

  update(bytes: Uint8Array): this {
    this.length += bytes.length;
    let at = 0;
    if (this.held > 0) {
      at = Math.min(STRIPE - this.held, bytes.length);
      this.rest.set(bytes.subarray(0, at), this.held);
      this.held += at;
      if (this.held < STRIPE) return this;
      this.stripes(this.rest, 0, STRIPE);
    }
    const end = at + STRIPE * Math.floor((bytes.length - at) / STRIPE);
    this.stripes(bytes, at, end);
    this.rest.set(bytes.subarray(end));
    this.held = bytes.length - end;
    return this;
  }

  private stripes(bytes: Uint8Array, from: number, end: number): void {
    const { lanes } = this;
    for (let at = from; at < end; at += STRIPE)
      for (let lane = 0; lane < 8; lane += 2) {
        round(
          lanes[lane] as number,
          lanes[lane + 1] as number,
          word(bytes, at + lane * 4),
          word(bytes, at + lane * 4 + 4),
        );
        lanes[lane] = low;
        lanes[lane + 1] = high;
      }
  }

  /** The lower half, unsigned. */
  digest(): number {
    this.gather();
    add(low, high, this.length | 0, Math.floor(this.length / 2 ** 32));
    let [l, h] = [low, high];
    const { rest, held } = this;
    let at = 0;
    for (; at + 8 <= held; at += 8) {
      round(0, 0, word(rest, at), word(rest, at + 4));
      rotate(l ^ low, h ^ high, 27);
      multiply(low, high, P1);
      add(low, high, P4[0], P4[1]);
      [l, h] = [low, high];
    }
    if (at + 4 <= held) {
      multiply(word(rest, at), 0, P1);
      rotate(l ^ low, h ^ high, 23);
      multiply(low, high, P2);
      add(low, high, P3[0], P3[1]);
      [l, h] = [low, high];
      at += 4;
    }
    for (; at < held; at++) {
      multiply(rest[at] as number, 0, P5);
      rotate(l ^ low, h ^ high, 11);
      multiply(low, high, P1);
      [l, h] = [low, high];
    }
    // h ^= h >>> 33, times P2; >>> 29, times P3; >>> 32
    multiply(l ^ (h >>> 1), h, P2);
    multiply(low ^ ((low >>> 29) | (high << 3)), high ^ (high >>> 29), P3);
    return (low ^ high) >>> 0;
  }

  /** The lanes as one number. */
  private gather(): void {
    const { lanes } = this;
    if (this.length < STRIPE) {
      [low, high] = P5;
      return;
    }
    let [l, h] = [0, 0];
    for (const [lane, bits] of [1, 7, 12, 18].entries()) {
      rotate(lanes[lane * 2] as number, lanes[lane * 2 + 1] as number, bits);
      add(l, h, low, high);
      [l, h] = [low, high];
    }
    for (let lane = 0; lane < 8; lane += 2) {
      round(0, 0, lanes[lane] as number, lanes[lane + 1] as number);
      multiply(l ^ low, h ^ high, P1);
      add(low, high, P4[0], P4[1]);
      [l, h] = [low, high];
    }
  }
}
