import { damaged } from "../damage.ts";
import type { History } from "../history.ts";

/**
 * The LZMA coder itself: adaptive probabilities, a range coder, matches into what was decoded. LZMA2 and `.lzma` differ
 * in what they put around it. The facts are in Igor Pavlov's LZMA specification (lzma-specification.txt, LZMA SDK).
 */
export interface LzmaProperties {
  /** Bits of the byte before that choose a literal's probabilities, 0 to 8. */
  readonly lc: number;
  /** Bits of the position that do, 0 to 4. */
  readonly lp: number;
  /** Bits of the position that choose those of matches, 0 to 4. */
  readonly pb: number;
}

/** The byte (pb * 5 + lp) * 9 + lc; undefined when it is none. */
export function lzmaProperties(byte: number): LzmaProperties | undefined {
  if (byte >= 9 * 5 * 5) return undefined;
  const rest = Math.floor(byte / 9);
  return { lc: byte % 9, lp: rest % 5, pb: Math.floor(rest / 5) };
}

/**
 * Why `decode` came back: no room for more output, its input's stop, the end marker, or a symbol that took more input
 * than there is (it is not in the output).
 */
export type LzmaStop = "output" | "input" | "marker" | "cut";

/** No symbol takes more input than this. */
export const SYMBOL_BYTES = 20;

/** Where each kind of probability begins. */
const STATES = 12;
const IS_MATCH = 0;
const IS_REP = IS_MATCH + STATES * 16;
const IS_REP_G0 = IS_REP + STATES;
const IS_REP_G1 = IS_REP_G0 + STATES;
const IS_REP_G2 = IS_REP_G1 + STATES;
const IS_REP0_LONG = IS_REP_G2 + STATES;
const SLOT = IS_REP0_LONG + STATES * 16;
const SPECIAL = SLOT + 4 * 64;
const ALIGN = SPECIAL + 115;
const MATCH_LENGTH = ALIGN + 16;
/** Of a length coder: two choices, 8 short lengths and 8 middle ones by position, 256 long ones. */
const CHOICE2 = 1;
const LOW = 2;
const MIDDLE = LOW + 16 * 8;
const HIGH = MIDDLE + 16 * 8;
const REP_LENGTH = MATCH_LENGTH + HIGH + 256;
const LITERAL = REP_LENGTH + HIGH + 256;
const LITERAL_PROBABILITIES = 0x300;

const SHORTEST_MATCH = 2;
const HALF = 1024;
const END_MARKER = 0xffff_ffff;

export class LzmaDecoder {
  private readonly history: History;
  private probabilities = new Uint16Array(0);
  private lc = 0;
  private lpMask = 0;
  private pbMask = 0;
  /** Both are unsigned, kept in 32 signed bits: those are what the machine is quick with. */
  private range = 0;
  private code = 0;
  private state = 0;
  /** Distances of the last four matches, less one. */
  private rep0 = 0;
  private rep1 = 0;
  private rep2 = 0;
  private rep3 = 0;
  /** Of a match that there was no room for. */
  private pending = 0;
  private position = 0;
  private bytes: Uint8Array = new Uint8Array(0);
  private at = 0;
  /** Why the last `decode` came back. */
  stopped: LzmaStop = "input";

  constructor(history: History) {
    this.history = history;
  }

  /** True when the range coder is where an encoder leaves it: nothing more is in it. */
  get isFinished(): boolean {
    return this.code === 0 && this.pending === 0;
  }

  get hasPending(): boolean {
    return this.pending > 0;
  }

  setProperties({ lc, lp, pb }: LzmaProperties): void {
    this.lc = lc;
    this.lpMask = (1 << lp) - 1;
    this.pbMask = (1 << pb) - 1;
    const size = LITERAL + LITERAL_PROBABILITIES * 2 ** (lc + lp);
    if (this.probabilities.length !== size) this.probabilities = new Uint16Array(size);
    this.resetState();
  }

  resetState(): void {
    this.probabilities.fill(HALF);
    this.state = 0;
    this.rep0 = 0;
    this.rep1 = 0;
    this.rep2 = 0;
    this.rep3 = 0;
    this.pending = 0;
  }

  /** Positions are counted from here. */
  resetPosition(): void {
    this.position = 0;
  }

  /** Counts bytes that were put into the history without this coder. */
  skip(length: number): void {
    this.position = (this.position + length) & 0xffff;
  }

