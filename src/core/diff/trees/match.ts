/** Which tree of one side is which of the other, by index. */
export interface TreeMatches {
  /** In the new side's order. */
  readonly pairs: readonly { readonly old: number; readonly new: number; readonly isSame: boolean }[];
  readonly added: readonly number[];
  readonly removed: readonly number[];
}

/**
 * Pairs trees: the same tree in the same place; the same tree elsewhere, in order; then what is left in the same place;
 * then what is left in order, as long as both sides have some. `undefined` stands for a tree that could not be read.
 */
export function matchTrees(old: readonly (string | undefined)[], next: readonly (string | undefined)[]): TreeMatches {
  const oldOf = new Int32Array(next.length).fill(-1);
  const isTaken = new Uint8Array(old.length);
  const take = (from: number, to: number): void => {
    oldOf[to] = from;
    isTaken[from] = 1;
  };
  for (const [at, key] of next.entries()) if (key !== undefined && old[at] === key) take(at, at);
  const places = new Map<string, number[]>();
  for (const [at, key] of old.entries()) {
    if (key === undefined || isTaken[at] === 1) continue;
    const known = places.get(key);
    if (known === undefined) places.set(key, [at]);
    else known.push(at);
  }
  for (const list of places.values()) list.reverse();
  const isSame = (at: number): boolean => (oldOf[at] ?? -1) >= 0;
  for (const [at, key] of next.entries()) {
    if (key === undefined || isSame(at)) continue;
    const from = places.get(key)?.pop();
    if (from !== undefined) take(from, at);
  }
  const same = Uint8Array.from(oldOf, (from) => (from >= 0 ? 1 : 0));
  for (const at of next.keys()) if (!isSame(at) && at < old.length && isTaken[at] === 0) take(at, at);
  const left = [...old.keys()].filter((at) => isTaken[at] === 0).reverse();
  for (const at of next.keys()) {
    if (isSame(at)) continue;
    const from = left.pop();
    if (from !== undefined) take(from, at);
  }
  const pairs = [...next.keys()].flatMap((at) => {
    const from = oldOf[at] ?? -1;
    return from < 0 ? [] : [{ old: from, new: at, isSame: same[at] === 1 }];
  });
  return {
    pairs,
    added: [...next.keys()].filter((at) => (oldOf[at] ?? -1) < 0),
    removed: [...old.keys()].filter((at) => isTaken[at] === 0),
  };
}
