/**
 * Damaged copies of real files, the same for the same seed: bytes flipped, dropped, doubled, swapped for others that
 * mean something to the format, and pieces of one file within another.
 */
export interface Mutator {
  /** A damaged copy of one of the files. */
  next(): Uint8Array;
}

export function mutator(files: readonly Uint8Array[], seed: number, telling: readonly number[] = []): Mutator {
  let state = seed >>> 0 || 1;
  const random = (below: number): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % Math.max(1, below);
  };
  const pick = <T>(items: readonly T[]): T => items[random(items.length)] as T;
  const splice = (bytes: Uint8Array, at: number, remove: number, insert: Uint8Array): Uint8Array => {
    const out = new Uint8Array(bytes.length - remove + insert.length);
    out.set(bytes.subarray(0, at));
    out.set(insert, at);
    out.set(bytes.subarray(at + remove), at + insert.length);
    return out;
  };
  const change = (bytes: Uint8Array): Uint8Array => {
    const at = random(bytes.length);
    const length = Math.min(1 + random(16), bytes.length - at);
    switch (random(7)) {
      case 0:
        return splice(bytes, at, 1, Uint8Array.of((bytes[at] ?? 0) ^ (1 << random(8))));
      case 1:
        return splice(bytes, at, length, new Uint8Array(0));
      case 2:
        return splice(bytes, at, 0, bytes.slice(at, at + length));
      case 3:
        return splice(bytes, at, 1, Uint8Array.of(telling.length > 0 ? pick(telling) : random(256)));
      case 4:
        return splice(bytes, at, 0, Uint8Array.of(telling.length > 0 ? pick(telling) : random(256)));
      case 5:
        return splice(bytes, at, Math.min(4, length), Uint8Array.of(0xff, 0xff, 0xff, random(256)));
      default: {
        const other = pick(files);
        const from = random(other.length);
        return splice(bytes, at, length, other.slice(from, from + 1 + random(64)));
      }
    }
  };
  return {
    next() {
      let bytes = pick(files);
      for (let times = 1 + random(4); times > 0 && bytes.length > 0; times--) bytes = change(bytes);
      return bytes;
    },
  };
}

/** How many files a fuzz test tries: few in the suite, more with MODEL_LOUPE_FUZZ. */
export function fuzzCount(inSuite: number): number {
  const asked = Number(process.env["MODEL_LOUPE_FUZZ"]);
  return Number.isInteger(asked) && asked > 0 ? asked : inSuite;
}
