import type { Work } from "../work.ts";

/** Unit vectors of one length, one after another: an array of arrays would be spread over memory. */
export interface Directions {
  readonly count: number;
  readonly length: number;
  /** [count, length]. */
  readonly values: Float32Array;
}

/** Two vectors that are each other's nearest. */
export interface Nearest {
  readonly left: number;
  readonly right: number;
  readonly cosine: number;
  /** The largest cosine that either of the two has with any other: -1 where there is no other. */
  readonly rival: number;
}

/** Up to this many pairs are all compared; more are found by their signs. */
const EXHAUSTIVE = 250_000;
/** Sign patterns of random projections: vectors at an angle of 0.3 share one of eight with a probability of 0.97. */
const TABLES = 8;
const BITS = 12;
/** Of a bucket that holds more, only so many are compared: it tells nothing. */
const MOST_IN_BUCKET = 256;

/**
 * Unit vectors of one length, paired where each is the other's nearest by cosine. Exact for small sets; for large ones by
 * locality-sensitive hashing (Charikar, Similarity estimation techniques from rounding algorithms, 2002), which may miss
 * a pair, never makes a wrong one.
 */
export async function nearestBy(left: Directions, right: Directions, work: Work): Promise<readonly Nearest[]> {
  const best = new Best(left.count, right.count);
  const consider = (i: number, j: number): void => {
    // Several tables bring the same two together.
    if (!best.isBest(i, j)) best.note(i, j, dot(left, i, right, j));
  };
  if (left.count * right.count <= EXHAUSTIVE)
    for (let i = 0; i < left.count; i++) {
      if (work.isDue()) await work.checkpoint();
      for (let j = 0; j < right.count; j++) consider(i, j);
    }
  else await considerAlike(left, right, consider, work);
  return best.mutual();
}

/** The best and the next best of every vector. */
class Best {
  private readonly ofLeft: Ranked;
  private readonly ofRight: Ranked;

  constructor(left: number, right: number) {
    this.ofLeft = new Ranked(left);
    this.ofRight = new Ranked(right);
  }

  isBest(i: number, j: number): boolean {
    return this.ofLeft.first[i] === j && this.ofRight.first[j] === i;
  }

  note(i: number, j: number, cosine: number): void {
    this.ofLeft.note(i, j, cosine);
    this.ofRight.note(j, i, cosine);
  }

  mutual(): readonly Nearest[] {
    const found: Nearest[] = [];
    for (let left = 0; left < this.ofLeft.first.length; left++) {
      const right = this.ofLeft.first[left] ?? -1;
      if (right < 0 || this.ofRight.first[right] !== left) continue;
      const rival = Math.max(this.ofLeft.next[left] ?? -1, this.ofRight.next[right] ?? -1);
      found.push({ left, right, cosine: this.ofLeft.cosine[left] ?? -1, rival });
    }
    return found;
  }
}

class Ranked {
  readonly first: Int32Array;
  readonly cosine: Float64Array;
  readonly next: Float64Array;

  constructor(size: number) {
    this.first = new Int32Array(size).fill(-1);
    this.cosine = new Float64Array(size).fill(-1);
    this.next = new Float64Array(size).fill(-1);
  }

  note(at: number, other: number, cosine: number): void {
    // A pair that several tables bring together is no rival of itself.
    if (this.first[at] === other) return;
    if (cosine > (this.cosine[at] ?? -1)) {
      this.next[at] = this.cosine[at] ?? -1;
      this.cosine[at] = cosine;
      this.first[at] = other;
    } else if (cosine > (this.next[at] ?? -1)) this.next[at] = cosine;
  }
}

async function considerAlike(
  left: Directions,
  right: Directions,
  consider: (i: number, j: number) => void,
  work: Work,
): Promise<void> {
  const signs = signsFor(left.length);
  const [ofLeft, ofRight] = [await keysOf(left, signs, work), await keysOf(right, signs, work)];
  for (let table = 0; table < TABLES; table++) {
    const [mine, others] = [bucketsOf(ofLeft, table), bucketsOf(ofRight, table)];
    // Bucket after bucket, so that its few vectors stay in the processor's cache.
    for (let key = 0; key < 2 ** BITS; key++) {
      const from = others.starts[key] as number;
      const to = Math.min(others.starts[key + 1] as number, from + MOST_IN_BUCKET);
      if (from === to) continue;
      const last = mine.starts[key + 1] as number;
      for (let at = mine.starts[key] as number; at < last; at++) {
        if (at % 64 === 0 && work.isDue()) await work.checkpoint();
        const i = mine.members[at] as number;
        for (let other = from; other < to; other++) consider(i, others.members[other] as number);
      }
    }
  }
}

