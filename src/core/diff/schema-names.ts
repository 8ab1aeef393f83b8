/** One name that is not where it was. Positions count from 0. */
export interface Move {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** How one list of names became another. */
export interface NameChanges {
  /** Another name at the same position, where nothing else says what became of either. */
  readonly renamed: readonly (readonly [old: string, next: string])[];
  readonly removed: readonly string[];
  readonly added: readonly string[];
  /** Names on both sides. */
  readonly common: number;
  readonly moves: {
    /** Common names in another order, in their old order. */
    readonly displaced: readonly Move[];
    /** Set when moving one name explains all of it. */
    readonly single?: Move;
  };
}

/**
 * Compares two lists of names. `positions`: false says that the position of a name means nothing by itself (steps,
 * categories), so that another name in the same place is no renaming.
 */
export function compareNames(
  old: readonly string[],
  next: readonly string[],
  { positions = true }: { readonly positions?: boolean } = {},
): NameChanges {
  const before = new Set(old);
  const after = new Set(next);
  // Where names repeat, only positions tell them apart.
  if (before.size !== old.length || after.size !== next.length) return comparePositions(old, next);
  const gone = old.filter((name) => !after.has(name));
  const fresh = next.filter((name) => !before.has(name));
  const renamed = positions && old.length === next.length ? renamedInPlace(old, next, before, after) : [];
  const renamedOld = new Set(renamed.map(([name]) => name));
  const renamedNew = new Set(renamed.map(([, name]) => name));
  const kept = old.filter((name) => after.has(name));
  return {
    renamed,
    removed: gone.filter((name) => !renamedOld.has(name)),
    added: fresh.filter((name) => !renamedNew.has(name)),
    common: kept.length,
    moves: movesOf(
      kept,
      next.filter((name) => before.has(name)),
      old,
      next,
    ),
  };
}

function comparePositions(old: readonly string[], next: readonly string[]): NameChanges {
  const shared = Math.min(old.length, next.length);
  const renamed: [string, string][] = [];
  for (let i = 0; i < shared; i++) {
    const [from, to] = [old[i] ?? "", next[i] ?? ""];
    if (from !== to) renamed.push([from, to]);
  }
  return {
    renamed,
    removed: old.slice(shared),
    added: next.slice(shared),
    common: shared - renamed.length,
    moves: { displaced: [] },
  };
}

function renamedInPlace(
  old: readonly string[],
  next: readonly string[],
  before: ReadonlySet<string>,
  after: ReadonlySet<string>,
): readonly (readonly [string, string])[] {
  const pairs: [string, string][] = [];
  for (const [i, name] of old.entries()) {
    const now = next[i];
    if (now !== undefined && !after.has(name) && !before.has(now)) pairs.push([name, now]);
  }
  return pairs;
}

/** Moves among the names of both sides; positions are those of the whole lists. */
function movesOf(
  kept: readonly string[],
  keptNext: readonly string[],
  old: readonly string[],
  next: readonly string[],
): NameChanges["moves"] {
  const from = new Map(old.map((name, i) => [name, i]));
  const to = new Map(next.map((name, i) => [name, i]));
  const move = (name: string): Move => ({ name, from: from.get(name) ?? 0, to: to.get(name) ?? 0 });
  const displaced = kept.filter((name, i) => keptNext[i] !== name).map(move);
  const single = displaced.length > 2 ? singleMove(kept, keptNext) : undefined;
  return { displaced, ...(single === undefined ? {} : { single: move(single) }) };
}

/** The one name whose moving turns one order into the other, if there is one. */
function singleMove(old: readonly string[], next: readonly string[]): string | undefined {
  const start = old.findIndex((name, i) => name !== next[i]);
  let end = old.length - 1;
  while (end > start && old[end] === next[end]) end--;
  const forward = old[start];
  const backward = old[end];
  if (forward === next[end] && isShifted(old, next, start, end)) return forward;
  if (backward === next[start] && isShifted(next, old, start, end)) return backward;
  return undefined;
}

/** True when `a[i + 1]` is `b[i]` for start <= i < end. */
function isShifted(a: readonly string[], b: readonly string[], start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (a[i + 1] !== b[i]) return false;
  return true;
}