  /** Takes the five bytes that a range coder begins with. */
  start(bytes: Uint8Array, at: number): number {
    if (bytes[at] !== 0) throw damaged("its range coder does not begin with a zero");
    this.range = -1;
    this.code = 0;
    for (let i = 1; i < 5; i++) this.code = (this.code << 8) | (bytes[at + i] ?? 0);
    return at + 5;
  }

  /**
   * Decodes until `limit` is reached in the history (which has room for it), or the end marker is, or a symbol would
   * begin after byte `stop`. Gives where the next one begins. `end` is where the input ends: with a stop SYMBOL_BYTES
   * before it no symbol is cut.
   */
  decode(bytes: Uint8Array, from: number, stop: number, end: number, limit: number): number {
    const { history, probabilities, lc, lpMask, pbMask } = this;
    const out = history.bytes;
    this.bytes = bytes;
    let at = from;
    let { range, code, state, position } = this;
    let here = history.at;
    let previous = here > history.base ? (out[here - 1] as number) : 0;
    let symbolStart = here;
    this.stopped = "output";
    if (this.pending > 0) {
      here = this.copy(here, limit);
      position += here - history.at;
      previous = out[here - 1] as number;
    }
    while (here < limit) {
      if (at > stop) {
        this.stopped = "input";
        break;
      }
      symbolStart = here;
      const positionState = position & pbMask;
      let index = IS_MATCH + (state << 4) + positionState;
      let probability = probabilities[index] as number;
      let bound = Math.imul(range >>> 11, probability);
      if (code >>> 0 < bound >>> 0) {
        range = bound;
        probabilities[index] = probability + ((2048 - probability) >>> 5);
        if (range >>> 24 === 0) {
          range <<= 8;
          code = (code << 8) | (bytes[at++] as number);
        }
        const base = LITERAL + LITERAL_PROBABILITIES * (((position & lpMask) << lc) + (previous >>> (8 - lc)));
        let symbol = 1;
        if (state >= 7) {
          // After a match the byte that would have followed it helps, as long as it is right.
          const { rep0 } = this;
          let match = out[here - rep0 - 1] as number;
          let offset = 0x100;
          do {
            match <<= 1;
            const bit = match & offset;
            index = base + offset + bit + symbol;
            probability = probabilities[index] as number;
            bound = Math.imul(range >>> 11, probability);
            if (code >>> 0 < bound >>> 0) {
              range = bound;
              probabilities[index] = probability + ((2048 - probability) >>> 5);
              symbol <<= 1;
              offset &= ~bit;
            } else {
              range = (range - bound) | 0;
              code = (code - bound) | 0;
              probabilities[index] = probability - (probability >>> 5);
              symbol = (symbol << 1) | 1;
              offset &= bit;
            }
            if (range >>> 24 === 0) {
              range <<= 8;
              code = (code << 8) | (bytes[at++] as number);
            }
          } while (symbol < 0x100);
          state -= state < 10 ? 3 : 6;
        } else {
          do {
            index = base + symbol;
            probability = probabilities[index] as number;
            bound = Math.imul(range >>> 11, probability);
            if (code >>> 0 < bound >>> 0) {
              range = bound;
              probabilities[index] = probability + ((2048 - probability) >>> 5);
              symbol <<= 1;
            } else {
              range = (range - bound) | 0;
              code = (code - bound) | 0;
              probabilities[index] = probability - (probability >>> 5);
              symbol = (symbol << 1) | 1;
            }
            if (range >>> 24 === 0) {
              range <<= 8;
              code = (code << 8) | (bytes[at++] as number);
            }
          } while (symbol < 0x100);
          state = state < 4 ? 0 : state - 3;
        }
        previous = symbol & 0xff;
        out[here++] = previous;
        position++;
        continue;
      }
      this.range = (range - bound) | 0;
      this.code = (code - bound) | 0;
      probabilities[index] = probability - (probability >>> 5);
      this.at = at;
      this.state = state;
      this.normalize();
      const length = this.match(positionState);
      ({ at, range, code, state } = this);
      if (length === 0) {
        this.stopped = "marker";
        break;
      }
      const distance = this.rep0 + 1;
      if (distance > here - history.base || distance > history.declared) {
        if (at > end) break;
        throw history.tooFar(distance);
      }
      this.pending = length;
      const before = here;
      here = this.copy(here, limit);
      position += here - before;
      previous = out[here - 1] as number;
    }
    this.range = range;
    this.code = code;
    this.state = state;
    this.position = position & 0xffff;
    history.at = here;
    if (at > end) {
      this.stopped = "cut";
      this.pending = 0;
      history.at = symbolStart;
    }
    return at;
  }

