/** An element and how much it changed. */
export interface Ranked {
  readonly index: number;
  readonly key: number;
}

/** The largest of many, in bounded memory: a heap with the smallest of those kept at its root. */
export interface Largest {
  /** What a key has to exceed to be kept; below 0 while there is room. */
  readonly bar: number;
  offer(index: number, key: number): void;
  /** Largest first; of equal ones the first. */
  sorted(): readonly Ranked[];
}

export function createLargest(capacity: number): Largest {
  const indices: number[] = [];
  const keys: number[] = [];
  /** True when entry a goes before entry b out of the heap: a smaller key, or an equal one further back. */
  const isLess = (a: number, b: number): boolean => {
    const [x = 0, y = 0] = [keys[a], keys[b]];
    return x < y || (x === y && (indices[a] ?? 0) > (indices[b] ?? 0));
  };
  const swap = (a: number, b: number): void => {
    [keys[a], keys[b]] = [keys[b] ?? 0, keys[a] ?? 0];
    [indices[a], indices[b]] = [indices[b] ?? 0, indices[a] ?? 0];
  };
  const rise = (from: number): void => {
    for (let at = from; at > 0; ) {
      const parent = (at - 1) >> 1;
      if (!isLess(at, parent)) return;
      swap(at, parent);
      at = parent;
    }
  };
  const sink = (): void => {
    for (let at = 0; ; ) {
      const left = 2 * at + 1;
      let least = at;
      if (left < keys.length && isLess(left, least)) least = left;
      if (left + 1 < keys.length && isLess(left + 1, least)) least = left + 1;
      if (least === at) return;
      swap(at, least);
      at = least;
    }
  };
  return {
    get bar() {
      return capacity === 0 ? Number.POSITIVE_INFINITY : keys.length < capacity ? -1 : (keys[0] ?? 0);
    },
    offer(index, key) {
      if (keys.length < capacity) {
        keys.push(key);
        indices.push(index);
        rise(keys.length - 1);
      } else if (capacity > 0 && key > (keys[0] ?? 0)) {
        keys[0] = key;
        indices[0] = index;
        sink();
      }
    },
    sorted: () =>
      keys
        .map((key, at) => ({ key, index: indices[at] ?? 0 }))
        .sort((a, b) => (a.key === b.key ? a.index - b.index : a.key > b.key ? -1 : 1)),
  };
}
