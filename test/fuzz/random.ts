/** Numbers that are the same for the same seed (xorshift). */
export class Random {
  private state: number;

  constructor(seed: number) {
    // Neighbouring seeds give unlike numbers.
    this.state = (Math.imul(seed ^ (seed >>> 15), 0x2c1b3c6d) ^ 0x9e3779b9) >>> 0 || 1;
    for (let k = 0; k < 4; k++) this.below(1);
  }

  below(count: number): number {
    this.state ^= this.state << 13;
    this.state ^= this.state >>> 17;
    this.state ^= this.state << 5;
    return (this.state >>> 0) % Math.max(1, count);
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }
}

/** `count` bytes from `from` on, exchanged for others, as far as there are any. */
export function spliced(bytes: Uint8Array, from: number, count: number, insert: Uint8Array): Uint8Array {
  const at = Math.min(from, bytes.length);
  const remove = Math.min(count, bytes.length - at);
  const out = new Uint8Array(bytes.length - remove + insert.length);
  out.set(bytes.subarray(0, at));
  out.set(insert, at);
  out.set(bytes.subarray(at + remove), at + insert.length);
  return out;
}