  /** Copies the pending match as far as there is room. */
  private copy(here: number, limit: number): number {
    const out = this.history.bytes;
    const distance = this.rep0 + 1;
    const end = Math.min(limit, here + this.pending);
    this.pending -= end - here;
    if (distance === 1) out.fill(out[here - 1] as number, here, end);
    else for (let to = here, source = here - distance; to < end; ) out[to++] = out[source++] as number;
    return end;
  }

  private normalize(): void {
    if (this.range >>> 24 !== 0) return;
    this.range <<= 8;
    this.code = (this.code << 8) | (this.bytes[this.at++] as number);
  }

  private bit(index: number): number {
    const { probabilities } = this;
    const probability = probabilities[index] as number;
    const bound = Math.imul(this.range >>> 11, probability);
    let bit = 0;
    if (this.code >>> 0 < bound >>> 0) {
      this.range = bound;
      probabilities[index] = probability + ((2048 - probability) >>> 5);
    } else {
      this.range = (this.range - bound) | 0;
      this.code = (this.code - bound) | 0;
      probabilities[index] = probability - (probability >>> 5);
      bit = 1;
    }
    this.normalize();
    return bit;
  }

  private tree(base: number, bits: number): number {
    let symbol = 1;
    for (let i = 0; i < bits; i++) symbol = (symbol << 1) | this.bit(base + symbol);
    return symbol - (1 << bits);
  }

  private reverseTree(base: number, bits: number): number {
    let symbol = 1;
    let value = 0;
    for (let i = 0; i < bits; i++) {
      const bit = this.bit(base + symbol);
      symbol = (symbol << 1) | bit;
      value |= bit << i;
    }
    return value;
  }

  /** Bits that are as likely 0 as 1. */
  private direct(bits: number): number {
    const { bytes } = this;
    let { range, code, at } = this;
    let value = 0;
    for (let i = 0; i < bits; i++) {
      range >>>= 1;
      value <<= 1;
      if (code >>> 0 >= range) {
        code = (code - range) | 0;
        value |= 1;
      }
      if (range >>> 24 === 0) {
        range <<= 8;
        code = (code << 8) | (bytes[at++] as number);
      }
    }
    this.range = range;
    this.code = code;
    this.at = at;
    return value;
  }

  private length(base: number, positionState: number): number {
    if (this.bit(base) === 0) return SHORTEST_MATCH + this.tree(base + LOW + (positionState << 3), 3);
    if (this.bit(base + CHOICE2) === 0) return SHORTEST_MATCH + 8 + this.tree(base + MIDDLE + (positionState << 3), 3);
    return SHORTEST_MATCH + 16 + this.tree(base + HIGH, 8);
  }

  /** What follows a set match bit: sets `rep0` and gives the length, 0 for the end marker. */
  private match(positionState: number): number {
    const { state } = this;
    if (this.bit(IS_REP + state) === 0) {
      this.rep3 = this.rep2;
      this.rep2 = this.rep1;
      this.rep1 = this.rep0;
      this.state = state < 7 ? 7 : 10;
      const length = this.length(MATCH_LENGTH, positionState);
      this.rep0 = this.distance(length);
      return this.rep0 === END_MARKER ? 0 : length;
    }
    if (this.bit(IS_REP_G0 + state) === 0) {
      if (this.bit(IS_REP0_LONG + (state << 4) + positionState) === 0) {
        this.state = state < 7 ? 9 : 11;
        return 1;
      }
    } else {
      let distance = this.rep1;
      if (this.bit(IS_REP_G1 + state) === 1) {
        distance = this.rep2;
        if (this.bit(IS_REP_G2 + state) === 1) {
          distance = this.rep3;
          this.rep3 = this.rep2;
        }
        this.rep2 = this.rep1;
      }
      this.rep1 = this.rep0;
      this.rep0 = distance;
    }
    this.state = state < 7 ? 8 : 11;
    return this.length(REP_LENGTH, positionState);
  }

  /** Less one. */
  private distance(length: number): number {
    const slot = this.tree(SLOT + (Math.min(length - SHORTEST_MATCH, 3) << 6), 6);
    if (slot < 4) return slot;
    const bits = (slot >>> 1) - 1;
    const high = (2 | (slot & 1)) * 2 ** bits;
    if (slot < 14) return high + this.reverseTree(SPECIAL + high - slot, bits);
    return high + this.direct(bits - 4) * 16 + this.reverseTree(ALIGN, 4);
  }
}
