import { corrupt, truncated } from "../../../errors.ts";
import type { Work } from "../../../work.ts";

/** How samples were coded: CCSDS 121.0-B-2, Lossless Data Compression. */
export interface RiceCoding {
  /** Of a sample: 1 to 24. */
  readonly bits: number;
  /** Samples in a block. */
  readonly block: number;
  /** Blocks between two samples that are written as they are (reference sample interval). */
  readonly blocks: number;
  /** Samples that are wanted. */
  readonly count: number;
  /** True where a sample is what it differs in from the one before, mapped to a positive number. */
  readonly isPredicted: boolean;
}

/** A run of so many zero blocks in unary means all that are left in a segment of 64. */
const REST_OF_SEGMENT = 5;
const SEGMENT = 64;

/** Samples that are decoded between two looks at the clock. */
const STEP = 65_536;

/** In as few bytes each as they need: a chunk of them may be large. */
type Samples = Uint8Array | Uint16Array | Uint32Array;

/** The samples. Throws `truncated` where the bits end before them. */
export async function decodeRice(bytes: Uint8Array, coding: RiceCoding, what: string, work: Work): Promise<Samples> {
  const { bits, block, blocks, count, isPredicted } = coding;
  const idBits = bits > 16 ? 5 : bits > 8 ? 4 : 3;
  const uncoded = 2 ** idBits - 1;
  const length = Math.ceil(count / block) * block;
  const samples = bits > 16 ? new Uint32Array(length) : bits > 8 ? new Uint16Array(length) : new Uint8Array(length);
  const input = new Bits(bytes, what);
  let at = 0;
  const most = 2 ** bits - 1;
  const put = (sample: number): void => {
    if (sample > most) throw corrupt(`${what}: a sample of ${sample} in ${bits} bits`);
    if (at < samples.length) samples[at] = sample;
    at += 1;
  };
  for (let next = STEP; at < count; ) {
    if (at >= next) {
      next = at + STEP;
      if (work.isDue()) await work.checkpoint();
    }
    const index = at / block;
    const isFirst = isPredicted && index % blocks === 0;
    const end = at + block;
    const id = input.take(idBits);
    // Of a block without its own coding, one more bit says which kind.
    const isPairs = id === 0 && input.take(1) === 1;
    if (id === uncoded) {
      for (let i = 0; i < block; i++) put(input.take(bits));
      continue;
    }
    if (isFirst) put(input.take(bits));
    if (isPairs) takePairs(input, at, end, put, what);
    else if (id === 0) {
      const run = input.unary() + 1;
      const before = index % blocks;
      const rest = Math.min(blocks - before, SEGMENT - (before % SEGMENT));
      const zeros = run === REST_OF_SEGMENT ? rest : run > REST_OF_SEGMENT ? run - 1 : run;
      if (zeros > blocks - before) throw corrupt(`${what}: ${zeros} blocks of zeros where ${blocks - before} are left`);
      at += zeros * block - (isFirst ? 1 : 0);
    } else takeSplit(input, at, end, id - 1, put);
  }
  if (!isPredicted) return samples;
  const interval = block * blocks;
  const slice = Math.ceil(STEP / interval) * interval;
  for (let start = 0; start < length; start += slice) {
    undoPrediction(samples.subarray(start, start + slice), interval, most);
    if (work.isDue()) await work.checkpoint();
  }
  return samples;
}

/** Two samples in one code: their sum's triangle number and the second one. The first of a block may be a reference. */
function takePairs(input: Bits, start: number, end: number, put: (sample: number) => void, what: string): void {
  // With a reference the first pair has only its second sample.
  let isFirstGiven = (end - start) % 2 === 1;
  for (let left = end - start; left > 0; left -= isFirstGiven ? 1 : 2, isFirstGiven = false) {
    const code = input.unary();
    const sum = Math.floor((Math.sqrt(8 * code + 1) - 1) / 2);
    const second = code - (sum * (sum + 1)) / 2;
    if (second < 0 || second > sum) throw corrupt(`${what}: no pair of samples has the code ${code}`);
    if (!isFirstGiven) put(sum - second);
    put(second);
  }
}

/** The high parts of all samples in unary, then the low `k` bits of all. */
function takeSplit(input: Bits, start: number, end: number, k: number, put: (sample: number) => void): void {
  const high: number[] = [];
  for (let i = start; i < end; i++) high.push(input.unary());
  for (const part of high) put(part * 2 ** k + input.take(k));
}

/** Differences back to samples: the first of each interval is one, of the others the mapped difference is stored. */
function undoPrediction(samples: Samples, interval: number, most: number): void {
  const middle = (most - 1) / 2 + 1;
  let before = 0;
  for (let i = 0; i < samples.length; i++) {
    const mapped = samples[i] ?? 0;
    if (i % interval === 0) {
      before = mapped;
      continue;
    }
    const room = before >= middle ? most - before : before;
    if (Math.ceil(mapped / 2) <= room) before += mapped % 2 === 0 ? mapped / 2 : -(mapped + 1) / 2;
    else before = before >= middle ? most - mapped : mapped;
    samples[i] = before;
  }
}

/** Bits from the highest of each byte on. */
class Bits {
  private readonly bytes: Uint8Array;
  private readonly what: string;
  /** In bits. */
  private at = 0;

  constructor(bytes: Uint8Array, what: string) {
    this.bytes = bytes;
    this.what = what;
  }

  take(count: number): number {
    if (this.at + count > this.bytes.length * 8) this.end(count);
    let value = 0;
    for (let left = count; left > 0; ) {
      const inByte = 8 - (this.at % 8);
      const taken = Math.min(inByte, left);
      const byte = this.bytes[this.at >> 3] ?? 0;
      value = value * 2 ** taken + ((byte >> (inByte - taken)) & (2 ** taken - 1));
      this.at += taken;
      left -= taken;
    }
    return value;
  }

  /** Zeros before the next one. */
  unary(): number {
    const start = this.at;
    for (;;) {
      const byte = this.bytes[this.at >> 3];
      if (byte === undefined) return this.end(1);
      const rest = byte & (255 >> (this.at % 8));
      if (rest !== 0) {
        const zeros = (this.at & ~7) + Math.clz32(rest) - 24 - start;
        this.at = start + zeros + 1;
        return zeros;
      }
      this.at = (this.at & ~7) + 8;
    }
  }

  private end(count: number): never {
    throw truncated(this.what, this.at >> 3, Math.ceil(count / 8), 0);
  }
}