/** The vectors of each key of one table, one bucket after another, each in order. */
function bucketsOf(keys: Uint16Array, table: number): { readonly starts: Uint32Array; readonly members: Uint32Array } {
  const count = keys.length / TABLES;
  const starts = new Uint32Array(2 ** BITS + 1);
  for (let j = 0; j < count; j++) {
    const next = (keys[j * TABLES + table] as number) + 1;
    starts[next] = (starts[next] as number) + 1;
  }
  for (let key = 0; key < 2 ** BITS; key++) starts[key + 1] = (starts[key + 1] as number) + (starts[key] as number);
  const free = starts.slice();
  const members = new Uint32Array(count);
  for (let j = 0; j < count; j++) {
    const key = keys[j * TABLES + table] as number;
    const at = free[key] as number;
    members[at] = j;
    free[key] = at + 1;
  }
  return { starts, members };
}

/** Random signs of one round of projections after another; each round has as many as a vector has elements, zeros added. */
function signsFor(length: number): readonly Float32Array[] {
  const random = randomSigns();
  const padded = 2 ** Math.ceil(Math.log2(length));
  return Array.from({ length: Math.ceil((TABLES * BITS) / padded) }, () =>
    Float32Array.from({ length: padded }, random),
  );
}

/**
 * The sign pattern of every vector in every table: [count, TABLES]. A Hadamard transform of the vector with its signs flipped at
 * random is as many projections on random +-1 vectors, at right angles to each other, in n log n instead of n squared steps
 * (Andoni et al., Practical and optimal LSH for angular distance, 2015).
 */
async function keysOf(vectors: Directions, rounds: readonly Float32Array[], work: Work): Promise<Uint16Array> {
  const { count, length, values } = vectors;
  const padded = rounds[0]?.length ?? 0;
  const keys = new Uint16Array(count * TABLES);
  const projected = new Float32Array(padded);
  for (let at = 0; at < count; at++) {
    if (at % 64 === 0 && work.isDue()) await work.checkpoint();
    let bit = 0;
    for (const signs of rounds) {
      projected.fill(0, length);
      for (let k = 0; k < length; k++) projected[k] = (values[at * length + k] as number) * (signs[k] as number);
      transform(projected);
      for (let k = 0; k < padded && bit < TABLES * BITS; k++, bit++) {
        const table = at * TABLES + Math.floor(bit / BITS);
        keys[table] = ((keys[table] as number) << 1) | ((projected[k] as number) >= 0 ? 1 : 0);
      }
    }
  }
  return keys;
}

/** The Walsh-Hadamard transform of a power of two of numbers, in place. */
function transform(values: Float32Array): void {
  for (let half = 1; half < values.length; half *= 2)
    for (let block = 0; block < values.length; block += 2 * half)
      for (let k = block; k < block + half; k++) {
        const a = values[k] as number;
        const b = values[k + half] as number;
        values[k] = a + b;
        values[k + half] = a - b;
      }
}

/** In four sums at once: one alone would wait for each addition. */
function dot(a: Directions, i: number, b: Directions, j: number): number {
  const { length, values: left } = a;
  const right = b.values;
  const from = i * length;
  const to = j * length;
  let first = 0;
  let second = 0;
  let third = 0;
  let fourth = 0;
  let at = 0;
  for (; at + 4 <= length; at += 4) {
    first += (left[from + at] as number) * (right[to + at] as number);
    second += (left[from + at + 1] as number) * (right[to + at + 1] as number);
    third += (left[from + at + 2] as number) * (right[to + at + 2] as number);
    fourth += (left[from + at + 3] as number) * (right[to + at + 3] as number);
  }
  for (; at < length; at++) first += (left[from + at] as number) * (right[to + at] as number);
  return first + second + (third + fourth);
}

/** +1 or -1, the same ones every time: a comparison made twice says the same. Xorshift (Marsaglia, 2003). */
function randomSigns(): () => number {
  let state = 0x9e3779b9;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state & 0x10000) === 0 ? 1 : -1;
  };
}
